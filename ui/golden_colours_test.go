package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/kit"
)

// colours is the screen with a letter for the style of each cell, a dot for the
// terminal's own, and what each letter stands for below it. Spaces that show
// nothing of their style are left blank.
func (d *driver) colours() string {
	d.t.Helper()
	w, h := d.s.width, d.s.height
	canvas := lipgloss.NewCanvas(w, h)
	canvas.Compose(lipgloss.NewLayer(d.s.View().Content))
	letters, legend := map[string]byte{ansi.ResetStyle: '.'}, ""
	var b strings.Builder
	for y := range h {
		line := make([]byte, 0, w)
		for x := range w {
			cell := canvas.CellAt(x, y)
			style := kit.FirstOf(cell.Style.String(), ansi.ResetStyle)
			if cell.Content == " " && cell.Style.Bg == nil && cell.Style.Attrs&uv.AttrReverse == 0 || cell.Width == 0 {
				line = append(line, ' ')
				continue
			}
			if letters[style] == 0 {
				letters[style] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[len(letters)-1]
				legend += fmt.Sprintf("%c %s\n", letters[style], strings.Trim(style, "\x1b[m"))
			}
			line = append(line, letters[style])
		}
		b.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return b.String() + "\n" + strings.TrimSuffix(legend, "\n")
}

// contrasted are the scenes whose colours of strong contrast are kept: one of each room.
var contrasted = []string{
	"tokens", "timeline", "activity-requests", "users", "exposure", "role", "bulk", "bulk-plan", "role-done", "preview", "preview-refused",
}

// Ensure each screen has the accepted colours, in the dark and the light theme; the
// list with 16 colours too, and one screen of each room with strong contrast.
func TestGolden_Colours(t *testing.T) {
	t.Parallel()
	looks := map[string]kit.Look{
		"dark":  {Dark: true, Profile: colorprofile.TrueColor},
		"light": {Profile: colorprofile.TrueColor},
		"ansi":  {Dark: true, Profile: colorprofile.ANSI},

		"contrast":       {Dark: true, Contrast: true, Profile: colorprofile.TrueColor},
		"contrast-light": {Contrast: true, Profile: colorprofile.TrueColor},
	}
	list := scene{name: "tokens", stage: func() stage { return stage{seed: everyState} }, play: func(d *driver) {
		d.press("down", "down", "space", "up", "up")
		d.rest()
	}}
	for _, sc := range append([]scene{list}, scenes...) {
		for look, l := range looks {
			if l.Profile < colorprofile.TrueColor && sc.name != list.name || l.Contrast && !slices.Contains(contrasted, sc.name) {
				continue
			}
			name := fmt.Sprintf("colours/%s-%s", sc.name, look)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				st := sc.stage()
				st.w, st.h, st.look = 100, 30, l
				story(t, st, func(d *driver) {
					sc.play(d)
					golden(t, name, d.colours())
				})
			})
		}
	}
}
