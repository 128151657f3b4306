package ui

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// The mouse belongs to the terminal until a person asks for it. Everything it does
// can be done with a key; a click on a hint at the foot is that key.

func (s *shell) toggleMouse() tea.Cmd {
	s.mouse = !s.mouse
	if s.mouse {
		s.Say(kit.LevelInfo, "The mouse works here now. Hold shift to select text; "+kit.Name(s.keys.Global.Mouse)+" turns it off.")
	} else {
		s.Say(kit.LevelInfo, "The mouse belongs to the terminal again.")
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
	w, long := s.top().(kit.Wheeler)
	switch {
	case b == tea.MouseWheelUp && long:
		return w.Wheel(-wheelLines)
	case b == tea.MouseWheelDown && long:
		return w.Wheel(wheelLines)
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
		return kit.ClickZone(s.hinted.zones, x)
	}
	if len(s.dialogs) > 0 {
		at = s.dialogArea()
	} else if header.Dy() > 1 && y == header.Min.Y+1 {
		return kit.ClickZone(s.tabZones(), x)
	}
	c, ok := s.top().(kit.Clicker)
	if !ok || x < at.Min.X || x >= at.Max.X || y < at.Min.Y || y >= at.Max.Y {
		return nil
	}
	return c.Click(x-at.Min.X, y-at.Min.Y)
}

// tabZones are the names of the screens in the header, and on pages beyond them
// the way back.
func (s *shell) tabZones() []kit.Zone {
	if s.issuer == nil {
		return nil
	}
	if !s.atTab() {
		return []kit.Zone{{From: 0, To: s.width, Run: s.Back}}
	}
	var zones []kit.Zone
	x := 0
	for i, t := range s.keys.Tabs {
		w := kit.Width(t.Label(s.width)) + 2
		zones = append(zones, kit.Zone{From: x, To: x + w, Run: s.toTab(i)})
		x += w + 1
	}
	return zones
}
