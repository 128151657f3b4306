package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// segment is a run of rows in an order, all sorted by one number. An order is a
// row of segments, each of which one index can walk from either end.
type segment struct {
	rank     string   // place among the segments, as text that sorts
	branches []string // conditions; together they give the rows, none twice
	index    string   // that walks each branch in order
	key      string   // column that sorts: "ends" or "id"; ties go by id
	desc     bool
}

// groups are the segments of the orders that go by time.
func groups(sort Sort) [][]State {
	if sort == SortState {
		return [][]State{{Urgent}, {Soon}, {Drift}, {OK}, {Unsure}, {Older}, {Expired}, {Failed}}
	}
	return [][]State{{OK, Soon, Urgent, Drift}, {Unsure}, {Older}, {Expired}, {Failed}}
}

// rankOf is the place of the group that holds a state.
func rankOf(sort Sort, s State) string {
	return fmt.Sprintf("%02d", slices.IndexFunc(groups(sort), func(g []State) bool { return slices.Contains(g, s) }))
}

// timeSegments are the segments of SortLeft and SortState.
func (p *plan) timeSegments(sort Sort) []segment {
	var all []segment
	for _, g := range groups(sort) {
		states := g
		if p.allowed != nil {
			states = slices.DeleteFunc(slices.Clone(g), func(s State) bool { return !slices.Contains(p.allowed, s) })
		}
		if len(states) == 0 {
			continue
		}
		seg := segment{rank: rankOf(sort, g[0]), index: `entries_left`, key: `ends`}
		seg.desc = g[0] == Expired || g[0] == Failed
		branches := []string{p.state(states[0])}
		switch {
		case g[0] == Expired:
			branches = branches[:0]
			for c := classLive; c < classFailed; c++ {
				branches = append(branches, fmt.Sprintf(`class = %d AND ends <= %d`, c, p.now))
			}
		case len(g) > 1:
			branches[0] = fmt.Sprintf(`class = 0 AND ends > %d`, p.now)
			if len(states) < len(g) {
				branches[0] += ` AND ` + p.inStates(states)
			}
		}
		for _, id := range p.profiles {
			for _, a := range branches {
				seg.branches = append(seg.branches, `profile_id = `+number(id)+` AND `+a)
			}
		}
		all = append(all, seg)
	}
	return all
}

// issuedSegment is SortIssued: one segment, by id, since rows are numbered as
// they are begun.
func (p *plan) issuedSegment() segment {
	seg := segment{index: `entries_profile`, key: `id`, desc: true}
	for _, id := range p.profiles {
		seg.branches = append(seg.branches, p.withStates(`profile_id = `+number(id)))
	}
	return seg
}

func (p *plan) withStates(where string) string {
	if p.allowed != nil {
		where += ` AND ` + p.inStates(p.allowed)
	}
	return where
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
	return segment{
		rank: name, index: l.index, key: `ends`, desc: true,
		branches: []string{p.withStates(l.column + ` IN ` + list(ids) + ` AND profile_id IN ` + list(p.profiles))},
	}
}

// branchSQL are the conditions of one branch together with the filter.
func (p *plan) branchSQL(seg segment, branch string) string {
	conds := slices.Concat([]string{branch}, p.bounds, p.where)
	switch {
	case p.source != "":
		conds = append(conds, `id IN (`+p.source+`)`)
		return ` FROM entries NOT INDEXED WHERE ` + strings.Join(conds, ` AND `)
	case p.index == noteText.index:
		conds = append(conds, `note_id > 1`)
	}
	if p.index != "" {
		seg.index = p.index
	}
	return ` FROM entries INDEXED BY ` + seg.index + ` WHERE ` + strings.Join(conds, ` AND `)
}

// walk reads up to n rows of a segment in natural order, or against it, from a
// place on; nil means from its beginning.
func (p *plan) walk(ctx context.Context, db querier, seg segment, forward bool, from *Cursor, n int) ([]Cursor, error) {
	up := seg.desc != forward
	op, dir := `<`, ` DESC`
	if up {
		op, dir = `>`, ``
	}
	tail := ` ORDER BY ` + seg.key + dir
	if seg.key != `id` {
		tail += `, id` + dir
	}
	tail += ` LIMIT ` + number(int64(n))
	after := ``
	if from != nil {
		after = fmt.Sprintf(` AND (%s, id) %s (%d, %d)`, seg.key, op, from.key, from.id)
		if seg.key == `id` {
			after = fmt.Sprintf(` AND id %s %d`, op, from.id)
		}
	}
	var all []Cursor
	for _, branch := range seg.branches {
		rows, err := places(ctx, db, `SELECT `+seg.key+`, id`+p.branchSQL(seg, branch)+after+tail, seg.rank)
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

// count is the number of rows of a segment, with before only of those that come
// before a place.
func (p *plan) count(ctx context.Context, db querier, seg segment, before *Cursor) (int64, error) {
	limits := []string{``}
	if before != nil {
		op := `<`
		if seg.desc {
			op = `>`
		}
		// Two plain ranges: comparing key and id together would look at each row.
		limits = []string{
			fmt.Sprintf(` AND %s %s %d`, seg.key, op, before.key),
			fmt.Sprintf(` AND %s = %d AND id %s %d`, seg.key, before.key, op, before.id),
		}
		if seg.key == `id` {
			limits = []string{fmt.Sprintf(` AND id %s %d`, op, before.id)}
		}
	}
	var sum int64
	for _, branch := range seg.branches {
		for _, limit := range limits {
			n, err := one(ctx, db, `SELECT count(*)`+p.branchSQL(seg, branch)+limit)
			if err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return sum, nil
}
