package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// TableStyles are the looks of a table.
type TableStyles struct {
	Head, HeadSort lipgloss.Style // column titles; HeadSort for the one it is sorted by
	Cell           Ink            // plain cells
	Muted, Faint   Ink            // second and third voice
	Cursor, Mark   Ink            // the signs in front of a row
	Past           Ink            // rows that are over
}

// Column is a column of a table.
type Column struct {
	Title string
	Width int // cells, without the gap that follows
}

// Gap is the number of cells between two columns.
const Gap = 2

// Cell is the content of one column of one row: text that is cleaned already.
type Cell struct {
	Text string
	Ink  Ink
	// Tail follows Text in another ink, as the empty part of a bar does.
	Tail    string
	TailInk Ink
}

// HeadLine draws the titles of cols; the one at index sorted is marked.
func (s TableStyles) HeadLine(lead string, cols []Column, sorted int) string {
	var b strings.Builder
	b.WriteString(s.Head.Render(lead))
	for i, c := range cols {
		style := s.Head
		if i == sorted {
			style = s.HeadSort
		}
		b.WriteString(style.Render(Pad(c.Title, c.Width)))
		if i < len(cols)-1 {
			b.WriteString(s.Head.Render(strings.Repeat(" ", Gap)))
		}
	}
	return b.String()
}

// Line draws one row over width cells. lead stands before the first column. On
// the cursor's row every cell keeps its own colour, on the background of the cursor.
func (s TableStyles) Line(lead Cell, cells []Cell, cols []Column, width int, selected bool) string {
	in := func(i Ink) pen {
		if selected {
			return i.over
		}
		return i.rest
	}
	l := line{plain: in(s.Cell)}
	l.b.Grow(3 * width) // its signs and a dozen changes of the pen
	used := term.Width(lead.Text) + term.Width(lead.Tail)
	l.text(lead.Text, in(lead.Ink))
	l.text(lead.Tail, in(lead.TailInk))
	for i, c := range cells {
		text, room := c.Text, cols[i].Width-term.Width(c.Tail)
		if term.Width(text) > room {
			text = ansi.Truncate(text, room, "")
		}
		l.text(text, in(c.Ink))
		l.text(c.Tail, in(c.TailInk))
		l.blanks += room - term.Width(text)
		used += cols[i].Width
		if i < len(cells)-1 {
			l.blanks += Gap
			used += Gap
		}
	}
	l.blanks += max(0, width-used)
	return l.String()
}
