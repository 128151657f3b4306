//go:build !linux

package history

import (
	"os"
	"runtime"
	"syscall"
)

func bootID() string { return "" }

func startOf(int) string { return "" }

func running(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer func() { _ = p.Release() }()
	// On Windows a process that could be opened exists; elsewhere FindProcess
	// always succeeds, and signal 0 asks.
	return runtime.GOOS == "windows" || p.Signal(syscall.Signal(0)) == nil
}
