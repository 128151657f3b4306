package kit

import (
	"image/color"
	"reflect"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Ensure that what must be read can be read, on the usual backgrounds of terminals and
// on those of patdesk: at least 4.5, for the third voice 3.
func TestTheme_Contrast(t *testing.T) {
	for _, th := range []struct {
		name    string
		p       Palette
		grounds []string
	}{
		{"dark", darkPalette(), []string{"#000000", "#1E1E2E", "#282A36"}},
		{"light", lightPalette(), []string{"#FFFFFF", "#FDF6E3", "#FAFAFA"}},
		{"dark of 256", dark256Palette(), []string{"#000000", "#1E1E2E", "#282A36"}},
		{"light of 256", light256Palette(), []string{"#FFFFFF", "#FDF6E3", "#FAFAFA"}},
	} {
		least := func(what string, fg, bg color.Color, ratio float64) {
			t.Helper()
			if c := contrast(fg, bg); c < ratio {
				t.Errorf("%s, %s: %.2f", th.name, what, c)
			}
		}
		p := th.p
		states := map[string]color.Color{"good": p.Good, "warn": p.Warn, "bad": p.Bad, "doubt": p.Doubt, "info": p.Info}
		for _, g := range th.grounds {
			ground := lipgloss.Color(g)
			for what, c := range states {
				least(what+" on "+g, c, ground, 4.5)
			}
			least("accent on "+g, p.Accent, ground, 4.5)
			least("muted on "+g, p.Muted, ground, 4.5)
			least("a placeholder on "+g, p.Empty, ground, 4.5)
			least("faint on "+g, p.Faint, ground, 3)
			for _, look := range []Look{{Dark: true, Profile: colorprofile.TrueColor}, {Profile: colorprofile.TrueColor}, {Dark: true, Profile: colorprofile.ANSI256}, {Profile: colorprofile.ANSI256}} {
				if look.Dark == (th.name == "dark" || th.name == "dark of 256") { // as it is drawn
					least("what stands in an empty field on "+g, NewTheme(look).Form.Placeholder.GetForeground(), ground, 4.5)
				}
			}
		}
		for what, c := range states {
			least(what+" on the cursor's row", c, p.Selected, 3) // bold
		}
		least("text on the cursor's row", p.OnGround, p.Selected, 4.5)
		least("a placeholder on a field", p.Empty, p.Field, 4.5)
		least("text on a field", p.OnGround, p.Field, 4.5)
		for what, c := range map[string]color.Color{"accent": p.Accent, "bad": p.Bad, "good": p.Good, "warn": p.Warn} {
			least("a badge on "+what, p.OnAccent, c, 4.5)
		}
	}
}

// Ensure that a terminal of 256 colours is sent none that would be turned into one
// that nobody picked.
func TestTheme_256AreAsPicked(t *testing.T) {
	for name, p := range map[string]Palette{"dark": dark256Palette(), "light": light256Palette()} {
		colours := reflect.ValueOf(p)
		for i := range colours.NumField() {
			c, ok := colours.Field(i).Interface().(color.Color)
			if !ok || colorprofile.ANSI256.Convert(c) != c {
				t.Errorf("%s: %s is %v", name, colours.Type().Field(i).Name, c)
			}
		}
	}
	for _, dark := range []bool{true, false} {
		all, some := NewTheme(Look{Dark: dark, Profile: colorprofile.TrueColor}), NewTheme(Look{Dark: dark, Profile: colorprofile.ANSI256})
		if all.Form.Field.GetBackground() == some.Form.Field.GetBackground() {
			t.Errorf("dark %v: the profile makes no difference", dark)
		}
	}
}

// Ensure that the theme of strong contrast has it: 7 for all that must be read, on the
// usual backgrounds and on those of patdesk, 4.5 for the third voice; and that it is the
// one that is drawn.
func TestTheme_StrongContrast(t *testing.T) {
	for _, th := range []struct {
		dark    bool
		p       Palette
		grounds []string
	}{
		{true, darkContrastPalette(), []string{"#000000", "#1E1E2E", "#282A36"}},
		{false, lightContrastPalette(), []string{"#FFFFFF", "#FDF6E3", "#FAFAFA"}},
	} {
		p := th.p
		voices := map[string]color.Color{"good": p.Good, "warn": p.Warn, "bad": p.Bad, "doubt": p.Doubt, "info": p.Info, "accent": p.Accent, "muted": p.Muted}
		for what, c := range voices {
			for _, g := range th.grounds {
				if r := contrast(c, lipgloss.Color(g)); r < 7 {
					t.Errorf("dark %v: %s on %s: %.2f", th.dark, what, g, r)
				}
			}
			if r := contrast(c, p.Selected); r < 7 {
				t.Errorf("dark %v: %s on the cursor's row: %.2f", th.dark, what, r)
			}
		}
		for _, g := range th.grounds {
			if r := contrast(p.Faint, lipgloss.Color(g)); r < 4.5 {
				t.Errorf("dark %v: faint on %s: %.2f", th.dark, g, r)
			}
		}
		for what, pair := range map[string][2]color.Color{
			"text on a field": {p.OnGround, p.Field}, "a placeholder on a field": {p.Empty, p.Field}, "text on the cursor's row": {p.OnGround, p.Selected},
			"a badge": {p.OnAccent, p.Accent}, "a bad badge": {p.OnAccent, p.Bad}, "a good badge": {p.OnAccent, p.Good}, "a warning badge": {p.OnAccent, p.Warn},
		} {
			if r := contrast(pair[0], pair[1]); r < 7 {
				t.Errorf("dark %v: %s: %.2f", th.dark, what, r)
			}
		}
		for _, profile := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor} {
			if got := NewTheme(Look{Dark: th.dark, Profile: profile, Contrast: true}).Good.GetForeground(); got != p.Good {
				t.Errorf("dark %v: drawn in %v", th.dark, got)
			}
		}
	}
}
