package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

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
