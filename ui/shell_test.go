package ui

import (
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/ui/kit"
)

// Ensure quitting asks only for a token that was issued here and never copied,
// that q works on the first screens only, and that ctrl+c twice always leaves.
func TestShell_Quit(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.toTab(kit.Doctor{})
		d.sees("5 Doctor")
		d.press("1")
		d.s.issuedFresh(99, "ana@example.com")
		d.press("q")
		d.sees("Quit without copying?", "ana@example.com")
		d.press("enter")
		if d.quit {
			t.Fatal("the safe answer quits")
		}
		d.s.copiedFresh(99)
		d.press("enter")
		d.press("q")
		d.sees("esc goes back; q quits from the first screen.")
		d.press("esc", "q")
		if !d.quit {
			t.Fatal("q does not quit")
		}
	})
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("ctrl+c")
		d.sees("ctrl+c again quits.")
		d.sleep(5 * time.Second)
		d.press("ctrl+c")
		if d.quit {
			t.Fatal("two presses far apart quit")
		}
		d.press("ctrl+c")
		if !d.quit {
			t.Fatal("ctrl+c twice does not quit")
		}
	})
	// The server's clock is corrected between the two presses.
	story(t, stage{seed: everyState}, func(d *driver) {
		d.toTab(kit.Doctor{})
		d.sees("5 Doctor")
		before := d.s.Now()
		d.press("ctrl+c")
		d.sees("ctrl+c again quits.")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultSkew, Match: "/", Skew: -90 * time.Second, Times: -1})
		d.press("ctrl+r")
		if !d.s.Now().Before(before) {
			t.Fatal("the clock was not corrected")
		}
		d.press("ctrl+c")
		if !d.quit {
			t.Error("ctrl+c twice does not quit while the server's clock is corrected")
		}
	})
}
