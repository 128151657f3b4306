package ui

import (
	"os"
	"strings"
	"testing"
	"time"

	"patdesk/ui/kit"
	"patdesk/ui/term"
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

// Ensure that a copy which fails at a seat names no key and no setting that is a door,
// where it is told and where it stays: on the list, in a token, in the copy menu's place.
func TestSeat_FailedCopyNamesNoDoor(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{140, 45}, {60, 20}} {
		for _, seat := range []bool{false, true} {
			at := func(_ *driver, o *Options) {
				o.Seat, o.Clipboard = seat, term.NewClipboard(term.ClipboardOptions{Mode: term.ModeOSC52}) // without a terminal
			}
			story(t, stage{w: size[0], h: size[1], seed: issuedFor("ana@example.com orders"), options: at}, func(d *driver) {
				for _, keys := range [][]string{{"y"}, {"enter", "y"}} {
					d.press(keys...)
					d.sees("No clipboard here")
					d.sees("s")
					screen := strings.Join(strings.Fields(d.screen()), " ")
					if told := strings.Contains(screen, "writes a file") || strings.Contains(screen, "then s or w"); told == seat {
						t.Errorf("%v, seat %v: names the key for a file: %v\n%s", keys, seat, told, d.screen())
					}
					if told := strings.Contains(screen, `clipboard = "file"`); told && seat {
						t.Errorf("%v: names a setting of the desk\n%s", keys, d.screen())
					}
					if shows := strings.Contains(screen, "shows the text to select") || strings.Contains(screen, "shows its text") || strings.Contains(screen, "then s") || strings.Contains(screen, "s selects"); !shows {
						t.Errorf("%v, seat %v: names no way on\n%s", keys, seat, d.screen())
					}
				}
				d.press("s")
				d.sees("pat_")
			})
		}
	}
}

// Ensure that a run at a seat writes no file of its result.
func TestSeat_ResultOfARun(t *testing.T) {
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	for _, seat := range []bool{true, false} {
		story(t, stage{w: 140, h: 45, seed: marked(2), options: func(_ *driver, o *Options) { o.Seat = seat }}, func(d *driver) {
			d.press("a")
			d.rest()
			d.press("r", "ctrl+s", "y")
			d.sleep(5 * time.Second)
			d.sees("issued")
			d.press("o")
			d.rest()
			if left, err := os.ReadDir(runtime); err != nil || (len(left) == 0) != seat {
				t.Errorf("seat %v: written: %v, %v", seat, left, err)
			}
		})
	}
}
