package client

import (
	"context"
	"errors"
	"net/http"
	"time"
)

type graceKey struct{}

// grace is how long an answer is awaited after its caller gave up.
type grace struct {
	wait time.Duration
	told func()
}

// WithGrace returns a context for calls that change something. When it is
// cancelled after such a request was sent, the answer is awaited for up to d
// more, because only the answer tells what happened; told, if not nil, is called
// once for each such wait, in a goroutine of its own. What was not sent ends at
// once, as do reads and a context whose time is over.
func WithGrace(ctx context.Context, d time.Duration, told func()) context.Context {
	return context.WithValue(ctx, graceKey{}, grace{d, told})
}

// outlive returns the context of one attempt, which lives on for the grace of
// parent once the request was sent.
func outlive(parent context.Context, method string, sent func() bool) (context.Context, func()) {
	g, ok := parent.Value(graceKey{}).(grace)
	if !ok || method == http.MethodGet {
		return parent, func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(parent))
	if end, bounded := parent.Deadline(); bounded {
		bound, release := context.WithDeadline(ctx, end)
		outer := cancel
		ctx, cancel = bound, func() { release(); outer() }
	}
	stop := context.AfterFunc(parent, func() {
		if errors.Is(parent.Err(), context.DeadlineExceeded) || !sent() {
			cancel()
			return
		}
		if g.told != nil {
			g.told()
		}
		select {
		case <-time.After(g.wait):
		case <-ctx.Done():
		}
		cancel()
	})
	return ctx, func() { stop(); cancel() }
}
