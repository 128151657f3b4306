package tokens

import (
	"context"
	"slices"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// rows is a run of neighbouring rows of the list, each with its place, so that
// the list can go on from either end. Only what is near the screen is held.
type rows struct {
	tokens         []pat.Token
	cursors        []*pat.Cursor
	atStart, atEnd bool // nothing comes before, after
	mid            int  // of requestAround: where the token is, or was
}

// The sizes of pieces, in rows.
const (
	firstPiece = 100 // around the cursor
	nextPiece  = 200 // when the cursor comes near an end
	mostRows   = 1000
)

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
}

// load reads the piece.
func (w request) load(ctx context.Context, i *pat.Issuer) (rows, error) {
	if w.wait > 0 && !kit.Sleep(ctx, w.wait) {
		return rows{}, ctx.Err()
	}
	q := w.query
	switch w.kind {
	case requestLast:
		q.Last, q.Limit = true, firstPiece
		r, err := read(ctx, i, q, false)
		r.atEnd = true
		return r, err
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
	q.Limit = firstPiece
	r, err := read(ctx, i, q, true)
	r.atStart = true
	return r, err
}

// around reads the token where it is now, with its neighbours. If it is not in
// the list any more, the neighbours of its old place are read.
func (w request) around(ctx context.Context, i *pat.Issuer) (rows, error) {
	q := w.query
	q.Filter.IDs, q.Limit = []int64{w.id}, 1
	mid, err := read(ctx, i, q, true)
	if err != nil {
		return rows{}, err
	}
	at := w.at
	if len(mid.tokens) > 0 {
		at = mid.cursors[0]
	}
	if at == nil {
		return request{kind: requestFirst, query: w.query}.load(ctx, i)
	}
	q = w.query
	q.Limit, q.Before = firstPiece, at
	before, err := read(ctx, i, q, false)
	if err != nil {
		return rows{}, err
	}
	q.Before, q.After = nil, at
	after, err := read(ctx, i, q, true)
	if err != nil {
		return rows{}, err
	}
	return rows{
		tokens: slices.Concat(before.tokens, mid.tokens, after.tokens), cursors: slices.Concat(before.cursors, mid.cursors, after.cursors),
		atStart: before.atStart, atEnd: after.atEnd, mid: len(before.tokens),
	}, nil
}

// read reads one page and notes whether the end it went towards was reached.
func read(ctx context.Context, i *pat.Issuer, q pat.Query, forward bool) (rows, error) {
	page, err := i.History.Page(ctx, q)
	if err != nil {
		return rows{}, err
	}
	r := rows{tokens: page.Entries, cursors: make([]*pat.Cursor, len(page.Entries))}
	for n := range page.Entries {
		r.cursors[n] = page.Cursor(n)
	}
	if forward {
		r.atEnd = !page.More
	} else {
		r.atStart = !page.More
	}
	return r, nil
}

// join adds a piece that was read from an end of r, and lets go of rows far from
// that end. It returns the rows and by how many rows the first one moved.
func (r rows) join(kind requestKind, more rows) (rows, int) {
	if kind == requestBefore {
		n := len(more.tokens)
		j := rows{
			tokens: slices.Concat(more.tokens, r.tokens), cursors: slices.Concat(more.cursors, r.cursors),
			atStart: more.atStart, atEnd: r.atEnd,
		}
		if len(j.tokens) > mostRows {
			j.tokens, j.cursors, j.atEnd = j.tokens[:mostRows:mostRows], j.cursors[:mostRows:mostRows], false
		}
		return j, n
	}
	j := rows{
		tokens: slices.Concat(r.tokens, more.tokens), cursors: slices.Concat(r.cursors, more.cursors),
		atStart: r.atStart, atEnd: more.atEnd,
	}
	cut := max(0, len(j.tokens)-mostRows)
	if cut > 0 {
		j.tokens, j.cursors, j.atStart = slices.Clone(j.tokens[cut:]), slices.Clone(j.cursors[cut:]), false
	}
	return j, -cut
}

// index is the place of a token among the rows held, or -1.
func (r rows) index(id int64) int {
	return slices.IndexFunc(r.tokens, func(t pat.Token) bool { return t.ID == id })
}
