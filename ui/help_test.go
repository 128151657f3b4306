package ui

import (
	"strings"
	"testing"

	"patdesk/ui/kit"
)

// Ensure the help names each key once, with what it does there, and leaves header
// and foot in view where it fits between them.
func TestHelp_EachKeyOnceBesideTheHeader(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 100, h: 40}, func(d *driver) {
		d.issued()
		d.press("?")
		d.sees("Tokens › Issued", "✓ Issued for", "copy what is in view")
		for _, words := range []string{"keep the copy", "next screen", "next snippet"} {
			want := 1
			if words == "next screen" { // its key means another thing here
				want = 0
			}
			if got := strings.Count(d.screen(), words); got != want {
				t.Errorf("%q stands there %d times:\n%s", words, got, d.screen())
			}
		}
		d.press("esc", "esc", "y", "?")
		d.sees("1 Tokens   2 Timeline", "keep the copy", "next screen", "to the shell")
		d.misses("more")
	})
	story(t, stage{}, func(d *driver) { // one key of a room that moves texts elsewhere
		d.toTab(kit.Doctor{})
		d.press("?")
		d.sees("prove the unit", "half a page down")
		d.misses("half a page up")
	})
	story(t, stage{w: 90, h: 30}, func(d *driver) { // it scrolls rather than hide where one is
		d.press("?")
		d.sees("1 Tokens   2 Timeline", "↓ more")
		d.press("G")
		d.sees("1 Tokens   2 Timeline", "to the shell")
	})
}
