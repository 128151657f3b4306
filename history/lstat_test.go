package history

import (
	"os"
	"path/filepath"
	"testing"
)

// Ensure what was seen of a file is known from then on, whatever becomes of its path.
func TestLstat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(path string) error
		same   bool
	}{
		{"untouched", func(string) error { return nil }, true},
		{"written", func(path string) error { return os.WriteFile(path, []byte("longer than it was"), 0o600) }, true},
		{"replaced", func(path string) error {
			if err := os.Rename(path, path+".old"); err != nil {
				return err
			}
			return os.WriteFile(path, []byte("x"), 0o600)
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "history.db")
			must(0, os.WriteFile(path, []byte("x"), 0o600))
			before := must(lstat(path))
			must(0, tt.change(path))
			if after := must(lstat(path)); os.SameFile(before, after) != tt.same {
				t.Errorf("taken for the same file: %v", !tt.same)
			}
		})
	}
	if _, err := lstat(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
