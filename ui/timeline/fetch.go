package timeline

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// The sizes of pieces, in rows.
const (
	firstPiece = 100
	nextPiece  = 200 // when the cursor comes near an end
	mostRows   = 1000
)

// pieceKind is what a piece of the list is for.
type pieceKind int

const (
	pieceNew   pieceKind = iota // another place
	pieceAgain                  // the place in view, read anew
	pieceAfter
	pieceBefore
)

type (
	// pieceMsg is a run of rows. seq tells the view that it is of.
	pieceMsg struct {
		seq  int
		kind pieceKind
		rows widget.Piece[row]
		err  error
	}
	// countsMsg is how many tokens end in each step of the axis that begins at from.
	countsMsg struct {
		from    time.Time
		zoom    int
		numbers []int64
		err     error
	}
	// nearMsg is what ends next, what ended last, and what ends while nobody is on shift:
	// the first of those, and how many they are.
	nearMsg struct {
		next      []pat.Token
		ended     pat.Token // ID 0 = none
		unwatched []pat.Token
		count     pat.Number
		err       error
	}
	// markMsg is the tokens that end while nobody is on shift.
	markMsg struct {
		ids []int64
		err error
	}
	// changedMsg says whether another process wrote to the history; count is its own
	// counter of changes.
	changedMsg struct {
		count   int64
		changed bool
		err     error
	}
)

// anew goes to the rows of the axis.
func (p *Page) anew() tea.Cmd {
	now, a := p.shell.Now(), p.axis(1)
	q := p.begin(now)
	q.Limit = firstPiece
	switch {
	case !a.to().After(now):
		q.After = pat.Ending(a.to(), now)
	case a.from().After(now):
		q.After = pat.Ending(a.from(), now)
	}
	return tea.Batch(loadPiece(p.ctx, p.shell.Issuer(), p.seq, pieceNew, q), p.look())
}

// refresh reads the rows held anew; the cursor stays on its token.
func (p *Page) refresh() tea.Cmd {
	q := p.begin(p.shell.Now())
	q.Limit = max(firstPiece, p.list.Len())
	if rows := p.list.Rows(); len(rows) > 0 && !p.list.AtStart() {
		q.After = rows[0].cursor
	}
	return tea.Batch(loadPiece(p.ctx, p.shell.Issuer(), p.seq, pieceAgain, q), p.look())
}

// filtered reports whether a filter of the list narrows the rows.
func (p *Page) filtered() bool { return p.shell.Choice().Word != "" }

// begin begins a new view of the rows: what comes of older ones is dropped.
func (p *Page) begin(now time.Time) pat.Query {
	p.seq++
	clear(p.inFlight)
	f := p.shell.Choice().Filter
	f.Server = p.shell.Issuer().Server()
	p.query = pat.Query{Filter: f, Sort: pat.SortLeft, FoldFailed: true, Now: now}
	return p.query
}

// more reads on at the ends at which the list wants more rows.
func (p *Page) more() tea.Cmd {
	var cmds []tea.Cmd
	before, after := p.list.Wants()
	rows := p.list.Rows()
	if after && !p.inFlight[pieceAfter] {
		q := p.query
		q.After, q.Limit = rows[len(rows)-1].cursor, nextPiece
		p.inFlight[pieceAfter] = true
		cmds = append(cmds, loadPiece(p.ctx, p.shell.Issuer(), p.seq, pieceAfter, q))
	}
	if before && !p.inFlight[pieceBefore] {
		q := p.query
		q.Before, q.Limit = rows[0].cursor, nextPiece
		p.inFlight[pieceBefore] = true
		cmds = append(cmds, loadPiece(p.ctx, p.shell.Issuer(), p.seq, pieceBefore, q))
	}
	return tea.Batch(cmds...)
}

func loadPiece(ctx context.Context, i *pat.Issuer, seq int, kind pieceKind, q pat.Query) tea.Cmd {
	return func() tea.Msg {
		m := pieceMsg{seq: seq, kind: kind}
		page, err := i.History.Page(ctx, q)
		if err != nil {
			m.err = err
			return m
		}
		m.rows.Rows = make([]row, len(page.Entries))
		for n, t := range page.Entries {
			m.rows.Rows[n] = row{Token: t, cursor: page.Cursor(n)}
		}
		m.rows.AtStart, m.rows.AtEnd = q.After == nil, !page.More
		if kind == pieceBefore {
			m.rows.AtStart, m.rows.AtEnd = !page.More, false
		}
		return m
	}
}

// look reads what is said of the axis, and of the tokens nearest to now.
func (p *Page) look() tea.Cmd {
	i, ctx, now, zoom, a := p.shell.Issuer(), p.ctx, p.shell.Now(), p.zoom, p.axis(1)
	_, from, to, quiet := p.quiet()
	counts := func() tea.Msg {
		n, err := i.History.EndsPer(ctx, i.Server(), a.edges)
		return countsMsg{from: a.from(), zoom: zoom, numbers: n, err: err}
	}
	near := func() tea.Msg {
		m := nearMsg{}
		if m.next, m.err = page(ctx, i, pat.Query{Filter: pat.Filter{State: pat.Coming()}, Now: now, Limit: nearest}); m.err != nil {
			return m
		}
		var ended []pat.Token
		if ended, m.err = page(ctx, i, pat.Query{Filter: pat.Filter{State: []pat.StateTerm{{State: pat.Expired}}}, Now: now, Limit: 1}); m.err != nil {
			return m
		}
		if len(ended) > 0 {
			m.ended = ended[0]
		}
		if !quiet {
			return m
		}
		q := pat.EndingBetween(i.Server(), now, from, to)
		if m.count, m.err = i.CountOf(ctx, q); m.err == nil && m.count.N > 0 {
			q.Limit = unwatchedNamed
			m.unwatched, m.err = page(ctx, i, q)
		}
		return m
	}
	return tea.Batch(counts, near)
}

// How many tokens are named.
const (
	nearest        = 3
	unwatchedNamed = 4
)

func page(ctx context.Context, i *pat.Issuer, q pat.Query) ([]pat.Token, error) {
	q.Filter.Server = i.Server()
	found, err := i.History.Page(ctx, q)
	return found.Entries, err
}

// lookForChanges asks whether another process wrote to the history.
func lookForChanges(ctx context.Context, i *pat.Issuer, last int64) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Changed(ctx)
		if err != nil || n == last {
			return changedMsg{count: last}
		}
		return changedMsg{count: n, changed: true}
	}
}

// mostMarks bounds what one key marks, as in the list.
const mostMarks = 10000

// markUnwatched marks the tokens that end while nobody is on shift, of those that the
// filter leaves: what nobody sees is not marked.
func (p *Page) markUnwatched() tea.Cmd {
	_, from, to, ok := p.quiet()
	if !ok {
		return nil
	}
	i, ctx, q := p.shell.Issuer(), p.ctx, pat.EndingBetween(p.shell.Issuer().Server(), p.shell.Now(), from, to)
	shown, filtered := p.query, p.filtered()
	return func() tea.Msg {
		ids, err := i.History.IDs(ctx, q, mostMarks)
		if err == nil && filtered && len(ids) > 0 {
			shown.Filter.IDs = ids
			ids, err = i.History.IDs(ctx, shown, mostMarks)
		}
		return markMsg{ids: ids, err: err}
	}
}

func (p *Page) marked(m markMsg) {
	if m.err != nil {
		p.shell.Say(kit.LevelBad, pat.Explain(m.err).Title+".")
		return
	}
	p.list.Mark(m.ids...)
}
