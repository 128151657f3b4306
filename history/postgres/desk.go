package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"patdesk/history"
)

// telling is what tell takes of an event: who, and when.
type telling struct {
	Actor actor `json:"actor"`
	Now   int64 `json:"now"` // by the clock of the history
}

// tell calls a function that writes an event, in one round trip and one commit. Where its
// connection broke it is called again, and may then have written it twice: rather that
// than not at all.
func (s *Store) tell(ctx context.Context, action, query string, now time.Time, args ...any) error {
	who, err := json.Marshal(telling{s.actor(ctx), millis(now)})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	err = s.steady(ctx, func() error {
		_, err := s.pool.Exec(ctx, query, append(args, string(who))...)
		return err
	})
	return s.fail(ctx, action, err)
}

// MarkLogin is that of history.Records.
func (s *Store) MarkLogin(ctx context.Context, how string) error {
	return s.tell(ctx, "record the login", `SELECT tell(NULL, 'login', $1, $2)`, s.now(), clean(how))
}

// MarkDenied is that of history.Records.
func (s *Store) MarkDenied(ctx context.Context, what string) error {
	now := s.now()
	return s.tell(ctx, "record the refusal", `SELECT tell_denied($1, $2, $3, $4, $5, $6)`, now,
		clean(what), history.DeniedLast, millis(now.Add(-history.DeniedAgain)), history.DeniedMost, history.DeniedLook)
}
