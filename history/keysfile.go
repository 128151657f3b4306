package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keysFile is beside the history and names the keys that sealed in it, one id a
// line. It tells an emptied history from a first start, and a key that was taken
// knowingly from one that came in by mistake.
func (s *Store) keysFile() string { return s.opts.Path + ".keys" }

// NotedKeys implements Engine; there are none without the file.
func (lite *engine) NotedKeys(context.Context) ([]string, error) { return lite.store.notedKeys() }

func (s *Store) notedKeys() ([]string, error) {
	b, err := os.ReadFile(s.keysFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(b)), err
}

// NoteKey implements Engine.
func (lite *engine) NoteKey(_ context.Context, id string) error {
	s := lite.store
	if s.memory {
		return nil
	}
	noted, err := s.notedKeys()
	if err != nil || slices.Contains(noted, id) {
		return err
	}
	f, err := os.OpenFile(s.keysFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND|noFollow, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, id)
	return errors.Join(err, f.Sync(), f.Close())
}

// noPages is the greatest size, in bytes, of a file that SQLite takes for one
// without pages: to its file layer, a single byte is none (unixFileSize in
// os_unix.c). "echo > history.db" leaves just that.
const noPages = 1

// checkGone refuses to take a history that was emptied or deleted for one that
// has not begun yet. A first start makes no key before its file is whole.
func (s *Store) checkGone() error {
	fi, err := os.Lstat(s.path)
	if err == nil && (!fi.Mode().IsRegular() || fi.Size() > noPages) {
		return nil
	}
	noted, err := s.notedKeys()
	if err != nil || len(noted) == 0 && size(s.path+"-wal") == 0 {
		return nil //nolint:nilerr // what cannot be read says nothing
	}
	what := "is not there"
	if fi != nil {
		what = "is empty"
	}
	e := &Error{Kind: Gone, Path: s.path, Fix: aside(s.keysFile()), Err: fmt.Errorf("%s %s, although tokens were recorded in it", s.path, what)}
	if len(noted) == 0 {
		e.Fix = aside(s.path + "-wal")
	}
	if old, _ := filepath.Glob(globQuote(s.path) + ".v*.bak"); len(old) > 0 { // the pattern is well formed
		newest := slices.MaxFunc(old, func(a, b string) int { return strings.Compare(backupTime(a), backupTime(b)) })
		e.Err = fmt.Errorf("%w; the copy made before the last upgrade is %s", e.Err, newest)
	}
	return e
}
