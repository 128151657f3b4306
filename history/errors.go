package history

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// ErrNotFound is returned when no row has the id asked for.
var ErrNotFound = errors.New("not in the history")

// ErrNoSecret says that a row holds no token text: none was issued, it was not
// to be kept, or it was purged after its end.
var ErrNoSecret = errors.New("the token text is not kept")

// NoSecretError is ErrNoSecret with what became of the row's request, which tells why.
type NoSecretError struct{ Outcome Outcome }

// Error implements error.
func (e *NoSecretError) Error() string { return ErrNoSecret.Error() }

// Unwrap returns ErrNoSecret.
func (e *NoSecretError) Unwrap() error { return ErrNoSecret }

// ErrFinished is returned by Finish when the row already has a final outcome.
var ErrFinished = errors.New("the outcome of this request is already recorded")

// Kind says what is wrong with the history as a whole.
type Kind string

// The kinds of Error.
const (
	// Full means that the disk is full.
	Full Kind = "full"
	// IO means that the device failed.
	IO Kind = "io"
	// ReadOnly means that the file or its folder cannot be written or opened.
	ReadOnly Kind = "read-only"
	// Corrupt means that the file is damaged, or no database at all.
	Corrupt Kind = "corrupt"
	// Newer means that a newer version of patdesk wrote the file.
	Newer Kind = "newer"
	// Foreign means that the file is a database of another program.
	Foreign Kind = "foreign"
	// Busy means that another process wrote for longer than the write may wait: five seconds, or until its deadline.
	Busy Kind = "busy"
	// NotPrivate means that others could read or replace the file, or that it is a link.
	NotPrivate Kind = "not-private"
	// Moved means that the path no longer leads to the open file, or that its
	// content was replaced.
	Moved Kind = "moved"
	// ForeignLog means that a log beside the file does not belong to it.
	ForeignLog Kind = "foreign-log"
	// Gone means that the file is missing or empty although it was in use.
	Gone Kind = "gone"
	// KeyLost means that tokens are sealed with a key that is not here.
	KeyLost Kind = "key-lost"
	// NetworkFS means that the file is not on a local disk.
	NetworkFS Kind = "network-fs"
	// Away means that the database cannot be reached, or the connection to it was lost.
	Away Kind = "away"
	// Schema means that the database has no tables of patdesk, or older ones.
	Schema Kind = "schema"
	// Left means that the history goes on in a database; the file can only be read.
	Left Kind = "left"
	// Denied means that the database refuses the role, its password or what it may do.
	Denied Kind = "denied"
)

// Error is a failure of the history as a whole. Whenever a method returns one,
// nothing of what it was asked to write was written.
type Error struct {
	Kind      Kind
	Path      string
	Log       string // ForeignLog: the file that does not belong here
	Fix       string // the exact command or step that helps, may be empty
	PID       int    // Busy: a process that has the history open for writing, 0 if unknown
	FreeBytes int64  // Full: what is left on the disk
	Err       error  // cause, may be nil
}

// Error implements error.
func (e *Error) Error() string {
	var what string
	switch e.Kind {
	case Full:
		what = fmt.Sprintf("no space is left (%d bytes free)", e.FreeBytes)
	case IO:
		what = "the disk reports an error"
	case ReadOnly:
		what = "it cannot be written"
	case Corrupt:
		what = "the file is damaged or no database"
	case Newer:
		what = "it was written by a newer version"
	case Foreign:
		what = "the file belongs to another program"
	case Busy:
		what = "another process is writing"
	case NotPrivate:
		what = "it is not private"
	case Moved:
		what = "it was moved, deleted or replaced while it was open"
	case ForeignLog:
		what = "a log that is not its own lies beside it"
	case Gone:
		what = "it is missing or empty"
	case KeyLost:
		what = "its key is not here"
	case NetworkFS:
		what = "it is not on a local disk"
	case Left:
		what = "it was left for another place"
	case Away:
		what = "it cannot be reached"
	case Schema:
		what = "its tables are missing or older than this program"
	case Denied:
		what = "the database refuses it"
	}
	msg := fmt.Sprintf("history %s: %s", e.Path, what)
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Extended codes that mean "disk full" or not depending on the free space: a
// full disk at open shows as a failure to size the shared memory file.
const (
	ioErrShmSize = 4874
	ioErrWrite   = 778
)

// almostFull is the free space below which a failed write is taken as a full disk.
const almostFull = 64 << 10

// Fail implements Engine: it turns an error of SQLite into an *Error where it says
// something about the file.
func (lite *engine) Fail(ctx context.Context, action string, err error) error {
	s := lite.store
	var own *Error
	if errors.As(err, &own) {
		return fmt.Errorf("%s: %w", action, err)
	}
	var broken *damage
	if errors.As(err, &broken) {
		return fmt.Errorf("%s: %w", action, &Error{Kind: Corrupt, Path: s.path, Err: err})
	}
	var code sqlite3.Error
	if !errors.As(err, &code) {
		return fmt.Errorf("%s: %w", action, err)
	}
	if code.Code == sqlite3.ErrInterrupt && ctx.Err() != nil {
		return fmt.Errorf("%s: %w", action, ctx.Err())
	}
	e := &Error{Path: s.path, Err: err}
	switch code.Code {
	case sqlite3.ErrFull:
		e.Kind = Full
	case sqlite3.ErrIoErr:
		if e.Kind = IO; isFull(code.SystemErrno) { // SQLite tells a quota as an I/O error, and a full disk where it sizes a file
			e.Kind = Full
		}
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrAuth:
		e.Kind = ReadOnly
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		e.Kind = Corrupt
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		e.Kind, e.PID = Busy, s.otherWriter()
	default:
		return fmt.Errorf("%s: %w", action, err)
	}
	if free, ok := freeBytes(s.path); ok {
		if e.Kind == IO && (code.ExtendedCode == ioErrShmSize || code.ExtendedCode == ioErrWrite) && free < almostFull {
			e.Kind = Full
		}
		if e.Kind == Full {
			e.FreeBytes = free
		}
	}
	if e.Kind == ReadOnly {
		e.Fix = makeWritable(s.path)
	}
	return fmt.Errorf("%s: %w", action, e)
}

func isBusy(err error) bool {
	var lite sqlite3.Error
	return errors.As(err, &lite) && (lite.Code == sqlite3.ErrBusy || lite.Code == sqlite3.ErrLocked)
}
