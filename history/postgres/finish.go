package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"patdesk/history"
	"patdesk/secret"
)

// ending is what finish_entry takes, and what the spool keeps. Nothing in it opens anything
// without the key: texts of tokens are sealed.
type ending struct {
	ID      int64   `json:"id"`
	Version string  `json:"version"` // of the row as it is known here; see finish_entry
	Actor   actor   `json:"actor"`
	Now     int64   `json:"now"`     // by the clock of the history
	NowSub  int64   `json:"now_sub"` // nanoseconds below the millisecond, as the other "sub"
	Named   text    `json:"named"`   // the server as its row has it
	Server  text    `json:"server"`  // and as servers are compared
	Roots   []int64 `json:"roots"`
	App     app     `json:"app"`
	AppID   text    `json:"app_id"` // as the answer names the app
	AppSlug text    `json:"app_slug"`

	Outcome    text   `json:"outcome"`
	Issued     *int64 `json:"issued"`
	IssuedSub  *int64 `json:"issued_sub"`
	Ends       *int64 `json:"ends"`
	EndsSub    *int64 `json:"ends_sub"`
	Worst      *int64 `json:"worst"`
	Clock      int64  `json:"clock"`
	ClockError int64  `json:"clock_error"`

	ErrorID    text `json:"error_id"`
	ErrorTitle text `json:"error_title"`
	ErrorText  text `json:"error_text"`
	Status     int  `json:"status"`
	URLWarning text `json:"url_warning"`
	URLMissing text `json:"url_missing"`

	Last4  text   `json:"last4"`
	Print  string `json:"print"`
	KeyID  string `json:"key_id"`
	Action text   `json:"action"`
	Detail text   `json:"detail"`

	Token []byte `json:"token"` // sealed; null when it is not kept
	URL   []byte `json:"url"`
}

// ending is the outcome of a row, sealed.
func (s *Store) ending(ctx context.Context, e history.Entry, r history.Result, now time.Time) (ending, error) {
	action, detail := r.Event()
	n := ending{
		ID: e.ID, Actor: s.actor(ctx), Now: now.UnixMilli(), NowSub: below(now),
		AppID: text(r.AppID), AppSlug: text(r.AppSlug), Outcome: text(r.Outcome),
		Clock: int64(r.ClockOffset), ClockError: int64(r.ClockUncertainty),
		ErrorID: text(r.ErrorID), ErrorTitle: text(r.ErrorTitle), ErrorText: text(r.ErrorText), Status: r.Status,
		URLWarning: text(r.URLWarning), URLMissing: text(r.URLMissing),
		Action: text(action), Detail: text(detail),
	}
	n.of(s, e)
	n.Issued, n.IssuedSub = instant(r.Issued)
	n.Ends, n.EndsSub = instant(r.Expires)
	n.Worst, _ = instant(r.WorstExpires)
	if r.Outcome != history.Issued {
		return n, nil
	}
	n.Last4 = text(r.Token.Last4())
	return n, s.seal(ctx, &n, r)
}

// of takes what a row says of its app and its server.
func (n *ending) of(s *Store, e history.Entry) {
	server := history.ServerName(e.Server)
	n.Named, n.Server, n.Roots = text(e.Server), text(server), s.rootsOf(e.Server)
	n.App = appOf(first(string(n.AppID), e.AppID), first(string(n.AppSlug), e.AppSlug), e.AppName, e.WorkspaceID, e.Workspace)
}

// seal takes what may be kept of the token.
func (s *Store) seal(ctx context.Context, n *ending, r history.Result) error {
	if !s.opts.KeepTokens {
		return nil
	}
	key, err := s.SealKey(ctx)
	if err != nil {
		return err
	}
	n.Print = key.Fingerprint(r.Token)
	if r.Token.IsZero() {
		return nil
	}
	n.KeyID = key.ID()
	if n.Token, err = key.Seal(s.place("token", n.ID), r.Token); err != nil || r.URL.IsZero() {
		return err
	}
	n.URL, err = key.Seal(s.place("url", n.ID), r.URL)
	return err
}

func (s *Store) place(column string, id int64) secret.Place {
	return secret.Place{DB: s.uuid, Table: "sealed", Column: column, Row: id}
}

// instant is a time in milliseconds and the nanoseconds below; nil for the zero time.
func instant(t time.Time) (ms, sub *int64) {
	if t.IsZero() {
		return nil, nil
	}
	m, n := t.UnixMilli(), below(t)
	return &m, &n
}

func below(t time.Time) int64 { return int64(t.Nanosecond()) % int64(time.Millisecond) }

const (
	finishCall  = `SELECT status, known, older, newer, coalesce(issued, 0), coalesce(ends, 0), coalesce(twin, false) FROM finish_entry($1, $2, $3)`
	readByID    = `SELECT ` + history.EntryColumns + history.EntryTables + `WHERE e.id = $1`
	readVersion = `SELECT e.xmin::text, ` + history.EntryColumns + history.EntryTables + `WHERE e.id = $1`
)

// Finish records the outcome of a request and, if it was issued, seals the token, all in
// one commit. It accepts a row that is pending, and a late answer for a row that was given
// up as unknown. Recording the same outcome again changes nothing; any other change gives
// ErrFinished.
//
// Where the database is away for fifteen seconds, or until the end of ctx, the outcome is
// kept on the disk of this host and recorded when the database is back: the row says so by
// Spooled. If that fails too, the caller still holds the token and should say so.
func (s *Store) Finish(ctx context.Context, id int64, r history.Result) (history.Entry, error) {
	const action = "record the outcome"
	if r.Outcome != history.Issued && r.Outcome != history.Rejected && r.Outcome != history.Unknown {
		return history.Entry{}, fmt.Errorf("%s: %q is no outcome of a request", action, r.Outcome)
	}
	e, err := s.record(ctx, id, r)
	return e, s.fail(ctx, action, err)
}

// record is Finish without what is said of its failure.
func (s *Store) record(ctx context.Context, id int64, r history.Result) (history.Entry, error) {
	now := s.now()
	if r.ClockUncertainty != 0 || r.ClockOffset != 0 {
		r.ClockOffset -= s.ahead()
	}
	was, err := s.pendingRow(ctx, id)
	if err != nil && !lost(err) {
		return history.Entry{}, err
	}
	e := was.entry
	n, err := s.ending(ctx, e, r, now)
	if err != nil {
		return history.Entry{}, err
	}
	n.Version = was.version
	done, err := s.finish(ctx, n)
	switch {
	case err == nil:
		s.forget(id)
		return s.finished(ctx, foreseen(e, r, n, now), done), nil
	case errors.Is(err, history.ErrFinished), errors.Is(err, history.ErrNotFound):
		s.forget(id)
		return history.Entry{}, err
	}
	if full := s.spool(n); full != nil {
		return history.Entry{}, errors.Join(err, full)
	}
	s.forget(id)
	return foreseen(e, r, n, now), nil
}

// finished is a row whose outcome is recorded, from what was foreseen of it and what the
// database said. Where the row was changed by others since it was begun, or had this outcome
// before, it is read.
func (s *Store) finished(ctx context.Context, e history.Entry, o outcome) history.Entry {
	e.Spooled = false
	if o.known {
		e.Older, e.Newer, e.AppTwin = o.older, o.newer, o.twin
		e.Issued, e.Expires, e.WorstExpires = moment(o.issued), moment(o.ends), moment(millis(e.WorstExpires))
		return e
	}
	if now, err := s.get(ctx, e.ID); err == nil {
		return now
	}
	return e // recorded it is, although the database went away just now
}

// pendingRow is a row as it was begun: from memory, or else from the database.
func (s *Store) pendingRow(ctx context.Context, id int64) (p pendingRow, err error) {
	s.guard.Lock()
	p, ok := s.pending[id]
	s.guard.Unlock()
	if ok {
		return p, nil
	}
	err = s.steady(ctx, func() (err error) {
		p.entry, err = history.ScanEntry(row{s.pool.QueryRow(ctx, readVersion, id), &p.version})
		return err
	})
	if err != nil {
		p = pendingRow{entry: history.Entry{ID: id}}
	}
	return p, noRow(err)
}

func (s *Store) get(ctx context.Context, id int64) (history.Entry, error) {
	var e history.Entry
	err := s.steady(ctx, func() (err error) {
		e, err = history.ScanEntry(row{Row: s.pool.QueryRow(ctx, readByID, id)})
		return err
	})
	return e, noRow(err)
}

func (s *Store) forget(id int64) {
	s.guard.Lock()
	defer s.guard.Unlock()
	delete(s.pending, id)
}

// finish records an outcome on as many connections as it takes, for as long as one may.
func (s *Store) finish(ctx context.Context, n ending) (outcome, error) {
	limit, cancel := context.WithTimeout(ctx, s.opts.times.finish)
	defer cancel()
	o, err := s.finishing(limit, n)
	if err == nil || limit.Err() == nil {
		return o, err
	}
	// The end of ctx must not keep the outcome from a second try.
	again, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.times.finishTry/5)
	defer cancel()
	if once, err := s.finishOnce(again, n); !lost(err) {
		return once, err
	}
	return o, err
}

func (s *Store) finishing(ctx context.Context, n ending) (outcome, error) {
	t := s.opts.times
	return calling(ctx, s, patience{0, t.finish, t.finishTry, t.pause / 8}, func(ctx context.Context) (outcome, error) { return s.finishOnce(ctx, n) })
}

func (s *Store) finishOnce(ctx context.Context, n ending) (outcome, error) {
	for range repeats {
		o, err := s.finishCall(ctx, n)
		if err != nil {
			return o, err
		}
		switch o.status {
		case "ok", "same":
			return o, nil
		case "missing":
			return o, history.ErrNotFound
		case "finished":
			return o, history.ErrFinished
		}
		e, err := s.get(ctx, n.ID)
		if err != nil {
			return o, err
		}
		n.Version = "" // of which row it is said is not known here
		n.of(s, e)     // it was not known, or its app was named anew meanwhile
	}
	return outcome{}, errors.New("the row is changed all the time")
}

// outcome is what finish_entry gives. Moments are as they are stored.
type outcome struct {
	status       string
	known, twin  bool
	older, newer int64
	issued, ends int64
}

func (s *Store) finishCall(ctx context.Context, n ending) (o outcome, err error) {
	token, url := n.Token, n.URL
	n.Token, n.URL = nil, nil
	arg, err := json.Marshal(n)
	if err != nil {
		return o, err
	}
	err = s.pool.QueryRow(ctx, finishCall, string(arg), token, url).Scan(&o.status, &o.known, &o.older, &o.newer, &o.issued, &o.ends, &o.twin)
	return o, err
}

// foreseen is a row as it will be once its outcome is recorded.
func foreseen(e history.Entry, r history.Result, n ending, now time.Time) history.Entry {
	e.Spooled, e.Outcome = true, r.Outcome
	e.ErrorID, e.ErrorTitle, e.ErrorText, e.Status = n.ErrorID.kept(), n.ErrorTitle.kept(), n.ErrorText.kept(), r.Status
	e.URLWarning, e.URLMissing = n.URLWarning.kept(), n.URLMissing.kept()
	e.AppID, e.AppSlug = first(n.AppID.kept(), e.AppID), first(n.AppSlug.kept(), e.AppSlug)
	if r.ClockOffset != 0 || r.ClockUncertainty != 0 {
		e.ClockOffset, e.ClockUncertainty = r.ClockOffset, r.ClockUncertainty
	}
	if !r.WorstExpires.IsZero() {
		e.WorstExpires = r.WorstExpires
	}
	switch r.Outcome {
	case history.Issued:
		if e.Issued = r.Issued; e.Issued.IsZero() {
			e.Issued = now.Add(e.ClockOffset).UTC()
		}
		if e.Expires = r.Expires; e.Expires.IsZero() {
			e.Expires = e.Issued.Add(e.Life)
		}
		e.Last4, e.KeyID, e.HasSecret = n.Last4.kept(), n.KeyID, len(n.Token) > 0
		if e.HasSecret {
			e.Fingerprint = n.Print
		}
	case history.Unknown:
		for _, t := range []time.Time{r.Expires, e.WorstExpires} {
			if t.After(e.Expires) {
				e.Expires = t
			}
		}
	case history.Rejected:
		e.Expires = e.Begun.Add(e.ClockOffset)
	case history.Pending:
	}
	return e
}
