package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// segment is a run of rows in an order, all sorted by one number. An order is a
// row of segments, each of which can be walked from either end.
type segment struct {
	rank     string   // place among the segments, as text that sorts
	branches []branch // together they give the rows, none twice
	desc     bool
}

// branch is a range of one index, which walks it in order.
type branch struct {
	where string
	index string
	key   string // column that sorts: "ends", "last" or "id"; ties go by id
}

// group is the states of a segment, in the orders that go by time.
type group struct {
	states []State
	key    string // of a row that has two ends
	desc   bool
}

// groups are the segments of an order. A DRIFT whose documented end has passed
// stands with those of which the same is true.
func groups(sort Sort) []group {
	if sort == SortState {
		return []group{
			{states: []State{Urgent}, key: `ends`},
			{states: []State{Soon}, key: `ends`},
			{states: []State{Drift}, key: `last`},
			{states: []State{OK}, key: `ends`},
			{states: []State{Ended}, key: `last`},
			{states: []State{Unsure}, key: `ends`},
			{states: []State{Older}, key: `ends`},
			{states: []State{Expired}, key: `last`, desc: true},
			{states: []State{Failed}, key: `ends`, desc: true},
		}
	}
	return []group{
		{states: []State{OK, Soon, Urgent, Older, Drift}, key: `ends`},
		{states: []State{Ended, Drift}, key: `last`},
		{states: []State{Unsure}, key: `ends`},
		{states: []State{Expired}, key: `last`, desc: true},
		{states: []State{Failed}, key: `ends`, desc: true},
	}
}

// placeOf is the place of a row in an order that goes by time.
func placeOf(sort Sort, e Entry, now time.Time) *Cursor {
	state := e.State(now)
	if sort != SortState && state == Drift && !now.Before(e.Expires) {
		state = Ended
	}
	for i, g := range groups(sort) {
		if !slices.Contains(g.states, state) {
			continue
		}
		at := &Cursor{rank: rank(i), key: millis(e.Expires), id: e.ID}
		if g.key == `last` {
			at.key = millis(e.Latest())
		}
		return at
	}
	return nil
}

func rank(i int) string { return fmt.Sprintf("%02d", i) }

// timeSegments are the segments of SortLeft and SortState.
func (p *plan) timeSegments(sort Sort) []segment {
	var all []segment
	for i, g := range groups(sort) {
		states := g.states
		if p.allowed != nil {
			states = slices.DeleteFunc(slices.Clone(states), func(s State) bool { return !slices.Contains(p.allowed, s) })
		}
		if len(states) == 0 || p.folded && g.states[0] == Failed {
			continue
		}
		seg := segment{rank: rank(i), desc: g.desc}
		for _, b := range p.ranges(g, states) {
			for _, id := range p.servers {
				seg.branches = append(seg.branches, branch{`server_id = ` + number(id) + ` AND ` + b.where, b.index, b.key})
			}
		}
		if p.few() {
			// The candidates are read whole and sorted, so once is enough.
			where := `server_id IN ` + list(p.servers) + ` AND (` + p.within(g, sort) + `) AND ` + p.inStates(states)
			seg.branches = []branch{{where: where, key: g.key}}
		}
		all = append(all, seg)
	}
	return all
}

// within tells the two places of DRIFT apart.
func (p *plan) within(g group, sort Sort) string {
	switch {
	case sort == SortState || !slices.Contains(g.states, Drift):
		return `true`
	case g.key == `last`:
		return fmt.Sprintf(`ends <= %d`, p.now)
	}
	return fmt.Sprintf(`ends > %d`, p.now)
}

// ranges are the ranges that hold the rows of some states of a group.
func (p *plan) ranges(g group, states []State) []branch {
	rest := ``
	if len(states) < len(g.states) || len(g.states) == 1 {
		rest = ` AND ` + p.inStates(states)
	}
	left := func(c class, forked int, op string) branch {
		return branch{fmt.Sprintf(`class = %d AND forked = %d AND ends %s %d`, c, forked, op, p.now) + rest, `entries_left`, `ends`}
	}
	last := func(c class, op string) branch {
		return branch{fmt.Sprintf(`class = %d AND forked = 1 AND last %s %d`, c, op, p.now) + rest, `entries_last`, `last`}
	}
	switch g.states[0] {
	case Failed:
		return []branch{{`class = 3 AND forked = 0`, `entries_left`, `ends`}}
	case Expired:
		rest = ``
		return []branch{
			left(classLive, 0, `<=`), left(classUnsure, 0, `<=`), left(classOlder, 0, `<=`), last(classLive, `<=`), last(classOlder, `<=`),
		}
	case Unsure:
		return []branch{left(classUnsure, 0, `>`)}
	case Ended:
		rest += fmt.Sprintf(` AND ends <= %d`, p.now)
		return []branch{last(classLive, `>`), last(classOlder, `>`)}
	case Drift:
		return []branch{{p.state(Drift), `entries_drift`, `last`}}
	case Older:
		return []branch{left(classOlder, 0, `>`), left(classOlder, 1, `>`)}
	case OK, Soon, Urgent:
	}
	var all []branch
	if slices.ContainsFunc(states, func(s State) bool { return s != Older }) {
		all = append(all, left(classLive, 0, `>`), left(classLive, 1, `>`))
	}
	if slices.Contains(states, Older) || slices.Contains(states, Drift) {
		all = append(all, left(classOlder, 0, `>`), left(classOlder, 1, `>`))
	}
	return all
}

// issuedSegment is SortIssued: one segment, by id, since rows are numbered as
// they are begun.
func (p *plan) issuedSegment() segment {
	seg := segment{desc: true}
	for _, id := range p.servers {
		seg.branches = append(seg.branches, branch{p.withStates(`server_id = ` + number(id)), `entries_server`, `id`})
	}
	return seg
}

func (p *plan) withStates(where string) string {
	if p.allowed != nil {
		where += ` AND ` + p.inStates(p.allowed)
	}
	return p.unfailed(where)
}

// named are the tables whose names sort SortUser and SortApp.
func sortTable(sort Sort) (lookup, bool) {
	switch sort {
	case SortUser:
		return userText, true
	case SortApp:
		return appText, true
	case SortLeft, SortIssued, SortState:
	}
	return lookup{}, false
}

// nameSegment holds the rows of all users, or apps, of one name.
func (p *plan) nameSegment(l lookup, name string, ids []int64) segment {
	where := p.withStates(l.column + ` IN ` + list(ids) + ` AND server_id IN ` + list(p.servers))
	return segment{rank: name, branches: []branch{{where, l.index, `ends`}}, desc: true}
}

// branchSQL are the conditions of one branch together with the filter.
func (p *plan) branchSQL(b branch) string {
	conds := slices.Concat([]string{b.where}, p.bounds, p.where)
	switch {
	case p.source != "":
		conds = append(conds, `id IN (`+p.source+`)`)
		return ` FROM entries NOT INDEXED WHERE ` + strings.Join(conds, ` AND `)
	case p.index == noteText.index:
		conds = append(conds, `note_id > 1`)
	}
	if p.index != "" {
		b.index = p.index
	}
	return ` FROM entries INDEXED BY ` + b.index + ` WHERE ` + strings.Join(conds, ` AND `)
}

// walk reads up to n rows of a segment in natural order, or against it, from a
// place on; nil means from its beginning.
func (p *plan) walk(ctx context.Context, db querier, seg segment, forward bool, from *Cursor, n int) ([]Cursor, error) {
	up := seg.desc != forward
	var all []Cursor
	for _, b := range seg.branches {
		rows, err := places(ctx, db, `SELECT `+b.key+`, id`+p.stretch(b, up, from)+` LIMIT `+number(int64(n)), seg.rank)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	if len(seg.branches) > 1 {
		slices.SortFunc(all, func(a, b Cursor) int {
			if up {
				return a.compare(b)
			}
			return b.compare(a)
		})
	}
	return all[:min(n, len(all))], nil
}

// stretch is the rest of a query for the rows of a branch, upwards or downwards from a
// place on, in order.
func (p *plan) stretch(b branch, up bool, from *Cursor) string {
	op, dir := `<`, ` DESC`
	if up {
		op, dir = `>`, ``
	}
	after, order := ``, b.key+dir+`, id`+dir
	if b.key == `id` {
		order = `id` + dir
	}
	switch {
	case from == nil:
	case b.key == `id`:
		after = fmt.Sprintf(` AND id %s %d`, op, from.id)
	default:
		after = fmt.Sprintf(` AND (%s, id) %s (%d, %d)`, b.key, op, from.key, from.id)
	}
	return p.branchSQL(b) + after + ` ORDER BY ` + order
}

// compare orders places of one segment by key and id.
func (c Cursor) compare(o Cursor) int {
	if c.key != o.key {
		if c.key < o.key {
			return -1
		}
		return 1
	}
	return int(min(1, max(-1, c.id-o.id)))
}

func places(ctx context.Context, db querier, query, rank string) ([]Cursor, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Cursor
	for rows.Next() {
		c := Cursor{rank: rank}
		if err := rows.Scan(&c.key, &c.id); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// side is what of a list is meant: all of it, or what comes before or after a place.
type side struct {
	at    *Cursor // nil = all
	after bool
}

// counts are the queries, from FROM on, whose rows together are those of a segment, or
// the part of them on one side of a place.
func (p *plan) counts(seg segment, of side) (queries []string) {
	op := `<`
	if seg.desc != of.after {
		op = `>`
	}
	for _, b := range seg.branches {
		limits := []string{``}
		switch {
		case of.at == nil:
		case b.key == `id`:
			limits = []string{fmt.Sprintf(` AND id %s %d`, op, of.at.id)}
		default:
			// Two plain ranges: comparing key and id together would look at each row.
			limits = []string{
				fmt.Sprintf(` AND %s %s %d`, b.key, op, of.at.key),
				fmt.Sprintf(` AND %s = %d AND id %s %d`, b.key, of.at.key, op, of.at.id),
			}
		}
		for _, limit := range limits {
			queries = append(queries, p.branchSQL(b)+limit)
		}
	}
	return queries
}

// sumAtOnce is how many queries one statement adds up: SQLite takes a hundred servers'
// worth of them for an expression that is too deep.
const sumAtOnce = 100

// countRows counts the rows of several queries, given from FROM on, in as few statements
// as it takes. With most it stops at one more.
func countRows(ctx context.Context, db querier, queries []string, most int64) (Number, error) {
	var n Number
	for some := range slices.Chunk(queries, sumAtOnce) {
		query := `SELECT (SELECT count(*)` + strings.Join(some, `) + (SELECT count(*)`) + `)`
		if most > 0 {
			query = `SELECT count(*) FROM (SELECT 1` + strings.Join(some, ` UNION ALL SELECT 1`) + fmt.Sprintf(` LIMIT %d) e`, most+1-n.N)
		}
		more, err := one(ctx, db, query)
		if err != nil {
			return Number{}, err
		}
		if n.N += more; most > 0 && n.N > most {
			return Number{N: most, Over: true}, nil
		}
	}
	return n, nil
}
