package exposure

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// pageMsg says whether a browser shows where people are archived.
type pageMsg struct {
	address string
	err     error
}

// openPage opens the page on which people are archived in ToolJet, or says where it
// is if no browser can be opened from here.
func (p *Page) openPage() tea.Cmd {
	address, browser := pat.PeoplePage(p.shell.Issuer()), p.shell.Browser()
	if browser.Open == nil || browser.Far {
		p.tellPage(address)
		return nil
	}
	return func() tea.Msg { return pageMsg{address, browser.Open(context.WithoutCancel(p.ctx), address)} }
}

func (p *Page) tellPage(address string) {
	p.shell.Say(kit.LevelInfo, "Archive them here: "+address)
}

// opened says what came of it.
func (p *Page) opened(m pageMsg) {
	if m.err != nil {
		p.tellPage(m.address)
		return
	}
	p.shell.Say(kit.LevelInfo, "Your browser opens "+m.address)
}
