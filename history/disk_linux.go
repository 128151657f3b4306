package history

import "syscall"

// networkDisk names the network file system that folder is on; empty for a local disk.
func networkDisk(folder string) (string, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return "", err
	}
	return networkName(int64(st.Type)), nil //nolint:unconvert // its size differs between architectures
}

// freeBytes is what a process without privileges can still write beside path.
func freeBytes(path string) (int64, bool) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folderOf(path), &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true //nolint:unconvert // sizes differ between architectures
}

// networkName names the network file systems by the number that statfs(2) gives
// them; empty for all others. FUSE is counted, since SSHFS and most cloud
// drives are behind it.
func networkName(id int64) string {
	switch uint32(id) {
	case 0x6969:
		return "NFS"
	case 0x517b, 0xfe534d42:
		return "SMB"
	case 0xff534d42:
		return "CIFS"
	case 0x01021997:
		return "9P"
	case 0x65735546:
		return "FUSE"
	case 0x00c36400:
		return "Ceph"
	case 0x5346414f, 0x6b414653:
		return "AFS"
	case 0x73757245:
		return "Coda"
	case 0x47504653:
		return "GPFS"
	case 0x0bd00bd0:
		return "Lustre"
	}
	return ""
}
