package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Ensure a token is readable for ten seconds after v, and hidden at once when
// the window loses the focus or the cursor moves.
func TestTokens_RevealHidesAgain(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		const masked = "pat_…c002"
		d.sees(masked)
		d.press("v")
		d.sees("pat_00000000000000000000000000abc002", "hides in 10s")
		d.sleep(9 * time.Second)
		d.sees("pat_00000000000000000000000000abc002", "hides in 1s")
		d.sleep(time.Second)
		d.misses("pat_0")
		d.sees(masked)
		d.press("v", "down")
		d.misses("pat_0")
		d.press("up", "v")
		d.send(tea.BlurMsg{})
		d.settle()
		d.misses("pat_0")
		if got := d.s.View().WindowTitle; strings.Contains(got, "pat_") || strings.Contains(got, "@") {
			t.Errorf("the window title says %q", got)
		}
	})
}

// Ensure a note is kept and shown, and that a token without text says why it
// cannot be copied.
func TestTokens_NoteAndWhyNot(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("down", "e")
		d.sees("Note for bo@example.org")
		d.typeText("kiosk 4")
		d.press("enter")
		d.rest()
		d.sees("used at    kiosk 4")
		d.press("f")
		d.rest()
		d.press("G", "i")
		d.sees("ToolJet refused this request: there is no token.")
		d.press("up", "up", "i")
		d.sees("Nobody holds this token: its answer never came.")
	})
}

// Ensure the detail follows a single move at once; while the cursor runs it waits,
// and is that of the row under the cursor once that rests.
func TestTokens_DetailFollowsTheCursorWhenItRests(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		title := func() string {
			for _, l := range strings.Split(d.screen(), "\n") {
				if strings.HasPrefix(l, "─── ") {
					return strings.Trim(l, "─ ")
				}
			}
			return ""
		}
		under := func() bool { return strings.Contains(d.cursorRow(), strings.Fields(title())[1]) }
		d.rest()
		was := title()
		d.press("down")
		if !under() || title() == was {
			t.Errorf("after one move the detail is of %q, the cursor on %q", title(), d.cursorRow())
		}
		single := title()
		for range 4 {
			d.press("down")
			d.sleep(30 * time.Millisecond)
			if title() != single {
				t.Errorf("the detail went along to %q", title())
			}
		}
		d.rest()
		if !under() || title() == single {
			t.Errorf("the cursor rests on %q, the detail is of %q", d.cursorRow(), title())
		}
		d.sees("no other live token")
		d.press("up", "up", "v")
		d.sees("hides in 10s")
	})
}

// Ensure the hints tell what can be done with the row the cursor rests on, and do
// not flicker while it runs.
func TestTokens_HintsFollowTheCursorWhenItRests(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		hints := func() string {
			lines := strings.Split(d.s.View().Content, "\n")
			return lines[len(lines)-1]
		}
		d.press("f")
		d.rest()
		live := hints()
		for range 10 {
			d.press("down")
			if hints() != live {
				t.Fatal("the hints change while the cursor runs")
			}
		}
		d.rest()
		if !strings.Contains(d.cursorRow(), "FAILED") || hints() == live {
			t.Errorf("a row without a token has the hints of one that has: %q", d.cursorRow())
		}
	})
}

// Ensure a detail that a small screen had no room for is whole once there is room.
func TestTokens_DetailOfAScreenThatGrew(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 60, h: 20, seed: everyState}, func(d *driver) {
		d.misses("of this pair", "other token")
		d.resize(100, 30)
		d.sees("pair       1 other token lives")
	})
}
