package kit

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/config"
)

// Ensure each role can be given a colour, which is the one that is drawn, and that the
// backgrounds of a terminal of 16 colours stay.
func TestColours_EachRole(t *testing.T) {
	own := reflect.TypeFor[config.Colours]()
	for i := range own.NumField() {
		name := own.Field(i).Name
		look := Look{Dark: true, Profile: colorprofile.TrueColor}
		reflect.ValueOf(&look.Own).Elem().Field(i).SetString("#12AB34")
		got, want := paletteFor(look).withOwn(look), paletteFor(look)
		reflect.ValueOf(&want).Elem().FieldByName(name).Set(reflect.ValueOf(lipgloss.Color("#12AB34")))
		if got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		look.Profile = colorprofile.ANSI
		if p := paletteFor(look); slices.Contains([]string{"Field", "Selected", "OnGround"}, name) && p.withOwn(look) != p {
			t.Errorf("%s is changed on 16 colours", name)
		}
	}
	look := Look{Dark: true, Profile: colorprofile.TrueColor, Own: config.Colours{Good: "208"}}
	if got := NewTheme(look).Good.GetForeground(); got != lipgloss.Color("208") {
		t.Errorf("good is drawn in %v", got)
	}
}

// Ensure what cannot be read is told by its role, and nothing of the theme's own.
func TestColours_Warnings(t *testing.T) {
	for _, c := range []struct {
		theme, fgbg string
		own         config.Colours
		want        []string
	}{
		{"dark", "", config.Colours{}, nil},
		{"light", "", config.Colours{}, nil},
		{"contrast", "", config.Colours{}, nil},
		{"dark", "", config.Colours{Muted: "#333333"}, []string{"muted on a dark background: 1.6 to 1"}},
		{"light", "", config.Colours{Muted: "#333333"}, nil},
		{"auto", "0;15", config.Colours{Muted: "#dddddd"}, []string{"muted on a light background: 1.3 to 1"}},
		{"auto", "15;0", config.Colours{Muted: "#dddddd"}, nil},
		{"dark", "", config.Colours{Bad: "#767676"}, []string{"on_accent on bad: 4.0 to 1"}},
		{"dark", "", config.Colours{Selected: "255"}, []string{"on_ground on selected: 1.1 to 1"}},
		{"dark", "", config.Colours{Border: "#111111", Faint: "#111111"}, nil},
	} {
		getenv := func(string) string { return c.fgbg }
		got := ColourWarnings(LookFor(&config.Config{Theme: c.theme, Colours: c.own}, getenv))
		if len(got) != len(c.want) {
			t.Errorf("%s, %+v: %q, want %q", c.theme, c.own, got, c.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], "[colours] "+c.want[i]) {
				t.Errorf("%s: %q, want %q", c.theme, got[i], c.want[i])
			}
		}
	}
}
