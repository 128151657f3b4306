package kit

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// PageMsg says whether a browser shows a page of ToolJet.
type PageMsg struct {
	// Say is what to tell where none does: the address, and what is done there.
	Say, Address string
	Err          error
}

// OpenPage opens a page of ToolJet in a browser, or says where it is if none can be
// opened from here. lead stands before the address then, as in "Archive them here".
func OpenPage(ctx context.Context, s Shell, lead, address string) tea.Cmd {
	m, browser := PageMsg{Say: lead + ": " + address, Address: address}, s.Browser()
	if browser.Open == nil || browser.Far {
		s.Say(LevelInfo, m.Say)
		return nil
	}
	return func() tea.Msg {
		m.Err = browser.Open(context.WithoutCancel(ctx), address)
		return m
	}
}

// Opened says what came of OpenPage.
func (m PageMsg) Opened(s Shell) {
	if m.Err != nil {
		s.Say(LevelInfo, m.Say)
		return
	}
	s.Say(LevelInfo, "Your browser opens "+m.Address)
}
