package history

import "syscall"

// fileSystemOf gives the number that statfs(2) has for the kind of file system.
func fileSystemOf(folder string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, err
	}
	return int64(st.Type), nil //nolint:unconvert // its size differs between architectures
}

// freeBytes is what a process without privileges can still write beside path.
func freeBytes(path string) (int64, bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folderOf(path), &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true //nolint:unconvert // sizes differ between architectures
}
