//go:build unix

package history

import (
	"errors"
	"io/fs"
	"syscall"
)

// noFollow makes open(2) fail on a symbolic link, also on a dangling one.
const noFollow = syscall.O_NOFOLLOW

// ownerOf gives the user id of a file and its number of names.
func ownerOf(fi fs.FileInfo) (uid int, links uint64) {
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, 0
	}
	return int(st.Uid), uint64(st.Nlink) //nolint:unconvert // its size differs between systems
}

// othersMay reports whether one of the permission bits is set.
func othersMay(fi fs.FileInfo, bits fs.FileMode) bool { return fi.Mode().Perm()&bits != 0 }

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
