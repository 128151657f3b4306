package ui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"patdesk/ui/kit"
)

// Ensure the list and the shell's dialogs look as accepted, at the sizes of the
// wireframes and a wide and a tiny one, and that the themes differ in nothing but
// colours: even without any, the words and the signs say it all.
func TestGolden_TokensAndDialogs(t *testing.T) {
	t.Parallel()
	looks := []kit.Look{
		{Dark: true, Profile: colorprofile.TrueColor},
		{Profile: colorprofile.TrueColor},
		{Dark: true, Profile: colorprofile.ANSI},
		{Dark: true, Profile: colorprofile.ASCII},
	}
	for _, size := range append([][2]int{{160, 45}, {44, 13}}, goldenSizes...) {
		for n, look := range looks {
			t.Run(fmt.Sprint(size, n), func(t *testing.T) {
				t.Parallel()
				story(t, stage{w: size[0], h: size[1], look: look, seed: everyState}, func(d *driver) {
					shot := func(name string, keys ...string) {
						d.press(keys...)
						d.rest()
						d.sleep(0)
						name = fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
						d.within(name)
						if n > 0 && *update {
							return
						}
						golden(t, name, d.steady())
					}
					shot("tokens", "down", "down", "space", "up", "up")
					shot("tokens-help", "?")
					shot("tokens-palette", "esc", ":", "c", "o", "p")
					shot("tokens-confirm", "esc", "r")
					shot("tokens-note", "esc", "e")
					shot("tokens-filter", "esc", "/", "o", "r", "d")
					shot("tokens-filter-bad", "space", "l", "e", "f", "t", ":", "x")
					shot("tokens-unsure", "esc", "g", "down", "down", "down", "down", "down", "down", "down", "down")
					shot("tokens-failed", "f", "G")
				})
			})
		}
	}
	for _, size := range goldenSizes {
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			golden(t, fmt.Sprintf("tokens-empty-%dx%d", size[0], size[1]), d.steady())
		})
	}
	story(t, stage{look: kit.Look{Dark: true, Profile: colorprofile.TrueColor, ASCII: true}, seed: everyState}, func(d *driver) {
		d.rest()
		golden(t, "tokens-ascii-100x30", d.steady())
		for _, r := range d.screen() {
			if r > 0x7e {
				t.Fatalf("%q on a screen that shows ASCII only", r)
			}
		}
	})
}
