//go:build !linux

package history

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

func bootID() string { return "" }

func startOf(int) string { return "" }

func running(pid int) bool {
	// Windows opens it, which fails if there is none; elsewhere this always succeeds,
	// and signal 0 asks. One of somebody else refuses, and is there.
	p, err := os.FindProcess(pid)
	if err != nil {
		return errors.Is(err, fs.ErrPermission)
	}
	defer func() { _ = p.Release() }()
	if runtime.GOOS == "windows" {
		return true
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}
