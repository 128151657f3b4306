package kit

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/config"
)

// LookFor is what the settings, and the environment where they leave it open, say of
// the look of the console: dark or light by theme, else by the background that some
// terminals name in COLORFGBG, else dark.
func LookFor(c *config.Config, getenv func(string) string) Look {
	look := Look{Dark: true, Contrast: c.Theme == "contrast", Profile: colorprofile.TrueColor, Own: c.Colours}
	switch c.Theme {
	case "dark":
	case "light":
		look.Dark = false
	default:
		fields := strings.Split(getenv("COLORFGBG"), ";")
		last := fields[len(fields)-1]
		look.Dark = last != "7" && last != "15"
	}
	return look
}

// role is a colour of a palette by its name in the table [colours].
type role struct {
	name  string
	own   string // the person's; "" = that of the theme
	drawn *color.Color
}

// rolesOf are the roles of a palette, with the colours that a person gave them.
func rolesOf(p *Palette, own config.Colours) []role {
	return []role{
		{"accent", own.Accent, &p.Accent},
		{"on_accent", own.OnAccent, &p.OnAccent},
		{"muted", own.Muted, &p.Muted},
		{"faint", own.Faint, &p.Faint},
		{"empty", own.Empty, &p.Empty},
		{"field", own.Field, &p.Field},
		{"selected", own.Selected, &p.Selected},
		{"on_ground", own.OnGround, &p.OnGround},
		{"border", own.Border, &p.Border},
		{"good", own.Good, &p.Good},
		{"warn", own.Warn, &p.Warn},
		{"bad", own.Bad, &p.Bad},
		{"doubt", own.Doubt, &p.Doubt},
		{"info", own.Info, &p.Info},
	}
}

// withOwn gives the roles of a palette the colours of the person. Backgrounds stay with
// terminals of 16 colours, where the cursor's row is in reverse.
func (p Palette) withOwn(look Look) Palette {
	for _, r := range rolesOf(&p, look.Own) {
		ground := r.name == "field" || r.name == "selected" || r.name == "on_ground"
		if r.own != "" && !(ground && look.Profile <= colorprofile.ANSI) {
			*r.drawn = lipgloss.Color(r.own)
		}
	}
	return p
}

// leastContrast is what text needs on its background (WCAG 2.2, 1.4.3).
const leastContrast = 4.5

// ColourWarnings say which of a person's own colours cannot be read well: text on the
// background of the terminal, taken for black or white by the theme, and on those of
// the console. They are used all the same.
func ColourWarnings(look Look) []string {
	p := paletteFor(look).withOwn(look)
	is := map[string]role{}
	for _, r := range rolesOf(&p, look.Own) {
		is[r.name] = r
	}
	ground, word := color.Color(color.Black), "a dark background"
	if !look.Dark {
		ground, word = color.White, "a light background"
	}
	var says []string
	judge := func(text role, own bool, on string, bg color.Color) {
		if fg := *text.drawn; own && fg != nil && bg != nil {
			if ratio := contrast(fg, bg); ratio < leastContrast {
				says = append(says, fmt.Sprintf("[colours] %s on %s: %.1f to 1, text needs 4.5 to 1", text.name, on, math.Floor(ratio*10)/10))
			}
		}
	}
	for _, name := range []string{"accent", "muted", "empty", "good", "warn", "bad", "doubt", "info"} {
		judge(is[name], is[name].own != "", word, ground)
	}
	for _, pair := range [][2]string{
		{"on_accent", "accent"},
		{"on_accent", "good"},
		{"on_accent", "warn"},
		{"on_accent", "bad"},
		{"on_ground", "field"},
		{"on_ground", "selected"},
		{"empty", "field"},
	} {
		text, bg := is[pair[0]], is[pair[1]]
		judge(text, text.own != "" || bg.own != "", bg.name, *bg.drawn)
	}
	return says
}

// contrast is the ratio of WCAG 2.2, section 1.4.3: 1 for no difference, 21 for
// black on white.
func contrast(a, b color.Color) float64 {
	light := func(c color.Color) float64 {
		r, g, b, _ := c.RGBA()
		linear := func(v uint32) float64 {
			s := float64(v) / 0xffff
			if s <= 0.04045 {
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
