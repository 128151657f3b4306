package secret

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Ensure what killed writers left goes, and what a writer at work, another file's
// writer or a person has there stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "acme.key")
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Skip(err)
	}
	gone, old := dead.Process.Pid, time.Now().Add(-time.Hour)
	for _, f := range []struct {
		name string
		at   time.Time
		left bool
	}{
		{fmt.Sprintf(".acme.key.%d-1.tmp", gone), time.Now(), false},
		{fmt.Sprintf(".acme.key.%d-1.tmp", os.Getpid()), time.Now(), false},
		{".acme.key.3920481.tmp", time.Now(), false}, // of an earlier version
		{fmt.Sprintf(".acme.key.%d-2.tmp", os.Getppid()), time.Now(), true},
		{fmt.Sprintf(".acme.key.%d-3.tmp", os.Getppid()), old, false},
		{".other.key.1-1.tmp", old, true},
		{"acme.key.tmp", old, true},
		{".acme.key.bak", old, true},
		{"acme.key", old, true},
	} {
		file := filepath.Join(dir, f.name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, f.at, f.at); err != nil {
			t.Fatal(err)
		}
		Sweep(path)
		if _, err := os.Stat(file); (err == nil) != f.left {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}
