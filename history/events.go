package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Action is what an event tells.
type Action string

// The actions of events.
const (
	// Begun: the request was written down, before it was sent.
	Begun Action = "begun"
	// GotIssued: ToolJet answered with a token.
	GotIssued Action = "issued"
	// GotRejected: no token was made.
	GotRejected Action = "rejected"
	// GotUnknown: no usable answer came, or the process died before one did.
	GotUnknown Action = "unknown"
	// Copied: token, URL or a snippet of it went to the clipboard or into a file.
	Copied Action = "copied"
	// Revealed: its text was shown or printed.
	Revealed Action = "revealed"
	// Verified: ToolJet was asked about it; the detail is its answer.
	Verified Action = "verified"
	// Noted: its note was changed, and the detail is the new one; or its place was handed
	// the token over, and the detail says so.
	Noted Action = "noted"
	// DriftSeen: something differs now from what was true at issue.
	DriftSeen Action = "drift"
	// DriftCleared: what differed does so no more.
	DriftCleared Action = "drift_cleared"
	// Purged: its text was dropped from the history after its end.
	Purged Action = "purged"
	// LoggedIn: somebody sat down at a desk that several share; the detail is the door and
	// the key. It is about no token.
	LoggedIn Action = "login"
	// WasDenied: somebody asked there for what they may not do; the detail is what, and the
	// rule. It is about no token.
	WasDenied Action = "denied"
)

// Event is one fact about a token, or about who came to a desk, as it was recorded. It
// holds no secret.
type Event struct {
	ID     int64
	At     time.Time // local clock, UTC
	Actor  string    // who did it
	On     string    // on which machine
	Via    string    // with which face of the program, as Actor.Via says
	Role   string    // of a team, "" for who works alone
	Action Action
	Detail string

	Entry                   int64 // row of the token; 0 = it is about none, and what follows is empty
	UserID, UserEmail       string
	AppID, AppName, AppSlug string
}

// EventFilter narrows a reading of events. All parts must hold; the zero
// EventFilter holds for every event.
type EventFilter struct {
	// Tokens selects the tokens whose events are read, as they are now. Events without a
	// token are those of the desk, whatever its servers: they hold unless more than a server
	// is asked of tokens. By is asked of who did them.
	Tokens Filter
	// Now is the server's clock, for states in Tokens; zero means this computer's.
	Now time.Time
	// Since is the earliest moment, by the local clock; zero = all.
	Since time.Time
	// Actions are those that are read; empty = all.
	Actions []Action
	// Status are HTTP statuses, of which the answer to the token's request must have one;
	// only outcomes have an answer. Empty = any, and none.
	Status []StatusRange
}

// StatusRange is a range of HTTP statuses, both ends in it.
type StatusRange struct{ From, To int }

// Holds reports whether a status is in the range.
func (r StatusRange) Holds(status int) bool { return r.From <= status && status <= r.To }

// EventPage is a run of events, newest first.
type EventPage struct {
	Events []Event
	// More tells whether older ones follow; continue with the last one's ID.
	More bool
}

// Events reads up to limit events that are older than the one with id before; 0
// begins with the newest. Limit is 50 when 0. Its cost does not depend on where
// they are.
func (s *Records) Events(ctx context.Context, f EventFilter, before int64, limit int) (EventPage, error) {
	if limit <= 0 {
		limit = defaultLimit
	}
	page, err := s.events(ctx, f, before, limit)
	return page, s.fail(ctx, "read the events", err)
}

func (s *Records) events(ctx context.Context, f EventFilter, before int64, limit int) (page EventPage, err error) {
	ways, err := s.waysTo(ctx, f)
	if err != nil || len(ways) == 0 {
		return page, err
	}
	where, args := f.conditions(before, s.kept(f.Since))
	// The rows are found first, and only those of the page are joined.
	var found []string
	var all []any
	for _, w := range ways {
		found = append(found, `SELECT * FROM (SELECT * `+w.from+` WHERE `+strings.Join(append(w.where, where...), ` AND `)+` ORDER BY v.id DESC LIMIT `+number(int64(limit)+1)+`) w`)
		all = append(all, args...)
	}
	//nolint:gosec // the ways are made of constants and numbers; values are bound
	query := `SELECT v.id, v.at, i.name, i.machine, v.via, v.role, v.action, v.detail, coalesce(e.id, 0),
			coalesce(u.uid, ''), coalesce(u.email, ''), coalesce(a.uid, ''), coalesce(a.name, ''), coalesce(a.slug, '')
		FROM (` + strings.Join(found, ` UNION ALL `) + ` ORDER BY id DESC LIMIT ` + number(int64(limit)+1) + `) v
		JOIN issuers i ON i.id = v.actor_id LEFT JOIN entries e ON e.id = v.entry_id
		LEFT JOIN users u ON u.id = e.user_id LEFT JOIN apps a ON a.id = e.app_id ORDER BY v.id DESC`
	rows, err := s.read.QueryContext(ctx, query, all...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		var v Event
		var at int64
		if err := rows.Scan(&v.ID, &at, &v.Actor, &v.On, &v.Via, &v.Role, &v.Action, &v.Detail, &v.Entry,
			&v.UserID, &v.UserEmail, &v.AppID, &v.AppName, &v.AppSlug); err != nil {
			return page, err
		}
		v.At = s.here(at)
		page.Events = append(page.Events, v)
	}
	if len(page.Events) > limit {
		page.Events, page.More = page.Events[:limit], true
	}
	return page, rows.Err()
}

// conditions are those on the events themselves.
func (f EventFilter) conditions(before, since int64) (where []string, args []any) {
	if before > 0 {
		where = append(where, `v.id < ?`)
		args = append(args, before)
	}
	if since != 0 {
		where = append(where, `v.at >= ?`)
		args = append(args, since)
	}
	if len(f.Actions) > 0 {
		where = append(where, `v.action IN `+slots(len(f.Actions)))
		for _, a := range f.Actions {
			args = append(args, a)
		}
	}
	if len(f.Status) > 0 {
		var any []string
		for _, r := range f.Status {
			any = append(any, `entries.status BETWEEN `+number(int64(r.From))+` AND `+number(int64(r.To)))
		}
		where = append(where, `v.action IN `+slots(3), `EXISTS (SELECT 1 FROM entries NOT INDEXED WHERE entries.id = v.entry_id AND (`+strings.Join(any, ` OR `)+`))`)
		args = append(args, GotIssued, GotRejected, GotUnknown)
	}
	return where, args
}

// way is a place to read events of a filter from, in their own order.
type way struct {
	from  string
	where []string
}

// waysTo says where the events of a filter are read: those of its tokens, and those that
// are about none. It is empty if none can match.
func (s *Records) waysTo(ctx context.Context, f EventFilter) (ways []way, err error) {
	tokens, desk := f.parts()
	if desk && tokens && f.Tokens.Server == "" && len(f.Tokens.By) == 0 {
		return []way{{`FROM events v NOT INDEXED`, []string{`true`}}}, nil
	}
	if tokens {
		w, err := s.wayOfTokens(ctx, f)
		if err != nil {
			return nil, err
		}
		ways = append(ways, w...)
	}
	if desk {
		w, err := s.wayOfDesk(ctx, f)
		if err != nil {
			return nil, err
		}
		ways = append(ways, w...)
	}
	return ways, nil
}

// parts tells whether events of tokens can match, and those without one.
func (f EventFilter) parts() (tokens, desk bool) {
	ofDesk := func(a Action) bool { return a == LoggedIn || a == WasDenied }
	named := f.Tokens
	named.Server, named.By = "", nil
	tokens = len(f.Actions) == 0 || slices.ContainsFunc(f.Actions, func(a Action) bool { return !ofDesk(a) })
	desk = (len(f.Actions) == 0 || slices.ContainsFunc(f.Actions, ofDesk)) && len(f.Status) == 0 && named.Empty()
	return tokens, desk
}

// wayOfDesk reads the events that are about no token.
func (s *Records) wayOfDesk(ctx context.Context, f EventFilter) ([]way, error) {
	where := []string{`v.entry_id IS NULL`}
	for _, t := range f.Tokens.By {
		text := Fold(t.Text)
		if text == "" {
			continue
		}
		found, err := find(ctx, s.read, text, t.Not, issuerText)
		if err != nil {
			return nil, err
		}
		var ids []int64
		all := false
		for _, h := range found {
			ids, all = append(ids, h.ids...), all || h.all
		}
		switch {
		case all && t.Not, !all && !t.Not && len(ids) == 0:
			return nil, nil
		case all:
		case t.Not:
			where = append(where, `v.actor_id NOT IN `+list(ids))
		default:
			where = append(where, `v.actor_id IN `+list(ids))
		}
	}
	return []way{{`FROM events v INDEXED BY events_entry`, where}}, nil
}

// wayOfTokens says where the events of a filter's tokens are read: beside their few
// tokens, or in their own order, passing over those of other tokens.
func (s *Records) wayOfTokens(ctx context.Context, f EventFilter) ([]way, error) {
	p, err := s.plan(ctx, Query{Filter: f.Tokens, Now: f.Now})
	if err != nil || p.never {
		return nil, err
	}
	if f.Tokens.Server != "" && !s.far && !s.opts.walkOnly {
		p.sources = append(p.sources, []source{{`entries_server`, `server_id IN ` + list(p.servers)}})
		if err := p.choose(ctx, s.read); err != nil {
			return nil, err
		}
	}
	where := []string{p.withStates(`server_id IN ` + list(p.servers))}
	if p.few() {
		return []way{{`FROM events v INDEXED BY events_entry`, []string{`v.entry_id IN (SELECT id` + p.branchSQL(branch{where: where[0]}) + `)`}}}, nil
	}
	if f.Tokens.Server == "" && p.allowed == nil && len(p.where) == 0 && len(p.bounds) == 0 {
		return []way{{`FROM events v NOT INDEXED`, []string{`v.entry_id IS NOT NULL`}}}, nil
	}
	conds := strings.Join(append(append(where, p.bounds...), p.where...), ` AND `)
	return []way{{`FROM events v NOT INDEXED`, []string{`EXISTS (SELECT 1 FROM entries NOT INDEXED WHERE entries.id = v.entry_id AND ` + conds + `)`}}}, nil
}

// record writes an event about a row, in the transaction of what it tells.
func record(ctx context.Context, w Work, a Action, entry int64, detail string) error {
	return recordAll(ctx, w, a, detail, `SELECT CAST(? AS bigint)`, entry)
}

// recordAll writes an event about each row that a query names.
func recordAll(ctx context.Context, w Work, a Action, detail, entries string, args ...any) error {
	who, err := w.actor.id(ctx, w)
	if err != nil {
		return err
	}
	_, err = w.ExecContext(ctx, `INSERT INTO events (at, actor_id, via, role, action, entry_id, detail) SELECT ?, ?, ?, ?, ?, t.*, ? FROM (`+entries+`) t`,
		append([]any{millis(w.Now), who, w.actor.Via, w.actor.Role, a, detail}, args...)...)
	return err
}

// outcomeEvent is the event of an outcome, with what is worth reading of it.
func outcomeEvent(r Result) (Action, string) {
	switch r.Outcome {
	case Issued:
		return GotIssued, strings.Trim(r.URLMissing+"; "+strings.ReplaceAll(r.URLWarning, "\n", "; "), "; ")
	case Rejected:
		return GotRejected, r.ErrorTitle
	case Unknown, Pending:
	}
	return GotUnknown, r.ErrorTitle
}

// begunDetail is what was asked for.
func begunDetail(d Draft) string {
	return fmt.Sprintf("%d sent as %s, idle %d min", d.SentExpiry, d.Unit, d.IdleMinutes)
}

// driftEvent records that what a row says about drift has changed.
func driftEvent(ctx context.Context, w Work, id int64, was, is string) error {
	switch {
	case was == is:
		return nil
	case is == "":
		return record(ctx, w, DriftCleared, id, was)
	}
	return record(ctx, w, DriftSeen, id, is)
}

// MarkRevealed records that the text of tokens was shown or printed, and how. A
// process that only reads does without where it cannot write.
func (s *Records) MarkRevealed(ctx context.Context, how string, ids ...int64) error {
	if len(ids) == 0 {
		return nil
	}
	if s.opts.Reading {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, tidyTime)
		defer cancel()
	}
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		return recordAll(ctx, w, Revealed, how, `SELECT id FROM entries WHERE id IN `+list(ids)+` ORDER BY id`)
	})
	if s.opts.Reading && (s.unwritable(ctx, err) || ctx.Err() != nil) {
		return nil
	}
	return s.fail(ctx, "record that it was shown", err)
}
