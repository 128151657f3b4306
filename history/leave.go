package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A history that several hosts shall share leaves its file for a database. The file stays
// as it was on that day: it can be read, and nothing is written to it any more, by this
// program or an older one.

// The rows of meta that say where a history went, and when.
const (
	leftKey   = "left"
	leftAtKey = "left_at"
)

// Contents is all that a history holds, at one moment in which nobody writes to it.
type Contents struct {
	UUID, Created string
	Keys          []string // ids of the keys that were taken knowingly to seal
	db            querier
}

// Tables are the tables of a history, each after those that it refers to.
func (c Contents) Tables() []string {
	return []string{
		"profiles", "users", "apps", "issuers", "roles", "hosts", "notes", "servers", "entries", "sealed", "events", "seals",
		"listings", "listed_users", "listed_workspaces", "listed_apps", "plans", "plan_rows", "server_hosts", "handovers", "server_clocks",
	}
}

// Rows reads a table of Tables.
func (c Contents) Rows(ctx context.Context, table string) (*sql.Rows, error) {
	if !slices.Contains(c.Tables(), table) {
		return nil, fmt.Errorf("there is no table %q", table)
	}
	return c.db.QueryContext(ctx, `SELECT * FROM `+table)
}

// LeaveFor lets take carry the contents of the history to where it will be from now on,
// and then marks the file as left for it, by that name. It refuses while another process
// has written to the history and is there, or a request waits for its answer. What take
// did must be whole when it returns nil: if the file cannot be marked then, all of it can
// be done again.
func (s *Store) LeaveFor(ctx context.Context, place string, take func(context.Context, Contents) error) error {
	const action = "hand the history over"
	noted, err := s.notedKeys()
	if err != nil {
		return s.fail(ctx, action, err)
	}
	return s.fail(ctx, action, s.tx(ctx, func(quick context.Context, w Work) error {
		if err := s.alone(quick, w); err != nil {
			return err
		}
		c := Contents{Keys: noted, db: w.Tx}
		if err := w.QueryRowContext(quick, `SELECT (SELECT value FROM meta WHERE key = 'uuid'), (SELECT value FROM meta WHERE key = 'created')`).
			Scan(&c.UUID, &c.Created); err != nil {
			return err
		}
		if err := take(ctx, c); err != nil { // it takes its time, and may be stopped
			return err
		}
		_, err := w.ExecContext(quick, `INSERT INTO meta VALUES (?, ?), (?, ?)`, leftKey, place, leftAtKey, w.Now.UTC().Format(time.RFC3339))
		if err != nil {
			return err
		}
		for _, table := range []string{"entries", "events"} {
			_, err := w.ExecContext(quick, `CREATE TRIGGER `+table+`_left BEFORE INSERT ON `+table+` BEGIN
				SELECT raise(ABORT, 'this history goes on in a database'); END`)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// alone refuses while others are at the history.
func (s *Store) alone(ctx context.Context, w Work) error {
	all, err := registered(ctx, w)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.process.run != s.self().run && r.process.alive() {
			return &Error{Kind: Busy, Path: s.path, PID: r.process.pid}
		}
	}
	waiting, err := one(ctx, w, `SELECT count(*) FROM entries WHERE outcome = 'pending'`)
	if err == nil && waiting > 0 {
		return errors.New("a request waits for its answer")
	}
	return err
}

// Left says where the history goes on, if it was left for another place, and since when.
func (s *Store) Left(ctx context.Context) (place string, since time.Time, err error) {
	place, since, err = leftFor(ctx, s.read)
	return place, since, s.fail(ctx, "read the history", err)
}

func leftFor(ctx context.Context, db querier) (place string, since time.Time, err error) {
	var at string
	err = db.QueryRowContext(ctx, `SELECT p.value, t.value FROM meta p, meta t WHERE p.key = '`+leftKey+`' AND t.key = '`+leftAtKey+`'`).Scan(&place, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", since, nil
	}
	since, _ = time.Parse(time.RFC3339, at) // zero where somebody else wrote it
	return place, since, err
}

// stays refuses to write to a history that was left.
func (s *Store) stays(ctx context.Context, db querier) error {
	place, since, err := leftFor(ctx, db)
	if err != nil || place == "" {
		return err
	}
	return &Error{Kind: Left, Path: s.path, Err: fmt.Errorf("it goes on in %s since %s", place, since.Format("2 January 2006"))}
}
