package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// ofWindows are the tests of each package that say something of Windows and need no
// folder that is removed with all that is in it, which Wine 8 cannot do.
var ofWindows = map[string]string{
	"config":  "_Windows$",
	"history": "_Windows$|^TestRunning$",
	"secret":  "CredentialManager|CommandOfWindows|^TestSeal_",
	"ui/term": "^TestClean_Replaces$|^TestNotice_ByTerminal$",
}

// holdsThere builds the tests of packages for a target and runs them on it, with the
// Go of the release.
func holdsThere(t *testing.T, of target, p emulated, clone string) {
	t.Helper()
	for pkg, tests := range ofWindows {
		name := filepath.Join(t.TempDir(), filepath.Base(pkg)+".exe")
		build := exec.CommandContext(t.Context(), "go", "test", "-c", "-trimpath", "-o", name, "./"+pkg)
		build.Dir, build.Env = clone, append(of.env(), "GOTOOLCHAIN="+releaseGo(t, clone))
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", pkg, err, out)
		}
		p.path = name
		if out, errs, code := p.run(t, nil, "-test.timeout=300s", "-test.run="+tests); code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", pkg, code, out, errs)
		}
	}
}
