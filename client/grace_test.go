package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

// Ensure a request that was sent is waited for, only so long, and that nothing
// else outlives its caller.
func TestGrace(t *testing.T) {
	const wait = 5 * time.Second
	for _, tt := range []struct {
		name    string
		fault   sandbox.Fault
		read    bool          // a GET
		limit   time.Duration // a deadline of the caller
		took    time.Duration
		ok      bool
		told    int
		unknown bool
	}{
		{name: "an answer in time", fault: sandbox.Fault{Kind: "delay", Delay: 3 * time.Second}, took: 3 * time.Second, ok: true, told: 1},
		{name: "an answer at the last moment", fault: sandbox.Fault{Kind: "delay", Delay: 5900 * time.Millisecond}, took: 5900 * time.Millisecond, ok: true, told: 1},
		{name: "no answer in time", fault: sandbox.Fault{Kind: "delay", Delay: 7 * time.Second}, took: time.Second + wait, told: 1, unknown: true},
		{name: "no answer at all", fault: sandbox.Fault{Kind: "hang"}, took: time.Second + wait, told: 1, unknown: true},
		{name: "nothing was sent", fault: sandbox.Fault{Kind: "dial-timeout"}, took: time.Second},
		{name: "waiting to send again", fault: sandbox.Fault{Kind: "ratelimit", Delay: time.Minute}, took: time.Second},
		{name: "a read", fault: sandbox.Fault{Kind: "delay", Delay: 3 * time.Second, Match: "GET /"}, read: true, took: time.Second},
		{name: "a time limit", fault: sandbox.Fault{Kind: "delay", Delay: 3 * time.Second}, limit: time.Second / 2, took: time.Second / 2, unknown: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := play(t, sandbox.Options{})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tt.limit > 0 {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeout(ctx, tt.limit)
					defer stop()
				}
				told := 0
				ctx = WithGrace(ctx, wait, func() { told++ })
				s.Inject(tt.fault)
				time.AfterFunc(time.Second, cancel)
				begin := time.Now()
				var err error
				if tt.read {
					_, err = c.ListWorkspaces(ctx)
				} else {
					_, err = c.CreateToken(ctx, issueOf(s))
				}
				took := time.Since(begin)
				synctest.Wait()
				if took != tt.took || (err == nil) != tt.ok || told != tt.told {
					t.Errorf("after %v: %v; told %d times", took, err, told)
				}
				if err != nil && !tt.read && failed(t, err).MaybeExecuted() != tt.unknown {
					t.Errorf("unknown: %+v", failed(t, err))
				}
			})
		})
	}
}
