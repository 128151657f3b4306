package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// Ensure list, its detail, timeline, activity, the page of a token, the re-issue dialog and
// the comment of a snippet say the same of every kind of token, in the words that the command
// line has of the same package: state, time left, both ends.
func TestFaces_ConsoleSaysTheSame(t *testing.T) {
	t.Parallel()
	const ago = 10 * time.Minute
	for name, f := range map[string]struct {
		row         row
		older       bool
		state, left string
		end         string // on the person's clock
		alive       string // in the question before one more is issued
		until       string // in the comment of a snippet
	}{
		"proven":   {row: row{}, state: "OK", left: "50m 00s", end: "ends 20:00:05Z = 21:00 your time", alive: "until 21:00:", until: "until 2026-11-19T20:00:05Z"},
		"unproven": {row: row{unproven: true}, state: "OK", left: "50m 00s", end: "ends 20:00:05Z = 21:00; if this server reads minutes, 22 Nov 08:00", alive: "until 22 Nov 08:00 at the latest", until: "until 2026-11-22T07:00:05Z"},
		"unsure":   {row: row{unproven: true, outcome: pat.Unknown}, state: "UNSURE", left: "≤", end: "at the latest"},
		"older":    {row: row{unproven: true}, older: true, state: "OLDER", left: "50m 00s", end: "ends 20:00:05Z = 21:00; if this server reads minutes, 22 Nov 08:00", alive: "until 22 Nov 08:00 at the latest", until: "until 2026-11-22T07:00:05Z"},
		"drift":    {row: row{drift: "the user is archived"}, state: "DRIFT", left: "50m 00s", end: "ends 20:00:05Z = 21:00 your time", alive: "until 21:00:", until: "until 2026-11-19T20:00:05Z"},
		"failed":   {row: row{outcome: pat.Rejected}, state: "FAILED", left: "-", end: "no token was made"},
		"expired":  {row: row{age: 70 * time.Minute}, state: "EXPIRED", left: "10m ago", end: "ended 19:00:05Z = 20:00 your time", until: "until 2026-11-19T19:00:05Z"},
		"ended?":   {row: row{age: 70 * time.Minute, unproven: true}, state: "ENDED?", left: "≤02d 10h", end: "ended 19:00:05Z = 20:00; if this server reads minutes, 22 Nov 07:00", alive: "until 22 Nov 07:00 at the latest", until: "until 2026-11-22T06:00:05Z"},
	} {
		t.Run(name, func(t *testing.T) {
			f.row.user, f.row.app, f.row.life = "ana@example.com", "Orders portal", time.Hour
			if f.row.age == 0 {
				f.row.age = ago
			}
			story(t, stage{w: 100, h: 45, seed: func(d *driver) {
				d.add(f.row)
				if f.older {
					d.add(row{user: f.row.user, app: f.row.app, life: time.Hour, age: time.Minute})
				}
			}}, func(d *driver) {
				seen := func(where string, want ...string) {
					t.Helper()
					screen := strings.Join(strings.Fields(ansi.Strip(d.screen())), " ")
					for _, w := range want {
						if !strings.Contains(screen, w) {
							t.Errorf("the %s has no %q:\n%s", where, w, d.screen())
						}
					}
				}
				if f.state == "FAILED" {
					d.press("f")
					d.rest()
				}
				row := d.cursorRow()
				if !strings.Contains(row, f.state) || !strings.Contains(row, f.left) {
					t.Errorf("the row has no %q and %q: %q", f.state, f.left, row)
				}
				seen("detail below the list", f.end, "#1 ana@example.com")
				d.toTab(kit.Timeline{})
				d.rest()
				switch f.state {
				case "FAILED": // nothing ends
				case "EXPIRED": // before what is in view
					seen("timeline", "just ended ana "+f.left)
				default:
					if row := d.cursorRow(); !strings.Contains(row, f.state) || !strings.Contains(row, f.left) {
						t.Errorf("the timeline has no %q and %q: %q", f.state, f.left, row)
					}
				}
				d.toTab(kit.Activity{})
				d.rest()
				seen("activity", "#1 ana@example.com › Orders port", "by kim@laptop-7")
				d.press("1")
				d.rest()
				d.press("enter")
				d.rest()
				seen("page of the token", "#1 ", f.state, f.left, f.until)
				if f.state != "FAILED" {
					seen("page of the token", f.end)
				}
				d.press("r")
				seen("question", f.alive)
			})
		})
	}
}

// Ensure a token that has a newer one keeps the bar and the colour of its time left,
// and its place by it.
func TestTokens_OlderKeepsColourAndPlace(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: func(d *driver) {
		d.add(row{user: "ana@example.com", app: "Orders portal", life: 24 * time.Hour, age: 23*time.Hour + 55*time.Minute})
		d.add(row{user: "ana@example.com", app: "Orders portal", life: 24 * time.Hour})
		d.add(row{user: "bo@example.org", app: "Orders portal", life: 24 * time.Hour, age: 23*time.Hour + 50*time.Minute})
	}}, func(d *driver) {
		if row := d.cursorRow(); !strings.Contains(row, "OLDER") || !strings.Contains(row, "05m 00s") {
			t.Errorf("the first row is %q", row)
		}
		urgent, _, _ := strings.Cut(d.s.theme.State[pat.Urgent].Render("x"), "x")
		drawn := d.s.View().Content
		for _, left := range []string{"05m 00s", "10m 00s"} {
			pen, _, _ := strings.Cut(drawn, left)
			pen = pen[strings.LastIndex(pen, "\x1b["):]
			colour := strings.TrimSuffix(urgent, "m")
			if !strings.Contains(pen, strings.TrimPrefix(colour, "\x1b[")) {
				t.Errorf("%s is drawn in %q, want %q", left, pen, urgent)
			}
			if after := drawn[strings.Index(drawn, left)+len(left):]; !strings.HasPrefix(strings.TrimSpace(after), "╸") {
				t.Errorf("%s has no bar: %q", left, after[:20])
			}
		}
	})
}

// Ensure a token that ToolJet refused or that has ended is copied after a question
// only, from the list and from its page.
func TestCopy_AsksBeforeATokenOfNoUse(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]row{
		"refused":             {drift: "ToolJet refused this token when it was asked"},
		"ended":               {age: 70 * time.Minute},
		"ended as documented": {age: 70 * time.Minute, unproven: true},
	} {
		t.Run(name, func(t *testing.T) {
			r.user, r.app, r.life = "ana@example.com", "Orders portal", time.Hour
			story(t, stage{seed: func(d *driver) { d.add(r) }}, func(d *driver) {
				for _, page := range []bool{false, true} {
					if page {
						d.press("enter")
						d.rest()
					}
					for _, key := range []string{"y", "t"} {
						d.press(key)
						d.sees("Copy a token that probably opens nothing?", "#1")
						d.press("esc")
						d.rest()
						if e, err := d.store.Get(d.ctx, 1); err != nil || !e.Copied.IsZero() {
							t.Errorf("it was copied at %v, %v", e.Copied, err)
						}
					}
				}
				d.press("t", "y")
				d.rest()
				d.sees("Token alone written to a file")
			})
		})
	}
}
