package activity

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
)

type (
	// eventsMsg is a run of events, older than one of them or, with 0, the newest.
	eventsMsg struct {
		seq    int
		before int64
		page   pat.EventPage
		err    error
	}
	// wholeMsg is a row with all that is known of it; token is that of an event.
	wholeMsg struct {
		row   row
		token pat.Token
		then  purpose
		err   error
	}
)

// purpose is what a token is read for.
type purpose int

const (
	toShow purpose = iota
	toReport
	toGo
)

// anew reads the newest events of the filter.
func (p *Page) anew() tea.Cmd {
	p.seq++
	p.reading = true
	return p.read(0)
}

// more reads on when the cursor nears the oldest row held.
func (p *Page) more() tea.Cmd {
	if _, after := p.list.Wants(); !after || p.reading {
		return nil
	}
	p.reading = true
	return p.read(p.events.oldest())
}

func (p *Page) read(before int64) tea.Cmd {
	f, i, seq, ctx, none := p.filter.EventFilter, p.shell.Issuer(), p.seq, p.ctx, !p.filter.Events
	f.Tokens.Server, f.Now = i.Server(), p.shell.Now()
	return func() tea.Msg {
		if none {
			return eventsMsg{seq: seq, before: before}
		}
		page, err := i.History.Events(ctx, f, before, pieceOf)
		return eventsMsg{seq: seq, before: before, page: page, err: err}
	}
}

// arrived takes a run of events. The cursor stays on its event; at the top it stays
// at the top, where the newest appear.
func (p *Page) arrived(m eventsMsg) tea.Cmd {
	if m.seq != p.seq {
		return nil
	}
	p.reading = false
	if m.err != nil {
		if !pat.IsGone(m.err) {
			p.problem = m.err
		}
		return nil
	}
	p.problem = nil
	switch was, ok := p.list.Selected(); {
	case m.before > 0:
		p.events.add(m.page)
	case p.loaded && ok && p.list.Cursor() > 0 && m.page.More && was.olderThan(m.page.Events):
		return p.more() // the cursor is far down, where nothing changes
	default:
		p.events = run{events: m.page.Events, newest: true, end: !m.page.More}
	}
	p.loaded = true
	p.show()
	return p.more()
}

// whole reads what the history has about the event's token.
func (p *Page) whole(then purpose) func() tea.Cmd {
	return func() tea.Cmd {
		r, ok := p.list.Selected()
		if !ok {
			return nil
		}
		if r.request.ID != 0 || r.event.Entry == 0 {
			return p.took(wholeMsg{row: r, then: then})
		}
		i, ctx := p.shell.Issuer(), p.ctx
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, kit.WriteTimeout)
			defer cancel()
			t, err := i.History.Get(ctx, r.event.Entry)
			return wholeMsg{row: r, token: t, then: then, err: err}
		}
	}
}

// took opens the row, copies the report of it, or goes to its token.
func (p *Page) took(m wholeMsg) tea.Cmd {
	if m.err != nil {
		x := pat.Explain(m.err)
		p.shell.Say(kit.LevelBad, x.Title+". "+x.Next+".")
		return nil
	}
	switch m.then {
	case toReport:
		return kit.CopyPlain(p.shell, "Report", p.report(m))
	case toGo:
		return p.shell.Go(kit.TokenOf{Token: m.token})
	case toShow:
	}
	what, note := m.row.action(), "All that was recorded of it; there is no secret in it."
	if m.row.request.ID != 0 {
		note = "All that this session knows of it; it is kept nowhere, and there is no secret in it."
	}
	return p.shell.Open(kit.NewTextDialog(p.shell, strings.ToUpper(what[:1])+what[1:], note, secret.New(p.report(m))))
}

func (p *Page) report(m wholeMsg) string {
	if m.row.request.ID != 0 {
		return pat.RequestReport(m.row.request, p.shell.About())
	}
	return pat.EventReport(m.row.event, m.token, p.shell.Issuer().Requests.Of(m.token.RequestID), p.shell.About())
}
