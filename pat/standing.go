package pat

import (
	"context"
	"sync"
	"time"

	"patdesk/history"
)

// Standing is how many tokens of the server are in which state.
type Standing struct {
	Counts Counts
	// Elsewhere are the tokens of other servers.
	Elsewhere int64

	ahead history.Ahead
}

// Next is when the counts change by themselves, by the server's clock, or have to be
// counted anew. It is zero for a standing that was never counted.
func (s Standing) Next() time.Time { return s.ahead.Next() }

// At is the standing at another moment of the server's clock, if nothing is written
// meanwhile. It asks the history for nothing, and is false where it cannot tell.
func (s Standing) At(now time.Time) (Standing, bool) {
	var ok bool
	s.Counts, s.ahead, ok = s.ahead.At(s.Counts, now)
	return s, ok
}

// Standing counts the tokens of the server at now, by its clock. Consoles of one process
// count together, once a second: each gets an answer that was counted after it asked, so
// that what it has just done is in it. Error: history.Error.
func (i *Issuer) Standing(ctx context.Context, now time.Time) (Standing, error) {
	if i.shared == nil {
		return i.standing(ctx, now)
	}
	return i.shared.standing.ask(ctx, now, i.standing)
}

func (i *Issuer) standing(ctx context.Context, now time.Time) (s Standing, err error) {
	if s.Counts, err = i.History.Counts(ctx, i.Server(), now); err != nil {
		return s, err
	}
	if s.ahead, err = i.History.Ahead(ctx, i.Server(), now); err != nil {
		return s, err
	}
	s.Elsewhere, err = i.Elsewhere(ctx)
	return s, err
}

// MostCounted is how many rows of a filter are counted, and how far from the beginning
// the place of a row is looked for. More take longer than the number is worth.
const MostCounted = 10_000

// CountOf counts the rows of a filter, to MostCounted. Where it asks for all of the
// server's, the number is exact, and consoles of one process count together, as in
// Standing. Error: history.Error.
func (i *Issuer) CountOf(ctx context.Context, q Query) (Number, error) {
	count := func(ctx context.Context, now time.Time) (Number, error) {
		q := q
		q.Now = now
		return i.History.CountTo(ctx, q, MostCounted)
	}
	more := q.Filter
	more.Server = ""
	switch {
	case i.shared == nil || q.Filter.Server != i.Server() || !more.Empty():
		return i.History.CountTo(ctx, q, MostCounted)
	case q.FoldFailed:
		return i.shared.unfailed.ask(ctx, q.Now, count)
	default:
		return i.shared.rows.ask(ctx, q.Now, count)
	}
}

// together lets many ask for one number, which is counted once a second at most.
type together[T any] struct {
	mu   sync.Mutex
	last time.Time // when it was counted last
	busy *turn[T]  // what is counted by now, or was last
	next *turn[T]  // what will be; nil if nobody asked since
}

// turn is one counting for all who asked before it began.
type turn[T any] struct {
	now  time.Time // the latest of theirs
	done chan struct{}
	got  T
	err  error
}

// How often is counted together, and how long that may take: nobody's end ends it.
const (
	countEvery = time.Second
	countFor   = 30 * time.Second
)

// ask waits for the next counting, or until ctx ends.
func (g *together[T]) ask(ctx context.Context, now time.Time, count func(context.Context, time.Time) (T, error)) (none T, _ error) {
	g.mu.Lock()
	t := g.next
	if t == nil {
		t = &turn[T]{done: make(chan struct{})}
		g.next = t
		go g.count(context.WithoutCancel(ctx), t, g.busy, g.last.Add(countEvery), count)
	}
	if now.After(t.now) {
		t.now = now
	}
	g.mu.Unlock()
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case <-t.done:
		return t.got, t.err
	}
}

// count counts for a turn, after the one before it, and not before a moment.
func (g *together[T]) count(ctx context.Context, t, before *turn[T], from time.Time, count func(context.Context, time.Time) (T, error)) {
	if before != nil {
		<-before.done
	}
	if d := time.Until(from); d > 0 {
		time.Sleep(d)
	}
	g.mu.Lock()
	g.busy, g.next, g.last = t, nil, time.Now()
	now := t.now
	g.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, countFor)
	defer cancel()
	t.got, t.err = count(ctx, now)
	close(t.done)
}
