//go:build linux

package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Ensure the screens of the console have no sign of its own that the painter leaves to
// the library, which takes more of everything.
func TestPainter_UsualScreens(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 40, seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		for _, key := range []string{"", "space", "esc", "2", "4", "5", "1", "?", "esc", "n", "esc", "enter", "esc", "Y", "esc", ":", "esc", "/", "esc"} {
			if key != "" {
				d.send(keyMsg(key))
				d.settle()
			}
			for _, line := range strings.Split(ansi.Strip(d.s.View().Content), "\n") {
				for _, r := range line {
					if !term.Narrow(r) {
						t.Errorf("after %q: %q is no narrow sign in %q", key, r, line)
					}
				}
			}
		}
	})
}
