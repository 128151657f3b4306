package history

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Details are what is looked up about a pair after its token was issued.
type Details struct {
	UserID, UserEmail, UserName string
	AppID, AppName, AppSlug     string
	WorkspaceID, Workspace      string
	Role                        string
	URLWarning                  string // what the look-up showed to be odd about the embed URL
}

// Over is what a row says, with each detail that is not empty in place of it.
func (d Details) Over(e Entry) Draft {
	return Draft{
		Profile: e.Profile, Server: e.Server, Host: e.Host, Note: e.Note,
		UserID: first(d.UserID, e.UserID), UserEmail: first(d.UserEmail, e.UserEmail), UserName: first(d.UserName, e.UserName),
		AppID: first(d.AppID, e.AppID), AppName: first(d.AppName, e.AppName), AppSlug: first(d.AppSlug, e.AppSlug),
		WorkspaceID: first(d.WorkspaceID, e.WorkspaceID), Workspace: first(d.Workspace, e.Workspace),
		Role: first(d.Role, e.Role),
	}
}

// SetDetails fills in what was not known of a row's user and app when it was
// begun; empty fields change nothing. The row may thereby turn out to belong to
// another pair, and to be older or newer than rows of that.
func (s *Records) SetDetails(ctx context.Context, id int64, d Details) (Entry, error) {
	var e Entry
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		var err error
		if e, err = entryByID(ctx, w, id); err != nil {
			return err
		}
		to := d.Over(e)
		t, err := distinctPair(ctx, w, to)
		if err != nil {
			return err
		}
		var user, app int64
		if err := w.QueryRowContext(ctx, `SELECT user_id, app_id FROM entries WHERE id = ?`, id).Scan(&user, &app); err != nil {
			return err
		}
		moved := e.Outcome == Issued && (user != t.user || app != t.app)
		if moved {
			if e, err = s.holdPairs(ctx, w, e, to); err != nil {
				return err
			}
			servers, err := serversOf(ctx, w, e.Server)
			if err != nil {
				return err
			}
			if err := unlink(ctx, w, e, servers); err != nil {
				return err
			}
		}
		warning := first(d.URLWarning, e.URLWarning)
		if err := change(ctx, w, id, `user_id = ?, app_id = ?, role_id = ?, url_warning = ?`, t.user, t.app, t.role, warning); err != nil {
			return err
		}
		if e, err = entryByID(ctx, w, id); err != nil || !moved {
			return err
		}
		e.Older, e.Newer, err = link(ctx, w, e)
		return err
	})
	if err != nil {
		return Entry{}, s.fail(ctx, "record the details", err)
	}
	return e, nil
}

// holdPairs holds the pair of a row and the one that it is moved to, and reads the row as
// it is by then.
func (s *Records) holdPairs(ctx context.Context, w Work, e Entry, to Draft) (Entry, error) {
	if err := s.engine.HoldPair(ctx, w, Fold(e.UserEmail), e.UserID, e.AppID, e.AppSlug); err != nil {
		return e, err
	}
	if err := s.engine.HoldPair(ctx, w, Fold(to.UserEmail), to.UserID, to.AppID, to.AppSlug); err != nil {
		return e, err
	}
	return entryByID(ctx, w, e.ID)
}

// SetError gives a row that was rejected better words for why. Its row of the catalogue
// stays. Errors: ErrNotFound, ErrFinished for a row with another outcome.
func (s *Records) SetError(ctx context.Context, id int64, title, text string) (Entry, error) {
	var e Entry
	err := s.tx(ctx, func(ctx context.Context, w Work) error {
		if err := change(ctx, w, id, `error_title = ?, error_text = ?`, title, text); err != nil {
			return err
		}
		var err error
		if e, err = entryByID(ctx, w, id); err == nil && e.Outcome != Rejected {
			return ErrFinished // taken back with this commit
		}
		return err
	})
	if err != nil {
		return Entry{}, s.fail(ctx, "record the refusal", err)
	}
	return e, nil
}

// NoteClock keeps the difference between a server's clock and the local one (server =
// local + offset) that this machine measured at a local time, in place of an earlier
// one.
func (s *Records) NoteClock(ctx context.Context, server string, offset, uncertainty time.Duration, at time.Time) error {
	return s.fail(ctx, "keep the server's clock", s.tx(ctx, func(ctx context.Context, w Work) error {
		_, err := w.ExecContext(ctx, `INSERT INTO server_clocks VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (server, machine) DO UPDATE SET at = excluded.at, clock = excluded.clock, clock_error = excluded.clock_error
				WHERE excluded.at > server_clocks.at`,
			serverName(server), s.Actor(ctx).Machine, s.kept(at), int64(offset-s.engine.Ahead()), int64(uncertainty))
		return err
	}))
}

// ClocksAgree is how far the clocks of two computers may differ and count as one.
const ClocksAgree = 2 * time.Second

// LastClock returns the newest measured difference between the server's clock
// and the local one that this machine kept, with a row of the server or by itself
// (server = local + offset), and the local time of that. Where hosts share the history, and
// this machine has measured nothing, it is that of another one, by way of the clock of the
// history. All are zero when there is none.
func (s *Records) LastClock(ctx context.Context, server string) (offset, uncertainty time.Duration, at time.Time, err error) {
	const action = "read the last clock"
	servers, err := s.serversOf(ctx, server)
	if err != nil {
		return 0, 0, time.Time{}, s.fail(ctx, action, err)
	}
	whose := `own = 1`
	if s.far {
		whose = `true`
	}
	machine := s.Actor(ctx).Machine
	var noted int64
	var own bool
	err = s.read.QueryRowContext(ctx, `SELECT clock, clock_error, at, own FROM (
			SELECT * FROM (
				SELECT e.clock, e.clock_error, e.begun AS at, iif(i.machine = ?, 1, 0) AS own, e.id FROM (
					SELECT * FROM entries INDEXED BY entries_server
					WHERE server_id IN `+list(servers)+` ORDER BY id DESC LIMIT 200) e JOIN issuers i ON i.id = e.issuer_id
				WHERE e.clock_error > 0 ORDER BY own DESC, e.id DESC LIMIT 1) r
			UNION ALL SELECT clock, clock_error, at, iif(machine = ?, 1, 0), 0 FROM server_clocks WHERE server = ?) c
		WHERE `+whose+` ORDER BY own DESC, at DESC LIMIT 1`, machine, machine, serverName(server)).Scan(&offset, &uncertainty, &noted, &own)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, 0, time.Time{}, nil
	case err != nil:
		return 0, 0, time.Time{}, s.fail(ctx, action, err)
	case !own:
		uncertainty += ClocksAgree
	}
	return offset + s.engine.Ahead(), uncertainty, s.here(noted), nil
}
