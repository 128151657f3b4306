package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"patdesk/secret"
)

// requestTime is how long after its row a request can still reach the server;
// it is added to the worst-case end of a row that names none.
const requestTime = time.Minute

// Begin records a request before it is sent, as pending. When it returns, the
// row is on the disk. When the key that will seal the token cannot be had, it
// fails before anything is written. Errors: ErrRowTaken, ErrLive.
func (s *Store) Begin(ctx context.Context, d Draft) (Entry, error) {
	const action = "record the request"
	if s.opts.KeepTokens {
		if err := s.ReadySeal(ctx); err != nil {
			return Entry{}, s.fail(ctx, action, err)
		}
	}
	if d.RequestID == "" {
		d.RequestID = NewUUID()
	}
	var e Entry
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		if d.Expires.IsZero() {
			d.Expires = w.Now.Add(d.ClockOffset + d.Life + requestTime)
		}
		if err := takeRow(ctx, w, d); err != nil {
			return err
		}
		if err := alone(ctx, w, d); err != nil {
			return err
		}
		id, err := insert(ctx, w, d)
		if err != nil {
			return err
		}
		if err := record(ctx, w, Begun, id, begunDetail(d)); err != nil {
			return err
		}
		e, err = entryByID(ctx, w, id)
		return err
	})
	return e, s.fail(ctx, action, err)
}

func insert(ctx context.Context, w Work, d Draft) (int64, error) {
	t, err := distinctOf(ctx, w, d, w.actor)
	if err != nil {
		return 0, err
	}
	last := later(d.Expires, d.WorstExpires)
	m := marksOf(last, last, d.Life)
	res, err := w.ExecContext(ctx, `INSERT INTO entries (
			profile_id, server_id, class, ends, last, soon_at, urgent_at, user_id, app_id, issuer_id, role_id, host_id, note_id, run_id,
			outcome, request_id, begun, worst_ends, life, idle, sent, unit, unit_proven, clock, clock_error, run, run_row)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, 0))`,
		t.profile, t.server, classUnsure, m.end, m.last, m.soon, m.urgent, t.user, t.app, t.issuer, t.role, t.host, t.note, w.Run,
		d.RequestID, millis(w.Now), millis(d.WorstExpires), d.Life.Milliseconds(), d.IdleMinutes, d.SentExpiry,
		d.Unit, d.UnitProven, d.ClockOffset, d.ClockUncertainty, d.Run, d.RunRow)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Finish records the outcome of a request and, if it was issued, seals the
// token, all in one transaction. It accepts a row that is pending, and a late
// answer for a row that was given up as unknown. Recording the same outcome
// again changes nothing; any other change gives ErrFinished.
//
// If it fails after a token was issued, the caller still holds the token and
// should say so: the row stays pending and becomes unknown.
func (s *Store) Finish(ctx context.Context, id int64, r Result) (Entry, error) {
	const action = "record the outcome"
	if r.Outcome != Issued && r.Outcome != Rejected && r.Outcome != Unknown {
		return Entry{}, fmt.Errorf("%s: %q is no outcome of a request", action, r.Outcome)
	}
	var key secret.Key
	if s.opts.KeepTokens && r.Outcome == Issued {
		var err error
		if key, err = s.SealKey(ctx); err != nil {
			return Entry{}, fmt.Errorf("%s: %w", action, err)
		}
	}
	var e Entry
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		var err error
		if e, err = entryByID(ctx, w, id); err != nil {
			return err
		}
		late := e.Outcome == Unknown && r.Outcome == Issued
		if e.Outcome != Pending && !late {
			if same(e, r, key) {
				return nil
			}
			return ErrFinished
		}
		if e, err = s.finish(ctx, w, e, r, key); err != nil {
			return err
		}
		action, detail := outcomeEvent(r)
		if err := record(ctx, w, action, id, detail); err != nil || r.Outcome != Issued {
			return err
		}
		if e.Older, e.Newer, err = link(ctx, w, e); err != nil {
			return err
		}
		return handOver(ctx, w, e)
	})
	if err != nil {
		return Entry{}, s.fail(ctx, action, err)
	}
	return e, nil
}

// same reports whether r is what e already says, as when a commit succeeded
// whose success was not seen.
func same(e Entry, r Result, key secret.Key) bool {
	if e.Outcome != r.Outcome || e.ErrorID != r.ErrorID {
		return false
	}
	if r.Outcome != Issued {
		return true
	}
	return e.Last4 == r.Token.Last4() && e.Fingerprint == key.Fingerprint(r.Token) &&
		(r.Issued.IsZero() || millis(r.Issued) == millis(e.Issued))
}

// finish writes everything of the outcome but the links, and returns the row as it is
// then.
func (s *Records) finish(ctx context.Context, w Work, e Entry, r Result, key secret.Key) (Entry, error) {
	if r.ClockOffset != 0 || r.ClockUncertainty != 0 {
		e.ClockOffset, e.ClockUncertainty = r.ClockOffset, r.ClockUncertainty
	}
	if !r.WorstExpires.IsZero() {
		e.WorstExpires = r.WorstExpires
	}
	switch r.Outcome {
	case Issued:
		e.Issued = r.Issued
		if e.Issued.IsZero() {
			e.Issued = w.Now.Add(e.ClockOffset)
		}
		e.Expires = r.Expires
		if e.Expires.IsZero() {
			e.Expires = e.Issued.Add(e.Life)
		}
	case Unknown:
		if !r.Expires.IsZero() {
			e.Expires = later(r.Expires, r.WorstExpires)
		}
		e.Expires = later(e.Expires, e.WorstExpires)
	case Rejected:
		// No token lives: the row counts from the request, by which it is sorted.
		e.Expires = e.Begun.Add(e.ClockOffset)
	case Pending:
	}
	app, err := appOf(ctx, w, e, r)
	if err != nil {
		return e, err
	}
	renamed := r.AppID != "" && r.AppID != e.AppID || r.AppSlug != "" && r.AppSlug != e.AppSlug
	e.Outcome, e.ErrorID, e.ErrorTitle, e.ErrorText = r.Outcome, r.ErrorID, r.ErrorTitle, r.ErrorText
	e.Status, e.URLWarning, e.URLMissing = r.Status, r.URLWarning, r.URLMissing
	if r.Outcome == Issued {
		if err := s.seal(ctx, w, &e, r, key); err != nil {
			return e, err
		}
	}
	m := e.marks()
	_, err = w.ExecContext(ctx, `UPDATE entries SET outcome = ?, class = ?, run_id = 0, app_id = ?,
			issued = ?, ends = ?, last = ?, forked = ?, soon_at = ?, urgent_at = ?, worst_ends = ?, clock = ?, clock_error = ?,
			error_id = ?, error_title = ?, error_text = ?, status = ?, url_warning = ?, url_missing = ?,
			last4 = ?, fingerprint = ?, key_id = ?
		WHERE id = ?`,
		e.Outcome, classOf(e.Outcome, 0), app,
		millis(e.Issued), m.end, m.last, m.last > m.end, m.soon, m.urgent, millis(e.WorstExpires), e.ClockOffset, e.ClockUncertainty,
		e.ErrorID, e.ErrorTitle, e.ErrorText, e.Status, e.URLWarning, e.URLMissing,
		e.Last4, e.Fingerprint, e.KeyID, e.ID)
	if err != nil {
		return e, err
	}
	if renamed { // other things are said of another app
		return entryByID(ctx, w, e.ID)
	}
	e.Issued, e.Expires, e.WorstExpires = moment(millis(e.Issued)), moment(m.end), moment(millis(e.WorstExpires))
	return e, nil
}

// SealKey gives the key that seals tokens, asking for it once.
func (s *Records) SealKey(ctx context.Context) (secret.Key, error) {
	return s.askKey(ctx, s.opts.Key)
}

// askKey gives the key that is known, or else what ask gives.
func (s *Records) askKey(ctx context.Context, ask func(context.Context) (secret.Key, error)) (secret.Key, error) {
	s.keying.Lock()
	defer s.keying.Unlock()
	if !s.key.IsZero() {
		return s.key, nil
	}
	if ask == nil {
		return secret.Key{}, errors.New("no key to seal tokens with")
	}
	key, err := ask(ctx)
	if err != nil {
		return secret.Key{}, err
	}
	s.key = key
	return key, nil
}

func (s *Records) place(column string, id int64) secret.Place {
	return secret.Place{DB: s.uuid, Table: "sealed", Column: column, Row: id}
}

// seal stores what may be kept of the token, sealed, and notes in the row what it shows of
// it: at least its last four characters.
func (s *Records) seal(ctx context.Context, w Work, e *Entry, r Result, key secret.Key) error {
	e.Last4 = r.Token.Last4()
	if !s.opts.KeepTokens || r.Token.IsZero() {
		return nil
	}
	e.Fingerprint, e.KeyID, e.HasSecret = key.Fingerprint(r.Token), key.ID(), true
	token, err := key.Seal(s.place("token", e.ID), r.Token)
	if err != nil {
		return err
	}
	url := []byte{}
	if !r.URL.IsZero() {
		if url, err = key.Seal(s.place("url", e.ID), r.URL); err != nil {
			return err
		}
	}
	_, err = w.ExecContext(ctx, `INSERT INTO sealed (entry_id, token, url) VALUES (?, ?, ?)`, e.ID, token, url)
	return err
}

// MarkCopied records when the token, its URL or a snippet of it was copied, and
// what of them.
func (s *Records) MarkCopied(ctx context.Context, id int64, at time.Time, what string) error {
	return s.fail(ctx, "record the copy", s.tx(ctx, func(ctx context.Context, w Work) error {
		if err := change(ctx, w, id, `copied = max(copied, ?)`, millis(at)); err != nil {
			return err
		}
		return record(ctx, w, Copied, id, what)
	}))
}

// SetNote replaces the note of a row.
func (s *Records) SetNote(ctx context.Context, id int64, note string) error {
	return s.fail(ctx, "record the note", s.tx(ctx, func(ctx context.Context, w Work) error {
		n, err := distinctNote(ctx, w, note)
		if err != nil {
			return err
		}
		if err := change(ctx, w, id, `note_id = ?`, n); err != nil {
			return err
		}
		return record(ctx, w, Noted, id, note)
	}))
}

// MarkVerified records what ToolJet said about a token, and what kind of drift that
// is. An empty drift clears an earlier one.
func (s *Records) MarkVerified(ctx context.Context, id int64, at time.Time, result, kind, drift string) error {
	return s.fail(ctx, "record the check", s.tx(ctx, func(ctx context.Context, w Work) error {
		var was string
		if err := w.QueryRowContext(ctx, `SELECT coalesce(max(drift), '') FROM entries WHERE id = ?`, id).Scan(&was); err != nil {
			return err
		}
		err := change(ctx, w, id, `verified = ?, verify_result = ?, drift = ?, drift_kind = ?, drifted = ?, drift_at = ?`,
			millis(at), result, drift, kind, drift != "", driftTime(w, drift))
		if err != nil {
			return err
		}
		if err := record(ctx, w, Verified, id, result); err != nil {
			return err
		}
		return driftEvent(ctx, w, id, was, drift)
	}))
}

func change(ctx context.Context, w Work, id int64, set string, args ...any) error {
	res, err := w.ExecContext(ctx, `UPDATE entries SET `+set+` WHERE id = ?`, append(args, id)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrNotFound
}

// purgeBatch is how many rows one statement names.
const purgeBatch = 5000

// Purge drops the tokens and URLs of rows that ended, in every unit that the
// server may read, before a moment of its clock, overwriting them in the file, and returns how many. Everything
// else about the rows stays.
func (s *Records) Purge(ctx context.Context, before time.Time) (int64, error) {
	var n int64
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		// Dropped first: of two that do it at the same time, each tells of what it dropped.
		gone, err := numbers(ctx, w, `DELETE FROM sealed WHERE entry_id IN (SELECT id FROM entries WHERE last < ?) RETURNING entry_id`, millis(before))
		if n = int64(len(gone)); err != nil || n == 0 {
			return err
		}
		slices.Sort(gone)
		for some := range slices.Chunk(gone, purgeBatch) {
			if err := recordAll(ctx, w, Purged, "", `SELECT id FROM entries WHERE id IN `+list(some)+` ORDER BY id`); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, s.fail(ctx, "drop ended tokens", err)
	}
	if n > 0 {
		err = s.engine.Purged(ctx)
	}
	return n, s.fail(ctx, "drop ended tokens", err)
}
