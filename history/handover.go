package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Handover is a place that holds the snippet of an older token than it shall. The
// place is the note of both.
type Handover struct {
	ID       int64
	New, Old Entry
	Since    time.Time // local clock
	Done     time.Time // when it was ticked off, local clock; zero while it waits
}

// handOver notes that the place of a token that was just issued holds the one
// before it. A place that was waiting for that one waits for the new one now.
func handOver(ctx context.Context, w Work, e Entry) error {
	if e.Older == 0 || e.Note == "" {
		return nil
	}
	same, err := one(ctx, w, `SELECT count(*) FROM entries o JOIN entries n ON n.note_id = o.note_id WHERE o.id = ? AND n.id = ?`, e.Older, e.ID)
	if err != nil || same == 0 {
		return err
	}
	res, err := w.ExecContext(ctx, `UPDATE handovers SET entry_id = ? WHERE entry_id = ? AND done = 0`, e.ID, e.Older)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = w.ExecContext(ctx, `INSERT INTO handovers (entry_id, old_id, since) VALUES (?, ?, ?)`, e.ID, e.Older, millis(w.Now))
	return err
}

// Handovers are the places of a server's tokens that still hold an older snippet,
// the oldest first; with those that were ticked off, if done is set.
func (s *Records) Handovers(ctx context.Context, server string, done bool) ([]Handover, error) {
	all, err := s.handovers(ctx, server, done)
	return all, s.fail(ctx, "read the hand-overs", err)
}

func (s *Records) handovers(ctx context.Context, server string, done bool) ([]Handover, error) {
	servers, err := s.serversOf(ctx, server)
	if err != nil {
		return nil, err
	}
	type open struct{ id, entry, old, since, done int64 }
	var found []open
	var ids []int64
	err = s.scanEach(ctx, `SELECT h.id, h.entry_id, h.old_id, h.since, h.done FROM handovers h JOIN entries e ON e.id = h.entry_id
		WHERE (h.done = 0 OR ? = 1) AND e.server_id IN `+list(servers)+` ORDER BY h.id`, func(rows *sql.Rows) error {
		var o open
		err := rows.Scan(&o.id, &o.entry, &o.old, &o.since, &o.done)
		found, ids = append(found, o), append(ids, o.entry, o.old)
		return err
	}, done)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	entries, err := entriesByID(ctx, s.read, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	byID := map[int64]Entry{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	all := make([]Handover, len(found))
	for n, o := range found {
		all[n] = Handover{ID: o.id, New: byID[o.entry], Old: byID[o.old], Since: s.here(o.since), Done: s.here(o.done)}
	}
	return all, nil
}

// FinishHandover records that a place holds the new snippet, with an event of the new
// token. ErrNotFound if no open hand-over of the server has this id.
func (s *Records) FinishHandover(ctx context.Context, server string, id int64) error {
	return s.fail(ctx, "tick the hand-over off", s.tx(ctx, func(ctx context.Context, w Work) error {
		servers, err := serversOf(ctx, w, server)
		if err != nil {
			return err
		}
		var entry, old int64
		err = w.QueryRowContext(ctx, `UPDATE handovers SET done = ? WHERE id = ? AND done = 0
			AND entry_id IN (SELECT id FROM entries WHERE server_id IN `+list(servers)+`) RETURNING entry_id, old_id`, millis(w.Now), id).Scan(&entry, &old)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		return record(ctx, w, Noted, entry, fmt.Sprintf("handed over, in place of #%d", old))
	}))
}
