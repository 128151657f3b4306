package secret

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// publish creates a private file that gets its name only when it is whole: a
// process that is killed on the way leaves nothing behind, not even under
// another name (open(2), O_TMPFILE). It never replaces a file. Where the file
// system cannot do it, an error is returned and nothing is there.
func publish(path string, b []byte) error {
	fd, err := unix.Open(filepath.Dir(path), unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return unix.Linkat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(fd), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
}
