package history

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Sort is an order of rows.
type Sort string

// The orders. Each has a natural direction, which Query.Reverse turns round.
const (
	// SortLeft shows what ends next first: rows that work, older ones among them,
	// by their documented end; those that have passed it, by the end in the longer
	// unit; then unsure, then expired (latest ended first), then failed (newest first).
	SortLeft Sort = "left"
	// SortIssued shows the newest request first.
	SortIssued Sort = "issued"
	// SortUser goes by e-mail address, then latest end first.
	SortUser Sort = "user"
	// SortApp goes by app name, then latest end first.
	SortApp Sort = "app"
	// SortState goes by state, most pressing first, then by end.
	SortState Sort = "state"
)

// Query asks for a page of rows in an order. The zero Query is the first page
// of everything by time left.
type Query struct {
	Filter  Filter
	Sort    Sort // empty = SortLeft
	Reverse bool
	// FoldFailed leaves FAILED rows out, unless the filter asks for them by name.
	FoldFailed bool
	// Now is the server's clock; zero means this computer's.
	Now time.Time
	// After and Before continue from the cursor of a row; at most one is set.
	After, Before *Cursor
	// Last asks for the end of the list.
	Last bool
	// Limit is the number of rows, 50 when 0.
	Limit int
}

// Cursor is the place of a row in an order. It stays valid when rows come and
// go, and when its own row has moved.
type Cursor struct {
	rank string // of the segment, see segment.rank
	key  int64
	id   int64
}

// Page is a run of neighbouring rows, always in the query's order.
type Page struct {
	Entries []Entry
	// More tells whether rows follow in the direction asked: after the last one,
	// or before the first one for Before and Last.
	More bool

	cursors []Cursor
}

// Cursor is the place of Entries[i], to continue from.
func (p Page) Cursor(i int) *Cursor {
	c := p.cursors[i]
	return &c
}

// defaultLimit is the number of rows of a page when the query names none.
const defaultLimit = 50

// Page reads neighbouring rows. Its cost does not depend on where they are.
func (s *Records) Page(ctx context.Context, q Query) (Page, error) {
	const action = "list the history"
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	backwards := q.Before != nil || q.Last
	from := q.After
	if q.Before != nil {
		from = q.Before
	}
	if s.far {
		page, err := s.farPage(ctx, q, from, backwards, limit)
		return page, s.fail(ctx, action, err)
	}
	cursors, err := s.cursors(ctx, q, from, backwards, limit+1)
	if err != nil {
		return Page{}, s.fail(ctx, action, err)
	}
	page := Page{More: len(cursors) > limit}
	page.cursors = cursors[:min(limit, len(cursors))]
	if backwards {
		slices.Reverse(page.cursors)
	}
	page.Entries, err = entriesByID(ctx, s.read, idsOf(page.cursors))
	return page, s.fail(ctx, action, err)
}

// IDs lists the ids of up to limit rows in the query's order, without reading them.
func (s *Records) IDs(ctx context.Context, q Query, limit int) ([]int64, error) {
	cursors, err := s.cursors(ctx, q, q.After, false, limit)
	return idsOf(cursors), s.fail(ctx, "list the history", err)
}

func idsOf(cursors []Cursor) []int64 {
	ids := make([]int64, len(cursors))
	for i, c := range cursors {
		ids[i] = c.id
	}
	return ids
}

// cursors walks an order from a place on and gathers up to n rows.
func (s *Records) cursors(ctx context.Context, q Query, from *Cursor, backwards bool, n int) ([]Cursor, error) {
	if n <= 0 {
		return nil, nil
	}
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return nil, err
	}
	if s.far {
		return s.farCursors(ctx, p, q, from, backwards, n)
	}
	forward := q.Reverse == backwards
	if l, ok := sortTable(q.Sort); ok {
		return p.walkNames(ctx, s.read, l, forward, from, n)
	}
	segs := p.segments(q.Sort)
	if !forward {
		slices.Reverse(segs)
	}
	var all []Cursor
	for _, seg := range segs {
		var at *Cursor
		if from != nil {
			c := strings.Compare(seg.rank, from.rank)
			if c != 0 && (c > 0) != forward {
				continue // wholly before the place
			}
			if c == 0 {
				at = from
			}
		}
		rows, err := p.walk(ctx, s.read, seg, forward, at, n-len(all))
		if err != nil {
			return nil, err
		}
		if all = append(all, rows...); len(all) >= n {
			break
		}
	}
	return all, nil
}

func (p *plan) segments(sort Sort) []segment {
	if sort == SortIssued {
		return []segment{p.issuedSegment()}
	}
	return p.timeSegments(sort)
}

// Number is how many rows there are, as far as they were counted.
type Number struct {
	N    int64
	Over bool // there are more than N
}

// Count is the number of rows a filter leaves.
func (s *Records) Count(ctx context.Context, q Query) (int64, error) {
	n, err := s.CountTo(ctx, q, 0)
	return n.N, err
}

// CountTo is the number of rows a filter leaves. Counted one by one they are counted to
// most and no further, 0 = all: that many rows take their time. Without a filter nothing
// is counted, and the number is exact.
func (s *Records) CountTo(ctx context.Context, q Query, most int64) (Number, error) {
	n, err := s.count(ctx, q, most)
	return n, s.fail(ctx, "count the history", err)
}

func (s *Records) count(ctx context.Context, q Query, most int64) (Number, error) {
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return Number{}, err
	}
	if p.takesAll() {
		n, err := one(ctx, s.read, p.unfailed(`SELECT coalesce(sum(n), 0) FROM tally WHERE server_id IN `+list(p.servers)))
		return Number{N: n}, err
	}
	if p.few() {
		return countRows(ctx, s.read, p.counts(p.issuedSegment(), side{}), most)
	}
	var queries []string
	for _, seg := range p.timeSegments(SortLeft) {
		queries = append(queries, p.counts(seg, side{})...)
	}
	return countRows(ctx, s.read, queries, most)
}

// Position is how many rows come before a row in the query's order: its place in
// a scroll bar. They are counted to most, as in CountTo. A row that the filter leaves out
// gives ErrNotFound.
func (s *Records) Position(ctx context.Context, q Query, id, most int64) (Number, error) {
	n, err := s.position(ctx, q, id, most)
	return n, s.fail(ctx, "find the row's place", err)
}

func (s *Records) position(ctx context.Context, q Query, id, most int64) (Number, error) {
	p, err := s.plan(ctx, q)
	if err != nil {
		return Number{}, err
	}
	e, err := entryByID(ctx, s.read, id)
	if err != nil {
		return Number{}, err
	}
	there := plan{now: p.now, folded: p.folded, servers: p.servers, allowed: p.allowed, bounds: p.bounds, where: p.where, source: byID([]int64{id}).list()}
	if n, err := countRows(ctx, s.read, there.counts(there.issuedSegment(), side{}), 0); err != nil || n.N == 0 || p.never {
		return Number{}, errors.Join(err, ErrNotFound)
	}
	// What comes before in the reverse order comes after in this one.
	of := side{at: &Cursor{key: millis(e.Expires), id: id}, after: q.Reverse}
	if l, ok := sortTable(q.Sort); ok {
		return p.countNames(ctx, s.read, l, of, most)
	}
	if q.Sort != SortIssued {
		of.at = placeOf(q.Sort, e, time.UnixMilli(p.now))
	}
	var queries []string
	for _, seg := range p.segments(q.Sort) {
		c := strings.Compare(seg.rank, of.at.rank)
		switch {
		case c == 0:
			queries = append(queries, p.counts(seg, of)...)
		case c > 0 == of.after:
			queries = append(queries, p.counts(seg, side{})...)
		}
	}
	return countRows(ctx, s.read, queries, most)
}
