package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// TableStyles are the looks of a table.
type TableStyles struct {
	Head, HeadSort lipgloss.Style // column titles; HeadSort for the one it is sorted by
	Cell           lipgloss.Style // plain cells
	Muted, Faint   lipgloss.Style // second and third voice
	Selected       lipgloss.Style // the row under the cursor, over its full width
	Cursor, Mark   lipgloss.Style // the signs in front of a row
	Past           lipgloss.Style // rows that are over
	Reverse        bool           // the cursor's row is shown in reverse, without colours of its own
}

// Column is a column of a table.
type Column struct {
	Title string
	Width int // cells, without the gap that follows
	Right bool
}

// Gap is the number of cells between two columns.
const Gap = 2

// Cell is the content of one column of one row: text that is cleaned already,
// and its style on a row that is not under the cursor.
type Cell struct {
	Text  string
	Style lipgloss.Style
	// Tail follows Text in another style, as the empty part of a bar does.
	Tail      string
	TailStyle lipgloss.Style
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
		b.WriteString(style.Render(alignCell(c.Title, c)))
		if i < len(cols)-1 {
			b.WriteString(s.Head.Render(strings.Repeat(" ", Gap)))
		}
	}
	return b.String()
}

// Line draws one row over width cells. lead stands before the first column. On
// the cursor's row every cell keeps its own colour, on the ground of the cursor.
func (s TableStyles) Line(lead Cell, cells []Cell, cols []Column, width int, selected bool) string {
	var b strings.Builder
	used := 0
	put := func(text string, style lipgloss.Style) {
		if text == "" {
			return
		}
		if selected {
			style = s.over(style)
		}
		b.WriteString(style.Render(text))
		used += ansi.StringWidth(text)
	}
	put(lead.Text, lead.Style)
	put(lead.Tail, lead.TailStyle)
	for i, c := range cells {
		text := c.Text
		if c.Tail == "" {
			text = alignCell(text, cols[i])
		}
		put(text, c.Style)
		put(c.Tail, c.TailStyle)
		if i < len(cells)-1 {
			put(strings.Repeat(" ", Gap), s.Cell)
		}
	}
	if used < width {
		put(strings.Repeat(" ", width-used), s.Cell)
	}
	return b.String()
}

// over puts a style on the ground of the cursor's row.
func (s TableStyles) over(style lipgloss.Style) lipgloss.Style {
	if s.Reverse {
		return s.Selected
	}
	return style.Background(s.Selected.GetBackground()).Bold(true)
}

func alignCell(text string, c Column) string {
	if c.Right {
		if n := ansi.StringWidth(text); n < c.Width {
			return strings.Repeat(" ", c.Width-n) + text
		}
	}
	return Pad(text, c.Width)
}
