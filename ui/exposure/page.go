package exposure

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// openPage says where people are archived in ToolJet.
func (p *Page) openPage() tea.Cmd {
	p.shell.Say(kit.LevelInfo, "Archive them here: "+pat.PeoplePage(p.shell.Issuer()))
	return nil
}
