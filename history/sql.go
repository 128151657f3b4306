package history

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
)

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// one is the first number of a query, 0 if there is none.
func one(ctx context.Context, db querier, query string, args ...any) (int64, error) {
	var n int64
	err := db.QueryRowContext(ctx, query, args...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// numbers are the results of a query with one column of numbers.
func numbers(ctx context.Context, db querier, query string, args ...any) ([]int64, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// slots is a list of n places for values.
func slots(n int) string { return `(` + strings.TrimSuffix(strings.Repeat(`?,`, n), `,`) + `)` }

// list writes numbers as the right side of IN. Only numbers are ever written
// into a statement; texts are bound. An empty list is one that no row is in: PostgreSQL
// knows none.
func list(ids []int64) string {
	if len(ids) == 0 {
		return `(-1)`
	}
	b := make([]byte, 0, 2+8*len(ids))
	b = append(b, '(')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ')'))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func parseNumber(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func parseList(s string) ([]int64, error) {
	var ids []int64
	for part := range strings.SplitSeq(s, ",") {
		id, err := parseNumber(part)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
