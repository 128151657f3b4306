package postgres

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"

	"patdesk/history"
)

// text is a string in a form that a database can keep: UTF-8 without NUL.
type text string

// MarshalText implements encoding.TextMarshaler.
func (t text) MarshalText() ([]byte, error) { return []byte(t.kept()), nil }

// kept is the text as the database has it.
func (t text) kept() string { return clean(string(t)) }

func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// actor is who does it, as functions of the database take it.
type actor struct {
	Name    text `json:"name"`
	Machine text `json:"machine"`
	Search  text `json:"search"`
	Via     text `json:"via"`
	Role    text `json:"role"`
}

func (s *Store) actor(ctx context.Context) actor {
	a, ok := history.ActorOf(ctx)
	if !ok {
		a = s.opts.Actor
	}
	return actor{text(a.Name), text(a.Machine), text(history.Searchable(a.Name, a.Machine)), text(a.Via), text(a.Role)}
}

// app is an app with what is compared of it, as functions of the database take it.
type app struct {
	UID         text `json:"uid"`
	Slug        text `json:"slug"`
	Name        text `json:"name"`
	WorkspaceID text `json:"workspace_id"`
	Workspace   text `json:"workspace"`
	Folded      text `json:"folded"`
	Search      text `json:"search"`
	Places      text `json:"places"`
}

func appOf(uid, slug, name, workspaceID, workspace string) app {
	return app{
		text(uid), text(slug), text(name), text(workspaceID), text(workspace),
		text(history.Fold(first(name, slug, uid))), text(history.Searchable(name, slug, uid)), text(history.Searchable(workspace)),
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// millis is a time as it is stored: unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is a time that was stored so.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag reads a number as a boolean, which pgx itself does not.
type flag struct{ to *bool }

// Scan implements sql.Scanner.
func (f flag) Scan(v any) error {
	var b sql.NullBool
	err := b.Scan(v)
	*f.to = b.Bool
	return err
}

// row is a row of pgx that history.ScanEntry can read. Before its columns comes the version of
// the row where that is asked for.
type row struct {
	pgx.Row

	version *string
}

// Scan reads the columns into dest.
func (r row) Scan(dest ...any) error {
	for i, d := range dest {
		if b, ok := d.(*bool); ok {
			dest[i] = flag{b}
		}
	}
	if r.version != nil {
		dest = append([]any{r.version}, dest...)
	}
	return r.Row.Scan(dest...)
}

// answer is what a call gives: what the function says, and the row that it was about.
type answer struct {
	status  string
	entry   history.Entry
	version string // of the row, where Begin gives it
}

// call runs a function of the database that gives a status, and reads the row it is about,
// in one round trip and one commit.
func (s *Store) call(ctx context.Context, function []any, read []any) (a answer, err error) {
	var b pgx.Batch
	for _, q := range [][]any{function, read} {
		words, _ := q[0].(string) // it always is one
		b.Queue(words, q[1:]...)
	}
	res := s.pool.SendBatch(ctx, &b)
	// What closing says counts: only then it is known that the commit is done.
	defer func() { err = errors.Join(err, res.Close()) }()
	if err := res.QueryRow().Scan(&a.status); err != nil {
		return a, err
	}
	a.entry, err = history.ScanEntry(row{Row: res.QueryRow()})
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return a, err
}

// repeats is how often a call that the database undid is repeated at once.
const repeats = 10

// steady does what can be done again, at once where the database undid it or the connection
// broke: all those of the pool may have died since they were used last, which shows only
// then.
func (s *Store) steady(ctx context.Context, do func() error) (err error) {
	for range repeats + int(s.pool.Config().MaxConns) {
		if err = do(); !undone(err) && !broken(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

// patience is how often (0 = without end) and how long something is tried where the
// database is away, and how long one try and the first wait are.
type patience struct {
	tries           uint
	all, each, wait time.Duration
}

// calling runs a call until it is done: at once where the database undid it, and on a new
// connection, after a while, where the connection was lost. Only calls that can be repeated
// come here.
func calling[T any](ctx context.Context, s *Store, p patience, call func(context.Context) (T, error)) (T, error) {
	var last error // that the connection was lost
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = p.wait, p.all/5
	once := func() (a T, err error) {
		err = s.steady(ctx, func() error {
			try, cancel := context.WithTimeout(ctx, p.each)
			defer cancel()
			a, err = call(try)
			return err
		})
		if err != nil && !lost(err) {
			return a, backoff.Permanent(err)
		}
		if err != nil {
			last = err
		}
		return a, err
	}
	a, err := backoff.Retry(ctx, once, backoff.WithBackOff(wait), backoff.WithMaxTries(p.tries), backoff.WithMaxElapsedTime(p.all))
	if err != nil && last != nil && !lost(err) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		err = last
	}
	return a, err
}
