package history

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// Files are private by where they are: inside the user's own folder.

const noFollow = 0

func ownerOf(fs.FileInfo) (uid int, links uint64) { return os.Getuid(), 1 }

func othersMay(fs.FileInfo, fs.FileMode) bool { return false }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
