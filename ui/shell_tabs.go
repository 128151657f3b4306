package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// tab is a screen of the first row. The first one is the home of the session.
type tab struct {
	name  string
	key   key.Binding
	place kit.Place // nil = home
}

// tabs are the screens of the first row, in its order.
func (s *shell) tabs() []tab {
	k := s.keys.Global
	return []tab{
		{name: "Tokens", key: k.Tokens},
		{name: "Doctor", key: k.Doctor, place: kit.Doctor{}},
	}
}

// label is how the header names a tab.
func (t tab) label() string { return kit.Name(t.key) + " " + t.name }

// tabActions switch between the screens of the first row.
func (s *shell) tabActions() []kit.Action {
	var list []kit.Action
	for i, t := range s.tabs() {
		list = append(list, kit.Action{Key: t.key, Title: t.name, Run: s.toTab(i)})
	}
	k := s.keys.Global
	return append(list, kit.Action{Key: k.NextTab, Run: s.turnTab(1)}, kit.Action{Key: k.PrevTab, Run: s.turnTab(-1)})
}

// toTab goes to a screen of the first row, which begins anew unless it is in view.
func (s *shell) toTab(i int) func() tea.Cmd {
	return func() tea.Cmd {
		if s.atTab() && s.tabInView() == i {
			return nil
		}
		s.root()
		place := s.tabs()[i].place
		if place == nil {
			return nil
		}
		cmd := s.Go(place)
		s.pages[len(s.pages)-1].tab = i
		return cmd
	}
}

// turnTab goes to the next or the one before; from a page beyond them, home.
func (s *shell) turnTab(by int) func() tea.Cmd {
	return func() tea.Cmd {
		if !s.atTab() {
			return s.toTab(0)()
		}
		n := len(s.tabs())
		return s.toTab((s.tabInView() + by + n) % n)()
	}
}

// tabInView is the screen of the first row that led to the page in view.
func (s *shell) tabInView() int {
	if len(s.pages) < 2 {
		return 0
	}
	return s.pages[1].tab
}

// atTab reports whether one of the first screens is in view.
func (s *shell) atTab() bool {
	return len(s.pages) <= 1 || len(s.pages) == 2 && s.pages[1].tab > 0
}
