package wide

import (
	"os"
	"syscall"
)

// Program writes a program that a test is going to run. Another test that starts a
// process meanwhile would hand the open file on to it for a moment, and the system runs
// no program that is open for writing (ETXTBSY).
func Program(path string, content []byte) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, content, 0o700) //nolint:gosec // it is to be run
}
