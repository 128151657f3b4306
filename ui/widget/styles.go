package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Styles are the looks of the fields, pickers, menus and forms.
type Styles struct {
	Label, LabelFocus lipgloss.Style // name of a field, at rest and focused
	Text              lipgloss.Style // what a person typed or chose
	Placeholder       lipgloss.Style // what stands in an empty field
	Muted, Faint      lipgloss.Style // second and third voice
	Accent            lipgloss.Style // the one accent: focus marks, chosen words
	Selected          lipgloss.Style // the row under the cursor, over its full width
	Good, Warn, Bad   lipgloss.Style // signs and their words
	Field             lipgloss.Style // background of the field that has the focus
	ASCII             bool           // the terminal shows nothing beyond ASCII
}

// sign returns the sign that the terminal can show.
func (s Styles) sign(fancy, plain string) string {
	if s.ASCII {
		return plain
	}
	return fancy
}

func (s Styles) cursor() string { return s.sign("▸", ">") }
func (s Styles) mark() string   { return s.sign("▌", "|") }
func (s Styles) bad() string    { return s.sign("✗", "x") }

// Pad fills s with spaces up to width cells, or cuts it there. Escape sequences
// count as nothing.
func Pad(s string, width int) string {
	if width <= 0 {
		return ""
	}
	n := term.Width(s)
	if n > width {
		return ansi.Truncate(s, width, "…")
	}
	return s + strings.Repeat(" ", width-n)
}

// Between writes left and right at the two ends of a line of width cells. If
// they do not fit, right is dropped first.
func Between(left, right string, width int) string {
	l, r := term.Width(left), term.Width(right)
	if r == 0 || l+2+r > width {
		return Pad(left, width)
	}
	return left + strings.Repeat(" ", width-l-r) + right
}

// FitWords is the first of some texts that has room, or the last of them, cut. The
// texts may be foreign.
func FitWords(width int, texts ...string) string {
	for _, t := range texts {
		if c := term.Clean(t); c.Width() <= width {
			return c.String()
		}
	}
	return term.CleanWidth(texts[len(texts)-1], width).String()
}

// Wrap breaks plain text into lines of at most width cells, at spaces where
// there are some.
func Wrap(s string, width int) []string {
	if s == "" || width <= 0 {
		return nil
	}
	lines := strings.Split(ansi.Wrap(s, width, ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}
