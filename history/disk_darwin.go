package history

import (
	"strings"

	"golang.org/x/sys/unix"
)

// networkDisk names the file system that folder is on if it is none of this computer
// (MNT_LOCAL of statfs(2)), or one of FUSE, behind which cloud drives are.
func networkDisk(folder string) (string, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return "", err
	}
	name := unix.ByteSliceToString(st.Fstypename[:])
	if st.Flags&unix.MNT_LOCAL == 0 || strings.Contains(name, "fuse") {
		return name, nil
	}
	return "", nil
}

// freeBytes is what a process without privileges can still write beside path.
func freeBytes(path string) (int64, bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(folderOf(path), &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true
}
