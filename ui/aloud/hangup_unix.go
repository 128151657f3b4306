//go:build unix

package aloud

import (
	"errors"
	"syscall"
)

// isHangUp reports whether a read failed because the terminal is gone.
func isHangUp(err error) bool { return errors.Is(err, syscall.EIO) }
