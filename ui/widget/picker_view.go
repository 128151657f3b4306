package widget

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Point puts the cursor on a line that Rows drew.
func (p *Picker) Point(line int) {
	from, to := p.view.Window()
	p.moved, p.cursor = true, from+line
	if p.cursor < to {
		return
	}
	if p.cursor = len(p.matches); strings.TrimSpace(p.Field.Value()) == "" {
		p.moved, p.cursor = false, 0 // the line that counts is no proposal
	}
}

// Rows draws the proposals, at most limit lines of width cells: a window around
// the cursor, and last the text as typed and how many more there are.
func (p *Picker) Rows(width, limit int) []string {
	text := strings.TrimSpace(p.Field.Value())
	foot := 0
	if text != "" || len(p.matches) > limit {
		foot = 1
	}
	room := max(0, limit-foot)
	if room == 0 && foot == 1 && p.cursor < len(p.matches) {
		room, foot = 1, 0
	}
	p.view.Fit(len(p.matches), room)
	p.view.Show(max(0, min(p.cursor, len(p.matches)-1)))
	first, end := p.view.Window()
	shown := p.matches[first:end]
	columns := p.columns(shown, width-4)
	var out []string
	for n, i := range shown {
		out = append(out, p.row(p.choices[i], columns, width, first+n == p.cursor))
	}
	if foot == 1 {
		out = append(out, p.foot(text, width))
	}
	return out[:min(len(out), limit)]
}

// foot is the text as typed, and behind it how much of the list is seen.
func (p *Picker) foot(text string, width int) string {
	more := ""
	if from, to := p.view.Window(); to-from < len(p.matches) {
		more = fmt.Sprintf("%d of %d", to, len(p.matches))
		if p.view.Below() > 0 {
			more += ", " + p.styles.sign("↓", "down") + " more"
		}
	}
	if text == "" {
		return p.styles.Faint.Render(Pad("  "+more, width))
	}
	line := `"` + term.Clean(text).Cut(max(4, width/2)).String() + `" as typed`
	if len(p.matches) > 0 && p.resembles {
		line += ", or one of these"
	}
	if room := width - term.Width(line) - 4; more != "" && room >= term.Width(more) {
		line = Pad(line, width-2-term.Width(more)) + more
	}
	return p.line(line, width, p.cursor >= len(p.matches), p.styles.Muted)
}

// columns measures the cells of the rows that are drawn.
func (p *Picker) columns(rows []int, width int) []int {
	var w []int
	for _, i := range rows {
		for n, c := range p.choices[i].Cells {
			for len(w) <= n {
				w = append(w, 0)
			}
			w[n] = max(w[n], term.CleanWidth(c, 40).Width())
		}
	}
	// The last columns give way first, the first keeps at least its half.
	total := func() (sum int) {
		for _, n := range w {
			sum += n + 2
		}
		return sum
	}
	for n := len(w) - 1; n > 0 && total() > width; n-- {
		w[n] = max(0, w[n]-(total()-width))
		if w[n] < 10 {
			w = w[:n]
		}
	}
	return w
}

func (p *Picker) row(c Choice, columns []int, width int, selected bool) string {
	var cells []string
	for n, w := range columns {
		if n < len(c.Cells) {
			cells = append(cells, Pad(term.CleanWidth(c.Cells[n], w).String(), w))
		}
	}
	if c.Off != "" { // the reason comes before everything but the name
		why, _, _ := strings.Cut(c.Off, ":")
		return p.line(cells[0]+"  "+FitWords(width-4-term.Width(cells[0]), c.Off, why), width, selected, p.styles.Faint)
	}
	text := strings.Join(cells, "  ")
	if c.Below != "" { // why it stands below comes before all but the name
		short, _, _ := strings.Cut(c.Below, ":")
		if room := max(4, width-6-term.Width(short)); term.Width(cells[0]) > room {
			cells[0] = Pad(term.CleanWidth(c.Cells[0], room).String(), room)
		}
		return p.line(cells[0]+"  "+FitWords(width-4-term.Width(cells[0]), c.Below, short), width, selected, p.styles.Muted)
	}
	return p.line(text, width, selected, p.styles.Text)
}

// line draws one proposal with its mark.
func (p *Picker) line(text string, width int, selected bool, style lipgloss.Style) string {
	text = ansi.Truncate(text, max(0, width-2), "…")
	if selected {
		return p.styles.Selected.Render(Pad(p.styles.cursor()+" "+text, width))
	}
	return style.Render(Pad("  "+text, width))
}
