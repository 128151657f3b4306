package tokens

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// comparedMsg says what comparing the live tokens with the server came to.
type comparedMsg struct {
	report pat.DriftReport
	err    error
}

// compare reads the rows anew, and compares every live token with what the server says
// now: one reading of its lists for all rows.
func (t *List) compare() tea.Cmd {
	if t.comparing {
		return t.refresh()
	}
	t.comparing = true
	issuer := t.shell.Issuer()
	return tea.Batch(t.refresh(), kit.WithWaits(t.ctx, kit.NoTicket, func(ctx context.Context) tea.Cmd {
		return func() tea.Msg {
			report, err := issuer.CompareDrift(ctx, true)
			return comparedMsg{report, err}
		}
	}))
}

// compared says what was found. Without the server the rows stay as they were.
func (t *List) compared(m comparedMsg) tea.Cmd {
	t.comparing = false
	switch {
	case pat.IsGone(m.err):
		return nil
	case pat.Unrecorded(m.err) != nil:
		t.shell.Say(kit.LevelWarn, kit.Sentence(m.report.Words()+"; "+pat.Unrecorded(m.err).Words()))
		return nil
	case m.err != nil:
		t.shell.Say(kit.LevelWarn, "Not compared with the server: "+pat.Explain(m.err).Sentence(pat.Console))
		return nil
	}
	t.shell.Say(kit.LevelInfo, kit.Sentence(m.report.Words()))
	return t.refresh()
}
