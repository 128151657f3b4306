package activity

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

type (
	// eventsMsg is a run of events, older than one of them or, with 0, the newest.
	eventsMsg struct {
		seq    int
		before int64
		page   pat.EventPage
		err    error
	}
	// wholeMsg is an event with all that is known of it.
	wholeMsg struct {
		event pat.Event
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
	rows := p.list.Rows()
	p.reading = true
	return p.read(rows[len(rows)-1].ID)
}

func (p *Page) read(before int64) tea.Cmd {
	f, i, seq, ctx := p.filter, p.shell.Issuer(), p.seq, p.ctx
	f.Tokens.Server, f.Now = i.Server(), p.shell.Now()
	return func() tea.Msg {
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
	piece := widget.Piece[pat.Event]{Rows: m.page.Events, AtStart: m.before == 0, AtEnd: !m.page.More}
	switch {
	case m.before > 0:
		p.list.Append(piece)
	case !p.loaded || p.list.Cursor() == 0:
		p.list.Replace(piece, 0)
	default:
		was, _ := p.list.Selected()
		at := p.list.Cursor()
		if i := indexOf(m.page.Events, was.ID); i >= 0 {
			at = i
		} else if p.list.Index(was.ID) >= len(m.page.Events) {
			return p.more() // the cursor is far down, where nothing changes
		}
		p.list.Replace(piece, at)
	}
	p.loaded = true
	return p.more()
}

func indexOf(events []pat.Event, id int64) int {
	for i := range events {
		if events[i].ID == id {
			return i
		}
	}
	return -1
}

// whole reads what the history has about the event's token.
func (p *Page) whole(then purpose) func() tea.Cmd {
	return func() tea.Cmd {
		e, ok := p.list.Selected()
		if !ok {
			return nil
		}
		i, ctx := p.shell.Issuer(), p.ctx
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, kit.WriteTimeout)
			defer cancel()
			t, err := i.History.Get(ctx, e.Entry)
			return wholeMsg{event: e, token: t, then: then, err: err}
		}
	}
}

// took opens the event, copies the report of it, or goes to its token.
func (p *Page) took(m wholeMsg) tea.Cmd {
	if m.err != nil {
		x := pat.Explain(m.err)
		p.shell.Say(kit.LevelBad, x.Title+". "+x.Next+".")
		return nil
	}
	text := pat.EventReport(m.event, m.token, p.shell.About())
	switch m.then {
	case toReport:
		return kit.CopyPlain(p.shell, "Report", text)
	case toGo:
		return p.shell.Go(kit.TokenOf{Token: m.token})
	case toShow:
	}
	return p.shell.Open(kit.NewTextDialog(p.shell, strings.ToUpper(string(m.event.Action[:1]))+string(m.event.Action[1:]),
		"All that was recorded of it; there is no secret in it.", secret.New(text)))
}
