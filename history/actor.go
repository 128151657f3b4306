package history

import "context"

// Actor is who does something: by name, on which machine, with which face of the
// program, and in which role of the team, "" for who works alone.
type Actor struct{ Name, Machine, Via, Role string }

type actorKey struct{}

// WithActor makes a the actor of all that is written with ctx, in place of that
// of Options. It is for whoever knows who is at the other end of a connection,
// never for what a person typed.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// Actor is who writes with ctx.
func (s *Records) Actor(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return s.opts.Actor
}

func (a Actor) id(ctx context.Context, w Work) (int64, error) {
	return distinctID(ctx, w, `SELECT id FROM issuers WHERE name = ? AND machine = ?`,
		`INSERT INTO issuers (name, machine, search) VALUES (?, ?, ?)`, []any{a.Name, a.Machine}, Searchable(a.Name, a.Machine))
}
