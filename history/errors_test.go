package history

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
)

func TestError_KindsByCode(t *testing.T) {
	t.Parallel()
	s := newStore(Options{Path: filepath.Join(t.TempDir(), "history.db")})
	for _, c := range []struct {
		code     sqlite3.ErrNo
		extended sqlite3.ErrNoExtended
		want     Kind
	}{
		{sqlite3.ErrFull, 13, Full},
		{sqlite3.ErrIoErr, 778, IO}, // there is room
		{sqlite3.ErrIoErr, ioErrShmSize, IO},
		{sqlite3.ErrReadonly, 8, ReadOnly},
		{sqlite3.ErrCantOpen, 14, ReadOnly},
		{sqlite3.ErrPerm, 3, ReadOnly},
		{sqlite3.ErrNotADB, 26, Corrupt},
		{sqlite3.ErrCorrupt, 11, Corrupt},
		{sqlite3.ErrBusy, 5, Busy},
		{sqlite3.ErrProtocol, 15, Busy},
	} {
		err := s.fail(t.Context(), "write", sqlite3.Error{Code: c.code, ExtendedCode: c.extended})
		var e *Error
		if !errors.As(err, &e) || e.Kind != c.want || e.Path != s.path {
			t.Errorf("%v (%d): %v", c.code, c.extended, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), "write: history ") {
			t.Errorf("message %q", err)
		}
		if c.want == Full && e.FreeBytes <= 0 {
			t.Errorf("free bytes %d", e.FreeBytes)
		}
	}
	var e *Error
	if err := s.fail(t.Context(), "write", sqlite3.Error{Code: sqlite3.ErrConstraint}); errors.As(err, &e) {
		t.Errorf("a broken constraint is about the whole file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.fail(ctx, "read", sqlite3.Error{Code: sqlite3.ErrInterrupt}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// Ensure that a full disk is told before anything is sent, and leaves the
// history as it was.
func TestBegin_FullDisk(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	e := issue(t, s, draft("ana", "orders"), epoch)
	if _, err := s.write.Exec(`PRAGMA max_page_count = 1`); err != nil { // as many as there are
		t.Fatal(err)
	}
	var err error
	for i := 0; i < 2000 && err == nil; i++ {
		_, err = s.Begin(t.Context(), draft(strings.Repeat("long", i), "orders"))
	}
	var full *Error
	if !errors.As(err, &full) || full.Kind != Full {
		t.Fatalf("got %v", err)
	}
	if _, err := s.Reveal(t.Context(), e.ID); err != nil {
		t.Errorf("reading: %v", err)
	}
	if _, err := s.write.Exec(`PRAGMA max_page_count = 100000`); err != nil {
		t.Fatal(err)
	}
	begin(t, s, draft("bo", "orders"))
	sound(t, s)
}

// Ensure that a reader does not wait for a writer, and that a writer who waits
// too long says who is in the way.
func TestBusy_ReadersDoNotWait(t *testing.T) {
	t.Parallel()
	o := options(t)
	a, b := open(t, o), open(t, o)
	issue(t, a, draft("ana", "orders"), epoch)
	begin(t, b, draft("bo", "orders"))
	tx, err := a.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := b.Page(t.Context(), Query{Now: epoch}); err != nil {
		t.Errorf("a reader beside a writer: %v", err)
	}
	if _, err := b.write.Exec(`PRAGMA busy_timeout = 20`); err != nil { // not five seconds in a test
		t.Fatal(err)
	}
	_, err = b.Begin(t.Context(), draft("cy", "orders"))
	var e *Error
	if !errors.As(err, &e) || e.Kind != Busy || e.PID != os.Getpid() {
		t.Errorf("got %v", err)
	}
}

// Ensure a write waits for another process as long as its context says, and says
// then who was in the way.
func TestBusy_WaitsUntilItsDeadline(t *testing.T) {
	t.Parallel()
	o := options(t)
	a, b := open(t, o), open(t, o)
	begin(t, a, draft("ana", "orders"))
	e := begin(t, b, draft("bo", "orders"))
	if _, err := b.write.Exec(`PRAGMA busy_timeout = 20`); err != nil {
		t.Fatal(err)
	}
	tx, err := a.write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := b.Finish(short, e.ID, issued(e.ID, epoch)); !isKind(err, Busy) {
		t.Errorf("at its deadline: %v", err)
	}
	go func() {
		time.Sleep(300 * time.Millisecond)
		_ = tx.Rollback()
	}()
	long, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := b.Finish(long, e.ID, issued(e.ID, epoch)); err != nil {
		t.Errorf("before its deadline: %v", err)
	}
}

func isKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

func TestOpen_FolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{Path: filepath.Join(file, "data", "history.db")})
	var e *Error
	if !errors.As(err, &e) || e.Kind != ReadOnly {
		t.Errorf("got %v", err)
	}
}

// Ensure that no error text holds what was to be stored.
func TestErrors_HoldNoSecret(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	e := begin(t, s, draft("ana", "orders"))
	if _, err := s.write.Exec(`CREATE TEMP TRIGGER broken BEFORE INSERT ON sealed BEGIN SELECT raise(ABORT, 'broken'); END`); err != nil {
		t.Fatal(err)
	}
	_, err := s.Finish(t.Context(), e.ID, issued(e.ID, epoch.Add(time.Second)))
	if err == nil || strings.Contains(err.Error(), "pat_") {
		t.Errorf("got %v", err)
	}
	if got := get(t, s, e.ID); got.Outcome != Pending {
		t.Errorf("half an outcome was written: %s", got.Outcome)
	}
}
