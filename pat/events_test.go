package pat_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
)

// Ensure the filter of events is that of tokens, with actions and a time.
func TestParseEventFilter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 19, 19, 0, 0, 0, time.UTC)
	f, err := pat.ParseEventFilter("action:copied action:rev user:ana since:2h !demo", now)
	if err != nil || !slices.Equal(f.Actions, []history.Action{history.Copied, history.Revealed}) ||
		!f.Since.Equal(now.Add(-2*time.Hour)) || len(f.Tokens.User) != 1 || len(f.Tokens.Word) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
	for line, want := range map[string]struct{ has, not string }{
		"!action:copied":                 {"begun issued revealed login", "copied"},
		"!action:copied !Action:rev":     {"begun issued login", "copied revealed"},
		"action:drift !action:drift_cle": {"drift", "drift_cleared begun"},
		"ACTION:copied":                  {"copied", "begun"},
	} {
		f, err := pat.ParseEventFilter(line, now)
		if err != nil || len(f.Tokens.Word) != 0 || !f.Events {
			t.Errorf("%s: %+v, %v", line, f, err)
		}
		for _, a := range strings.Fields(want.has) {
			if !slices.Contains(f.Actions, history.Action(a)) {
				t.Errorf("%s leaves out %s: %v", line, a, f.Actions)
			}
		}
		for _, a := range strings.Fields(want.not) {
			if slices.Contains(f.Actions, history.Action(a)) {
				t.Errorf("%s shows %s: %v", line, a, f.Actions)
			}
		}
	}
	for _, line := range []string{"!since:2h", "!status:403"} {
		if _, err := pat.ParseEventFilter(line, now); err == nil || !strings.Contains(err.Error(), "turned round") {
			t.Errorf("%s: %v", line, err)
		}
	}
	for _, s := range []string{"", "action:", "!action:", "since:", "user:"} {
		if f, err := pat.ParseEventFilter(s, now); err != nil || !f.Since.IsZero() || len(f.Tokens.User) != 0 {
			t.Errorf("%q: %+v, %v", s, f, err)
		}
	}
	for _, s := range []string{"action:walked", "since:soon", "left:x", "status:600", "status:4xx", "status:-40", "status:0", "status:4030", "status:+40"} {
		if _, err := pat.ParseEventFilter(s, now); err == nil || !strings.Contains(err.Error(), strings.Split(s, ":")[1]) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// Ensure a report says what happened and holds neither a token nor the admin key.
func TestEventReport_HoldsNoSecret(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request())
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Body: `{"message":"` + r.server.Key() + `"}`, Match: "POST /"})
	again := request()
	again.Again = true
	_, _ = r.Issue(t.Context(), again)
	page, err := r.History.Events(t.Context(), pat.EventFilter{}, 0, 10)
	if err != nil || len(page.Events) < 4 {
		t.Fatalf("%d events, %v", len(page.Events), err)
	}
	for _, e := range page.Events {
		row, err := r.History.Get(t.Context(), e.Entry)
		if err != nil {
			t.Fatal(err)
		}
		text := pat.EventReport(e, row, nil, "patdesk devel")
		for _, secret := range []string{r.server.Key(), g.Secrets.Token.Reveal("test"), "personal-access-token="} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds a secret:\n%s", e.Action, text)
			}
		}
		if !strings.Contains(text, "patdesk devel") || !strings.Contains(text, row.RequestID) {
			t.Errorf("%s:\n%s", e.Action, text)
		}
	}
}
