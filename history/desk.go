package history

import (
	"context"
	"time"
)

// What a desk that several share tells of those who come to it. These events are about no
// token, and are sealed with the others.

// Of refusals, which a script can bring about as fast as it likes, a part is enough to
// see what was tried.
const (
	// DeniedAgain is how long the same refusal of one actor is not written once more.
	DeniedAgain = time.Minute
	// DeniedMost is how many refusals of one actor are written in that time. The last of
	// them says that more may have followed.
	DeniedMost = 20
	// DeniedLast is what it says.
	DeniedLast = "; and more of this minute may be missing here"
	// DeniedLook is how many of the newest events without a token are looked at for
	// refusals before. It bounds the cost; where more of them fit into a minute, some
	// refusals are written that need not be.
	DeniedLook = 500
)

// MarkLogin records that the actor of ctx sat down at a desk, through which door and with
// which key.
func (s *Records) MarkLogin(ctx context.Context, how string) error {
	return s.fail(ctx, "record the login", s.tx(ctx, func(ctx context.Context, w Work) error {
		return recordBare(ctx, w, LoggedIn, how)
	}))
}

// MarkDenied records what the actor of ctx may not do, and the rule, unless that was
// written within the last minute: see DeniedMost.
func (s *Records) MarkDenied(ctx context.Context, what string) error {
	return s.fail(ctx, "record the refusal", s.tx(ctx, func(ctx context.Context, w Work) error {
		who, err := w.actor.id(ctx, w)
		if err != nil {
			return err
		}
		var all, same int
		if err := w.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE detail IN (?, ?) AND via = ? AND role = ?) FROM (
				SELECT * FROM events v INDEXED BY events_entry WHERE v.entry_id IS NULL ORDER BY v.id DESC LIMIT `+number(DeniedLook)+`) v
			WHERE action = 'denied' AND actor_id = ? AND at > ?`,
			what, what+DeniedLast, w.actor.Via, w.actor.Role, who, millis(w.Now.Add(-DeniedAgain))).Scan(&all, &same); err != nil {
			return err
		}
		switch {
		case same > 0 || all >= DeniedMost:
			return nil
		case all == DeniedMost-1:
			what += DeniedLast
		}
		return recordBare(ctx, w, WasDenied, what)
	}))
}

// recordBare writes an event that is about no token.
func recordBare(ctx context.Context, w Work, a Action, detail string) error {
	return recordAll(ctx, w, a, detail, `SELECT CAST(NULL AS bigint)`)
}
