package history

import (
	"context"
)

// nameChunk is how many users or apps are looked at in one step of a walk.
const nameChunk = 200

// name is one value of what SortUser or SortApp goes by, with all users or apps
// that have it.
type name struct {
	text string
	ids  []int64
}

// walkNames walks the names in alphabetical order and gathers the rows of each.
func (p *plan) walkNames(ctx context.Context, db querier, l lookup, forward bool, from *Cursor, n int) ([]Cursor, error) {
	only := ``
	if p.few() {
		// Only names that have one of the rows are worth a look.
		ids, err := numbers(ctx, db, `SELECT DISTINCT `+l.column+p.branchSQL(branch{where: p.withStates(`server_id IN ` + list(p.servers))}))
		if err != nil {
			return nil, err
		}
		only = ` AND id IN ` + list(ids)
	}
	var all []Cursor
	at := from
	for len(all) < n {
		names, err := p.names(ctx, db, l, forward, at, only)
		if err != nil || len(names) == 0 {
			return all, err
		}
		for _, name := range names {
			var start *Cursor
			if from != nil && from.rank == name.text {
				start = from
			}
			rows, err := p.walk(ctx, db, p.nameSegment(l, name.text, name.ids), forward, start, n-len(all))
			if err != nil {
				return nil, err
			}
			if all = append(all, rows...); len(all) >= n {
				return all, nil
			}
		}
		at = &Cursor{rank: names[len(names)-1].text, id: -1} // from now on without the name itself
	}
	return all, nil
}

// names reads the next names, from that of a place on; the name itself is left
// out when the place has no row.
func (p *plan) names(ctx context.Context, db querier, l lookup, forward bool, from *Cursor, only string) ([]name, error) {
	op, dir := `<`, ` DESC`
	if forward {
		op, dir = `>`, ``
	}
	query, args := `SELECT folded, group_concat(id) FROM `+l.table+` WHERE true`+only, []any{}
	if from != nil {
		if from.id >= 0 {
			op += `=`
		}
		query += ` AND folded ` + op + ` ?`
		args = append(args, from.rank)
	}
	args = append(args, nameChunk)
	rows, err := db.QueryContext(ctx, query+` GROUP BY folded ORDER BY folded`+dir+` LIMIT ?`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []name
	for rows.Next() {
		var n name
		var ids string
		if err := rows.Scan(&n.text, &ids); err != nil {
			return nil, err
		}
		if n.ids, err = parseList(ids); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// countNames is the number of rows on one side of a place of SortUser or SortApp.
func (p *plan) countNames(ctx context.Context, db querier, l lookup, of side, most int64) (Number, error) {
	at, op := of.at, `<`
	if of.after {
		op = `>`
	}
	err := db.QueryRowContext(ctx, `SELECT folded FROM `+l.table+` WHERE id = (SELECT `+l.column+` FROM entries WHERE id = ?)`, at.id).
		Scan(&at.rank)
	if err != nil {
		return Number{}, err
	}
	beyond, err := numbers(ctx, db, `SELECT id FROM `+l.table+` WHERE folded `+op+` ?`, at.rank)
	if err != nil {
		return Number{}, err
	}
	same, err := numbers(ctx, db, `SELECT id FROM `+l.table+` WHERE folded = ?`, at.rank)
	if err != nil {
		return Number{}, err
	}
	queries := p.counts(p.nameSegment(l, at.rank, same), of)
	if len(beyond) > 0 {
		queries = append(queries, p.counts(p.nameSegment(l, "", beyond), side{})...)
	}
	return countRows(ctx, db, queries, most)
}
