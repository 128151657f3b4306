package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The files that SQLite puts beside a database.
var sidecars = []string{"-wal", "-shm", "-journal"}

func folderOf(path string) string { return filepath.Dir(path) }

// quote writes a path so that it can be pasted into a shell.
func quote(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// notPrivate is the refusal of a file, with the command that helps.
func notPrivate(path, why, fix string) error {
	return &Error{Kind: NotPrivate, Path: path, Fix: fix, Err: errors.New(why)}
}

// prepareFile makes sure that the database file exists, is private, and is on a
// local disk, before SQLite opens it: SQLite would create it readable by
// everybody, and gives its log the same permissions as the file has.
//
// It looks with lstat only. Opening and closing an existing file here would
// drop the locks of every connection in this process. A file that is new is
// opened once to create it, when no connection can have it yet.
func (o Options) prepareFile() error {
	folder := folderOf(o.Path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return &Error{Kind: ReadOnly, Path: o.Path, Err: err}
	}
	if err := checkFolder(o.Path, folder); err != nil {
		return err
	}
	if err := o.checkDisk(folder); err != nil {
		return err
	}
	f, err := os.OpenFile(o.Path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	switch {
	case err == nil:
		// A umask can only take bits away; without these two SQLite could not write.
		if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
			return &Error{Kind: ReadOnly, Path: o.Path, Err: err}
		}
	case !errors.Is(err, fs.ErrExist):
		return createFailed(o.Path, err)
	}
	return checkFiles(o.Path)
}

func createFailed(path string, err error) error {
	e := &Error{Kind: ReadOnly, Path: path, Err: err, Fix: "chmod 700 " + quote(folderOf(path))}
	if isFull(err) {
		e.Kind, e.Fix = Full, ""
		e.FreeBytes, _ = freeBytes(path)
	}
	return e
}

// checkFiles refuses a database, or a file beside it, that somebody else could
// read, replace or redirect.
func checkFiles(path string) error {
	fi, err := os.Lstat(path)
	if err != nil {
		return &Error{Kind: ReadOnly, Path: path, Err: err}
	}
	if err := checkFile(path, path, fi); err != nil {
		return err
	}
	for _, suffix := range sidecars {
		fi, err := os.Lstat(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &Error{Kind: ReadOnly, Path: path, Err: err}
		}
		// Another process may be deleting its log at this moment.
		if _, links := ownerOf(fi); links == 0 {
			continue
		}
		if err := checkFile(path, path+suffix, fi); err != nil {
			return err
		}
	}
	return nil
}

// aside is the command that gets something out of the way without losing it, nor
// what was put aside before.
func aside(name string) string {
	to := name + ".aside"
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); err != nil {
			return "mv " + quote(name) + " " + quote(to)
		}
		to = fmt.Sprintf("%s.aside%d", name, n)
	}
}

func checkFile(path, name string, fi fs.FileInfo) error {
	switch mode := fi.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return notPrivate(path, name+" is a symbolic link", aside(name))
	case !mode.IsRegular():
		return notPrivate(path, name+" is not a regular file", aside(name))
	}
	uid, links := ownerOf(fi)
	switch {
	case uid != os.Getuid():
		return notPrivate(path, name+" belongs to another user", fmt.Sprintf("sudo chown %d %s", os.Getuid(), quote(name)))
	case links > 1:
		return notPrivate(path, name+" has more than one name (hard link)",
			fmt.Sprintf("find %s -samefile %s", quote(folderOf(name)), quote(name)))
	case othersMay(fi, 0o077):
		return notPrivate(path, "others can read "+name, "chmod 600 "+quote(name))
	}
	return nil
}

// checkFolder refuses a folder in which somebody else could put a file in place
// of ours. The sticky bit, as on /tmp, prevents that.
func checkFolder(path, folder string) error {
	fi, err := os.Lstat(folder)
	if err != nil {
		return &Error{Kind: ReadOnly, Path: path, Err: err}
	}
	uid, _ := ownerOf(fi)
	sticky := fi.Mode()&fs.ModeSticky != 0
	switch {
	case fi.Mode()&fs.ModeSymlink != 0:
		return notPrivate(path, "the folder "+folder+" is a symbolic link", "set PATDESK_DATA to the folder it points to")
	case !fi.IsDir():
		return notPrivate(path, folder+" is not a folder", "set PATDESK_DATA to a folder")
	case uid != os.Getuid() && (uid != 0 || !sticky && othersMay(fi, 0o022)):
		return notPrivate(path, "the folder "+folder+" belongs to another user",
			fmt.Sprintf("sudo chown %d %s", os.Getuid(), quote(folder)))
	case othersMay(fi, 0o022) && !sticky:
		return notPrivate(path, "others can write to the folder "+folder, "chmod 700 "+quote(folder))
	}
	return nil
}

// checkDisk refuses network file systems: the write-ahead log needs memory that
// all writers share.
func (o Options) checkDisk(folder string) error {
	look := o.fileSystem
	if look == nil {
		look = fileSystemOf
	}
	id, err := look(folder)
	if err != nil {
		return &Error{Kind: ReadOnly, Path: o.Path, Err: err}
	}
	if name := networkName(id); name != "" {
		return &Error{
			Kind: NetworkFS, Path: o.Path, Err: errors.New("it is on " + name),
			Fix: "set PATDESK_DATA to a folder on a local disk",
		}
	}
	return nil
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
