package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"patdesk/history"
	"patdesk/secret"
)

// ErrOccupied says that a database holds rows of another history, or rows that the history
// does not have which is to be taken over.
var ErrOccupied = errors.New("the database holds another history")

// Adopted is how much a database holds of what was taken over.
type Adopted struct {
	Entries, Events int64
	Before          bool // all of it was there already
}

// Adopt takes the contents of a history into the empty tables of a database, with their
// numbers, request ids and sealed texts as they are, in one commit. The database is then
// that history: the same key opens its tokens, and the same heads verify its events. Where
// all of it is there already, nothing is done. Errors: ErrOccupied, *history.Error.
func Adopt(ctx context.Context, rawURL string, password func(context.Context) (secret.Text, error), c history.Contents) (a Adopted, err error) {
	const action = "take the history over"
	t, err := parse(rawURL)
	if err != nil {
		return a, fmt.Errorf("%s: %w", action, err)
	}
	s := &Store{name: t.name}
	pool, err := t.connect(ctx, Options{Password: password, Conns: 1})
	if err != nil {
		return a, s.fail(ctx, action, err)
	}
	defer pool.Close()
	s.pool = pool
	if err := s.identify(ctx); err != nil {
		return a, s.fail(ctx, action, err)
	}
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
		a, err = adopt(ctx, tx, c)
		return err
	})
	return a, s.fail(ctx, action, err)
}

func adopt(ctx context.Context, tx pgx.Tx, c history.Contents) (a Adopted, err error) {
	// Of two that come at once, the second finds what the first has done.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('patdesk adopt', 0))`); err != nil {
		return a, err
	}
	var free bool
	if err := tx.QueryRow(ctx, `SELECT adopt($1, $2)`, c.UUID, c.Created).Scan(&free); err != nil {
		return a, err
	}
	if !free {
		return a, ErrOccupied
	}
	count := func() error {
		return tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM events)`).Scan(&a.Entries, &a.Events)
	}
	if err := count(); err != nil {
		return a, err
	}
	if a.Before = a.Entries > 0; a.Before {
		return a, sameRows(ctx, tx, c)
	}
	for _, table := range c.Tables() {
		if err := copyTable(ctx, tx, c, table); err != nil {
			return a, fmt.Errorf("%s: %w", table, err)
		}
	}
	for _, id := range c.Keys {
		if _, err := tx.Exec(ctx, `INSERT INTO noted_keys VALUES ($1) ON CONFLICT DO NOTHING`, id); err != nil {
			return a, err
		}
	}
	for _, q := range []string{`SELECT follow_ids()`, `SELECT fold_tally()`} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return a, err
		}
	}
	return a, count()
}

// sameRows refuses where the contents are not what was taken over before: then both have
// gone on by themselves, and nobody can make one of them.
func sameRows(ctx context.Context, tx pgx.Tx, c history.Contents) error {
	for _, table := range []string{"entries", "events"} {
		var there extent
		if err := tx.QueryRow(ctx, `SELECT count(*), coalesce(max(id), 0) FROM `+table).Scan(&there.rows, &there.last); err != nil {
			return err
		}
		here, err := extentOf(ctx, c, table)
		if err != nil {
			return err
		}
		if here != there {
			return fmt.Errorf("%w: it has %d %s, and the history %d", ErrOccupied, there.rows, table, here.rows)
		}
	}
	return nil
}

// extent is how many rows a table has, and the number of the last one.
type extent struct{ rows, last int64 }

func extentOf(ctx context.Context, c history.Contents, table string) (e extent, err error) {
	rows, err := c.Rows(ctx, table)
	if err != nil {
		return e, err
	}
	defer rows.Close()
	from, err := newSource(rows, table)
	if err != nil {
		return e, err
	}
	for {
		row, err := from.next()
		if row == nil {
			return e, err
		}
		id, _ := row[0].(int64) // the first column
		e.rows, e.last = e.rows+1, max(e.last, id)
	}
}

// source gives the rows of a table to the database.
type source struct {
	rows    *sql.Rows
	columns []string
	skip    int64 // id of a row that is there already
	exact   bool  // its texts are sealed
	process int   // column of the process that will finish a row, which means nothing here; -1 = none
}

func newSource(rows *sql.Rows, table string) (*source, error) {
	s := &source{rows: rows, skip: -1, exact: table == "events"}
	if table == "notes" {
		s.skip = 1 // the empty note
	}
	var err error
	s.columns, err = rows.Columns()
	s.process = slices.Index(s.columns, "run_id")
	return s, err
}

// next gives one row after the other, and nil after the last one.
func (s *source) next() ([]any, error) {
	for s.rows.Next() {
		row, into := make([]any, len(s.columns)), make([]any, len(s.columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := s.rows.Scan(into...); err != nil {
			return nil, err
		}
		if id, ok := row[0].(int64); ok && id == s.skip {
			continue
		}
		for i, v := range row {
			text, ok := v.(string)
			if !ok {
				continue
			}
			if row[i] = clean(text); s.exact && row[i] != text {
				return nil, fmt.Errorf("row %v has a character that PostgreSQL cannot keep, and its seal would not fit without", row[0])
			}
		}
		if s.process >= 0 {
			row[s.process] = int64(0)
		}
		return row, nil
	}
	return nil, s.rows.Err()
}

func copyTable(ctx context.Context, tx pgx.Tx, c history.Contents, table string) error {
	rows, err := c.Rows(ctx, table)
	if err != nil {
		return err
	}
	defer rows.Close()
	from, err := newSource(rows, table)
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{table}, from.columns, pgx.CopyFromFunc(from.next))
	return err
}
