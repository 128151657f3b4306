//go:build windows

package secret

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// shell returns the command that runs line in a process group of its own.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	// The line goes through as it is: the rules of cmd for quotes are not those
	// by which Go would join arguments.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CmdLine:       "cmd.exe /S /C \"" + line + "\"",
		CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
		HideWindow:    true,
	}
	return cmd
}

// killGroup kills the command and everything it started.
func killGroup(cmd *exec.Cmd) error {
	if cmd.ProcessState != nil {
		return os.ErrProcessDone
	}
	tree := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid))
	if tree.Run() == nil {
		return nil
	}
	return cmd.Process.Kill()
}

// openPrivate opens a file for reading.
func openPrivate(path string) (*os.File, error) { return os.Open(path) }

// owner is not known here: the rights of a file are in its access list, which
// for a file in the person's profile excludes other users.
func owner(os.FileInfo) (uid int, links uint64, known bool) { return 0, 0, false }

// running reports whether there is a process of this number.
func running(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil { // that of somebody else cannot be opened
		return errors.Is(err, fs.ErrPermission)
	}
	_ = p.Release()
	return true
}
