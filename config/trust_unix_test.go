//go:build unix

package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestLoad_RefusesWhatOthersCanWrite(t *testing.T) {
	for _, tt := range []struct {
		file, dir os.FileMode
		want      string // %f is the file, %d its directory; "" = accepted
	}{
		{0o600, 0o700, ""},
		{0o644, 0o755, ""},
		{0o444, 0o755, ""},
		{0o620, 0o700, "the file can be changed by others, and key_command runs from it; to mend it: chmod go-w '%f'"},
		{0o602, 0o700, "chmod go-w '%f'"},
		{0o600, 0o770, "its directory can be changed by others, and key_command runs from it; to mend it: chmod go-w '%d'"},
		{0o600, 0o777, "chmod go-w '%d'"},
		{0o600, 0o777 | os.ModeSticky, ""},
		{0o622 | os.ModeSticky, 0o700, "chmod go-w '%f'"},
	} {
		path := write(t, "theme = \"dark\"\n")
		if err := os.Chmod(path, tt.file); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Dir(path), tt.dir); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		want := strings.NewReplacer("%f", path, "%d", filepath.Dir(path)).Replace(tt.want)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("file %o, directory %o: got %v, want %q", tt.file, tt.dir, err, want)
		}
	}
}

// Ensure that what a link points to is checked, not the link.
func TestLoad_LinkToFileOthersCanWrite(t *testing.T) {
	real := write(t, "theme = \"dark\"\n")
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(link); err != nil {
		t.Errorf("link to a good file: %v", err)
	}
	if err := os.Chmod(filepath.Dir(real), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(link); err == nil || !strings.Contains(err.Error(), filepath.Dir(real)) {
		t.Errorf("link into a directory that others can write: %v", err)
	}
}

func TestLoad_AnotherUsersFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	path := write(t, "theme = \"dark\"\n")
	if err := os.Chown(path, 4242, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "belongs to another user") || !strings.Contains(err.Error(), "without sudo") || strings.Contains(err.Error(), "chown") {
		t.Errorf("got %v", err)
	}
}

// Ensure that a pipe, a directory and a device are refused at once.
func TestLoad_NotAFile(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "config.toml")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, t.TempDir(), "/dev/null"} {
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
