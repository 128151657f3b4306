package tokens

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// ask begins a new view of the list: results of older ones are dropped, and their
// queries stopped.
func (t *List) ask(w request) tea.Cmd {
	if t.stop != nil {
		t.stop()
	}
	t.reading, t.stop = context.WithCancel(t.ctx)
	t.seq++
	now := t.shell.Now()
	f := t.filter
	f.Server = t.shell.Issuer().Server()
	t.query = pat.Query{Filter: f, Sort: t.sort, Reverse: t.reverse, FoldFailed: !t.failures, Now: now}
	clear(t.inFlight)
	t.inFlight[w.kind] = true
	w.query, w.word = t.query, t.word
	return loadTokens(t.reading, t.shell.Issuer(), t.seq, w)
}

// countAnew asks for the counts of a view whose rows are there. Rows come first:
// they are what a person waits for, and the disk and the processor are one.
func (t *List) countAnew(word string) tea.Cmd {
	if word != t.countOf {
		t.count, t.countOf = -1, word
	}
	return tea.Batch(
		countTokens(t.reading, t.shell.Issuer(), t.seq, t.query),
		countStates(t.ctx, t.shell.Issuer(), t.query.Now),
	)
}

// refresh reads the rows near the cursor anew; the cursor stays on its token.
func (t *List) refresh() tea.Cmd {
	sel, ok := t.selected()
	if !ok {
		return t.ask(request{kind: requestFirst})
	}
	return t.ask(request{kind: requestAround, id: sel.ID, at: t.rows.cursors[t.at]})
}

// show goes to a token.
func (t *List) show(id int64) tea.Cmd { return t.ask(request{kind: requestAround, id: id}) }

// arrived takes a piece of the list.
func (t *List) arrived(m tokensMsg) tea.Cmd {
	if m.seq != t.seq {
		return nil
	}
	delete(t.inFlight, m.request.kind)
	if m.err != nil {
		if !pat.IsGone(m.err) {
			t.problem = m.err
		}
		return nil
	}
	t.problem = nil
	line := t.at - t.top
	switch m.request.kind {
	case requestAfter, requestBefore:
		joined, moved := t.rows.join(m.request.kind, m.page)
		t.rows, t.at, t.top = joined, t.at+moved, t.top+moved
		if t.start >= 0 {
			t.start = max(0, t.start-int64(moved))
		}
	case requestFirst:
		t.rows, t.at, t.top, t.start = m.page, 0, 0, 0
	case requestLast:
		t.rows, t.start = m.page, -1
		t.at = len(m.page.tokens) - 1
		if t.count >= 0 && t.countOf == m.request.word {
			t.start = max(0, t.count-int64(len(m.page.tokens)))
		}
	case requestAround:
		keep := m.request.id
		if sel, ok := t.selected(); ok && m.request.at != nil && m.page.index(sel.ID) >= 0 {
			keep = sel.ID // the cursor has moved on while the rows were read anew
		}
		t.rows, t.start = m.page, -1
		t.at = m.page.mid
		if i := m.page.index(keep); i >= 0 {
			t.at = i
		}
		if t.loaded {
			t.top = t.at - line
		}
	}
	t.loaded = true
	if t.rows.atStart {
		t.start = 0
	}
	t.at = min(max(0, t.at), max(0, len(t.rows.tokens)-1))
	t.settle()
	t.plan()
	cmds := []tea.Cmd{t.more(), t.locate()}
	if m.request.kind != requestAfter && m.request.kind != requestBefore {
		cmds = append(cmds, t.explain(true), t.countAnew(m.request.word))
	}
	return tea.Batch(cmds...)
}

// locate asks where the rows held are in the whole list.
func (t *List) locate() tea.Cmd {
	sel, ok := t.selected()
	if t.start >= 0 || !ok {
		return nil
	}
	return placeToken(t.reading, t.shell.Issuer(), t.seq, t.query, sel.ID)
}

// plan notes when a row held changes its state next.
func (t *List) plan() {
	t.nextMove = time.Time{}
	for _, r := range t.rows.tokens {
		// From the moment of the query on, so that a change since then counts.
		t.nextMove = kit.Soonest(t.nextMove, r.NextChange(t.query.Now))
	}
}

// more reads on when the cursor is nearer to an end of the rows held than two
// screens.
func (t *List) more() tea.Cmd {
	n, near := len(t.rows.tokens), 2*t.layout().rows
	if n == 0 {
		return nil
	}
	var cmds []tea.Cmd
	if !t.rows.atEnd && n-t.at <= near {
		cmds = append(cmds, t.extend(requestAfter, t.rows.cursors[n-1]))
	}
	if !t.rows.atStart && t.at <= near {
		cmds = append(cmds, t.extend(requestBefore, t.rows.cursors[0]))
	}
	return tea.Batch(cmds...)
}

func (t *List) extend(kind requestKind, at *pat.Cursor) tea.Cmd {
	if t.inFlight[kind] {
		return nil
	}
	t.inFlight[kind] = true
	return loadTokens(t.reading, t.shell.Issuer(), t.seq, request{kind: kind, query: t.query, at: at})
}
