package history

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// copyFile gives to the content of from, over whatever is there, as cp does.
func copyFile(tb testing.TB, from, to string) {
	tb.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func rename(tb testing.TB, from, to string) {
	tb.Helper()
	if err := os.Rename(from, to); err != nil {
		tb.Fatal(err)
	}
}

// Ensure that nothing is recorded as begun or finished in a history that its
// path does not lead to any more, whatever happened to it.
func TestBegin_RefusesAHistoryThatWasMoved(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, path, older string){
		"moved":          func(t *testing.T, path, _ string) { rename(t, path, path+".away") },
		"folder moved":   func(t *testing.T, path, _ string) { rename(t, filepath.Dir(path), filepath.Dir(path)+".away") },
		"deleted":        func(t *testing.T, path, _ string) { remove(t, path) },
		"folder deleted": func(t *testing.T, path, _ string) { removeAll(t, filepath.Dir(path)) },
		"folder closed":  func(t *testing.T, path, _ string) { replaceFolder(t, path) },
		"replaced by a copy of itself": func(t *testing.T, path, _ string) {
			copyFile(t, path, path+".new")
			rename(t, path+".new", path)
		},
		"restored over":        func(t *testing.T, path, older string) { copyFile(t, older, path) },
		"restored beside":      func(t *testing.T, path, older string) { rename(t, older, path) },
		"another history over": func(t *testing.T, path, _ string) { copyFile(t, closedHistory(t, 9).Path, path) },
		"emptied":              func(t *testing.T, path, _ string) { truncate(t, path, 0) },
		"cut":                  func(t *testing.T, path, _ string) { truncate(t, path, 8192) },
		"text over it":         func(t *testing.T, path, _ string) { copyFile(t, "moved_test.go", path) },
		"a link in its place":  func(t *testing.T, path, _ string) { rename(t, path, path+".away"); symlink(t, path+".away", path) },
		"log deleted":          func(t *testing.T, path, _ string) { remove(t, path+"-wal") },
		"log and memory":       func(t *testing.T, path, _ string) { remove(t, path+"-wal"); remove(t, path+"-shm") },
		"log of another": func(t *testing.T, path, _ string) {
			copyFile(t, path+"-wal", path+".w")
			rename(t, path+".w", path+"-wal")
		},
		"shared memory deleted": func(t *testing.T, path, _ string) { remove(t, path+"-shm") },
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			older := filepath.Join(t.TempDir(), "older.db")
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			issue(t, s, draft("ana", "orders"), epoch)
			if err := s.Backup(t.Context(), older); err != nil {
				t.Fatal(err)
			}
			issue(t, s, draft("bo", "orders"), epoch)
			if _, err := s.write.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
				t.Fatal(err)
			}
			e := begin(t, s, draft("cy", "orders"))

			change(t, o.Path, older)
			var moved *Error
			if _, err := s.Begin(t.Context(), draft("di", "orders")); !errors.As(err, &moved) || moved.Kind != Moved || moved.Path != o.Path {
				t.Errorf("begun: %v", err)
			}
			if _, err := s.Finish(t.Context(), e.ID, issued(e.ID, epoch)); !errors.As(err, &moved) || moved.Kind != Moved {
				t.Errorf("finished: %v", err)
			}
			if err := s.Close(); err != nil && !errors.As(err, &moved) {
				t.Errorf("closed: %v", err)
			}
		})
	}
}

func remove(tb testing.TB, path string) {
	tb.Helper()
	if err := os.Remove(path); err != nil {
		tb.Fatal(err)
	}
}

func removeAll(tb testing.TB, path string) {
	tb.Helper()
	if err := os.RemoveAll(path); err != nil {
		tb.Fatal(err)
	}
}

func truncate(tb testing.TB, path string, n int64) {
	tb.Helper()
	if err := os.Truncate(path, n); err != nil {
		tb.Fatal(err)
	}
}

func symlink(tb testing.TB, to, path string) {
	tb.Helper()
	if err := os.Symlink(to, path); err != nil {
		tb.Fatal(err)
	}
}

// replaceFolder puts a folder with another history where that of path was.
func replaceFolder(tb testing.TB, path string) {
	tb.Helper()
	rename(tb, filepath.Dir(path), filepath.Dir(path)+".away")
	rename(tb, filepath.Dir(closedHistory(tb, 4).Path), filepath.Dir(path))
}

// Ensure that a history which is moved there and back, read by others or written
// to by others is not taken for moved.
func TestBegin_GoesOnWhereNothingMoved(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, s *Store, o Options){
		"moved there and back": func(t *testing.T, _ *Store, o Options) {
			rename(t, o.Path, o.Path+".away")
			rename(t, o.Path+".away", o.Path)
		},
		"log moved into the file": func(t *testing.T, s *Store, _ Options) {
			if _, err := s.write.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
				t.Fatal(err)
			}
		},
		"written by another": func(t *testing.T, _ *Store, o Options) {
			other := open(t, o)
			for i := range 3 {
				issue(t, other, draft("other", "orders"), epoch.AddDate(0, 0, i))
			}
			if err := other.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"touched": func(t *testing.T, _ *Store, o Options) {
			if err := os.Chtimes(o.Path, epoch, epoch); err != nil {
				t.Fatal(err)
			}
		},
		"in the middle of a write": func(t *testing.T, s *Store, o Options) { halfWritten(t, s, o.Path, 0) },
		"page by page":             func(t *testing.T, s *Store, o Options) { halfWritten(t, s, o.Path, 0xff) },
		"backed up": func(t *testing.T, s *Store, _ Options) {
			if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "b.db")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			s := open(t, o)
			issue(t, s, draft("ana", "orders"), epoch)
			change(t, s, o)
			issue(t, s, draft("bo", "orders"), epoch)
			sound(t, s)
		})
	}
}

// halfWritten leaves the page that says whose file it is as a checkpoint on a busy
// disk may show it for a moment, and as it should be a little later.
func halfWritten(t *testing.T, s *Store, path string, fill byte) {
	t.Helper()
	_, page, err := s.fileIdentity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole, at := make([]byte, 4096), int64(page-1)*4096
	_, err = f.ReadAt(whole, at)
	if _, werr := f.WriteAt(bytes.Repeat([]byte{fill}, len(whole)), at); errors.Join(err, werr) != nil {
		t.Fatal(err, werr)
	}
	soon := time.Now().Add(time.Hour) // so that a machine that stands still is not taken for rest
	if err := os.Chtimes(path, soon, soon); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() {
		_, werr := f.WriteAt(whole, at)
		if err := errors.Join(werr, f.Close()); err != nil {
			t.Error(err)
		}
	})
}

// Ensure that the end of a process whose history was replaced does no harm to
// what is there now: SQLite removes the log by its name.
func TestClose_LeavesWhatReplacedTheHistory(t *testing.T) {
	t.Parallel()
	o := options(t)
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	issue(t, s, draft("ana", "orders"), epoch)
	rename(t, filepath.Dir(o.Path), filepath.Dir(o.Path)+".away")
	now := open(t, o)
	e := issue(t, now, draft("bo", "orders"), epoch)
	_ = s.Close() // its history is away
	if _, err := os.Lstat(o.Path + "-wal"); err != nil {
		t.Errorf("the log of the other history: %v", err)
	}
	issue(t, now, draft("cy", "orders"), epoch)
	if got := get(t, now, e.ID); got.UserEmail != "bo@example.com" {
		t.Errorf("row %+v", got)
	}
	away := o
	away.Path = filepath.Join(filepath.Dir(o.Path)+".away", "history.db")
	old := open(t, away)
	if got := get(t, old, 1); got.Outcome != Issued || got.UserEmail != "ana@example.com" {
		t.Errorf("row of the history that is away: %+v", got)
	}
	sound(t, old)
}
