//go:build unix

package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// nonblock keeps open from waiting for the other side of a pipe.
const nonblock = syscall.O_NONBLOCK

// checkTrust refuses a file that somebody else could have written. It looks at
// the open file, so that it cannot be changed for another after the check, and
// at the directories of the name and of the file a link points to.
func checkTrust(path string, f *os.File) *Error {
	fi, err := f.Stat()
	if err != nil {
		return &Error{Path: path, Msg: "the configuration cannot be read", Suggest: reasonOf(err), Err: err}
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return &Error{Path: path, Msg: "the configuration cannot be read", Suggest: reasonOf(err), Err: err}
	}
	if e := trusted(path, real, fi, "the file", false); e != nil {
		return e
	}
	for _, dir := range []string{filepath.Dir(path), filepath.Dir(real)} {
		di, err := os.Stat(dir)
		if err != nil {
			return &Error{Path: path, Msg: "the configuration cannot be read", Suggest: reasonOf(err), Err: err}
		}
		if e := trusted(path, dir, di, "its directory", true); e != nil {
			return e
		}
	}
	return nil
}

// trusted returns nil if only this user or root can change what fi describes.
// In a directory the sticky bit keeps others from replacing files.
func trusted(path, target string, fi fs.FileInfo, what string, sticky bool) *Error {
	const why = "and key_command runs from it"
	if st, ok := fi.Sys().(*syscall.Stat_t); ok && st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		e := &Error{
			Path: path, Msg: what + " belongs to another user, " + why,
			Suggest: fmt.Sprintf("to mend it: chown %d %s", os.Geteuid(), shellQuote(target)),
		}
		if os.Geteuid() == 0 { // sudo in somebody's home: their folder stays theirs
			e.Suggest = "run patdesk without sudo, or set HOME to the one of root"
		}
		return e
	}
	if fi.Mode().Perm()&0o022 != 0 && (!sticky || fi.Mode()&fs.ModeSticky == 0) {
		return &Error{
			Path: path, Msg: what + " can be changed by others, " + why,
			Suggest: "to mend it: chmod go-w " + shellQuote(target),
		}
	}
	return nil
}

// shellQuote makes s one word of a command that a person may paste.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
