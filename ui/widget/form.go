package widget

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Input is what stands in a row of a Form.
type Input interface {
	Focus()
	Blur()
	Update(tea.Msg) bool
	// View draws one line of width cells and tells the cell of the cursor.
	View(width int) (string, int)
}

// Row is one field of a form with everything that belongs to it.
type Row struct {
	Label, Short string // the field's name, and a name for narrow screens
	Input        Input
	// Note stands at the right end of the field's line, already styled.
	Note string
	// Error is why the field cannot be sent; it may be foreign.
	Error string
	// Hints are styled lines under the field. They give way when there is no room.
	Hints []string
	// More draws further lines while the row has the focus, such as proposals:
	// at most limit lines of width cells. It may be nil.
	More func(width, limit int) []string
	// Point puts the cursor on one of those lines. It may be nil.
	Point func(line int)
	// Flat marks a row without text to type: it shows no cursor.
	Flat bool
}

// leastField is what a note beside a field leaves it, in cells.
const leastField = 28

// maxMore is how many lines of proposals a row shows.
const maxMore = 6

// Form is a column of rows, one of which has the focus.
type Form struct {
	Rows   []*Row
	focus  int
	styles Styles
	spots  []spot // of the lines that were drawn last
	more   int    // how many proposals were drawn last
}

// spot is what stands in a line of a form: something of a row, and which of its
// proposals, or -1.
type spot struct{ row, more int }

// NewForm returns a form with the keys on its first row.
func NewForm(styles Styles, rows ...*Row) *Form {
	f := &Form{Rows: rows, styles: styles}
	f.Focus(0)
	return f
}

// Focus gives a row the keys.
func (f *Form) Focus(i int) {
	for _, r := range f.Rows {
		r.Input.Blur()
	}
	f.focus = max(0, min(i, len(f.Rows)-1))
	f.Rows[f.focus].Input.Focus()
}

// Index is the row that has the focus.
func (f *Form) Index() int { return f.focus }

// Current is the row that has the focus.
func (f *Form) Current() *Row { return f.Rows[f.focus] }

// Next moves to the row after, round to the first; Prev the other way.
func (f *Form) Next() { f.Focus((f.focus + 1) % len(f.Rows)) }

// Prev moves to the row before.
func (f *Form) Prev() { f.Focus((f.focus + len(f.Rows) - 1) % len(f.Rows)) }

// At tells which row stands in a line of the form as it was drawn last, and which
// of the row's proposals, -1 if it is none of them.
func (f *Form) At(line int) (row, more int, ok bool) {
	if line < 0 || line >= len(f.spots) {
		return 0, 0, false
	}
	return f.spots[line].row, f.spots[line].more, true
}

// Last reports whether the last row has the focus.
func (f *Form) Last() bool { return f.focus == len(f.Rows)-1 }

// Errors reports whether a row has one, and moves to the first of them.
func (f *Form) Errors() bool {
	for i, r := range f.Rows {
		if r.Error != "" {
			f.Focus(i)
			return true
		}
	}
	return false
}

// View draws the form in at most height lines of width cells and tells where the
// cursor stands, if a field has one. A form that is much too tall for its place
// shows only the row that has the focus.
func (f *Form) View(width, height int) (string, *tea.Cursor) {
	f.spots, f.more = f.spots[:0], 0
	if width <= 0 || height <= 0 {
		return "", nil
	}
	if height < len(f.Rows)+2 {
		return f.single(width, height)
	}
	blocks := f.blocks(width, height)
	used := 0
	for _, b := range blocks {
		used += len(b)
	}
	gap := 0
	if used+len(f.Rows)-1 <= height && width >= 80 {
		gap = 1
	}
	var lines []string
	var cursor *tea.Cursor
	for i, b := range blocks {
		if i > 0 && gap == 1 {
			lines, f.spots = append(lines, ""), append(f.spots, spot{i, -1})
		}
		if i == f.focus {
			cursor = f.cursor(width, len(lines))
		}
		lines = append(lines, b...)
		more := 1 + len(f.errors(f.Rows[i], width))
		for n := range b {
			at := spot{i, -1}
			if i == f.focus && n >= more && n < more+f.more {
				at.more = n - more
			}
			f.spots = append(f.spots, at)
		}
	}
	return clip(lines, width, height), cursor
}

// clip joins lines that stay inside a place.
func clip(lines []string, width, height int) string {
	lines = lines[:min(len(lines), height)]
	for i, l := range lines {
		if term.Width(l) > width {
			lines[i] = ansi.Truncate(l, width, "")
		}
	}
	return strings.Join(lines, "\n")
}

// blocks makes the lines of each row. What there is no room for goes in this
// order: hints of other rows, hints of this row, proposals.
func (f *Form) blocks(width, height int) [][]string {
	blocks := make([][]string, len(f.Rows))
	left := height
	for i, r := range f.Rows {
		blocks[i] = append([]string{f.line(i, width)}, f.errors(r, width)...)
		left -= len(blocks[i])
	}
	indent := f.indent(width)
	if r := f.Current(); r.More != nil && left > 0 {
		more := r.More(width-indent, min(left, maxMore))
		blocks[f.focus] = append(blocks[f.focus], f.shift(more, indent)...)
		left, f.more = left-len(more), len(more)
	}
	order := append([]int{f.focus}, others(len(f.Rows), f.focus)...)
	for _, i := range order {
		hints := f.Rows[i].Hints
		if len(hints) > left {
			continue
		}
		blocks[i] = append(blocks[i], f.shift(hints, indent)...)
		left -= len(hints)
	}
	return blocks
}

func others(n, but int) []int {
	var out []int
	for i := range n {
		if i != but {
			out = append(out, i)
		}
	}
	return out
}

func (f *Form) shift(lines []string, by int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Repeat(" ", by) + l
	}
	return out
}

// indent is the cell at which the fields begin.
func (f *Form) indent(width int) int {
	longest := 0
	for _, r := range f.Rows {
		longest = max(longest, term.Width(f.label(r, width)))
	}
	return longest + 4
}

func (f *Form) label(r *Row, width int) string {
	if width < 80 && r.Short != "" {
		return r.Short
	}
	return r.Label
}

// line draws a row's first line: mark, name, field and note.
func (f *Form) line(i, width int) string {
	r, indent := f.Rows[i], f.indent(width)
	mark, label := "  ", f.styles.Label
	if i == f.focus {
		mark, label = f.styles.Accent.Render(f.styles.mark())+" ", f.styles.LabelFocus
	}
	name := label.Render(Pad(f.label(r, width), indent-2))
	view, _ := r.Input.View(f.room(r, width))
	return Between(mark+name+view, r.Note, width)
}

// room is the width of a row's field.
func (f *Form) room(r *Row, width int) int {
	room := width - f.indent(width)
	if n := lipgloss.Width(r.Note); n > 0 && room-n-2 >= leastField {
		room -= n + 2
	}
	return max(1, room)
}

func (f *Form) errors(r *Row, width int) []string {
	if r.Error == "" {
		return nil
	}
	indent := f.indent(width)
	var out []string
	for _, l := range Wrap(term.CleanWidth(r.Error, 300).String(), width-indent-2) {
		sign := "  "
		if len(out) == 0 {
			sign = f.styles.bad() + " "
		}
		out = append(out, strings.Repeat(" ", indent)+f.styles.Bad.Render(sign+l))
		if len(out) == 3 {
			break
		}
	}
	return out
}

func (f *Form) cursor(width, line int) *tea.Cursor {
	r := f.Current()
	if r.Flat {
		return nil
	}
	_, x := r.Input.View(f.room(r, width))
	return tea.NewCursor(min(width-1, f.indent(width)+x), line)
}

// single draws only the row that has the focus, under its place in the form.
func (f *Form) single(width, height int) (string, *tea.Cursor) {
	r := f.Current()
	at := f.styles.Muted.Render(fmt.Sprintf("%d of %d", f.focus+1, len(f.Rows)))
	var lines []string
	if height >= 3 {
		lines = append(lines, Between(f.styles.LabelFocus.Render(r.Label), at, width))
	}
	view, x := r.Input.View(width - 2)
	var cursor *tea.Cursor
	if !r.Flat {
		cursor = tea.NewCursor(min(width-1, x+2), len(lines))
	}
	lines = append(lines, f.styles.Accent.Render(f.styles.mark())+" "+view)
	if r.Error != "" {
		sign := f.styles.bad() + " "
		for _, l := range Wrap(term.CleanWidth(r.Error, 200).String(), width-4) {
			lines = append(lines, "  "+f.styles.Bad.Render(sign+l))
			sign = "  "
		}
	}
	for range lines {
		f.spots = append(f.spots, spot{f.focus, -1})
	}
	if left := height - len(lines); r.More != nil && left > 0 {
		for n, l := range f.shift(r.More(width-2, min(left, maxMore)), 2) {
			lines, f.spots = append(lines, l), append(f.spots, spot{f.focus, n})
		}
	}
	if left := height - len(lines); left >= len(r.Hints) {
		lines = append(lines, f.shift(r.Hints, 2)...)
	}
	return clip(lines, width, height), cursor
}
