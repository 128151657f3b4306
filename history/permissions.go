package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"patdesk/literal"
	"patdesk/secret"
)

// The files that SQLite puts beside a database.
var sidecars = []string{"-wal", "-shm", "-journal"}

func folderOf(path string) string { return filepath.Dir(path) }

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
	var stranger *secret.HomeError
	switch err := secret.MakeFolder(folder); {
	case errors.As(err, &stranger):
		return &Error{Kind: NotPrivate, Path: o.Path, Fix: stranger.Fix(), Err: stranger}
	case err != nil:
		return &Error{Kind: ReadOnly, Path: o.Path, Err: err}
	}
	if err := checkFolder(o.Path, folder); err != nil {
		return also(err, checkFiles(o.Path))
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
	e := &Error{Kind: ReadOnly, Path: path, Err: err, Fix: makeWritable(path)}
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
	refused := checkFile(path, path, fi)
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
		refused = also(refused, checkFile(path, path+suffix, fi))
	}
	return refused
}

// also joins two refusals: the first one is told, and the command mends both.
func also(first, second error) error {
	var a, b *Error
	if !errors.As(first, &a) {
		return second
	}
	if errors.As(second, &b) && b.Kind == NotPrivate && isCommand(a.Fix) && isCommand(b.Fix) && a.Fix != b.Fix {
		a.Fix += " && " + b.Fix
	}
	return first
}

func isCommand(fix string) bool {
	word, _, _ := strings.Cut(fix, " ")
	return word == "chmod" || word == "sudo" || word == "mv" || word == "cp"
}

// makeWritable is the command that lets this user write to a history of his own,
// or "" where that would not help.
func makeWritable(path string) string {
	var fixes []string
	for _, c := range []struct {
		name string
		bits fs.FileMode
	}{{folderOf(path), 0o700}, {path, 0o600}} {
		fi, err := os.Lstat(c.name)
		if err != nil {
			continue
		}
		if uid, _ := ownerOf(fi); uid == os.Getuid() && fi.Mode().Perm()&c.bits != c.bits {
			fixes = append(fixes, fmt.Sprintf("chmod %o %s", c.bits, literal.Shell(c.name)))
		}
	}
	return strings.Join(fixes, " && ")
}

// takeBack says how something that belongs to another user becomes this user's.
// What root left behind is given back by root; what is somebody's stays so.
func takeBack(name string, owner, user int) string {
	switch {
	case user == 0:
		return "run patdesk as the user that it belongs to, without sudo"
	case owner == 0:
		return fmt.Sprintf("sudo chown %d %s", user, literal.Shell(name))
	default:
		return "set PATDESK_DATA to a folder of your own"
	}
}

// aside is the command that gets something out of the way without losing it, nor
// what was put aside before.
func aside(name string) string {
	return "mv " + literal.Shell(name) + " " + literal.Shell(unused(name+".aside"))
}

// ownCopy is the command that parts a file from its other names (hard links) and
// loses neither. cp -p keeps it private.
func ownCopy(name string) string {
	own := literal.Shell(unused(name + ".own"))
	return "cp -p " + literal.Shell(name) + " " + own + " && mv " + own + " " + literal.Shell(name)
}

// unused is a path that nothing has: name, or name and a number.
func unused(name string) string {
	for to, n := name, 2; ; n++ {
		if _, err := os.Lstat(to); err != nil {
			return to
		}
		to = fmt.Sprintf("%s%d", name, n)
	}
}

func checkFile(path, name string, fi fs.FileInfo) error {
	switch mode := fi.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return linkRefused(path, name)
	case !mode.IsRegular():
		return notPrivate(path, name+" is not a regular file", aside(name))
	}
	uid, links := ownerOf(fi)
	switch {
	case uid != os.Getuid():
		return notPrivate(path, name+" belongs to another user", takeBack(name, uid, os.Getuid()))
	case links > 1:
		return notPrivate(path, name+" has more than one name (hard link); the other one keeps a copy", ownCopy(name))
	case othersMay(fi, 0o077):
		return notPrivate(path, "others can read "+name, "chmod 600 "+literal.Shell(name))
	}
	return nil
}

// linkRefused refuses a link in place of a file: whoever can move what it leads to decides
// what is written where. A history of this user's that it leads to is named, since it would
// be missed once the link is put aside.
func linkRefused(path, name string) error {
	to, err := filepath.EvalSymlinks(name)
	if err != nil {
		return notPrivate(path, name+" is a symbolic link to what is not there", aside(name))
	}
	fi, err := os.Lstat(to)
	if err != nil || !fi.Mode().IsRegular() {
		return notPrivate(path, name+" is a symbolic link", aside(name))
	}
	fix := aside(name)
	if uid, _ := ownerOf(fi); name == path && uid == os.Getuid() && filepath.Base(to) == filepath.Base(path) {
		fix = "set PATDESK_DATA to " + literal.Shell(filepath.Dir(to))
	}
	return notPrivate(path, fmt.Sprintf("%s is a symbolic link to %s, which stays where it is", name, to), fix)
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
		return notPrivate(path, "the folder "+folder+" belongs to another user", takeBack(folder, uid, os.Getuid()))
	case othersMay(fi, 0o022) && !sticky:
		return notPrivate(path, "others can write to the folder "+folder, "chmod 700 "+literal.Shell(folder))
	}
	return nil
}

// checkDisk refuses network file systems: the write-ahead log needs memory that
// all writers share.
func (o Options) checkDisk(folder string) error {
	look := o.networkDisk
	if look == nil {
		look = networkDisk
	}
	name, err := look(folder)
	if err != nil {
		return &Error{Kind: ReadOnly, Path: o.Path, Err: err}
	}
	if name != "" {
		return &Error{
			Kind: NetworkFS, Path: o.Path, Err: errors.New("it is on " + name),
			Fix: "set PATDESK_DATA to a folder on a local disk",
		}
	}
	return nil
}
