package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A page is found by a statement that takes longer to plan than to carry out, and what
// stays open, as a console does, asks for the same pages and counts over and over. So a
// statement that a connection has seen twice is prepared there, which makes the database
// plan it once. That costs a round trip, for which nobody waits: it is done before the
// connection is given back, while there is another one.

// How many statements a connection remembers, and how long preparing one may keep it.
const (
	preparedMost = 64
	prepareFor   = 5 * time.Second
)

// sights are the statements that a connection has seen.
type sights struct {
	seen  map[string]bool // and whether it is prepared, or never will be
	again []string        // were seen twice, and wait
}

// sightsOf are those of a connection.
func sightsOf(c *pgx.Conn) *sights {
	const key = "patdesk"
	data := c.PgConn().CustomData()
	s, ok := data[key].(*sights)
	if !ok {
		s = &sights{seen: map[string]bool{}}
		data[key] = s
	}
	return s
}

// note takes a statement down.
func (s *sights) note(text string) {
	known, seen := s.seen[text]
	switch {
	case !seen && len(s.seen) < preparedMost:
		s.seen[text] = false
	case seen && !known:
		s.seen[text] = true
		s.again = append(s.again, text)
	}
}

// prepare prepares what waits on a connection that nobody uses. Where that fails, as on one
// that broke, whoever uses it next finds out.
func prepare(c *pgx.Conn) {
	s := sightsOf(c)
	ctx, cancel := context.WithTimeout(context.Background(), prepareFor)
	defer cancel()
	for _, text := range s.again {
		if _, err := c.Prepare(ctx, text, text); err != nil { // by this name pgx finds it
			break
		}
	}
	s.again = nil
}

// forgotten reports whether the database refuses a statement because it was prepared, and
// lets it be sent whole again.
func forgotten(ctx context.Context, c *pgx.Conn, text string, err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	const noSuchStatement, otherResult = "26000", "0A000" // after DEALLOCATE; after a change of the tables
	return ok && (e.Code == noSuchStatement || e.Code == otherResult) && c.Deallocate(ctx, text) == nil
}

// apart takes moments out of a statement, so that it stays the same while time passes:
// numbers that only a bigint holds become parameters behind those that it has.
func apart(query string, args []driver.NamedValue) (string, []driver.NamedValue) {
	const shortest = 11 // digits; an integer has ten
	var b strings.Builder
	places := map[string]string{}
	for i := 0; i < len(query); {
		c := query[i]
		from := i
		switch {
		case c == '\'' || c == '"':
			end := strings.IndexByte(query[i+1:], c)
			if end < 0 {
				end = len(query) - i - 2
			}
			i += end + 2
		case isWord(c) || c == '$':
			for i++; i < len(query) && isWord(query[i]); i++ {
			}
			n, err := strconv.ParseInt(query[from:i], 10, 64)
			if i-from < shortest || err != nil || i < len(query) && query[i] == '.' {
				break
			}
			place, found := places[query[from:i]]
			if !found {
				args = append(args[:len(args):len(args)], driver.NamedValue{Ordinal: len(args) + 1, Value: n})
				place = "$" + strconv.Itoa(len(args)) + "::bigint"
				places[query[from:i]] = place
			}
			b.WriteString(place)
			continue
		default:
			i++
		}
		b.WriteString(query[from:i])
	}
	return b.String(), args
}
