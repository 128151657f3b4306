package postgres

import "testing"

func TestDialect_Translate(t *testing.T) {
	for from, to := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`SELECT id FROM entries INDEXED BY entries_left WHERE ends > ? AND id IN (?, ?)`: `SELECT id FROM entries  WHERE ends > $1 AND id IN ($2, $3)`,
		`FROM events v NOT INDEXED WHERE e.id = +?`:                                      `FROM events v  WHERE e.id = $1`,
		`uid IN (?2, lower(?2)) OR ?1 <> ''`:                                             `uid IN ($2, lower($2)) OR $1 <> ''`,
		`last4 COLLATE NOCASE >= ? AND e.last4 COLLATE NOCASE < ?`:                       `lower(last4) >= $1 AND lower(e.last4) < $2`,
		`'what? INDEXED BY x' || "user" || '' || ?`:                                      `'what? INDEXED BY x' || "user" || '' || $1`,
		`'it''s ?' = ?`: `'it''s ?' = $1`,
		`'open ?`:       `'open ?`,
		`a + ?`:         `a + $1`,
		`SELECT id FROM users WHERE instr(search, ?) > 0 LIMIT ?`: `SELECT id FROM users WHERE search LIKE part_of($1) LIMIT $2`,
		`SELECT id FROM users WHERE instr(search, ?) = 0 LIMIT ?`: `SELECT id FROM users WHERE instr(search, $1) = 0 LIMIT $2`,
		`instr(a, ?) = 0 AND instr(b, ?) > 0`:                     `instr(a, $1) = 0 AND b LIKE part_of($2)`,
	} {
		if got := translate(from); got != to {
			t.Errorf("%s\n got %s\nwant %s", from, got, to)
		}
	}
}
