package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestIssue_UnitDecidesTheEnd(t *testing.T) {
	for unit, want := range map[Unit]time.Duration{
		"": 90 * time.Second, Seconds: 90 * time.Second, Minutes: 90 * time.Minute, Milliseconds: 90 * time.Millisecond,
	} {
		c := memory(t, Options{Unit: unit})
		c.issue(`{"email":"ana@example.com","appSlug":"orders","patExpiry":90,"sessionExpiry":5}`)
		line := c.server.Ledger()[0]
		if got := line.Expires.Sub(line.At).Round(time.Millisecond); got != want {
			t.Errorf("%q: life %v, want %v", unit, got, want)
		}
	}
}

func TestIssue_OmittedExpiriesHaveDefaults(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := memory(t, Options{Now: func() time.Time { return at }})
	token := c.issue(`{"email":"ana@example.com","appSlug":"orders"}`)
	if got := c.server.Ledger()[0].Expires; !got.Equal(at.AddDate(0, 0, 10)) {
		t.Errorf("ends %v", got)
	}
	signed := c.exchange("Orders portal", token).text("signedPat")
	c.server.Advance(time.Hour - time.Second)
	c.want(c.inside(signed, "/api/session"), 200, "ana@example.com")
	c.server.Advance(time.Hour)
	c.want(c.inside(signed, "/api/session"), 401, "PAT session expired")
}

func TestIssue_Reissue(t *testing.T) {
	const forBo = `{"email":"bo@partner.example","appSlug":"orders","patExpiry":3600}`
	for _, tt := range []struct {
		reissue           Reissue
		first, other, new int // status of the exchange afterwards
	}{
		{"", 201, 201, 201},
		{Adds, 201, 201, 201},
		{Replaces, 401, 201, 201},
		{ReplacesApp, 401, 401, 201},
		{Dead, 201, 201, 401},
	} {
		t.Run(string(tt.reissue), func(t *testing.T) {
			c := memory(t, Options{Reissue: tt.reissue})
			first, other, again := c.issue(issueBody), c.issue(forBo), c.issue(issueBody)
			c.want(c.exchange("Orders portal", first), tt.first, "")
			c.want(c.exchange("Orders portal", other), tt.other, "")
			c.want(c.exchange("Orders portal", again), tt.new, "")
		})
	}
}

func TestIssue_DeadEndsWithTheOlderToken(t *testing.T) {
	c := memory(t, Options{Reissue: Dead})
	c.issue(issueBody)
	c.server.Advance(2 * time.Hour)
	c.want(c.exchange("Orders portal", c.issue(issueBody)), 201, "signedPat")
}

func TestIssue_LimitRecoversAfterAMinute(t *testing.T) {
	c := memory(t, Options{PerMinute: 1})
	c.issue(issueBody)
	c.want(c.post(issueAddress, issueBody), 429, "Too Many Requests")
	c.server.Advance(time.Minute)
	c.issue(issueBody)
}

func TestLedger_CountsExecutionsByRequestID(t *testing.T) {
	c := memory(t, Options{})
	for _, id := range []string{"r-1", "r-2", "r-1"} {
		c.do(t.Context(), "POST", issueAddress, issueBody, "X-Request-Id", id)
	}
	c.issue(issueBody)
	c.issue(issueBody)
	c.do(t.Context(), "POST", issueAddress, `{"appSlug":"orders"}`, "X-Request-Id", "refused")
	var got []string
	for _, line := range c.server.Ledger() {
		got = append(got, fmt.Sprint(line.RequestID, line.Executions))
	}
	if want := "r-12 r-21 1 1"; strings.Join(got, " ") != want {
		t.Errorf("ledger %q, want %q", got, want)
	}
}

func TestLedger_HoldsNoToken(t *testing.T) {
	c := memory(t, Options{})
	token := c.issue(issueBody)
	line := c.server.Ledger()[0]
	raw, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), token) {
		t.Error("the ledger holds the token")
	}
	if line.SHA256 != hash(token) || !strings.HasSuffix(token, line.Last4) || line.Email != "ana@example.com" {
		t.Errorf("line %+v", line)
	}
	for key, stored := range c.server.tokens {
		if strings.Contains(key+stored.hash, token) {
			t.Error("the token is stored in clear")
		}
	}
}

func TestServer_ConcurrentCallersSeeOneTruth(t *testing.T) {
	c := memory(t, Options{})
	c.server.Inject(Fault{Kind: FaultDelay, Times: -1})
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			r := c.do(t.Context(), "POST", issueAddress, issueBody, "X-Request-Id", fmt.Sprint(i))
			if r.status != http.StatusCreated {
				t.Errorf("status %d %v", r.status, r.err)
				return
			}
			c.exchange("Orders portal", r.text("personalAccessToken"))
			c.server.Users()
			c.server.Requests()
			c.server.Advance(time.Millisecond)
		})
	}
	wg.Wait()
	if got := len(c.server.Ledger()); got != 40 {
		t.Errorf("%d lines in the ledger", got)
	}
}
