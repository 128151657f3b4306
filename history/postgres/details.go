package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"patdesk/history"
)

// filling is what set_details takes.
type filling struct {
	ID         int64   `json:"id"`
	Named      text    `json:"named"`  // the server as its row has it
	Server     text    `json:"server"` // and as servers are compared
	Roots      []int64 `json:"roots"`
	Was        pairing `json:"was"`
	Now        pairing `json:"now"`
	URLWarning text    `json:"url_warning"`
}

// pairing is a person and an app, and the person's role there.
type pairing struct {
	User       person `json:"user"`
	Mail       text   `json:"mail"` // folded
	App        app    `json:"app"`
	Role       text   `json:"role"`
	RoleSearch text   `json:"role_search"`
}

func pairingOf(d history.Draft) pairing {
	return pairing{
		User: personOf(d.UserID, d.UserEmail, d.UserName), Mail: text(history.Fold(d.UserEmail)),
		App:  appOf(d.AppID, d.AppSlug, d.AppName, d.WorkspaceID, d.Workspace),
		Role: text(d.Role), RoleSearch: text(history.Searchable(d.Role)),
	}
}

// SetDetails is that of history.Records, in a round trip to read the row and one to change
// it.
func (s *Store) SetDetails(ctx context.Context, id int64, d history.Details) (history.Entry, error) {
	e, err := s.setDetails(ctx, id, d)
	return e, s.fail(ctx, "record the details", err)
}

func (s *Store) setDetails(ctx context.Context, id int64, d history.Details) (history.Entry, error) {
	defer s.Refresh()
	e, err := s.get(ctx, id)
	for range repeats {
		if err != nil {
			return history.Entry{}, err
		}
		var a answer
		a, err = s.fill(ctx, e, d)
		switch {
		case err != nil:
			return history.Entry{}, err
		case a.status == "ok":
			return a.entry, nil
		case a.status == "missing":
			return history.Entry{}, history.ErrNotFound
		}
		e = a.entry
	}
	return history.Entry{}, errors.New("the row is changed all the time")
}

func (s *Store) fill(ctx context.Context, e history.Entry, d history.Details) (a answer, err error) {
	arg, err := json.Marshal(filling{
		ID: e.ID, Named: text(e.Server), Server: text(history.ServerName(e.Server)), Roots: s.rootsOf(e.Server),
		Was: pairingOf(history.Details{}.Over(e)), Now: pairingOf(d.Over(e)), URLWarning: text(d.URLWarning),
	})
	if err != nil {
		return a, err
	}
	err = s.steady(ctx, func() error {
		a, err = s.call(ctx, []any{`SELECT set_details($1)`, string(arg)}, []any{readByID, e.ID})
		return err
	})
	return a, err
}

// MarkVerified is that of history.Records, in one round trip: of two that do it at the
// same time, one tells what has begun to differ.
func (s *Store) MarkVerified(ctx context.Context, id int64, at time.Time, result, kind, drift string) error {
	const action = "record the check"
	who, err := json.Marshal(telling{s.actor(ctx), millis(s.now())})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	var status string
	err = s.steady(ctx, func() error {
		return s.pool.QueryRow(ctx, `SELECT mark_verified($1, $2, $3, $4, $5, $6)`, id, millis(at), clean(result), clean(kind), clean(drift), string(who)).Scan(&status)
	})
	if err == nil && status == "missing" {
		err = history.ErrNotFound
	}
	return s.fail(ctx, action, err)
}
