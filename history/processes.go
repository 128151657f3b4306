package history

import (
	"context"
	"time"
)

// registration is a process that has written, as it registered itself.
type registration struct {
	id      int64
	process process
}

// register notes this process as one that writes.
func register(ctx context.Context, w Work, p process) (int64, error) {
	res, err := w.ExecContext(ctx, `INSERT INTO runs (run, pid, start, boot, since) VALUES (?, ?, ?, ?, ?)`,
		p.run, p.pid, p.start, p.boot, w.Now.UnixMilli())
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func registered(ctx context.Context, db querier) ([]registration, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, run, pid, start, boot FROM runs`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []registration
	for rows.Next() {
		var r registration
		if err := rows.Scan(&r.id, &r.process.run, &r.process.pid, &r.process.start, &r.process.boot); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// sweep turns what dead processes left pending into unknown rows.
func (s *Store) sweep(ctx context.Context, dead []int64) error {
	return s.tx(ctx, func(ctx context.Context, w Work) error {
		for _, id := range dead {
			if err := abandon(ctx, w, id); err != nil {
				return err
			}
			// A process that only lists leaves the note about the death for one
			// that checks the file.
			if s.opts.Reading {
				continue
			}
			if _, err := w.ExecContext(ctx, `DELETE FROM runs WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return lose(ctx, w, `run_id NOT IN (SELECT id FROM runs)`)
	})
}

// What is said of a row whose process ended before it could finish it.
const (
	lostTitle = "patdesk ended before the outcome was known"
	lostText  = "The process that asked for this token ended before it recorded the answer, so a token may exist that nobody holds."
)

func abandon(ctx context.Context, w Work, run int64) error {
	return lose(ctx, w, `run_id = `+number(run))
}

// lose turns pending rows that nobody will finish into unknown ones.
func lose(ctx context.Context, w Work, which string) error {
	which = `outcome = 'pending' AND ` + which
	if err := recordAll(ctx, w, GotUnknown, lostTitle, `SELECT id FROM entries WHERE `+which); err != nil {
		return err
	}
	_, err := w.ExecContext(ctx, `UPDATE entries SET outcome = 'unknown', run_id = 0, error_title = ?, error_text = ? WHERE `+which, lostTitle, lostText)
	return err
}

// otherWriter is the process id of another living process that has written, 0
// when none is known.
func (s *Store) otherWriter() int {
	if s.read == nil || s.memory {
		return 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	all, err := registered(ctx, s.read)
	if err != nil {
		return 0
	}
	for _, r := range all {
		if r.process.run != s.self().run && r.process.alive() {
			return r.process.pid
		}
	}
	return 0
}
