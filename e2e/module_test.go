package e2e

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure the module can be given the name under which it will be published: a copy
// that was renamed builds, its imports keep to the arrows, and nothing of it asks
// for the old name.
func TestModule_Renamed_Sweep(t *testing.T) {
	t.Parallel()
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1: it builds every package anew")
	}
	const name = "example.com/tools/desk"
	dir := copyOfSource(t)
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	old := strings.TrimSpace(run("go", "list", "-m"))
	run("make", "module", "NAME="+name)
	for _, imported := range strings.Fields(run("go", "list", "-deps", "-test", "./...")) {
		if imported == old || strings.HasPrefix(imported, old+"/") {
			t.Errorf("%s is still imported", imported)
		}
	}
	run("go", "build", "-o", "renamed", ".")
	if out := run("./renamed", "version"); !strings.HasPrefix(out, "patdesk ") {
		t.Errorf("it says %q", out)
	}
	run("go", "test", "-run", "Architecture", ".")
	for _, file := range []string{"arch_test.go", ".golangci.yml"} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(b), name) {
			t.Errorf("%s does not name the module: %v", file, err)
		}
	}

	cmd := exec.CommandContext(t.Context(), "make", "module", "NAME=no/such name")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err == nil || strings.TrimSpace(run("go", "list", "-m")) != name {
		t.Errorf("a name that no module can have: %v %s", err, out)
	}
}

// copyOfSource copies the program's source, without what only tests read.
func copyOfSource(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == "testdata" || name == "dist" || name == "screens"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, strings.TrimPrefix(path, "..")), 0o700)
		case name == "patdesk" || !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, strings.TrimPrefix(path, "..")), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
