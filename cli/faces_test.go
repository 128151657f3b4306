package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"patdesk/literal"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

// row is a token and what every surface must say of it.
type faceRow struct {
	name         string
	change       func(*pat.Token)
	state, left  string
	likely, late time.Duration // ends, from now; 0 = none
	note         string        // in the warnings
	help         string        // in show, beside them
	aloud        string        // the state and the end, to a voice
}

var faceRows = []faceRow{
	{name: "proven", aloud: "ok, ends in 50 minutes", change: func(t *pat.Token) { t.UnitProven = true }, state: "OK", left: "50m 00s", likely: 50 * time.Minute, late: 50 * time.Minute},
	{name: "unproven", aloud: "ok, ends in 50 minutes, if this server reads minutes in 2 days 12 hours", state: "OK", left: "50m 00s", likely: 50 * time.Minute, late: 59*time.Hour + 50*time.Minute, note: "not proven"},
	{name: "a part of a second", aloud: "ok, ends in 50 minutes", change: func(t *pat.Token) { t.UnitProven = true; t.Expires = t.Expires.Add(-time.Millisecond) }, state: "OK", left: "50m 00s", likely: 50*time.Minute - time.Millisecond, late: 50*time.Minute - time.Millisecond},
	{name: "unsure", aloud: "unsure, may exist for at most 2 days 12 hours", change: func(t *pat.Token) { t.Outcome, t.Expires, t.Issued = pat.Unknown, t.WorstExpires, time.Time{} }, state: "UNSURE", left: "≤02d 11h", likely: 59*time.Hour + 50*time.Minute, late: 59*time.Hour + 50*time.Minute, note: "outcome is unknown"},
	{name: "older", aloud: "older, ends in 50 minutes, if this server reads minutes in 2 days 12 hours", change: func(t *pat.Token) { t.Newer = 8 }, state: "OLDER", left: "50m 00s", likely: 50 * time.Minute, late: 59*time.Hour + 50*time.Minute, note: "a newer token exists"},
	{name: "drift", aloud: "drift, ends in 50 minutes, if this server reads minutes in 2 days 12 hours", change: func(t *pat.Token) { t.Drift, t.DriftKind = "the user is archived", "archived" }, state: "DRIFT", left: "50m 00s", likely: 50 * time.Minute, late: 59*time.Hour + 50*time.Minute, note: "the user is archived; it opens nothing until that is undone in ToolJet", help: "-> no new token helps; patdesk verify 7 asks again when that is mended"},
	{name: "drift that a new token mends", aloud: "drift, ends in 50 minutes, if this server reads minutes in 2 days 12 hours", change: func(t *pat.Token) { t.Drift, t.DriftKind = "the role was builder", "role" }, state: "DRIFT", left: "50m 00s", likely: 50 * time.Minute, late: 59*time.Hour + 50*time.Minute, note: "the role was builder; it opens the app with the role of now", help: "-> a new token helps: patdesk reissue 7"},
	{name: "refused", change: func(t *pat.Token) {
		t.Drift, t.DriftKind = "ToolJet refused it on 25 Nov", "refused"
	}, aloud: "drift, ends in 50 minutes, if this server reads minutes in 2 days 12 hours", state: "DRIFT", left: "50m 00s", likely: 50 * time.Minute, late: 59*time.Hour + 50*time.Minute, note: "ToolJet refused it on 25 Nov; it opens nothing now", help: "patdesk verify 7 asks again"},
	{name: "failed", aloud: "failed, there is no token", change: func(t *pat.Token) { t.Outcome, t.ErrorID = pat.Rejected, "H422" }, state: "FAILED", left: "-"},
	{name: "ended in every unit", aloud: "expired, ended 10 minutes ago", change: func(t *pat.Token) { move(t, -60*time.Hour) }, state: "EXPIRED", left: "10m ago", likely: -59*time.Hour - 10*time.Minute, late: -10 * time.Minute},
	{name: "ended as documented", aloud: "perhaps ended, may work for at most 2 days 11 hours", change: func(t *pat.Token) { move(t, -time.Hour) }, state: "ENDED?", left: "≤02d 10h", likely: -10 * time.Minute, late: 58*time.Hour + 50*time.Minute, note: "not proven"},
	{name: "of an admin", aloud: "ok, ends in 50 minutes", change: func(t *pat.Token) { t.UnitProven, t.Role = true, "admin" }, state: "OK", left: "50m 00s", likely: 50 * time.Minute, late: 50 * time.Minute, note: "can act as them in workspace Sales"},
}

func move(t *pat.Token, d time.Duration) {
	t.Issued, t.Expires, t.WorstExpires = t.Issued.Add(d), t.Expires.Add(d), t.WorstExpires.Add(d)
}

// token is one issued ten minutes ago for an hour.
func (f faceRow) token(now time.Time) pat.Token {
	issued := now.Add(-10 * time.Minute)
	t := pat.Token{
		ID: 7, Profile: "acme", Host: "https://tooljet.example.com", UserEmail: "ana@example.com", AppName: "Orders portal", AppSlug: "orders",
		AppID: "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10", Workspace: "Sales", Role: "end-user", Outcome: pat.Issued, Begun: issued, Issued: issued,
		Expires: issued.Add(time.Hour), WorstExpires: issued.Add(60 * time.Hour), Life: time.Hour, IdleMinutes: 60, SentExpiry: 3600, Unit: "seconds",
	}
	if f.change != nil {
		f.change(&t)
	}
	return t
}

// Ensure list, show, snippet, JSON and who reads aloud say the same of every kind of token: its
// state, the time it has left, both ends and what a person should know.
func TestFaces_SayTheSame(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for _, f := range faceRows {
		t.Run(f.name, func(t *testing.T) {
			tok := f.token(now)
			if cells := listCells(tok, now); cells[1] != f.state || cells[2] != f.left {
				t.Errorf("list says %q", cells)
			}
			checkShow(t, f, tok, now)
			if said := pat.Aloud(tok, now); said != "ana at example.com, Orders portal, "+f.aloud {
				t.Errorf("read aloud it is %q", said)
			}
			checkView(t, f, tok, now)
			if tok.Outcome == pat.Issued {
				checkSnippets(t, f, tok, now)
			}
		})
	}
}

func checkShow(t *testing.T, f faceRow, tok pat.Token, now time.Time) {
	t.Helper()
	var b strings.Builder
	(&app{}).particulars(&b, tok, now)
	show := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{f.state, "left " + f.left, f.note, f.help, pat.SentWords(tok)} {
		if !strings.Contains(show, want) {
			t.Errorf("show has no %q in %s", want, show)
		}
	}
	if utc := now.Add(f.late).Format("2006-01-02 15:04:05Z"); f.late != 0 && !strings.Contains(show, utc) {
		t.Errorf("show has no %q in %s", utc, show)
	}
}

func checkView(t *testing.T, f faceRow, tok pat.Token, now time.Time) {
	t.Helper()
	v := pat.ViewOf(tok, now)
	if word := strings.TrimSuffix(strings.ToLower(f.state), "?"); string(v.State) != word {
		t.Errorf("JSON says %s, want %s", v.State, word)
	}
	if (v.EndsAt == nil) != (f.likely == 0) || v.EndsAt != nil && (!v.EndsAt.Equal(now.Add(f.likely).Truncate(time.Second)) || !v.EndsLatest.Equal(now.Add(f.late).Truncate(time.Second))) {
		t.Errorf("JSON ends at %v and %v", v.EndsAt, v.EndsLatest)
	}
	if all := strings.Join(v.Warnings, "|"); !strings.Contains(all, f.note) || f.note == "" && all != "" {
		t.Errorf("warnings %q", all)
	}
	if left := strings.TrimLeft(f.left, "≤"); v.LeftSeconds > 0 && pat.Countdown(time.Duration(v.LeftSeconds)*time.Second) != left {
		t.Errorf("JSON has %d s left, list says %s", v.LeftSeconds, f.left)
	}
}

// checkSnippets looks at the end in a comment, at the notes and at the object.
func checkSnippets(t *testing.T, f faceRow, tok pat.Token, now time.Time) {
	t.Helper()
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	sec := pat.Secrets{Token: secret.New("pat_0123456789abcdef"), URL: secret.New("https://tooljet.example.com/embed-apps/orders?personal-access-token=pat_0123456789abcdef")}
	d := pat.SnippetData(tok, sec, "https://tooljet.example.com", now)
	frame, err := set.Render("iframe", d)
	if err != nil {
		t.Fatal(err)
	}
	if until := "until " + now.Add(f.late).Format(time.RFC3339); f.late%time.Second == 0 && !strings.Contains(frame.Text.Reveal(secret.ForOutput), until) {
		t.Errorf("no %q in %s", until, frame.Text.Reveal(secret.ForOutput))
	}
	if power := pat.Power(tok); power != "" && !strings.Contains(strings.Join(frame.Warnings, "|"), power) {
		t.Errorf("notes %q", frame.Warnings)
	}
	object, err := set.Render("json", d)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(pat.ViewOf(tok, now).WithSecrets(sec))
	if err != nil {
		t.Fatal(err)
	}
	var got, expected map[string]any
	if err := json.Unmarshal([]byte(object.Text.Reveal(secret.ForOutput)), &got); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(literal.JSON(want), &expected)
	if got["token"] != "pat_0123456789abcdef" || len(got) != len(expected) || got["ends_latest_at"] != expected["ends_latest_at"] || got["state"] != expected["state"] {
		t.Errorf("the object %v, want %v", got, expected)
	}
}
