package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"patdesk/ui/term"
)

// column is one column of a table: its heading and at most how many cells it
// takes on a screen.
type column struct {
	head string
	max  int
}

// table writes rows under headings. On a terminal cells are cut and aligned; into
// a pipe or a file every row is a line of its own, whole, its cells parted by one
// tab each, as soon as it is known.
type table struct {
	cols   []column
	screen bool
	out    *bufio.Writer
	rows   [][]term.Text // of a screen, the headings first
	n      int
}

// newTable begins a table on stdout.
func (a *app) newTable(cols []column) *table {
	return newTable(a.env.Out, a.env.OutTTY, cols)
}

func newTable(w io.Writer, screen bool, cols []column) *table {
	t := &table{cols: cols, screen: screen, out: bufio.NewWriter(w)}
	head := make([]string, len(cols))
	for i, c := range cols {
		head[i] = c.head
	}
	if screen {
		t.add(head)
	} else {
		t.tabbed(head)
	}
	return t
}

// row adds a row.
func (t *table) row(cells ...string) {
	t.n++
	if t.screen {
		t.add(cells)
		return
	}
	t.tabbed(cells)
}

func (t *table) add(cells []string) {
	clean := make([]term.Text, len(cells))
	for i, s := range cells {
		clean[i] = term.CleanWidth(s, t.cols[i].max)
	}
	t.rows = append(t.rows, clean)
}

// wholeCell bounds a cell in a pipe: more than any text that a server may send.
const wholeCell = 1 << 16

func (t *table) tabbed(cells []string) {
	_, _ = fmt.Fprintln(t.out, tabbed(cells...)) // Flush keeps the error
}

// tabbed is a line of whole cells, parted by one tab each.
func tabbed(cells ...string) string {
	clean := make([]string, len(cells))
	for i, s := range cells {
		clean[i] = term.CleanWidth(s, wholeCell).String() // makes a tab a space
	}
	return strings.Join(clean, "\t")
}

// end writes what is left.
func (t *table) end() error {
	width := make([]int, len(t.cols))
	for _, r := range t.rows {
		for i, c := range r {
			width[i] = max(width[i], c.Width())
		}
	}
	for _, r := range t.rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c.String())
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-c.Width()+2))
			}
		}
		_, _ = fmt.Fprintln(t.out, strings.TrimRight(b.String(), " "))
	}
	return t.out.Flush()
}

// printTable writes all rows of a table at once.
func (a *app) printTable(cols []column, rows [][]string) error {
	t := a.newTable(cols)
	for _, r := range rows {
		t.row(r...)
	}
	return t.end()
}
