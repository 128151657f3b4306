package ui

import (
	"testing"

	"github.com/charmbracelet/colorprofile"

	"patdesk/config"
	"patdesk/ui/kit"
)

// Ensure a person's own colour that cannot be read well is told at start, and drawn.
func TestColours_ToldAtStart(t *testing.T) {
	t.Parallel()
	look := kit.Look{Dark: true, Profile: colorprofile.TrueColor, Own: config.Colours{Warn: "#333333"}}
	story(t, stage{look: look, seed: everyState}, func(d *driver) {
		d.sees("[colours] warn on a dark background: 1.6 to 1, text needs 4.5 to 1 (1 more)")
	})
}
