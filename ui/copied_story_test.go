package ui

import (
	"strings"
	"testing"
)

// Ensure the list knows that a token was copied as soon as that is done, whichever
// way it left.
func TestCopied_ListKnowsAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		way  func(d *driver)
	}{
		{"from the screen of a fresh token", func(d *driver) { d.issued(); d.press("i", "esc") }},
		{"from the list", func(d *driver) { d.press("y") }},
		{"several", func(d *driver) { d.press("a"); d.rest(); d.press("y") }},
		{"into a file", func(d *driver) { d.issued(); d.press("w"); d.rest(); d.press("esc") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{w: 100, h: 36, seed: three}, func(d *driver) {
				d.sees("never copied")
				c.way(d)
				d.rest()
				d.sees("1 Tokens")
				if strings.Contains(d.screen(), "never copied") {
					t.Errorf("not known:\n%s", d.screen())
				}
			})
		})
	}
}
