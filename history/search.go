package history

import (
	"context"
	"strings"
)

// A text is searched in the small tables of distinct values; the rows are then
// found by number. These are the tables, and what of them a kind of term looks at.
type lookup struct {
	table  string // of the distinct values
	column string // of entries that refers to it
	text   string // searched
	index  string // of entries on column, "" if there is none
}

var (
	userText   = lookup{"users", "user_id", "search", "entries_pair"}
	appText    = lookup{"apps", "app_id", "search", "entries_app"}
	placeText  = lookup{"apps", "app_id", "places", "entries_app"}
	issuerText = lookup{"issuers", "issuer_id", "search", "entries_issuer"}
	roleText   = lookup{"roles", "role_id", "search", ""}
	noteText   = lookup{"notes", "note_id", "search", "entries_note"}
)

// hits are the values of one table that match a text.
type hits struct {
	lookup
	ids []int64
	all bool // every value matches
}

func (h hits) sql() string { return h.column + ` IN ` + list(h.ids) }

// where is the condition in a form that the index on the column can answer.
func (h hits) where() string {
	if h.table == noteText.table {
		return h.sql() + ` AND note_id > 1` // the index leaves out the empty note
	}
	return h.sql()
}

// maxHits bounds the numbers written into one statement. Values beyond it are
// left to the eye: nobody reads a hundred thousand notes.
const maxHits = 100_000

func contains(ctx context.Context, db querier, l lookup, text string) (hits, error) {
	ids, err := numbers(ctx, db, `SELECT id FROM `+l.table+` WHERE instr(`+l.text+`, ?) > 0 LIMIT ?`, text, maxHits)
	if err != nil {
		return hits{}, err
	}
	rest, err := one(ctx, db, `SELECT id FROM `+l.table+` WHERE instr(`+l.text+`, ?) = 0 LIMIT 1`, text)
	return hits{l, ids, rest == 0 && len(ids) > 0 && len(ids) < maxHits}, err
}

// scattered finds the values that hold the letters of a text in order.
func scattered(ctx context.Context, db querier, l lookup, text string) (hits, error) {
	rows, err := db.QueryContext(ctx, `SELECT id, `+l.text+` FROM `+l.table)
	if err != nil {
		return hits{}, err
	}
	defer rows.Close()
	found := hits{lookup: l}
	for rows.Next() {
		var id int64
		var value string
		if err := rows.Scan(&id, &value); err != nil {
			return hits{}, err
		}
		if inOrder(value, text) && len(found.ids) < maxHits {
			found.ids = append(found.ids, id)
		}
	}
	return found, rows.Err()
}

// inOrder reports whether one line of value holds the letters of text in order.
func inOrder(value, text string) bool {
	for line := range strings.SplitSeq(value, "\n") {
		left := text
		for _, r := range line {
			if left == "" {
				break
			}
			if rest, ok := strings.CutPrefix(left, string(r)); ok {
				left = rest
			}
		}
		if left == "" {
			return true
		}
	}
	return false
}

// find looks a text up in several tables: as a part of a value, and if no value
// of any of them has it, scattered. A term that excludes takes parts only, since
// nobody expects "!ana" to hide "alexander.nash".
func find(ctx context.Context, db querier, text string, exact bool, in ...lookup) ([]hits, error) {
	var found []hits
	for _, l := range in {
		h, err := contains(ctx, db, l, text)
		if err != nil {
			return nil, err
		}
		if len(h.ids) > 0 {
			found = append(found, h)
		}
	}
	if len(found) > 0 || exact {
		return found, nil
	}
	for _, l := range in {
		if l.table == noteText.table {
			continue // there may be one note per token, and letters in order are in most
		}
		h, err := scattered(ctx, db, l, text)
		if err != nil {
			return nil, err
		}
		if len(h.ids) > 0 {
			found = append(found, h)
		}
	}
	return found, nil
}
