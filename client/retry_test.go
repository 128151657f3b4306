package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

// Ensure each outcome is repeated exactly as often as it may be.
func TestRetry_Table(t *testing.T) {
	status := func(n int, body string, header ...string) sandbox.Fault {
		f := sandbox.Fault{Kind: "status", Status: n, Body: body, Header: map[string]string{}}
		for i := 0; i+1 < len(header); i += 2 {
			f.Header[header[i]] = header[i+1]
		}
		return f
	}
	const page = "<html>busy</html>"
	for _, tt := range []struct {
		name     string
		fault    sandbox.Fault
		issue    int // requests for an issue and for a GET
		get      int
		executed bool          // the issue may have been carried out
		wait     time.Duration // each wait, 0 = jitter
	}{
		{name: "name unknown", fault: sandbox.Fault{Kind: "name-unknown"}, issue: 1, get: 1},
		{name: "name temporary", fault: sandbox.Fault{Kind: "name-temporary"}, issue: 4, get: 4},
		{name: "refused", fault: sandbox.Fault{Kind: "refuse"}, issue: 4, get: 4},
		{name: "unreachable", fault: sandbox.Fault{Kind: "unreachable"}, issue: 4, get: 4},
		{name: "dial timeout", fault: sandbox.Fault{Kind: "dial-timeout"}, issue: 4, get: 4},
		{name: "proxy refused", fault: sandbox.Fault{Kind: "proxy-refused"}, issue: 4, get: 4},
		{name: "proxy wants a log-in", fault: sandbox.Fault{Kind: "proxy-auth"}, issue: 1, get: 1},
		{name: "unknown CA", fault: sandbox.Fault{Kind: "cert-unknown"}, issue: 1, get: 1},
		{name: "expired", fault: sandbox.Fault{Kind: "cert-expired"}, issue: 1, get: 1},
		{name: "plain http", fault: sandbox.Fault{Kind: "plain-http"}, issue: 1, get: 1},
		{name: "closed", fault: sandbox.Fault{Kind: "drop-before"}, issue: 1, get: 4, executed: true},
		{name: "closed after", fault: sandbox.Fault{Kind: "drop-after"}, issue: 1, get: 4, executed: true},
		{name: "reset after", fault: sandbox.Fault{Kind: "reset-after"}, issue: 1, get: 4, executed: true},
		{name: "truncated", fault: sandbox.Fault{Kind: "truncate"}, issue: 1, get: 4, executed: true},
		{name: "hangs", fault: sandbox.Fault{Kind: "hang"}, issue: 1, get: 1, executed: true},
		{name: "another protocol", fault: sandbox.Fault{Kind: "malformed"}, issue: 1, get: 1, executed: true},
		{name: "2xx page", fault: sandbox.Fault{Kind: "html"}, issue: 1, get: 1, executed: true},
		{name: "redirect", fault: sandbox.Fault{Kind: "redirect", Target: "https://elsewhere.example"}, issue: 1, get: 1},
		{name: "400", fault: status(400, `["email must be an email"]`), issue: 1, get: 1},
		{name: "401", fault: status(401, ""), issue: 1, get: 1},
		{name: "403", fault: status(403, ""), issue: 1, get: 1},
		{name: "404", fault: status(404, ""), issue: 1, get: 1},
		{name: "405", fault: status(405, ""), issue: 1, get: 1},
		{name: "407", fault: status(407, ""), issue: 1, get: 1},
		{name: "408 of ToolJet", fault: status(408, ""), issue: 2, get: 2},
		{name: "408 of a proxy", fault: status(408, page), issue: 1, get: 2, executed: true},
		{name: "408 in words", fault: status(408, "Request Timeout"), issue: 1, get: 2, executed: true},
		{name: "409 of ToolJet", fault: status(409, ""), issue: 1, get: 1},
		{name: "409 of a proxy", fault: status(409, page), issue: 1, get: 1, executed: true},
		{name: "409 of another API", fault: status(409, `{"message":"Conflict"}`), issue: 1, get: 1, executed: true},
		{name: "413", fault: status(413, page), issue: 1, get: 1},
		{name: "414", fault: status(414, page), issue: 1, get: 1},
		{name: "415", fault: status(415, ""), issue: 1, get: 1},
		{name: "422", fault: status(422, ""), issue: 1, get: 1},
		{name: "421 of ToolJet", fault: status(421, ""), issue: 1, get: 1},
		{name: "421 of a proxy", fault: status(421, page), issue: 1, get: 1, executed: true},
		{name: "425 of ToolJet", fault: status(425, ""), issue: 2, get: 2},
		{name: "425 of a proxy", fault: status(425, page), issue: 1, get: 2, executed: true},
		{name: "429 silent", fault: status(429, ""), issue: 4, get: 4, wait: time.Minute},
		{name: "429 of a proxy", fault: status(429, page, "Retry-After", "7"), issue: 1, get: 4, executed: true, wait: 7 * time.Second},
		{name: "429 of another API", fault: status(429, `{"message":"API rate limit exceeded"}`), issue: 1, get: 4, executed: true, wait: time.Minute},
		{name: "429 with another status in it", fault: status(429, `{"statusCode":200,"message":"x"}`), issue: 1, get: 4, executed: true, wait: time.Minute},
		{name: "429 seconds", fault: status(429, "", "Retry-After", "7"), issue: 4, get: 4, wait: 7 * time.Second},
		{name: "429 suffix", fault: status(429, "", "Retry-After-Short", "9"), issue: 4, get: 4, wait: 9 * time.Second},
		{name: "429 reset", fault: status(429, "", "X-RateLimit-Reset", "11"), issue: 4, get: 4, wait: 11 * time.Second},
		{name: "429 an hour", fault: status(429, "", "Retry-After", "3600"), issue: 4, get: 4, wait: 15 * time.Minute},
		{name: "429 garbage", fault: status(429, "", "Retry-After", "soon"), issue: 4, get: 4, wait: time.Minute},
		{name: "429 negative", fault: status(429, "", "Retry-After", "-5"), issue: 4, get: 4, wait: time.Second},
		{name: "451", fault: status(451, ""), issue: 1, get: 1},
		{name: "500", fault: status(500, ""), issue: 1, get: 1, executed: true},
		{name: "500 with Retry-After", fault: status(500, page, "Retry-After", "1"), issue: 1, get: 1, executed: true},
		{name: "501", fault: status(501, page), issue: 1, get: 1},
		{name: "502", fault: status(502, page), issue: 1, get: 4, executed: true},
		{name: "503 silent", fault: status(503, page), issue: 1, get: 4, executed: true},
		{name: "503 of a proxy", fault: status(503, page, "Retry-After", "5"), issue: 1, get: 4, executed: true, wait: 5 * time.Second},
		{name: "503 garbage", fault: status(503, page, "Retry-After", "soon"), issue: 1, get: 4, executed: true},
		{name: "503 of ToolJet", fault: status(503, `{"statusCode":503,"message":"x"}`, "Retry-After", "5"), issue: 1, get: 4, executed: true, wait: 5 * time.Second},
		{name: "504", fault: status(504, page), issue: 1, get: 4, executed: true},
		{name: "511 of this network", fault: status(511, page), issue: 1, get: 1},
		{name: "511 without a word", fault: status(511, " "), issue: 1, get: 1},
		{name: "520", fault: status(520, page), issue: 1, get: 1, executed: true},
		{name: "524", fault: status(524, page), issue: 1, get: 1, executed: true},
	} {
		for _, call := range []string{"issue", "get"} {
			t.Run(tt.name+"/"+call, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var waits []Wait
					s, c := play(t, sandbox.Options{})
					ctx := WithWaits(t.Context(), func(w Wait) bool { waits = append(waits, w); return true })
					tt.fault.Times, tt.fault.Match = -1, "/api/ext/"
					s.Inject(tt.fault)
					want, err := tt.get, error(nil)
					if call == "issue" {
						want = tt.issue
						_, err = c.CreateToken(ctx, issueOf(s))
					} else {
						_, err = c.ListWorkspaces(ctx)
					}
					e := failed(t, err)
					if e.Attempts != want || len(waits) != want-1 {
						t.Errorf("%d attempts and %d waits, want %d: %v", e.Attempts, len(waits), want, err)
					}
					if call == "issue" && e.MaybeExecuted() != tt.executed {
						t.Errorf("maybe executed %v: %+v", e.MaybeExecuted(), e)
					}
					checkWaits(t, waits, tt.wait)
					for _, l := range s.Ledger() {
						if l.Executions != 1 {
							t.Errorf("executed %d times", l.Executions)
						}
					}
				})
			})
		}
	}
}

func issueOf(s *sandbox.Server) TokenRequest {
	return TokenRequest{Email: s.Users()[0].Email, AppID: s.Apps()[0].ID, Expiry: 3600, IdleMinutes: 60}
}

func checkWaits(t *testing.T, waits []Wait, exact time.Duration) {
	t.Helper()
	for i, w := range waits {
		if exact > 0 && w.Delay != exact {
			t.Errorf("wait %d is %v, want %v", i, w.Delay, exact)
		}
		if jitter := time.Second << i; exact == 0 && (w.Delay < 0 || w.Delay > jitter+time.Nanosecond) {
			t.Errorf("wait %d is %v, want at most %v", i, w.Delay, jitter)
		}
		if w.Attempt != i+1 || w.Err == nil || w.Op == "" || w.Until.IsZero() {
			t.Errorf("wait %d: %+v", i, w)
		}
	}
}

// Ensure a wait takes as long as it says and the repetition then succeeds.
func TestRetry_Recovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wait Wait
		s, c := play(t, sandbox.Options{})
		ctx := WithWaits(t.Context(), func(w Wait) bool { wait = w; return true })
		s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 42 * time.Second})
		begin := time.Now()
		if _, err := c.CreateToken(ctx, issueOf(s)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != 42*time.Second || wait.Delay != took || !wait.Until.Equal(begin.Add(took)) || !errors.Is(wait.Err, ErrRateLimited) {
			t.Errorf("took %v, wait %+v", took, wait)
		}
		if l := s.Ledger(); len(l) != 1 || l[0].Executions != 1 {
			t.Errorf("ledger %+v", l)
		}
	})
}

func TestRetry_WaitEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, c := play(t, sandbox.Options{})
		ctx = WithWaits(ctx, func(Wait) bool { time.AfterFunc(time.Second, cancel); return true })
		s.Inject(sandbox.Fault{Kind: "ratelimit", Times: -1})
		begin := time.Now()
		_, err := c.CreateToken(ctx, issueOf(s))
		e := failed(t, err)
		if e.Failure != FailCanceled || e.MaybeExecuted() || !errors.Is(err, context.Canceled) || e.Attempts != 1 || time.Since(begin) != time.Second {
			t.Errorf("after %v: %+v", time.Since(begin), e)
		}
	})
}

// Ensure a wait that is stopped ends the call with what it waited for, and that
// nothing is sent again.
func TestRetry_StoppedWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := play(t, sandbox.Options{})
		ctx := WithWaits(t.Context(), func(w Wait) bool { time.AfterFunc(time.Second, w.Stop); return true })
		s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 41 * time.Second})
		begin := time.Now()
		_, err := c.CreateToken(ctx, issueOf(s))
		e := failed(t, err)
		if !errors.Is(err, ErrRateLimited) || e.RetryAfter != 41*time.Second || e.MaybeExecuted() || time.Since(begin) != time.Second {
			t.Errorf("after %v: %+v", time.Since(begin), e)
		}
		time.Sleep(time.Hour)
		if n := len(s.Requests()); n != 1 || len(s.Ledger()) != 0 {
			t.Errorf("%d requests, %d tokens", n, len(s.Ledger()))
		}
	})
}

// Ensure stopping a wait that is over leaves the request alone that followed it:
// its answer counts, and if it fails nothing is waited for any more.
func TestRetry_StoppedTooLate(t *testing.T) {
	for _, next := range []string{"delay", "dial-timeout"} {
		synctest.Test(t, func(t *testing.T) {
			s, c := play(t, sandbox.Options{})
			ctx := WithWaits(t.Context(), func(w Wait) bool {
				time.AfterFunc(w.Delay+time.Second, w.Stop)
				return true
			})
			s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 10 * time.Second})
			s.Inject(sandbox.Fault{Kind: next, Delay: 5 * time.Second})
			begin := time.Now()
			_, err := c.CreateToken(ctx, issueOf(s))
			if took := time.Since(begin); took != 15*time.Second {
				t.Errorf("%s: took %v", next, took)
			}
			if next == "delay" {
				if err != nil || len(s.Ledger()) != 1 {
					t.Errorf("%v, %d tokens", err, len(s.Ledger()))
				}
				return
			}
			if e := failed(t, err); e.Failure != FailTimeout || e.Attempts != 2 || e.MaybeExecuted() || len(s.Ledger()) != 0 {
				t.Errorf("%+v, %d tokens", e, len(s.Ledger()))
			}
		})
	}
}

// Ensure a wait that nobody wants to make is not made.
func TestRetry_RefusedWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := play(t, sandbox.Options{})
		ctx := WithWaits(t.Context(), func(w Wait) bool { return w.Delay <= 5*time.Minute })
		s.Inject(sandbox.Fault{Kind: "ratelimit", Delay: 10 * time.Minute})
		begin := time.Now()
		_, err := c.CreateToken(ctx, issueOf(s))
		if e := failed(t, err); !errors.Is(err, ErrRateLimited) || e.RetryAfter != 10*time.Minute || time.Since(begin) != 0 {
			t.Errorf("after %v: %+v", time.Since(begin), e)
		}
	})
}

// Ensure a wait that the deadline would cut short is not begun, and the reason
// for it is told instead.
func TestRetry_NoWaitBeyondDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		s, c := play(t, sandbox.Options{})
		s.Inject(sandbox.Fault{Kind: "ratelimit", Times: -1, Header: map[string]string{"Retry-After": "31"}})
		begin := time.Now()
		if _, err := c.CreateToken(ctx, issueOf(s)); !errors.Is(err, ErrRateLimited) || time.Since(begin) != 0 {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestRetry_CanceledAfterSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s, c := play(t, sandbox.Options{})
		s.Inject(sandbox.Fault{Kind: "hang"})
		time.AfterFunc(time.Second, cancel)
		_, err := c.CreateToken(ctx, issueOf(s))
		if e := failed(t, err); e.Failure != FailCanceled || !e.Sent || !e.MaybeExecuted() {
			t.Errorf("%+v", e)
		}
	})
}

// Ensure the limits of section "timeouts" hold, each for itself.
func TestTimeouts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault sandbox.Fault
		call  func(context.Context, *Client, *sandbox.Server) error
		want  time.Duration
	}{
		{"headers of an issue", sandbox.Fault{Kind: "hang", Match: "/"}, create, 30 * time.Second},
		{"body of an issue", sandbox.Fault{Kind: "drip", Match: "/", Delay: 5 * time.Second}, create, 45 * time.Second},
		{"exchange", sandbox.Fault{Kind: "hang", Match: "/"}, exchange, 60 * time.Second},
		{"list", sandbox.Fault{Kind: "hang", Match: "/"}, users, 120 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, c := play(t, sandbox.Options{})
				s.Inject(tt.fault)
				begin := time.Now()
				e := failed(t, tt.call(t.Context(), c, s))
				if took := time.Since(begin); took != tt.want || e.Failure != FailTimeout || !e.Sent {
					t.Errorf("after %v: %+v", took, e)
				}
			})
		})
	}
}

func create(ctx context.Context, c *Client, s *sandbox.Server) error {
	_, err := c.CreateToken(ctx, issueOf(s))
	return err
}

func exchange(ctx context.Context, c *Client, s *sandbox.Server) error {
	_, err := c.CreateSession(ctx, s.Apps()[0].ID, tokenOf("pat_0123456789abcdef"))
	return err
}

func users(ctx context.Context, c *Client, _ *sandbox.Server) error {
	_, err := c.ListUsers(ctx)
	return err
}

// Ensure at most a fifth of the last 50 requests are repetitions.
func TestRetry_Budget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := play(t, sandbox.Options{})
		s.Inject(sandbox.Fault{Kind: "refuse", Times: -1, Match: "/"})
		var history []bool
		for range 200 {
			_, err := c.CreateToken(t.Context(), issueOf(s))
			for i := range failed(t, err).Attempts {
				history = append(history, i > 0)
			}
		}
		repeated := 0
		for i, r := range history {
			if r {
				repeated++
			}
			if i >= 50 && history[i-50] {
				repeated--
			}
			if repeated > 10 {
				t.Fatalf("%d of 50 requests before %d are repetitions", repeated, i)
			}
		}
		if len(history) < 220 {
			t.Errorf("%d requests: the budget never recovers", len(history))
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	unix := func(d time.Duration) string { return fmt.Sprint(now.Add(d).Unix()) }
	for _, tt := range []struct {
		name, header, value string
		status              int
		want                time.Duration
		asked               bool
	}{
		{"absent 429", "", "", 429, time.Minute, false},
		{"absent 503", "", "", 503, 0, false},
		{"seconds", "Retry-After", "120", 503, 2 * time.Minute, true},
		{"spaces", "Retry-After", " 120 ", 503, 2 * time.Minute, true},
		{"decimal", "Retry-After", "1.5", 429, 1500 * time.Millisecond, true},
		{"zero", "Retry-After", "0", 429, time.Second, true},
		{"negative", "Retry-After", "-1", 429, time.Second, true},
		{"huge", "Retry-After", "1000000000", 429, 15 * time.Minute, true},
		{"beyond int64", "Retry-After", "99999999999999999999999", 429, 15 * time.Minute, true},
		{"exponent", "Retry-After", "1e3", 429, time.Minute, false},
		{"hexadecimal", "Retry-After", "0x10", 429, time.Minute, false},
		{"infinite", "Retry-After", "inf", 429, time.Minute, false},
		{"not a number", "Retry-After", "NaN", 429, time.Minute, false},
		{"garbage", "Retry-After", "in a while", 429, time.Minute, false},
		{"dash", "Retry-After", "-", 503, 0, false},
		{"date", "Retry-After", date(90 * time.Second), 503, 90 * time.Second, true},
		{"past date", "Retry-After", date(-time.Hour), 503, time.Second, true},
		{"far date", "Retry-After", date(300 * time.Hour), 429, 15 * time.Minute, true},
		{"RFC 850 date", "Retry-After", now.Add(time.Minute).Format("Monday, 02-Jan-06 15:04:05 GMT"), 429, time.Minute, true},
		{"suffix", "Retry-After-Long", "33", 429, 33 * time.Second, true},
		{"reset in seconds", "X-RateLimit-Reset", "25", 429, 25 * time.Second, true},
		{"reset as Unix time", "X-RateLimit-Reset", unix(40 * time.Second), 429, 40 * time.Second, true},
		{"reset as milliseconds", "X-RateLimit-Reset", unix(40*time.Second) + "000", 429, 40 * time.Second, true},
		{"reset in the past", "X-RateLimit-Reset", unix(-time.Hour), 429, time.Second, true},
		{"reset of the draft standard", "RateLimit-Reset", "12", 429, 12 * time.Second, true},
		{"reset garbage", "X-RateLimit-Reset", "later", 429, time.Minute, false},
		{"reset beside a 503", "X-RateLimit-Reset", "25", 503, 0, false},
	} {
		h := http.Header{}
		if tt.header != "" {
			h.Set(tt.header, tt.value)
		}
		// The server's clock counts, not ours, which is an hour off.
		if d, asked := retryAfter(h, tt.status, now, now.Add(time.Hour)); d != tt.want || asked != tt.asked {
			t.Errorf("%s: %v %v, want %v %v", tt.name, d, asked, tt.want, tt.asked)
		}
	}
	h := http.Header{"Retry-After": {now.Add(time.Minute).Format(http.TimeFormat)}}
	if d, _ := retryAfter(h, 429, time.Time{}, now); d != time.Minute {
		t.Errorf("without a Date header: %v", d)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "-1", "120", "1e9", "1000000000", "1700000000", "1700000000000", "Fri, 31 Dec 1999 23:59:59 GMT", "soon", "+", "..", "9999999999999999999999999999999", "\x00"} {
		f.Add(s, s, s, int64(1_770_000_000))
	}
	f.Fuzz(func(t *testing.T, after, suffix, reset string, date int64) {
		h := http.Header{"Retry-After": {after}, "Retry-After-Short": {suffix}, "X-Ratelimit-Reset": {reset}}
		for _, status := range []int{429, 503} {
			d, asked := retryAfter(h, status, time.Unix(date, 0), time.Unix(1_770_000_000, 0))
			if (asked || status == 429) && (d < minPause || d > maxPause) {
				t.Errorf("%d: %v", status, d)
			}
			if !asked && status == 503 && d != 0 {
				t.Errorf("not asked for %v", d)
			}
		}
	})
}
