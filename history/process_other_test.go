//go:build !linux

package history

import (
	"os"
	"testing"
)

// Ensure a process is taken for ended only if it is.
func TestRunning(t *testing.T) {
	t.Parallel()
	if !running(os.Getpid()) {
		t.Error("this process does not run")
	}
	if running(1 << 30) {
		t.Error("a process runs that cannot be there")
	}
}
