package term

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// readable is for torn escape sequences. A Windows console tears none.
func readable(uintptr, time.Duration) bool { return false }

// detach starts cmd without a console, so that it survives the terminal.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP,
	}
}

// checkPrivateDir refuses what is no directory. Who may enter it is decided by
// the access list of the user's profile, which it inherits.
func checkPrivateDir(dir string) error {
	st, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return fmt.Errorf("%s is no directory", dir)
	}
	return nil
}
