package ui

import (
	"os"
	"strings"
	"testing"

	"patdesk/ui/kit"
)

// Ensure a seat offers nothing that is a door on the computer, and does nothing of it:
// no file is written, nothing listens, no profile is added, whichever way it is asked for.
func TestSeat_NoDoors(t *testing.T) {
	doors := []string{"private file", "calendar", "Preview", "Sandbox", "Add a profile", "shell"}
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	t.Setenv("TMPDIR", runtime)
	for _, seat := range []bool{false, true} {
		offered := map[string]bool{}
		at := func(_ *driver, o *Options) { o.Seat = seat }
		story(t, stage{w: 140, h: 45, seed: issuedFor("ana@example.com orders"), options: at}, func(d *driver) {
			look := func() {
				for _, a := range append(d.s.actionsOf(d.s.top()), d.s.actions()...) {
					for _, door := range doors {
						if strings.Contains(a.Title, door) {
							offered[door] = true
						}
					}
				}
			}
			look()
			d.press("p")
			d.toTab(kit.Timeline{})
			look()
			if seat {
				d.press("c") // the calendar
			}
			d.press("1", "enter")
			look()
			if seat {
				d.press("w", "p")
				d.misses("written to")
			}
			d.press("esc", "P")
			look()
			if seat {
				d.press("n")
			}
		})
		for _, door := range doors[:5] {
			if offered[door] == seat {
				t.Errorf("seat %v: offers %s: %v", seat, door, offered[door])
			}
		}
	}
	if left, err := os.ReadDir(runtime); err != nil || len(left) > 0 {
		t.Errorf("written: %v, %v", left, err)
	}
}
