package ui

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// secretFree fails if a text holds the admin key in one of its spellings, or a token.
func (d *driver) secretFree(where, text string) {
	d.t.Helper()
	key := d.box.Key()
	canaries := []string{key, hex.EncodeToString([]byte(key)), base64.StdEncoding.EncodeToString([]byte(key)), "pat_", "personal-access-token="}
	for _, c := range canaries {
		if c != "" && strings.Contains(text, c) {
			d.t.Errorf("%s shows the secret %.12s…:\n%s", where, c, text)
		}
	}
}

// Ensure the requests of this session are in Activity while they run: one that waits after
// a 429 is seen to wait, then to be under way, then to be done, with its status, how long it
// took and the server's time; and that neither the screen nor the report of it holds a
// secret, whatever the server repeats.
func TestActivity_ShowsRequestsWhileTheyRun(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 40}, func(d *driver) {
		d.box.Inject(sandbox.Fault{
			Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second, Match: "POST /",
			Body: `{"statusCode":429,"message":"slow down, ` + d.box.Key() + ` and pat_0123456789abcdef"}`,
		})
		d.fill("ana", "ord")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 10 * time.Second, Match: "POST /"})
		d.press("ctrl+s", "esc")
		d.toTab(kit.Activity{})
		d.sees("issue: POST /api/ext/users/personal-access-token", "429, again in 41s: Server asks us")
		d.secretFree("the screen", d.screen())
		d.press("/")
		d.typeText("action:request post")
		d.press("enter")
		d.sees("1 request", "request issue: POST", "says “slow down, [redacted] and [redacted]”.")
		d.sleep(11 * time.Second)
		d.sees("again in 30s")
		d.press("b")
		report := d.clipboard()
		d.secretFree("the report", report)
		for _, part := range []string{"request   POST https://tooljet.example.com/api/ext/users/personal-access-token", "try 1     status 429 in 0 ms", "again at", "H429", "program   terminal of unknown kind, 140 x 40; clipboard auto"} {
			if !strings.Contains(report, part) {
				t.Errorf("the report lacks %q:\n%s", part, report)
			}
		}
		d.sleep(33 * time.Second)
		d.sees("asking, 3s")
		d.sleep(time.Second)
		d.sees("asking, 4s")
		d.sleep(7 * time.Second)
		d.sees("201 in 10.0 s", "server time 19:1")
		d.secretFree("the screen", d.screen())
		d.press("enter")
		d.sees("All that this session knows of it", "try 2     status 201 in 10.0 s, server's clock 2026-11-19T19:1")
		d.secretFree("the dialog", d.screen())
		d.press("esc", "t")
		d.sees("This is a request")
	})
}

// Ensure events and requests are one list by time, that the cursor stays on its row while
// requests come, that a filter parts them, and that the report of an event holds the
// requests of its token.
func TestActivity_RequestsAmongEvents(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 36, seed: everyState}, func(d *driver) {
		d.toTab(kit.Activity{})
		d.press("down")
		was := d.cursorRow()
		d.sleep(time.Second)
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 3 * time.Second, Match: "POST /"})
		go func() {
			_, _ = d.issuer.Issue(d.ctx, pat.Request{User: "ana@example.com", App: "orders", Life: time.Hour, Idle: time.Hour, Again: true})
		}()
		d.settle()
		d.sees("asking, 0s")
		if got := d.cursorRow(); got != was {
			t.Errorf("the cursor went from\n%s to\n%s", was, got)
		}
		d.sleep(4 * time.Second)
		d.press("ctrl+r", "g")
		d.sees("issued         you           #12 ana@example.com", "issue: POST /api/ext/users/personal-acce")
		if row := d.cursorRow(); !strings.Contains(row, "issued") {
			t.Errorf("the newest is %q", row)
		}
		d.press("/")
		d.typeText("action:issued")
		d.press("enter")
		d.misses("request ")
		d.press("b")
		if report := d.clipboard(); !strings.Contains(report, "try 1     status 201 in 3.0 s") {
			t.Errorf("the report lacks its request:\n%s", report)
		}
		d.press("esc", "/")
		d.typeText("user:ana")
		d.press("enter")
		d.misses("request ")
		d.press("esc", "/")
		d.typeText("action:request !get")
		d.press("enter")
		d.sees("POST /api/ext/users/personal-access-token")
		d.misses("GET /", "issued ")
	})
}

// Ensure a session remembers so many requests and no more, and that a page that was left
// does not wait for others.
func TestActivity_RemembersSoManyRequests(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.toTab(kit.Activity{})
		for range 205 {
			if _, err := d.issuer.Client.GetConfig(d.ctx); err != nil {
				t.Fatal(err)
			}
		}
		d.settle()
		d.sees("200 requests")
		d.press("1")
	})
}
