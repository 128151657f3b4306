package ui

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/widget"
)

// zone is a part of a line that does something when it is clicked.
type zone struct {
	from, to int // cells, to is the first one after it
	run      func() tea.Cmd
}

// clickZone runs the zone at x, if there is one.
func clickZone(zones []zone, x int) tea.Cmd {
	for _, z := range zones {
		if x >= z.from && x < z.to {
			return z.run()
		}
	}
	return nil
}

// clickForm puts the keys on the row of a form that was clicked, or takes the
// proposal that was.
func clickForm(f *widget.Form, line int, accept func() tea.Cmd, move func(func()) tea.Cmd) tea.Cmd {
	row, more, ok := f.At(line)
	switch {
	case !ok:
		return nil
	case more >= 0 && f.Rows[row].Point != nil:
		f.Rows[row].Point(more)
		return accept()
	case row == f.Index():
		return nil
	}
	return move(func() { f.Focus(row) })
}
