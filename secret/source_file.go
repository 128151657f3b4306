package secret

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// fromFile reads a key file after checking that only its owner can read it and
// that nobody else can replace it.
func (s Source) fromFile() (Text, error) {
	if s.Path == "" {
		return Text{}, s.fail(ReasonMissing, "the profile names no key_file", nil)
	}
	fi, err := os.Lstat(s.Path)
	if err != nil {
		return Text{}, s.fileFailed(err)
	}
	if e := s.checkFile(fi); e != nil {
		return Text{}, e
	}
	f, err := openPrivate(s.Path)
	if err != nil {
		return Text{}, s.fileFailed(err)
	}
	defer f.Close()
	// The name may point to another file by now: what was opened counts.
	if fi, err = f.Stat(); err != nil {
		return Text{}, s.fileFailed(err)
	}
	if e := s.checkFile(fi); e != nil {
		return Text{}, e
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return Text{}, s.fileFailed(err)
	}
	if len(b) > maxSecret {
		return Text{}, s.fail(ReasonTooLarge, "the key file is larger than 64 KiB", nil)
	}
	return New(trimNewline(string(b))), nil
}

func (s Source) fileFailed(err error) *SourceError {
	if errors.Is(err, fs.ErrNotExist) {
		return s.fail(ReasonMissing, fmt.Sprintf("there is no key file %q", s.Path), err)
	}
	return s.fail(ReasonFailed, fmt.Sprintf("the key file %q cannot be read", s.Path), err)
}

// checkFile returns nil for a file that is private: a regular file of this user
// with one name and no rights for others, in a directory only this user writes.
func (s Source) checkFile(fi os.FileInfo) *SourceError {
	bad := func(msg, fix string) *SourceError {
		e := s.fail(ReasonNotPrivate, fmt.Sprintf("the key file %q %s", s.Path, msg), nil)
		e.Fix = fix
		return e
	}
	if fi.Mode()&fs.ModeSymlink != 0 {
		return bad("is a symbolic link; name the file itself", "")
	}
	if !fi.Mode().IsRegular() {
		return bad("is not a regular file", "")
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	if uid, links, known := owner(fi); known {
		if uid != os.Geteuid() && os.Geteuid() == 0 { // sudo in somebody's home
			return bad("belongs to another user: run patdesk without sudo", "")
		}
		if uid != os.Geteuid() {
			return bad("belongs to another user", fmt.Sprintf("chown %d %s", os.Geteuid(), shellQuote(s.Path)))
		}
		if links > 1 {
			return bad("has more than one name (hard link); make a copy with one", "")
		}
	}
	if fi.Mode().Perm()&0o077 != 0 {
		return bad("can be read or changed by others", "chmod 600 "+shellQuote(s.Path))
	}
	dir := filepath.Dir(s.Path)
	di, err := os.Stat(dir)
	if err != nil {
		return s.fileFailed(err)
	}
	if writableByOthers(di) {
		return bad("stands in a directory that others can write", "chmod go-w "+shellQuote(dir))
	}
	return nil
}

// writableByOthers reports whether somebody else may replace files in a
// directory. The sticky bit forbids that, as in /tmp.
func writableByOthers(dir os.FileInfo) bool {
	return dir.Mode().Perm()&0o022 != 0 && dir.Mode()&fs.ModeSticky == 0
}

// WriteKeyFile stores a key in a file of mode 0600. See WritePrivate.
func WriteKeyFile(path string, key Text) error {
	return WritePrivate(path, []byte(key.Reveal(ForStorage)+"\n"))
}

// WritePrivate replaces the file at path by b so that a reader and a crash see
// either the old content or the new one. The file gets mode 0600 whatever the
// umask is; a missing directory is created with mode 0700. It refuses to replace
// what is not a regular file, so that a link is not followed out of its place.
func WritePrivate(path string, b []byte) error {
	if fi, err := os.Lstat(path); err == nil && !fi.Mode().IsRegular() {
		return fmt.Errorf("write %q: it exists and is not a regular file", path)
	}
	dir := filepath.Dir(path)
	if err := MakeFolder(dir); err != nil {
		return fmt.Errorf("create directory: %w", err)
	}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) && publish(path, b) == nil {
		return syncDir(dir)
	}
	tmp, err := stage(path, b)
	if err != nil {
		return err
	}
	if err := putInPlace(tmp, path); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	return nil
}

// stage writes b durably to a new file beside path and returns its name. The
// file never has rights for others, not even for a moment.
func stage(path string, b []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), stagedPrefix(path)+strconv.Itoa(os.Getpid())+"-*"+stagedSuffix)
	if err != nil {
		return "", fmt.Errorf("create temporary file: %w", err)
	}
	// A umask can take rights from the owner too.
	err = f.Chmod(0o600)
	if err == nil {
		_, err = f.Write(b)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write temporary file: %w", err)
	}
	return f.Name(), nil
}

// putInPlace gives the staged file its name, and makes the name durable.
func putInPlace(tmp, path string) error {
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("rename temporary file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// shellQuote makes s one word of a command that a person may paste.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
