package ui

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// tabActions switch between the screens of the first row.
func (s *shell) tabActions() []kit.Action {
	var list []kit.Action
	for i, t := range s.keys.Tabs {
		list = append(list, kit.Action{Key: t.Key, Title: t.Name, Run: s.toTab(i)})
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
		place := s.keys.Tabs[i].Place
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
		n := len(s.keys.Tabs)
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
