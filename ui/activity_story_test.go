package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// Ensure what is done appears in Activity as it is done, the newest first, that a
// filter finds it, and that an event leads to its token and to a report.
func TestActivity_TellsWhatWasDone(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 36, seed: everyState}, func(d *driver) {
		if _, err := d.issuer.Issue(d.ctx, pat.Request{User: "ana@example.com", App: "orders", Life: time.Hour, Idle: time.Hour, Again: true}); err != nil {
			t.Fatal(err)
		}
		d.toTab(kit.Activity{})
		d.sees("WHEN", "WHAT", "RESULT", "#12 ana@example.com › Orders portal")
		if row := d.cursorRow(); !strings.Contains(row, "issued") || !strings.Contains(row, "#12") {
			t.Errorf("the newest is %q", row)
		}
		d.press("/")
		d.typeText("action:rejected")
		d.rest()
		d.sees("1 event", "#11 jo@example.com › Returns", "User or app not found")
		d.press("enter", "enter")
		d.sees("All that was recorded of it", "outcome", "rejected", "H404u")
		d.press("esc", "b")
		if got := d.clipboard(); !strings.Contains(got, "token     #11 jo@example.com on Returns") || strings.Contains(got, "pat_0") {
			t.Errorf("the report is %q", got)
		}
		d.sees("Report ")
		d.press("t")
		d.sees("Activity › Token", "jo@example.com")
		d.press("esc")
		d.sees("1 event")
		d.press("esc")
		d.misses("1 event")
		d.press("/")
		d.typeText("action:walked")
		d.rest()
		d.sees("is no action")
	})
}

// Ensure a long past is read in pieces as far as the cursor goes, and that nothing
// is shown twice.
func TestActivity_PagesThroughTheHistory(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: func(d *driver) {
		for i := range 320 {
			d.add(row{user: fmt.Sprintf("user%03d@example.com", i), app: "Returns", life: time.Hour, age: time.Minute})
		}
	}}, func(d *driver) {
		d.toTab(kit.Activity{})
		d.sees("#320 user319", "newest first")
		for range 8 {
			d.press("G")
			d.rest()
		}
		d.sees("#1 user000@example.com", "640 events")
		d.press("g")
		d.sees("#320 user319")
	})
}

// Ensure who came to a desk and what was refused stand among what was done with tokens,
// are found, lead to a report and to no token.
func TestActivity_TellsWhoCame(t *testing.T) {
	for _, width := range []int{120, 70} {
		story(t, stage{w: width, h: 30, seed: everyState}, func(d *driver) {
			ana := history.WithActor(d.ctx, pat.Actor{Name: "ana", Machine: "ssh 192.0.2.7", Via: pat.ViaConsole, Role: "issue"})
			for _, err := range []error{
				d.issuer.History.MarkLogin(ana, pat.LoginWords(pat.DoorSSHD, "SHA256:abc")), d.issuer.History.MarkDenied(ana, "issue for stock: their apps are orders"),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			d.toTab(kit.Activity{})
			d.sees("issue for stock", "through sshd", "login", "denied", "this desk", "#11")
			d.press("/")
			d.typeText("action:login")
			d.rest()
			d.sees("1 event", "by ana@ssh 192.0.2.7 with the console")
			d.misses("denied")
			d.press("enter", "enter")
			d.sees("All that was recorded of it", "through sshd with the key SHA256:abc", "in role issue")
			d.misses("outcome", "#0")
			d.press("esc", "b")
			if got := d.clipboard(); !strings.Contains(got, "action    login\n") || !strings.Contains(got, "by        ana@ssh 192.0.2.7 with the console, in role issue") || strings.Contains(got, "token ") {
				t.Errorf("the report is %q", got)
			}
			d.press("t")
			d.sees("about no token", "1 event")
			d.press("esc", "/")
			d.typeText("action:denied by:ana")
			d.rest()
			d.sees("1 event", "issue for stock: their apps")
			d.press("ctrl+u")
			d.typeText("user:ana")
			d.rest()
			d.misses("login", "denied")
		})
	}
}

// Ensure an empty history says so, and that there is nothing to open.
func TestActivity_Empty(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.toTab(kit.Activity{})
		d.sees("Nothing was done yet.")
		d.press("enter", "b", "t")
		d.sees("There is nothing here.")
	})
}
