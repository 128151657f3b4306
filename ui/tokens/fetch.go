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
	t.countDue = t.countDue || !w.jump && !w.byTime
	w.pair = t.layout().explains()
	w.query, w.word, w.rows = t.query, t.word, firstRows(t.list.Height())
	return loadTokens(t.reading, t.shell.Issuer(), t.seq, w)
}

// countAnew asks for the counts of a view whose rows are there. Rows come first:
// they are what a person waits for, and the disk and the processor are one.
// Where time alone has passed nothing is counted that can be told without.
func (t *List) countAnew(w request) tea.Cmd {
	now, timeOnly := t.query.Now, w.jump || w.byTime
	var cmds []tea.Cmd
	if !timeOnly || !t.rowsStand(w) {
		if w.word != t.countOf {
			t.list.Uncount()
			t.countOf = w.word
		}
		if t.countFor != t.seq {
			t.countDue = true
			cmds = append(cmds, countTokens(t.reading, t.shell.Issuer(), t.seq, t.query))
		}
	}
	if !timeOnly || !t.tell(now) {
		cmds = append(cmds, t.countStates(now))
	}
	return tea.Batch(cmds...)
}

// rowsStand reports whether the count of the rows is what it was, if time alone has
// passed: without a filter it takes no part in it, and of a filter, which may be about
// states, it is not old after a jump.
func (t *List) rowsStand(w request) bool {
	return !t.countDue && w.word == t.countOf && (w.word == "" || w.jump && t.query.Now.Before(t.countAt.Add(countsEvery)))
}

// countStates asks for the states of all tokens.
func (t *List) countStates(now time.Time) tea.Cmd {
	t.statesDue, t.recount = true, time.Time{}
	return countStates(t.ctx, t.shell.Issuer(), now)
}

// stands takes the states of all tokens. Where they could not be counted, what is told
// meanwhile is not what is.
func (t *List) stands(m countsMsg) {
	now := t.shell.Now()
	if m.err != nil {
		t.statesDue, t.recount = true, now.Add(countsEvery)
		return
	}
	t.standing, t.statesDue = m.standing, false
	if !t.tell(now) { // it was counted for a later moment of another console
		t.counted, t.recount = now, notBefore(t.standing.Next(), now.Add(countsEvery))
	}
}

// tell brings the states of all tokens to now, which takes no look at the history. It
// is false where they have to be counted.
func (t *List) tell(now time.Time) bool {
	s, ok := t.standing.At(now)
	if !ok || t.statesDue {
		return false
	}
	t.standing, t.counted = s, now
	t.recount = notBefore(s.Next(), now.Add(countsEvery))
	return true
}

// refresh reads the rows near the cursor anew; the cursor stays on its token.
func (t *List) refresh() tea.Cmd { return t.refreshFor(false) }

// refreshFor is refresh, with why: because time went by, or because something happened.
func (t *List) refreshFor(byTime bool) tea.Cmd {
	sel, ok := t.list.Selected()
	if !ok {
		return t.ask(request{kind: requestFirst, byTime: byTime})
	}
	return t.ask(request{kind: requestAround, id: sel.ID, at: sel.cursor, byTime: byTime})
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
		t.list.Stay()
		if !pat.IsGone(m.err) {
			t.problem, t.held = m.err, nil
		}
		return nil
	}
	t.problem = nil
	was, _ := t.selected()
	switch m.request.kind {
	case requestAfter:
		t.list.Append(m.page.Piece)
	case requestBefore:
		t.list.Prepend(m.page.Piece)
	case requestFirst:
		t.list.Replace(m.page.Piece, 0)
	case requestLast:
		t.list.Replace(m.page.Piece, len(m.page.Rows)-1)
		if t.countOf == m.request.word {
			t.list.CountHolds() // it says where the end is
		}
	case requestAround:
		at := m.page.at(m.request.id)
		if sel, ok := t.selected(); ok && m.request.at != nil && m.page.index(sel.ID) >= 0 {
			at = m.page.index(sel.ID) // the cursor has moved on while the rows were read anew
		}
		t.list.Replace(m.page.Piece, at)
	}
	first := !t.loaded
	t.loaded = true
	t.plan()
	cmds := []tea.Cmd{t.more(), t.locate()}
	if first {
		cmds = append(cmds, func() tea.Msg { return kit.ReadyMsg{} })
	}
	if m.request.kind != requestAfter && m.request.kind != requestBefore {
		cmds = append(cmds, t.explainWith(m.page.pair), t.countAnew(m.request), t.release())
	} else if sel, ok := t.selected(); ok && sel.ID != was.ID { // the cursor went on
		cmds = append(cmds, t.follow())
	}
	return tea.Batch(cmds...)
}

// explainWith is explain with what was read of a pair together with the rows, so that one
// frame shows both.
func (t *List) explainWith(p *pairMsg) tea.Cmd {
	sel, ok := t.selected()
	if !ok || p == nil || p.id != sel.ID {
		return t.explain(true)
	}
	t.detail.id, t.pair = sel.ID, *p
	return nil
}

// locate asks where the rows on the screen are in the whole list.
func (t *List) locate() tea.Cmd {
	rows := t.list.Visible()
	if t.list.Located() || len(rows) == 0 {
		return nil
	}
	return placeToken(t.reading, t.shell.Issuer(), t.seq, t.query, rows[0].ID)
}

// plan notes when a row held changes its state next, and the highest number of them.
func (t *List) plan() {
	t.nextMove, t.highest = time.Time{}, 0
	for _, r := range t.list.Rows() {
		t.highest = max(t.highest, r.ID)
		// From the moment of the query on, so that a change since then counts.
		t.nextMove = kit.Soonest(t.nextMove, r.NextChange(t.query.Now))
	}
	t.nextMove = notBefore(t.nextMove, t.lastMove.Add(movesEvery))
}

// pairChange is when what is said of the pair in detail is no longer so.
func (t *List) pairChange() time.Time {
	return notBefore(t.pair.alive.Next, t.pair.read.Add(movesEvery))
}

// more reads on at the ends at which the list wants more rows.
func (t *List) more() tea.Cmd {
	var cmds []tea.Cmd
	before, after := t.list.Wants()
	if after {
		cmds = append(cmds, t.extend(requestAfter, t.list.Rows()[t.list.Len()-1].cursor))
	}
	if before {
		cmds = append(cmds, t.extend(requestBefore, t.list.Rows()[0].cursor))
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
