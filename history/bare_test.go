package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// heldBack is an open history of which SQLite has moved a part of the log into
// the file and no more, since a reader kept it from that: the file alone looks malformed.
func heldBack(t *testing.T) (Options, *Store) {
	t.Helper()
	o := options(t)
	s := open(t, o)
	for i := range 200 {
		issue(t, s, draft(fmt.Sprint("user", i), "orders"), epoch)
		reader, err := s.read.Begin()
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := reader.QueryRow(`SELECT count(*) FROM entries`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		issue(t, s, draft(fmt.Sprint("user", i), "stock"), epoch)
		if _, err := s.write.Exec(`PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
			t.Fatal(err)
		}
		if err := reader.Rollback(); err != nil {
			t.Fatal(err)
		}
		db := connect(o.Path, peekFile, 1)
		_, _, err = identityOf(t.Context(), db)
		_ = db.Close()
		if isCorrupt(err) {
			return o, s
		}
	}
	t.Fatal("the file alone was always sound")
	return o, s
}

// Ensure that a log of which a part was moved into the file is no reason to take
// the file for another one: not while it is open, and not after a kill.
func TestStore_KnowsAFileThatIsHalfOfItself(t *testing.T) {
	t.Parallel()
	o, s := heldBack(t)
	killed := o
	killed.Path = filepath.Join(t.TempDir(), "data", "history.db")
	if err := os.Mkdir(filepath.Dir(killed.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		copyFile(t, o.Path+suffix, killed.Path+suffix)
	}
	rows, err := s.Count(t.Context(), Query{})
	if err != nil {
		t.Fatal(err)
	}
	issue(t, s, draft("next", "orders"), epoch) // refused where the file is taken for another
	sound(t, s)

	for _, reading := range []bool{true, false} {
		killed.Reading = reading
		after := open(t, killed)
		if n, err := after.Count(t.Context(), Query{}); err != nil || n != rows {
			t.Errorf("reading %v: %d rows, want %d, %v", reading, n, rows, err)
		}
		if !reading {
			issue(t, after, draft("next", "orders"), epoch)
			sound(t, after)
		}
	}
}

// Ensure that a file which looks malformed by itself is still refused for what it is.
func TestOpen_RefusesHalfAFileWithAnotherLog(t *testing.T) {
	t.Parallel()
	o, s := heldBack(t)
	other, _ := killed(t, 2, 3)
	half := o
	half.Path = filepath.Join(t.TempDir(), "data", "history.db")
	if err := os.Mkdir(filepath.Dir(half.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	copyFile(t, o.Path, half.Path)
	copyFile(t, other.Path+"-wal", half.Path+"-wal")
	_, err := Open(t.Context(), half)
	if e := kindOf(err); e != ForeignLog {
		t.Errorf("another log: %s, %v", e, err)
	}
	copyFile(t, o.Path+"-wal", half.Path+"-wal")
	half.steps = embedded()[:1]
	_, err = Open(t.Context(), half)
	if e := kindOf(err); e != Newer {
		t.Errorf("a newer version: %s, %v", e, err)
	}
	sound(t, s)
}

func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
