package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Ink is a style made ready for the rows of a list: what turns it on and off, on
// a row at rest and on the row under the cursor. A list draws hundreds of cells
// in a few styles, and working out each of them anew is most of its cost.
type Ink struct{ rest, over pen }

// pen is what is written before and after a text.
type pen struct{ on, off string }

// NewInk prepares a style, and the one it has on the row under the cursor.
func NewInk(rest, over lipgloss.Style) Ink { return Ink{rest: newPen(rest), over: newPen(over)} }

func newPen(s lipgloss.Style) pen {
	const text = "x"
	on, off, _ := strings.Cut(s.Render(text), text)
	return pen{on, off}
}

// line joins texts in several inks to one line. Blanks between two texts of one
// ink are in that ink and all others in the ink of plain cells, so that a terminal
// is told as little as possible.
type line struct {
	b      strings.Builder
	plain  pen
	now    pen
	blanks int
}

func (l *line) turn(to pen) {
	if to == l.now {
		return
	}
	l.b.WriteString(l.now.off)
	l.b.WriteString(to.on)
	l.now = to
}

func (l *line) text(s string, in pen) {
	if s == "" {
		return
	}
	l.flush(in)
	l.turn(in)
	l.b.WriteString(s)
}

// flush writes the blanks before a text in the ink next.
func (l *line) flush(next pen) {
	if l.blanks == 0 {
		return
	}
	if next != l.now {
		l.turn(l.plain)
	}
	l.b.WriteString(strings.Repeat(" ", l.blanks))
	l.blanks = 0
}

// String ends the line.
func (l *line) String() string {
	l.flush(l.plain)
	l.turn(pen{})
	return l.b.String()
}
