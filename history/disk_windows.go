package history

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// networkDisk says that folder is on another computer, if it is: by its name (UNC) or
// by its drive (GetDriveTypeW). It is empty for a local disk, and where the volume is
// not known.
func networkDisk(folder string) (string, error) {
	const network = "a network drive"
	long, isLong := strings.CutPrefix(filepath.FromSlash(folder), `\\?\`)
	if isLong && strings.HasPrefix(strings.ToUpper(long), `UNC\`) || !isLong && strings.HasPrefix(long, `\\`) {
		return network, nil
	}
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return "", err
	}
	volume := make([]uint16, windows.MAX_LONG_PATH)
	if windows.GetVolumePathName(name, &volume[0], uint32(len(volume))) != nil {
		return "", nil
	}
	if windows.GetDriveType(&volume[0]) == windows.DRIVE_REMOTE {
		return network, nil
	}
	return "", nil
}

// freeBytes is what this person can still write beside path.
func freeBytes(path string) (int64, bool) {
	name, err := windows.UTF16PtrFromString(folderOf(path))
	if err != nil {
		return 0, false
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(name, &free, nil, nil)
	return int64(free), err == nil
}
