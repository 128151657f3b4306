// Package timeline is the room in which tokens are bars to their end, over the hours,
// days or weeks to come.
package timeline

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Page is the timeline: the rows near the screen, and the counts of the axis in view.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	w, h  int

	zoom int
	at   time.Time // where the axis begins; zero = with now
	list *widget.List[int64, row]

	query    pat.Query // of the rows held
	seq      int       // of query
	inFlight map[pieceKind]bool
	loaded   bool
	problem  error
	counts   countsMsg
	near     nearMsg
	changes  int64
	nextMove time.Time // when a row held changes its state
}

// row is a token with its place in the order, where reading can go on.
type row struct {
	pat.Token
	cursor *pat.Cursor
}

// New returns the timeline of the tokens of the server, with the filter and the marks of
// the list.
func New(s kit.Shell) *Page {
	list := widget.NewList(func(r row) int64 { return r.ID })
	list.Most = mostRows
	list.ShareMarks(s.Choice().Marks)
	return &Page{shell: s, list: list, inFlight: map[pieceKind]bool{}}
}

// Title implements kit.Screen.
func (p *Page) Title() string { return "Timeline" }

// Typing implements kit.Screen.
func (p *Page) Typing() bool { return false }

// Init implements kit.Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return p.anew()
}

// SetSize implements kit.Screen.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.settle()
}

// axis is what is in view, over so many cells.
func (p *Page) axis(width int) axis {
	at := p.at
	if at.IsZero() {
		at = p.shell.Now()
	}
	return newAxis(zooms()[p.zoom], at.In(p.shell.Zone()), width)
}

// quiet is the quiet time in which now lies, or the next one; ok = the profile has some.
func (p *Page) quiet() (q config.QuietHours, from, to time.Time, ok bool) {
	profile := p.shell.Profile()
	if profile == nil {
		return q, from, to, false
	}
	if q, ok = profile.Quiet(); ok {
		from, to = q.Window(p.shell.Now(), p.shell.Zone())
	}
	return q, from, to, ok
}

// Update implements kit.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case pieceMsg:
		return p.arrived(m)
	case countsMsg:
		if m.err == nil {
			p.counts = m
		}
	case nearMsg:
		if m.err == nil {
			p.near = m
			p.settle()
		}
	case markMsg:
		p.marked(m)
	case changedMsg:
		first := p.changes == 0
		p.changes = m.count
		if m.changed && !first || m.err == nil && p.problem != nil {
			return p.refresh()
		}
	case kit.TurnMsg:
		p.list.Unmark(m.Row)
	case kit.RanMsg:
		p.list.Unmark(m.Sent...)
		return p.refresh()
	case kit.IssuedMsg, kit.VerifiedMsg, kit.ProvedMsg:
		return p.refresh()
	case kit.TouchedMsg:
		if !p.shell.Blurred() {
			return lookForChanges(p.ctx, p.shell.Issuer(), p.changes)
		}
	case kit.TickMsg:
		return p.tick()
	case tea.WindowSizeMsg: // it may have room for more rows than are held
		return p.more()
	case tea.FocusMsg, tea.ResumeMsg:
		return tea.Batch(p.tick(), lookForChanges(p.ctx, p.shell.Issuer(), p.changes))
	}
	return nil
}

// tick reads anew what has moved by itself: a row, or the axis that begins with now.
func (p *Page) tick() tea.Cmd {
	now := p.shell.Now()
	if !p.nextMove.IsZero() && !now.Before(p.nextMove) || !p.counts.from.Equal(p.axis(1).from()) {
		return p.refresh()
	}
	return nil
}

// NextChange implements kit.Ticker.
func (p *Page) NextChange(now time.Time) time.Time {
	next, pace := p.nextMove, kit.PaceOf(p.shell)
	if !next.After(now) {
		next = time.Time{} // being read
	}
	if p.at.IsZero() {
		next = kit.Soonest(next, p.axis(1).edges[1])
	}
	for _, r := range p.list.Visible() {
		next = kit.Soonest(next, pace.TokenChange(r.Token, now, 0))
	}
	for _, t := range p.near.next {
		next = kit.Soonest(next, pace.TokenChange(t, now, 0))
	}
	if t := p.near.ended; t.ID != 0 {
		next = kit.Soonest(next, pace.TokenChange(t, now, 0))
	}
	if _, from, to, ok := p.quiet(); ok {
		if !now.Before(from) {
			from = to
		}
		next = kit.Soonest(next, from)
	}
	return next
}

// arrived takes rows.
func (p *Page) arrived(m pieceMsg) tea.Cmd {
	if m.seq != p.seq {
		return nil
	}
	delete(p.inFlight, m.kind)
	if m.err != nil {
		p.list.Stay()
		if !pat.IsGone(m.err) {
			p.problem = m.err
		}
		return nil
	}
	p.problem, p.loaded = nil, true
	switch m.kind {
	case pieceAfter:
		p.list.Append(m.rows)
	case pieceBefore:
		p.list.Prepend(m.rows)
	case pieceNew, pieceAgain:
		at := 0
		if sel, ok := p.list.Selected(); ok && m.kind == pieceAgain {
			at = p.list.Cursor()
			for i, r := range m.rows.Rows {
				if r.ID == sel.ID {
					at = i
				}
			}
		}
		p.list.Replace(m.rows, at)
	}
	p.nextMove = time.Time{}
	for _, r := range p.list.Rows() {
		p.nextMove = kit.Soonest(p.nextMove, r.NextChange(p.query.Now))
	}
	return p.more()
}

// selected is the token under the cursor.
func (p *Page) selected() (pat.Token, bool) {
	r, ok := p.list.Selected()
	return r.Token, ok
}

// settle gives the list the lines that are there for it now.
func (p *Page) settle() { p.list.SetHeight(p.layout().rows) }
