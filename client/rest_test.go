package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

// Ensure one wait holds for all who share a client: until the moment that the server named
// to one, nothing of anybody is sent, each is told, and all succeed then. A client of
// somebody alone sends as it always did.
func TestRest_HoldsForAll(t *testing.T) {
	for _, shared := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var more []Option
			if shared {
				more = append(more, WithOneWait())
			}
			s, c := play(t, sandbox.Options{}, more...)
			s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 40 * time.Second})
			begin := time.Now()
			var mu sync.Mutex
			var waits []time.Duration
			ctx := WithWaits(t.Context(), func(w Wait) bool {
				mu.Lock()
				defer mu.Unlock()
				waits = append(waits, w.Delay)
				if !errors.Is(w.Err, ErrRateLimited) || w.Err.MaybeExecuted() {
					t.Errorf("told of %+v", w.Err)
				}
				return true
			})
			var all sync.WaitGroup
			for n := range 5 {
				all.Go(func() {
					time.Sleep(time.Duration(n) * 5 * time.Second)
					if _, err := c.CreateToken(ctx, issueOf(s)); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			early := 0
			for _, r := range s.Requests() {
				if r.At.Sub(begin) < 40*time.Second {
					early++
				}
			}
			slices.Sort(waits)
			switch {
			case !shared && (early != 5 || len(waits) != 1):
				t.Errorf("alone: %d requests before the time, waits %v", early, waits)
			case shared && (early != 1 || len(waits) != 5 || waits[0] < 20*time.Second || waits[4] > 42*time.Second):
				t.Errorf("shared: %d requests before the time, waits %v", early, waits)
			}
			if n := len(s.Ledger()); n != 5 {
				t.Errorf("%d tokens", n)
			}
		})
	}
}

// Ensure whoever does not wait for what another was told is told the same, and nothing of
// theirs is sent: by a deadline, by their own end, by refusing, by stopping.
func TestRest_NotWaited(t *testing.T) {
	stop := func(w Wait) bool { time.AfterFunc(time.Second, w.Stop); return true }
	for name, f := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 10*time.Second)
		},
		"refused": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return WithWaits(ctx, func(Wait) bool { return false }), func() {}
		},
		"stopped": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return WithWaits(ctx, stop), func() {}
		},
		"gone": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, c := play(t, sandbox.Options{}, WithOneWait())
			s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 40 * time.Second})
			never := WithWaits(t.Context(), func(Wait) bool { return false })
			if _, err := c.CreateToken(never, issueOf(s)); !errors.Is(err, ErrRateLimited) {
				t.Fatal(err)
			}
			ctx, cancel := f(t.Context())
			defer cancel()
			_, err := c.CreateToken(ctx, issueOf(s))
			e := failed(t, err)
			if e.MaybeExecuted() || e.Sent || e.Method != http.MethodPost || name == "gone" != (e.Failure == FailCanceled) || name != "gone" && !errors.Is(err, ErrRateLimited) {
				t.Errorf("%s: %+v", name, e)
			}
			if n := len(s.Requests()); n != 1 {
				t.Errorf("%s: %d requests", name, n)
			}
		})
	}
}
