package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// How a page is read from a database that is far away
//
// What costs there is the way to it and back, not the reading: so a page is one
// statement. All segments of an order are walked in it, each up to a page, and the rows
// of the first places are joined. The database is left to choose between indexes; its
// guesses are better than SQLite's, and no table of its is read on this computer.

// far is such a statement: places in the query's order, at most n.
type far struct {
	sql  string
	args []any
	rank func(text string) string // of a segment, from what the statement calls it
}

// farPlaces walks an order from a place on and gathers up to n places in one statement.
// It is empty if there are none.
func (p *plan) farPlaces(q Query, from *Cursor, backwards bool, n int) far {
	forward := q.Reverse == backwards
	if l, ok := sortTable(q.Sort); ok {
		return p.farNames(l, forward, from, n)
	}
	segs := p.segments(q.Sort)
	if !forward {
		slices.Reverse(segs)
	}
	var arms []string
	for at, seg := range segs {
		var after *Cursor
		if from != nil {
			c := strings.Compare(seg.rank, from.rank)
			if c != 0 && (c > 0) != forward {
				continue // wholly before the place
			}
			if c == 0 {
				after = from
			}
		}
		sign := ``
		if seg.desc == forward {
			sign = `-`
		}
		for _, b := range seg.branches {
			arms = append(arms, fmt.Sprintf(`SELECT * FROM (SELECT %d AS rank, %[2]s AS key, id, %[3]s%[2]s AS k, %[3]sid AS i`, at, b.key, sign)+
				p.stretch(b, seg.desc != forward, after)+` LIMIT `+number(int64(n))+`) a`)
		}
	}
	if len(arms) == 0 {
		return far{}
	}
	return far{
		sql: `SELECT rank, key, id, k, i FROM (` + strings.Join(arms, ` UNION ALL `) + `) arms ORDER BY rank, k, i LIMIT ` + number(int64(n)),
		rank: func(text string) string {
			at, _ := parseNumber(text) // it was made above
			return segs[at].rank
		},
	}
}

// namePart is how much of a name is in the index by which names are in order, in letters:
// a whole one can be longer than an index holds.
const namePart = 500

// farNames is farPlaces for the orders that go by a name.
func (p *plan) farNames(l lookup, forward bool, from *Cursor, n int) far {
	op, dir, down, sign := `>`, ``, ` DESC`, `-`
	if !forward {
		op, dir, down, sign = `<`, ` DESC`, ``, ``
	}
	where := slices.Concat([]string{p.withStates(`server_id IN ` + list(p.servers))}, p.bounds, p.where)
	part := fmt.Sprintf(`substr(folded, 1, %d)`, namePart)
	var args []any
	if from != nil {
		less := `<`
		if !forward {
			less = `>`
		}
		where = append(where, fmt.Sprintf(`%s %s= ? AND folded %[2]s= ? AND (folded %[2]s ? OR (ends, id) %s (%d, %d))`, part, op, less, from.key, from.id))
		begins := []rune(from.rank)
		args = []any{string(begins[:min(len(begins), namePart)]), from.rank, from.rank}
	}
	return far{
		sql: fmt.Sprintf(`SELECT folded AS rank, ends AS key, id, %[1]sends AS k, %[1]sid AS i FROM (SELECT id AS value, folded FROM %s) t JOIN entries ON %s = value WHERE `, sign, l.table, l.column) +
			strings.Join(where, ` AND `) + fmt.Sprintf(` ORDER BY %s%s, folded%[2]s, ends%s, id%[3]s LIMIT %d`, part, dir, down, n),
		args: args,
		rank: func(text string) string { return text },
	}
}

// order is how the rows of a far statement come.
func (f far) order(sort Sort, forward bool) string {
	if _, named := sortTable(sort); named && !forward {
		return ` ORDER BY at.rank DESC, at.k, at.i`
	}
	return ` ORDER BY at.rank, at.k, at.i`
}

// farPage reads a page in one statement.
func (s *Records) farPage(ctx context.Context, q Query, from *Cursor, backwards bool, limit int) (page Page, err error) {
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return page, err
	}
	f := p.farPlaces(q, from, backwards, limit+1)
	if f.sql == "" {
		return page, nil
	}
	// The places come first: PostgreSQL plans so many tables in the order in which they stand
	// (join_collapse_limit), and would join all rows to find those of the page.
	rows, err := s.read.QueryContext(ctx, `WITH at AS (`+f.sql+`) SELECT at.rank, at.key, `+EntryColumns+` FROM at JOIN entries e ON e.id = at.id `+entryJoins+
		f.order(q.Sort, q.Reverse == backwards), f.args...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		var rank string
		var c Cursor
		e, err := ScanEntry(behind{rows, []any{&rank, &c.key}})
		if err != nil {
			return Page{}, err
		}
		c.rank, c.id = f.rank(rank), e.ID
		page.Entries, page.cursors = append(page.Entries, e), append(page.cursors, c)
	}
	if len(page.Entries) > limit {
		page.Entries, page.cursors, page.More = page.Entries[:limit], page.cursors[:limit], true
	}
	if backwards {
		slices.Reverse(page.Entries)
		slices.Reverse(page.cursors)
	}
	return page, rows.Err()
}

// farCursors reads places alone.
func (s *Records) farCursors(ctx context.Context, p *plan, q Query, from *Cursor, backwards bool, n int) (all []Cursor, err error) {
	f := p.farPlaces(q, from, backwards, n)
	if f.sql == "" {
		return nil, nil
	}
	//nolint:gosec // constants and numbers; values are bound
	rows, err := s.read.QueryContext(ctx, `SELECT at.rank, at.key, at.id FROM (`+f.sql+`) at`+f.order(q.Sort, q.Reverse == backwards), f.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var rank string
		var c Cursor
		if err := rows.Scan(&rank, &c.key, &c.id); err != nil {
			return nil, err
		}
		c.rank = f.rank(rank)
		all = append(all, c)
	}
	return all, rows.Err()
}

// behind scans columns in front of those that are asked for.
type behind struct {
	rows  interface{ Scan(...any) error }
	first []any
}

// Scan implements the argument of ScanEntry.
func (b behind) Scan(into ...any) error { return b.rows.Scan(append(b.first, into...)...) }
