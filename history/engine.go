package history

import (
	"context"
	"time"
)

// What an engine in another package makes its rows of, so that they are those of SQLite.

// ActorOf is the actor that WithActor put into ctx; false if there is none.
func ActorOf(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}

// Completed is a draft that begins at now, by the local clock, with what Begin fills in.
func (d Draft) Completed(now time.Time) Draft {
	if d.RequestID == "" {
		d.RequestID = NewUUID()
	}
	if d.Expires.IsZero() {
		d.Expires = now.Add(d.ClockOffset + d.Life + requestTime)
	}
	return d
}

// Detail is what the event of a request says was asked for.
func (d Draft) Detail() string { return begunDetail(d) }

// Event is the event of an outcome, with what is worth reading of it.
func (r Result) Event() (Action, string) { return outcomeEvent(r) }

// ServerName is the form in which servers are kept and compared.
func ServerName(base string) string { return serverName(base) }

// ServerRoot is the name of the server at the root of the same host, as the rows of the
// first schema know it.
func ServerRoot(base string) string { return withoutPath(base) }

// What is said of a row whose process ended before it could finish it.
const (
	LostTitle = lostTitle
	LostText  = lostText
)
