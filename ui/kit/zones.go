package kit

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/widget"
)

// Zone is a part of a line that does something when it is clicked.
type Zone struct {
	From, To int // cells, to is the first one after it
	Run      func() tea.Cmd
}

// ClickZone runs the zone at x, if there is one.
func ClickZone(zones []Zone, x int) tea.Cmd {
	for _, z := range zones {
		if x >= z.From && x < z.To {
			return z.Run()
		}
	}
	return nil
}

// ClickForm gives the focus to the row of a form that was clicked, or takes the
// proposal that was.
func ClickForm(f *widget.Form, line int, accept func() tea.Cmd, move func(func()) tea.Cmd) tea.Cmd {
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
