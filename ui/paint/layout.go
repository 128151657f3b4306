package paint

import (
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// layOut brings the cells to a content. Most frames change a line or two, and a line
// stands for itself, so the others keep their cells. Where a style goes on behind the
// end of a line, everything is laid out in one piece.
func (p *Painter) layOut(lines []string, content string) {
	if slices.ContainsFunc(lines, goesOn) {
		p.cells.Clear()
		uv.NewStyledString(content).Draw(p.cells, p.cells.Bounds())
		p.lines = nil
		return
	}
	if p.stale || !p.measured || p.lines == nil {
		p.cells.Clear()
		p.lines = nil
	}
	for y := range p.o.Height {
		if text := lineAt(lines, y); p.lines == nil || text != lineAt(p.lines, y) {
			p.layLine(y, text)
		}
	}
	p.lines = lines
}

func lineAt(lines []string, y int) string {
	if y < len(lines) {
		return lines[y]
	}
	return ""
}

// goesOn reports whether a style or a link of a line may hold for the next one.
func goesOn(line string) bool {
	last := strings.LastIndexByte(line, ansi.ESC)
	return last >= 0 && !strings.HasPrefix(line[last:], ansi.ResetStyle) && !strings.HasPrefix(line[last:], "\x1b[0m") ||
		strings.Contains(line, "\x1b]")
}

// layLine lays one line out. The signs that nearly every line has are measured as
// parts of characters, whether the terminal does so or not: their width is the same,
// and the library's table of the other widths costs two megabytes and some
// milliseconds when it is first asked.
func (p *Painter) layLine(y int, text string) {
	cells := p.cells
	if !p.wide && usual(text) {
		cells.Method = ansi.GraphemeWidth
	}
	uv.NewStyledString(text).Draw(cells, uv.Rect(0, y, p.o.Width, 1))
}

// usual reports whether a text has only characters that are one cell wide however
// they are measured.
func usual(text string) bool {
	for _, r := range text {
		if !term.Narrow(r) {
			return false
		}
	}
	return true
}
