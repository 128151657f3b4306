package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/widget"
)

// The mouse belongs to the terminal until a person asks for it. Everything it does
// can be done with a key; a click on a hint at the foot is that key.

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

func (s *shell) toggleMouse() tea.Cmd {
	s.mouse = !s.mouse
	if s.mouse {
		s.say(LevelInfo, "The mouse works here now. Hold shift to select text; M turns it off.")
	} else {
		s.say(LevelInfo, "The mouse belongs to the terminal again.")
	}
	return nil
}

// wheelLines is how far one step of the wheel goes in a long list.
const wheelLines = 3

// pointer gives clicks and the wheel to what is under them.
func (s *shell) pointer(msg tea.MouseMsg) tea.Cmd {
	if !s.mouse || s.tooSmall() || s.top() == nil {
		return nil
	}
	m := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		return s.wheel(m.Button)
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			return s.click(m.X, m.Y)
		}
	}
	return nil
}

// wheel scrolls a list, and is an arrow key elsewhere.
func (s *shell) wheel(b tea.MouseButton) tea.Cmd {
	w, long := s.top().(wheeler)
	switch {
	case b == tea.MouseWheelUp && long:
		return w.wheel(-wheelLines)
	case b == tea.MouseWheelDown && long:
		return w.wheel(wheelLines)
	case b == tea.MouseWheelUp:
		return s.press(tea.KeyPressMsg{Code: tea.KeyUp})
	case b == tea.MouseWheelDown:
		return s.press(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	return nil
}

func (s *shell) click(x, y int) tea.Cmd {
	header, at, foot := s.frame()
	if foot.Dy() > 0 && y == foot.Max.Y-1 {
		return clickZone(s.hinted.zones, x)
	}
	if len(s.dialogs) > 0 {
		at = s.dialogArea()
	} else if header.Dy() > 1 && y == header.Min.Y+1 {
		return clickZone(s.tabZones(), x)
	}
	c, ok := s.top().(clicker)
	if !ok || x < at.Min.X || x >= at.Max.X || y < at.Min.Y || y >= at.Max.Y {
		return nil
	}
	return c.click(x-at.Min.X, y-at.Min.Y)
}

// tabZones are the names of the screens in the header, and on pages beyond them
// the way back.
func (s *shell) tabZones() []zone {
	if s.issuer == nil {
		return nil
	}
	if !s.atTab() {
		return []zone{{0, s.width, s.back}}
	}
	var zones []zone
	x := 0
	for i, run := range []func() tea.Cmd{func() tea.Cmd { s.root(); return nil }, s.toDoctor} {
		w := ansi.StringWidth(tabNames[i]) + 2
		zones = append(zones, zone{x, x + w, run})
		x += w + 1
	}
	return zones
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
