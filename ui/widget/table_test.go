package widget

import (
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// colours are the looks of a table with a plain, a second and a signal colour.
func colours() (s TableStyles, signal Ink) {
	cursor := lipgloss.NewStyle().Bold(true).Background(lipgloss.Color("4"))
	second := NewInk(lipgloss.NewStyle().Foreground(lipgloss.Color("8")), cursor)
	green := lipgloss.NewStyle().Foreground(lipgloss.Color("2"))
	return TableStyles{Cell: NewInk(lipgloss.NewStyle(), cursor), Muted: second}, NewInk(green, green.Background(lipgloss.Color("4")).Bold(true))
}

// Ensure a row changes its ink only where the next text has another one, that
// blanks cost no ink of their own, and that it is as wide as it must be.
func TestTable_ALineChangesInkWhereItMust(t *testing.T) {
	s, signal := colours()
	cols := []Column{{Width: 6}, {Width: 7}, {Width: 5}, {Width: 4}, {Width: 5}}
	row := []Cell{
		{Text: "OK", Ink: signal},
		{Text: "12m", Ink: s.Cell},
		{Text: "##", Ink: signal, Tail: "...", TailInk: s.Cell},
		{Text: "one", Ink: s.Muted},
		{Text: "two", Ink: s.Muted},
	}
	lead := Cell{Text: " ", Ink: s.Cell, Tail: " ", TailInk: s.Cell}
	for _, c := range []struct {
		name     string
		selected bool
		want     string
	}{
		{"at rest", false, "  \x1b[32mOK\x1b[m      12m      \x1b[32m##\x1b[m...  \x1b[90mone   two\x1b[m     "},
		{"under the cursor", true, "\x1b[1;44m  \x1b[m\x1b[1;32;44mOK\x1b[m\x1b[1;44m      12m      \x1b[m\x1b[1;32;44m##\x1b[m\x1b[1;44m...  one   two     \x1b[m"},
	} {
		got := s.Line(lead, row, cols, 40, c.selected)
		if got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
		if w := ansi.StringWidth(got); w != 40 {
			t.Errorf("%s: %d cells", c.name, w)
		}
	}
}

// Ensure a text that is wider than its column is cut, so that all that follows
// stays in its own.
func TestTable_AWideCellIsCut(t *testing.T) {
	s, signal := colours()
	cols := []Column{{Width: 4}, {Width: 5}, {Width: 3}}
	for _, text := range []string{"abcdefgh", "漢字漢字", "a漢字b"} {
		got := s.Line(Cell{}, []Cell{{Text: text, Ink: signal}, {Text: "###", Ink: s.Cell, Tail: "...", TailInk: s.Muted}, {Text: "end", Ink: s.Cell}}, cols, 16, false)
		plain := ansi.Strip(got)
		if before, after, _ := strings.Cut(plain, "end"); ansi.StringWidth(before) != 13 || after != "" {
			t.Errorf("%q is %q", text, plain)
		}
	}
}
