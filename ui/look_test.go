package ui

import (
	"testing"

	"patdesk/config"
)

// Ensure that the setting leads to the colours, and that a theme of strong contrast
// follows the background as auto does.
func TestLookOf_Theme(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		theme, background string
		dark, contrast    bool
	}{
		{"auto", "", true, false},
		{"auto", "0;15", false, false},
		{"light", "15;0", false, false},
		{"dark", "0;15", true, false},
		{"contrast", "", true, true},
		{"contrast", "0;15", false, true},
	} {
		c := config.Default("")
		c.Theme = tt.theme
		o := Options{Config: c, Terminal: Terminal{Environ: []string{"COLORFGBG=" + tt.background}}}
		o.Terminal = o.Terminal.withDefaults()
		if l := lookOf(o); l.Dark != tt.dark || l.Contrast != tt.contrast {
			t.Errorf("%s on %q: %+v", tt.theme, tt.background, l)
		}
	}
}
