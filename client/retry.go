package client

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"patdesk/literal"
)

const (
	moreTries  = 3                // automatic repetitions of one request
	minPause   = time.Second      // the least a server can ask for
	maxPause   = 15 * time.Minute // the most
	usualPause = time.Minute      // after a 429 that says nothing
)

// Wait describes an automatic wait before a request is sent again.
type Wait struct {
	Op      string
	Attempt int           // requests tried so far
	Delay   time.Duration // how long the wait takes
	Until   time.Time     // its end by the local clock
	Err     *Error        // why

	// Stop ends the wait: the call fails with Err, and its request is not sent
	// again. A request that is already on its way is left alone, so that stopping
	// can never make an outcome unknown.
	Stop func()
}

type waitsKey struct{}

// WithWaits returns a context for calls whose automatic waits are watched. Before
// each of them f is called, in the goroutine of the call, and says whether to
// wait; if not, the call fails with what it would have waited for. A nil f takes
// away the one of a parent.
func WithWaits(ctx context.Context, f func(Wait) bool) context.Context {
	return context.WithValue(ctx, waitsKey{}, f)
}

// do sends r, and again where that is safe. read is called for each 2xx answer
// and has to begin anew each time.
func (c *Client) do(ctx context.Context, r request, read func(*response) *failure) error {
	if r.auth && c.key.IsZero() {
		return inputError(r.op, "there is no admin key")
	}
	if e := c.proxyFault(r.op); e != nil {
		return e
	}
	if r.id == "" {
		r.id = literal.UUID()
	}
	waits, stop := context.WithCancel(ctx) // for the waits alone, so that Stop touches no request
	defer stop()
	r.seen = c.observed(ctx, r)
	s := &schedule{client: c, get: r.method == http.MethodGet, stop: stop, seen: r.seen}
	s.watch, _ = ctx.Value(waitsKey{}).(func(Wait) bool)
	s.deadline, _ = ctx.Deadline()
	_, err := backoff.Retry(waits, func() (struct{}, error) {
		s.waiting = false
		if e := c.outlast(waits, s, r); e != nil {
			s.last = e
			return struct{}{}, backoff.Permanent(e)
		}
		s.tries++
		c.spend(s.tries > 1)
		r.seen.asked()
		if s.last = c.attempt(ctx, r, read); s.last != nil {
			s.last.Attempts = s.tries
			c.heed(s.last)
		}
		r.seen.answered(s.last)
		if s.last == nil {
			return struct{}{}, nil
		}
		return struct{}{}, s.last
	}, backoff.WithBackOff(s), backoff.WithMaxElapsedTime(0))
	if err == nil {
		r.seen.done(nil)
		return nil
	}
	e := s.outcome(ctx)
	r.seen.done(e)
	return e
}

// outcome is what a call has failed with.
func (s *schedule) outcome(ctx context.Context) *Error {
	if !s.waiting || ctx.Err() == nil {
		return s.last
	}
	e := *s.last // the caller gave up; nothing of this request was executed
	e.Sent = false
	return e.with(ended(ctx))
}

// schedule decides after each failure whether and when to send again. It is the
// backoff.BackOff of one call.
type schedule struct {
	client   *Client
	get      bool
	deadline time.Time // of the call, zero for none
	tries    int
	hasty    int // answers 408 and 425
	last     *Error
	waiting  bool
	watch    func(Wait) bool // nil: nobody does
	stop     func()
	seen     *observed
	jitter   *backoff.ExponentialBackOff
}

// Reset implements backoff.BackOff. Randomized by all of the interval, 0.5 s
// doubled up to 30 s is full jitter: anything from 0 to 1 s, 2 s, … 60 s.
func (s *schedule) Reset() {
	s.jitter = &backoff.ExponentialBackOff{
		InitialInterval: time.Second / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second,
	}
}

// NextBackOff implements backoff.BackOff.
func (s *schedule) NextBackOff() time.Duration {
	again, asked := s.verdict()
	if !again || s.tries > moreTries || !s.client.affordable() {
		return backoff.Stop
	}
	pause := s.jitter.NextBackOff()
	if asked {
		pause = s.last.RetryAfter
	}
	// A wait that the caller's deadline would cut short helps nobody.
	if !s.deadline.IsZero() && time.Until(s.deadline) <= pause {
		return backoff.Stop
	}
	w := Wait{Op: s.last.Op, Attempt: s.tries, Delay: pause, Until: time.Now().Round(0).Add(pause), Err: s.last, Stop: s.stop}
	if s.watch != nil && !s.watch(w) {
		return backoff.Stop
	}
	s.waiting = true
	s.seen.waits(w.Until, s.last)
	return pause
}

// verdict says whether the last failure may be sent again, and whether the
// server asked for a certain pause. What may have been executed is repeated only
// if it is a GET, which changes nothing.
func (s *schedule) verdict() (again, asked bool) {
	e := s.last
	switch e.Failure {
	case FailRefused, FailUnreachable, FailNameTemporary:
		return !e.Sent || s.get, false
	case FailTimeout: // a GET that took all of its time once will do so again
		return !e.Sent, false
	case FailProxy:
		return !e.Sent && (e.Status == 0 || e.Status >= 500), false
	case FailLost, FailTruncated:
		return s.get, false
	case FailStatus:
		return s.verdictOnStatus()
	default:
		return false, false
	}
}

// verdictOnStatus repeats a request that changes something only if it certainly
// was not executed.
func (s *schedule) verdictOnStatus() (again, asked bool) {
	e := s.last
	safe := s.get || !e.MaybeExecuted()
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly:
		s.hasty++
		return safe && s.hasty == 1, false
	case http.StatusTooManyRequests:
		return safe, true
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return safe, e.HasRetryAfter && e.Status == http.StatusServiceUnavailable
	}
	return false, false
}

// budget remembers which of the last requests were repetitions.
type budget struct {
	repeated [50]bool
	next     int
}

// spend counts a request.
func (c *Client) spend(repeated bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.budget.repeated[c.budget.next%len(c.budget.repeated)] = repeated
	c.budget.next++
}

// affordable reports whether one more repetition keeps them at a fifth of the
// last requests, so that a server in trouble is not given more of it.
func (c *Client) affordable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, r := range c.budget.repeated {
		if r {
			n++
		}
	}
	return n < len(c.budget.repeated)/5
}

// retryAfter reads how long a server asks us to wait, clamped to 1 s … 15 min;
// asked is false if it does not say so in a way that can be read. It looks at
// Retry-After (RFC 9110, also with the suffix that Nest's throttler adds to it)
// and, for a 429, at the reset times that many proxies send.
func retryAfter(h http.Header, status int, date, local time.Time) (pause time.Duration, asked bool) {
	now := date
	if now.IsZero() {
		now = local
	}
	if d, ok := parseRetryAfter(h.Get("Retry-After"), now); ok {
		return clamp(d), true
	}
	for name, values := range h {
		if strings.HasPrefix(name, "Retry-After-") && len(values) > 0 {
			if d, ok := parseRetryAfter(values[0], now); ok {
				pause, asked = max(pause, clamp(d)), true
			}
		}
	}
	if asked || status != http.StatusTooManyRequests {
		return pause, asked
	}
	for _, name := range []string{"X-RateLimit-Reset", "RateLimit-Reset"} {
		if d, ok := parseReset(h.Get(name), now); ok {
			return clamp(d), true
		}
	}
	return usualPause, false
}

// parseRetryAfter reads seconds or an HTTP date. Seconds below zero and dates in
// the past mean now.
func parseRetryAfter(s string, now time.Time) (time.Duration, bool) {
	if n, ok := number(s); ok {
		return span(n), true
	}
	if t, err := http.ParseTime(strings.TrimSpace(s)); err == nil {
		return max(t.Sub(now), 0), true
	}
	return 0, false
}

// parseReset reads seconds from now, or a Unix time in seconds or milliseconds,
// which the size of the number tells apart.
func parseReset(s string, now time.Time) (time.Duration, bool) {
	n, ok := number(s)
	switch {
	case !ok:
		return 0, false
	case n >= 1e15:
		return span(n), true
	case n >= 1e12:
		return max(time.UnixMilli(int64(n)).Sub(now), 0), true
	case n >= 1e9:
		return max(time.Unix(int64(n), 0).Sub(now), 0), true
	}
	return span(n), true
}

// number reads a decimal number without exponent.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 32 || strings.Trim(s, "+-.0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// span is a number of seconds as a duration, between zero and about 30 years.
func span(n float64) time.Duration {
	return time.Duration(min(max(n, 0), 1e9) * float64(time.Second))
}

func clamp(d time.Duration) time.Duration { return min(max(d, minPause), maxPause) }
