package postgres

import (
	"database/sql/driver"
	"slices"
	"testing"
)

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

// Ensure a statement stays the same while time passes: the moments in it become parameters,
// and nothing else does.
func TestDialect_Apart(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		args     []any
	}{
		{`SELECT id FROM users WHERE folded = $1`, `SELECT id FROM users WHERE folded = $1`, []any{"x"}},
		{`ends > 1793880000123 AND id = $1`, `ends > $2::bigint AND id = $1`, []any{"x", int64(1793880000123)}},
		{`-1793880000123, 1793880003723, 1793880000123`, `-$2::bigint, $3::bigint, $2::bigint`, []any{"x", int64(1793880000123), int64(1793880003723)}},
		{`id IN (1, 1234567890) LIMIT 51`, `id IN (1, 1234567890) LIMIT 51`, []any{"x"}},
		{`'1793880000123' || "1793880000123" || x1793880000123 || $17938800001`, `'1793880000123' || "1793880000123" || x1793880000123 || $17938800001`, []any{"x"}},
		{`17938800001230000000000 + 17938800001.5`, `17938800001230000000000 + 17938800001.5`, []any{"x"}},
		{`'open 1793880000123`, `'open 1793880000123`, []any{"x"}},
	} {
		got, args := apart(tt.from, []driver.NamedValue{{Ordinal: 1, Value: "x"}})
		var values []any
		for i, a := range args {
			if values = append(values, a.Value); a.Ordinal != i+1 {
				t.Errorf("%s: argument %d has place %d", tt.from, i, a.Ordinal)
			}
		}
		if got != tt.to || !slices.Equal(values, tt.args) {
			t.Errorf("%s\n got %s %v\nwant %s %v", tt.from, got, values, tt.to, tt.args)
		}
	}
}
