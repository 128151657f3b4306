package historytest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"patdesk/history"
)

// Blank puts a new history without rows at path, whose folder it makes, as history.Open
// and Close leave one. It has an identity of its own. All steps of the schema are taken
// once in a process and the file is copied from then on: taking them was a sixth of
// what tests with a history each cost.
func Blank(path string) error {
	from, err := blank()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	// An identity has one length for ever, and SQLite keeps no sums of its pages.
	_, err = f.Write(bytes.ReplaceAll(from.file, from.uuid, []byte(history.NewUUID())))
	return errors.Join(err, f.Close())
}

// template is a history without rows.
type template struct{ file, uuid []byte }

var blank = sync.OnceValues(func() (t template, err error) {
	dir, err := os.MkdirTemp("", "patdesk-blank-")
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "history.db")
	s, err := history.Open(context.Background(), history.Options{Path: path})
	if err != nil {
		return t, err
	}
	if err := s.Close(); err != nil {
		return t, err
	}
	if t.file, err = os.ReadFile(path); err != nil {
		return t, err
	}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return t, db.QueryRowContext(context.Background(), `SELECT value FROM meta WHERE key = 'uuid'`).Scan(&t.uuid)
})
