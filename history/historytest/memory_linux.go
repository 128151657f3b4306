package historytest

import (
	"os"

	"golang.org/x/sys/unix"
)

// shared is where Linux keeps files in memory, and enough what a package's tests
// may need of it; containers often have 64 MiB there.
const (
	shared = "/dev/shm"
	enough = 1 << 30 // bytes
)

// inMemory makes a folder in memory; false if this machine has no room for one.
func inMemory() (dir string, ok bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(shared, &fs); err != nil || fs.Bavail*uint64(fs.Bsize) < enough {
		return "", false
	}
	dir, err := os.MkdirTemp(shared, "pd")
	return dir, err == nil
}
