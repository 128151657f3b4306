package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// killed is a copy of a history as a killed process leaves it: n rows of its
// own in the file, and behind them more in a log that was not moved into it.
func killed(tb testing.TB, n, more int) (o Options, before string) {
	tb.Helper()
	live := options(tb)
	s := open(tb, live)
	for i := range n {
		issue(tb, s, draft(fmt.Sprint("user", i), "orders"), epoch)
	}
	if _, err := s.write.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		tb.Fatal(err)
	}
	before = filepath.Join(tb.TempDir(), "before.db")
	copyFile(tb, live.Path, before)
	for i := range more {
		issue(tb, s, draft(fmt.Sprint("more", i), "orders"), epoch)
	}
	o = live
	o.Path = filepath.Join(tb.TempDir(), "data", "history.db")
	if err := os.Mkdir(filepath.Dir(o.Path), 0o700); err != nil {
		tb.Fatal(err)
	}
	copyFile(tb, live.Path, o.Path)
	copyFile(tb, live.Path+"-wal", o.Path+"-wal")
	return o, before
}

// Ensure that a log which does not continue the state of the file is refused,
// that nothing is changed by that, and that the printed command mends it.
func TestOpen_RefusesALogThatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, o Options){
		"of another history": func(t *testing.T, o Options) {
			other, _ := killed(t, 2, 3)
			copyFile(t, other.Path+"-wal", o.Path+"-wal")
		},
		"a single commit of another": func(t *testing.T, o Options) {
			other, _ := killed(t, 5, 1)
			copyFile(t, other.Path+"-wal", o.Path+"-wal")
		},
		"of another program": func(t *testing.T, o Options) {
			other := filepath.Join(t.TempDir(), "x.db")
			db := connect(other+"?", writeRows, 1)
			_ = db.Close()
			copyFile(t, o.Path, other)
			db = connect(other, writeRows, 1)
			t.Cleanup(func() { _ = db.Close() })
			if _, err := db.Exec(`DROP TABLE sealed; CREATE TABLE t (x)`); err != nil {
				t.Fatal(err)
			}
			copyFile(t, other+"-wal", o.Path+"-wal")
		},
		"history of another beside it": func(t *testing.T, o Options) { other, _ := killed(t, 9, 1); copyFile(t, other.Path, o.Path) },
		"an older state restored":      func(t *testing.T, o Options) { restoreOlder(t, o) },
		"a newer state restored":       func(t *testing.T, o Options) { restoreNewer(t, o) },
		"with a damaged head": func(t *testing.T, o Options) {
			b, err := os.ReadFile(o.Path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			b[20] ^= 1
			if err := os.WriteFile(o.Path+"-wal", b, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"text": func(t *testing.T, o Options) { copyFile(t, "wal_test.go", o.Path+"-wal") },
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := killed(t, 5, 3)
			spoil(t, o)
			before := snapshot(t, o.Path)
			var e *Error
			for _, list := range []bool{true, false} {
				o.Reading = list
				s, err := Open(t.Context(), o)
				if s != nil {
					_ = s.Close()
				}
				if !errors.As(err, &e) || e.Kind != ForeignLog || e.Log != o.Path+"-wal" {
					t.Fatalf("got %v", err)
				}
			}
			if diff := gocmp.Diff(before, snapshot(t, o.Path)); diff != "" {
				t.Error(diff)
			}
			shell(t, e.Fix)
			sound(t, open(t, o))
		})
	}
}

// restoreOlder puts a copy of long ago over the file of a killed process.
func restoreOlder(t *testing.T, o Options) {
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	older := filepath.Join(t.TempDir(), "older.db")
	if err := s.Backup(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	issue(t, s, draft("next", "orders"), epoch)
	if _, err := s.write.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	issue(t, s, draft("last", "orders"), epoch)
	wal := filepath.Join(t.TempDir(), "wal")
	copyFile(t, o.Path+"-wal", wal)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	copyFile(t, older, o.Path)
	copyFile(t, wal, o.Path+"-wal")
	_ = os.Remove(o.Path + "-shm") // if it is there
}

// restoreNewer puts a log of long ago beside a file that went on.
func restoreNewer(t *testing.T, o Options) {
	wal := filepath.Join(t.TempDir(), "wal")
	copyFile(t, o.Path+"-wal", wal)
	for i := range 2 {
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		issue(t, s, draft(fmt.Sprint("later", i), "orders"), epoch)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, wal, o.Path+"-wal")
}

// Ensure that a log which is the file's own is taken, in whatever state a kill
// left it, with every row that is in it.
func TestOpen_TakesItsOwnLog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(t *testing.T, o Options, before string)
		rows   int64
	}{
		"as it was left":             {func(*testing.T, Options, string) {}, 8},
		"the state before restored":  {func(t *testing.T, o Options, before string) { copyFile(t, before, o.Path) }, 8},
		"memory of another":          {func(t *testing.T, o Options, _ string) { copyFile(t, o.Path, o.Path+"-shm") }, 8},
		"the last row half written":  {func(t *testing.T, o Options, _ string) { truncate(t, o.Path+"-wal", size(o.Path+"-wal")-100) }, 8},
		"nothing but a head":         {func(t *testing.T, o Options, _ string) { truncate(t, o.Path+"-wal", walHead) }, 5},
		"less than a head":           {func(t *testing.T, o Options, _ string) { truncate(t, o.Path+"-wal", 7) }, 5},
		"empty":                      {func(t *testing.T, o Options, _ string) { truncate(t, o.Path+"-wal", 0) }, 5},
		"moved into the file before": {func(t *testing.T, o Options, _ string) { halfMoved(t, o) }, 8},
	} {
		t.Run(name, func(t *testing.T) {
			o, before := killed(t, 5, 3)
			c.change(t, o, before)
			s := open(t, o)
			if n, err := s.Count(t.Context(), Query{}); err != nil || n != c.rows {
				t.Errorf("%d rows, want %d, %v", n, c.rows, err)
			}
			sound(t, s)
			issue(t, s, draft("next", "orders"), epoch)
		})
	}
}

// halfMoved makes the file what it is when a process is killed after it moved
// its log into the file and before it removed it.
func halfMoved(t *testing.T, o Options) {
	wal := filepath.Join(t.TempDir(), "wal")
	copyFile(t, o.Path+"-wal", wal)
	db := connect(o.Path, writeRows, 1)
	_, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	copyFile(t, wal, o.Path+"-wal")
}
