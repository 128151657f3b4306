package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

func TestShots(t *testing.T) {
	dir := os.Getenv("PATDESK_UI_SHOTS")
	if dir == "" {
		t.Skip("no place for pictures")
	}
	looks := map[string]Look{
		"dark":  {Dark: true, Profile: colorprofile.TrueColor},
		"light": {Profile: colorprofile.TrueColor},
		"basic": {Dark: true, Profile: colorprofile.ANSI},
		"mono":  {Dark: true, Profile: colorprofile.Ascii},
	}
	for name, look := range looks {
		for _, size := range [][2]int{{100, 30}, {60, 20}, {150, 45}} {
			story(t, stage{w: size[0], h: size[1], look: look, seed: everyState}, func(d *driver) {
				shot := func(what string) {
					path := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.ansi", what, name, size[0]))
					if err := os.WriteFile(path, []byte(d.s.View().Content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				d.rest()
				d.press("down", "down", "space", "up", "up")
				d.rest()
				shot("list")
				d.press("?")
				shot("help")
				d.press("esc", ":")
				shot("palette")
				d.press("esc", "r")
				shot("confirm")
				d.press("esc", "/")
				d.typeText("orders !bo left:<1")
				d.rest()
				shot("filter")
			})
		}
	}
}
