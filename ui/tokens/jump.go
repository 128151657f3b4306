package tokens

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// foundMsg says where a row is that was asked for by its number.
type foundMsg struct {
	id      int64
	token   pat.Token
	here    bool // it is a row of this server
	visible bool // and of the list as it is filtered now
	err     error
}

// Jump implements kit.Numbered: it goes to the row of a number.
func (t *List) Jump(id int64) tea.Cmd {
	i, ctx, list := t.shell.Issuer(), t.ctx, t.query
	list.Filter.IDs = []int64{id}
	all := pat.Query{Filter: pat.Filter{Server: i.Server(), IDs: []int64{id}}, Now: list.Now}
	return func() tea.Msg { return find(ctx, i, id, all, list) }
}

// find looks for a row in all rows of the server, and in the list.
func find(ctx context.Context, i *pat.Issuer, id int64, all, list pat.Query) foundMsg {
	m := foundMsg{id: id}
	if m.token, m.err = i.History.Get(ctx, id); m.err != nil {
		return m
	}
	for _, look := range []struct {
		q  pat.Query
		in *bool
	}{{all, &m.here}, {list, &m.visible}} {
		ids, err := i.History.IDs(ctx, look.q, 1)
		if err != nil {
			m.err = err
			return m
		}
		*look.in = len(ids) > 0
	}
	return m
}

// found goes to the row, or says why it cannot be seen and offers the way.
func (t *List) found(m foundMsg) tea.Cmd {
	show := func() tea.Cmd { return t.show(m.id) }
	switch {
	case m.err != nil && pat.Explain(m.err).ID == pat.IDNoSuchRow:
		t.shell.Say(kit.LevelWarn, fmt.Sprintf("There is no #%d in this history.", m.id))
	case m.err != nil:
		t.shell.Say(kit.LevelBad, pat.Explain(m.err).Title+".")
	case !m.here:
		t.shell.Say(kit.LevelWarn, fmt.Sprintf("#%d is a row of another server: %s.", m.id, kit.FirstOf(m.token.Profile, m.token.Host)))
	case m.visible:
		return show()
	case t.word != "":
		return t.shell.Ask(kit.Question{Title: fmt.Sprintf("The filter hides #%d. Clear it?", m.id), Yes: "Clear", Go: true, Lines: []string{
			fmt.Sprintf("It is for %s on %s.", kit.Within(kit.UserOf(m.token)), kit.Within(kit.AppOf(m.token))),
		}}, func() tea.Cmd {
			t.dropFilter()
			t.failures = t.failures || m.token.Outcome == pat.Rejected
			return show()
		})
	default:
		return t.shell.Ask(kit.Question{Title: fmt.Sprintf("#%d failed, and failures are folded away. Show them?", m.id), Yes: "Show", Go: true}, func() tea.Cmd {
			t.failures = true
			return show()
		})
	}
	return nil
}
