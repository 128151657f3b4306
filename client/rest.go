package client

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// WithOneWait lets one wait hold for all calls of the client: until the moment that the
// server named to one of them (429), none is sent. It is for a client that several people
// share; somebody alone sees the wait that they caused.
func WithOneWait() Option {
	return func(o *options) error {
		o.oneWait = true
		return nil
	}
}

// spread is within how much time those go on that waited for the same moment.
const spread = 2 * time.Second

// rest is until when the server wants nothing, and what it said.
type rest struct {
	until time.Time
	why   *Error
}

// heed notes that the server asked for a wait.
func (c *Client) heed(e *Error) {
	if !c.options.oneWait || e.Failure != FailStatus || e.Status != http.StatusTooManyRequests {
		return
	}
	until := time.Now().Add(e.RetryAfter)
	c.mu.Lock()
	defer c.mu.Unlock()
	if until.After(c.rest.until) {
		c.rest = rest{until, e}
	}
}

// outlast waits until the server wants something again, whoever it said it to. It
// returns what it said if this call does not wait: nothing was sent.
func (c *Client) outlast(waits context.Context, s *schedule, r request) *Error {
	for {
		c.mu.Lock()
		now := c.rest
		c.mu.Unlock()
		left := time.Until(now.until)
		if left <= 0 {
			return nil
		}
		e := *now.why
		e.Op, e.Method, e.Path, e.RequestID, e.Sent, e.Attempts, e.RetryAfter = r.op, r.method, c.clean(r.url.EscapedPath()), r.id, false, s.tries, left
		pause := left + rand.N(spread) //nolint:gosec // it keeps requests apart, and nothing secret
		if !s.deadline.IsZero() && time.Until(s.deadline) <= pause {
			return &e
		}
		w := Wait{Op: r.op, Attempt: s.tries, Delay: pause, Until: time.Now().Round(0).Add(pause), Err: &e, Stop: s.stop}
		if s.watch != nil && !s.watch(w) {
			return &e
		}
		s.seen.waits(w.Until, &e)
		s.waiting = true
		select {
		case <-time.After(pause):
		case <-waits.Done():
			return &e
		}
		s.waiting = false
	}
}
