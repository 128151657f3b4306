package tokens

import (
	"context"
	"slices"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// row is a token with its place in the order, where reading can go on.
type row struct {
	pat.Token
	cursor *pat.Cursor
}

// piece is a run of neighbouring rows of the list. Only what is near the screen is held.
type piece struct {
	widget.Piece[row]
	mid  int      // of requestAround: where the token is, or was
	pair *pairMsg // of the token that the cursor goes to, if that was read
}

// The sizes of pieces, in rows.
const (
	firstPiece = 100 // around the cursor, at most
	nextPiece  = 200 // when the cursor comes near an end
	mostRows   = 1000
)

// firstRows is how many rows are read at first on a screen with so many lines for them,
// 0 = not known: as many as can be scrolled by a page before more are wanted. A person
// waits for each of them.
func firstRows(lines int) int {
	if lines == 0 {
		return firstPiece
	}
	return min(firstPiece, 3*lines+2)
}

// requestKind is which piece of the list is wanted.
type requestKind int

const (
	requestFirst requestKind = iota
	requestLast
	requestAround // a token, at the place it has now
	requestAfter
	requestBefore
)

// request is a request for a piece of the list.
type request struct {
	kind  requestKind
	query pat.Query
	word  string        // the filter of the query, as it was typed
	id    int64         // the token of requestAround
	at    *pat.Cursor   // where to go on, or where the token of requestAround was
	wait  time.Duration // before anything is read
	rows  int           // of a piece that is not the next one

	byTime bool // rows are read anew because time went by, and nothing else happened
	jump   bool // to an end of the same list, of which nothing is known to have changed
	pair   bool // what else works of the pair of the token at that end is wanted too
}

// load reads the piece.
func (w request) load(ctx context.Context, i *pat.Issuer) (piece, error) {
	if w.wait > 0 && !kit.Sleep(ctx, w.wait) {
		return piece{}, ctx.Err()
	}
	q := w.query
	switch w.kind {
	case requestLast:
		q.Last, q.Limit = true, w.rows
		r, err := read(ctx, i, q, false)
		r.AtEnd = true
		return w.withPair(ctx, i, r, len(r.Rows)-1), err
	case requestAfter:
		q.After, q.Limit = w.at, nextPiece
		return read(ctx, i, q, true)
	case requestBefore:
		q.Before, q.Limit = w.at, nextPiece
		return read(ctx, i, q, false)
	case requestAround:
		return w.around(ctx, i)
	case requestFirst:
	}
	q.Limit = w.rows
	r, err := read(ctx, i, q, true)
	r.AtStart = true
	return w.withPair(ctx, i, r, 0), err
}

// withPair reads what else works of the pair of a row. Where that fails it is asked for
// by itself later.
func (w request) withPair(ctx context.Context, i *pat.Issuer, p piece, at int) piece {
	if !w.pair || at < 0 || at >= len(p.Rows) {
		return p
	}
	sel := p.Rows[at].Token
	if alive, err := i.History.PairAlive(ctx, i.Server(), sel, w.query.Now); err == nil {
		p.pair = &pairMsg{id: sel.ID, alive: alive, read: w.query.Now}
	}
	return p
}

// around reads the token where it is now, with its neighbours. If it is not in
// the list any more, the neighbours of its old place are read.
func (w request) around(ctx context.Context, i *pat.Issuer) (piece, error) {
	q := w.query
	q.Filter.IDs, q.Limit = []int64{w.id}, 1
	mid, err := read(ctx, i, q, true)
	if err != nil {
		return piece{}, err
	}
	at := w.at
	if len(mid.Rows) > 0 {
		at = mid.Rows[0].cursor
	}
	if at == nil {
		return request{kind: requestFirst, query: w.query, rows: w.rows}.load(ctx, i)
	}
	q = w.query
	q.Limit, q.Before = w.rows, at
	before, err := read(ctx, i, q, false)
	if err != nil {
		return piece{}, err
	}
	q.Before, q.After = nil, at
	after, err := read(ctx, i, q, true)
	if err != nil {
		return piece{}, err
	}
	all := widget.Piece[row]{Rows: slices.Concat(before.Rows, mid.Rows, after.Rows), AtStart: before.AtStart, AtEnd: after.AtEnd}
	return piece{Piece: all, mid: len(before.Rows)}, nil
}

// read reads one page and notes whether the end it went towards was reached.
func read(ctx context.Context, i *pat.Issuer, q pat.Query, forward bool) (piece, error) {
	page, err := i.History.Page(ctx, q)
	if err != nil {
		return piece{}, err
	}
	r := piece{Piece: widget.Piece[row]{Rows: make([]row, len(page.Entries))}}
	for n, t := range page.Entries {
		r.Rows[n] = row{Token: t, cursor: page.Cursor(n)}
	}
	if forward {
		r.AtEnd = !page.More
	} else {
		r.AtStart = !page.More
	}
	return r, nil
}

// index is the place of a token in a piece, or -1.
func (p piece) index(id int64) int {
	return slices.IndexFunc(p.Rows, func(r row) bool { return r.ID == id })
}

// at is the place of the token that was asked for; if it is gone, that of its old
// neighbours.
func (p piece) at(id int64) int {
	if i := p.index(id); i >= 0 {
		return i
	}
	return p.mid
}
