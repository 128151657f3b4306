package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// Ensure that profile add, killed at any of the system calls that make files
// appear, change their names and go, leaves no copy of the admin key that no
// profile knows of once the next one has run.
func TestKill_ProfileAddLeavesNoKey(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	termtest.Need(t, "strace")
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := e2etest.Home(t, server, key)
	add := func(name string, before ...string) *exec.Cmd {
		args := slices.Concat(before, []string{"patdesk", "profile", "add", name, "--url", server, "--keep", "file", "--key-stdin"})
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Env, cmd.Stdin = env, strings.NewReader(key+"\n")
		return cmd
	}
	killed := 0
	for _, call := range []string{"renameat", "renameat2", "linkat", "unlinkat", "fsync", "fchmod"} {
		for n := 1; n < 12; n++ {
			inject := fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n)
			out, err := add(fmt.Sprintf("p%d", killed), "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call, "-e", inject).CombinedOutput()
			if strings.Contains(string(out), "strace:") {
				t.Skipf("strace cannot trace here: %s", out)
			}
			if err == nil {
				break
			}
			killed++
		}
	}
	if killed < 6 {
		t.Errorf("only %d runs were killed before their end", killed)
	}
	if out, err := add("last").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var profiles []struct{ Name string }
	if err := json.Unmarshal([]byte(e2etest.Run(t, env, "profile", "list", "--json")), &profiles); err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, p := range profiles {
		known = append(known, p.Name+".key")
	}
	holders := filesWith(t, env, key)
	for _, f := range holders {
		if !slices.Contains(known, filepath.Base(f)) {
			t.Errorf("%d kills left a key that no profile knows of: %s", killed, f)
		}
	}
	if len(holders) < 2 {
		t.Errorf("only %v hold the key", holders)
	}
}

// filesWith are the files below the home of an environment that hold a text.
func filesWith(t *testing.T, env []string, text string) (found []string) {
	t.Helper()
	for _, kv := range env {
		dir, ok := strings.CutPrefix(kv, "HOME=")
		if !ok {
			continue
		}
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			if bytes.Contains(b, []byte(text)) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
