package history

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"patdesk/secret"
)

// Records are the rows of a history and what is said of them, whatever database keeps
// them: one set of statements, in the SQL that SQLite and PostgreSQL have in common. An
// Engine says the rest. Its methods may be called from many goroutines.
type Records struct {
	engine Engine
	opts   Options
	name   string  // of the history, in messages
	uuid   string  // of the database, salt of its keys
	read   *sql.DB // never waits for a writer
	far    bool    // each statement costs a way to the database and back

	servers atomic.Pointer[[]knownServer] // as they were read last; nil = anew

	keying sync.Mutex
	key    secret.Key
	ready  bool // whether key may seal new tokens
}

// NewRecords are the records of a database on another host, which read is open to. Name
// is what it is called in messages, uuid its identity.
func NewRecords(e Engine, o Options, read *sql.DB, name, uuid string) *Records {
	return &Records{engine: e, opts: o, name: name, uuid: uuid, read: read, far: true}
}

// Engine is the database under Records: how it commits, and what its errors mean.
type Engine interface {
	// Write runs f as one durable write: when it returns nil, f is on the disk. When f
	// fails, nothing of it is.
	Write(ctx context.Context, f func(context.Context, Work) error) error
	// Fail gives an error of the database the form of an *Error, where it is one of the
	// history as a whole, and wraps it with the action.
	Fail(ctx context.Context, action string, err error) error
	// NotedKeys are the ids of the keys that were taken knowingly to seal here.
	NotedKeys(ctx context.Context) ([]string, error)
	// NoteKey adds a key to those.
	NoteKey(ctx context.Context, id string) error
	// Settle waits, within a write, until all events are committed that have a number, and
	// keeps others from taking one until its end.
	Settle(ctx context.Context, w Work) error
	// HoldPair keeps others from changing which tokens of a pair are older and newer, until
	// the end of a write. The e-mail address is folded.
	HoldPair(ctx context.Context, w Work, email, userID, appID, slug string) error
	// Purged overwrites what was just dropped, where the database keeps it for a while.
	Purged(ctx context.Context) error
	// Ahead is how far the clock by which moments are kept, that of the database, is ahead
	// of the one of this computer, by which they are asked for and told.
	Ahead() time.Duration
}

// Work is one write, inside its transaction.
type Work struct {
	*sql.Tx
	Now time.Time // by the clock of the history, one value for all of it
	Run int64     // this process among those that write; 0 where the engine counts none

	actor Actor
	ids   *knownIDs // nil where the engine keeps none
}

// engine is SQLite's.
type engine struct{ store *Store }

// Settle implements Engine: nobody else writes at the same time.
func (*engine) Settle(context.Context, Work) error { return nil }

// HoldPair implements Engine: nobody else writes at the same time.
func (*engine) HoldPair(context.Context, Work, string, string, string, string) error { return nil }

// Ahead implements Engine: there is one clock.
func (*engine) Ahead() time.Duration { return 0 }

// kept is a moment of this computer's clock as it is stored.
func (s *Records) kept(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return millis(t.Add(s.engine.Ahead()))
}

// here is a stored moment by the clock of this computer.
func (s *Records) here(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return moment(ms).Add(-s.engine.Ahead())
}

// tx runs f as one durable write in the name of who is in ctx.
func (s *Records) tx(ctx context.Context, f func(context.Context, Work) error) error {
	who := s.Actor(ctx)
	return s.engine.Write(ctx, func(ctx context.Context, w Work) error {
		w.actor = who
		return f(ctx, w)
	})
}

// fail gives an error the form in which it leaves this package.
func (s *Records) fail(ctx context.Context, action string, err error) error {
	if err == nil {
		return nil
	}
	return s.engine.Fail(ctx, action, err)
}

// unwritable reports whether an error is about writing, which who only reads
// can do without.
func (s *Records) unwritable(ctx context.Context, err error) bool {
	var e *Error
	if !errors.As(s.fail(ctx, "", err), &e) {
		return false
	}
	return e.Kind == Full || e.Kind == IO || e.Kind == ReadOnly || e.Kind == Busy || e.Kind == Left
}
