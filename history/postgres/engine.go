package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"patdesk/history"
)

// engine is what history.Records stands on.
type engine struct{ store *Store }

// Write implements history.Engine. What the database undid is done again.
func (e engine) Write(ctx context.Context, f func(context.Context, history.Work) error) (err error) {
	defer e.store.Refresh()
	for range repeats {
		if err = e.write(ctx, f); !undone(err) {
			break
		}
	}
	return err
}

func (e engine) write(ctx context.Context, f func(context.Context, history.Work) error) error {
	tx, err := e.store.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := f(ctx, history.Work{Tx: tx, Now: e.store.now()}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO touches DEFAULT VALUES`); err != nil {
		return err
	}
	return tx.Commit()
}

// Fail implements history.Engine.
func (e engine) Fail(ctx context.Context, action string, err error) error {
	return e.store.fail(ctx, action, err)
}

// NotedKeys implements history.Engine.
func (e engine) NotedKeys(ctx context.Context) (ids []string, err error) {
	rows, err := e.store.db.QueryContext(ctx, `SELECT id FROM noted_keys ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// NoteKey implements history.Engine.
func (e engine) NoteKey(ctx context.Context, id string) error {
	_, err := e.store.db.ExecContext(ctx, `INSERT INTO noted_keys VALUES (?) ON CONFLICT DO NOTHING`, id)
	return err
}

// Settle implements history.Engine.
func (e engine) Settle(ctx context.Context, w history.Work) error {
	_, err := w.ExecContext(ctx, `SELECT settled_events()`)
	return err
}

// HoldPair implements history.Engine.
func (e engine) HoldPair(ctx context.Context, w history.Work, email, userID, appID, slug string) error {
	_, err := w.ExecContext(ctx, `SELECT lock_pair(?, ?, ?, ?)`, email, userID, appID, slug)
	return err
}

// Purged implements history.Engine. What was deleted goes with the next vacuum, which is
// the database's own affair, as its copies and its log are.
func (e engine) Purged(context.Context) error { return nil }

// Ahead implements history.Engine.
func (e engine) Ahead() time.Duration { return e.store.ahead() }

// Changed is a number that is different after any host has changed the history. It looks
// for rows that were left pending by who died, too.
func (s *Store) Changed(ctx context.Context) (int64, error) {
	const action = "look for changes"
	s.guard.Lock()
	was, changes, fresh := s.probe, s.changes, time.Since(s.probed) < probeFor
	s.guard.Unlock()
	if fresh {
		return changes, nil
	}
	if err := s.Tidy(ctx); err != nil {
		return 0, err
	}
	var now probe
	var clock time.Time
	var asked time.Time
	err := s.steady(ctx, func() error {
		asked = s.local()
		return s.pool.QueryRow(ctx, `SELECT clock_timestamp(), e.last, (SELECT count(*) FROM events WHERE id > e.last - $1), t.last, (SELECT count(*) FROM touches WHERE id > t.last - $1)
			FROM (SELECT coalesce(max(id), 0) AS last FROM events) e, (SELECT coalesce(max(id), 0) AS last FROM touches) t`, lateNumbers).
			Scan(&clock, &now.events, &now.newEvents, &now.touches, &now.newTouches)
	})
	if err != nil {
		return 0, s.fail(ctx, action, err)
	}
	s.compare(asked, clock)
	s.guard.Lock()
	defer s.guard.Unlock()
	s.probed = time.Now()
	if s.probe == was && now != was {
		s.probe = now
		s.changes++
		s.Refresh()
	}
	return s.changes, nil
}

// Standby reports whether what is recorded is on another server, too, when its commit
// returns.
func (s *Store) Standby(ctx context.Context) (kept bool, err error) {
	err = s.pool.QueryRow(ctx, `SELECT current_setting('synchronous_commit') IN ('on', 'remote_apply', 'remote_write')
		AND current_setting('synchronous_standby_names') <> ''`).Scan(&kept)
	return kept, s.fail(ctx, "look for a standby", err)
}

// Writable says why this history can be read only, if that is so: its server takes no
// writing for now, as a standby, or its role may not write. It writes nothing itself.
func (s *Store) Writable(ctx context.Context) error {
	const action = "look whether the history can be written"
	var sealed, may bool
	err := s.pool.QueryRow(ctx, `SELECT current_setting('transaction_read_only') = 'on', has_table_privilege('entries', 'INSERT')
		AND has_table_privilege('entries', 'UPDATE') AND has_table_privilege('events', 'INSERT')`).Scan(&sealed, &may)
	switch {
	case err != nil:
		return s.fail(ctx, action, err)
	case sealed:
		return fmt.Errorf("%s: %w", action, &history.Error{Kind: history.ReadOnly, Path: s.name, Err: errors.New("it is read-only, as a standby is")})
	case !may:
		err := errors.New("its role may not write: patdesk team migrate, as the owner of its tables, gives the rights")
		return fmt.Errorf("%s: %w", action, &history.Error{Kind: history.Denied, Path: s.name, Err: err})
	}
	return nil
}

// probeFor is how long an answer of the database serves all consoles of a process.
const probeFor = 500 * time.Millisecond

// lateNumbers is how far behind the newest row one may still come: numbers are given out
// before their rows are committed.
const lateNumbers = 1000

// probe is what Changed saw last: the newest rows, and how many of the last ones there are.
type probe struct{ events, newEvents, touches, newTouches int64 }
