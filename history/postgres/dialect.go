package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// The statements of history.Records are in the SQL that both engines have in common, but
// for a few words that SQLite needs. They are translated where they leave for the
// database, so that nothing above knows of it:
//
//   - "INDEXED BY name" and "NOT INDEXED" go: this database chooses by itself.
//   - "?" and "?3" become "$1" and "$3".
//   - "+?" is "?": the plus is a word to SQLite's planner.
//   - "x COLLATE NOCASE" is "lower(x)", which has an index.
//   - "instr(x, ?) > 0" is "x LIKE part_of($1)", which trigrams answer.
//
// Flags are numbers, and texts are free of what a database cannot keep.

// connector opens connections that translate.
type connector struct {
	driver.Connector
	pool     *pgxpool.Pool
	prepares bool // what comes again
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := inner.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(errors.New("not a connection of pgx"), inner.Close())
	}
	return &translating{conn, c.pool, c.prepares}, nil
}

// translating is a connection that takes the statements of history.Records.
type translating struct {
	*stdlib.Conn
	pool     *pgxpool.Pool
	prepares bool
}

// anew asks for the same on another connection where this one was dead before the first
// statement of a transaction: so are the others then, as after a restart of the database.
func (c *translating) anew(err error, first bool) error {
	if !first || !broken(err) {
		return err
	}
	c.pool.Reset() // lets go of connections that nobody uses
	return driver.ErrBadConn
}

func (c *translating) idle() bool {
	const idle = 'I'
	return c.Conn.Conn().PgConn().TxStatus() == idle
}

// Close implements driver.Conn: it gives the connection back.
func (c *translating) Close() error {
	if !c.prepares || !c.spare() {
		return c.Conn.Close()
	}
	go func() {
		prepare(c.Conn.Conn())
		_ = c.Conn.Close() // it only gives it back
	}()
	return nil
}

// spare reports whether there is something to prepare, and nobody has to wait for another
// connection meanwhile.
func (c *translating) spare() bool {
	pool := c.pool.Stat()
	return c.idle() && len(sightsOf(c.Conn.Conn()).again) > 0 && (pool.IdleConns() > 0 || pool.MaxConns() == 1)
}

// BeginTx implements driver.ConnBeginTx.
func (c *translating) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.BeginTx(ctx, o)
	return tx, c.anew(err, true)
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *translating) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.PrepareContext(ctx, translate(query))
}

// QueryContext implements driver.QueryerContext. Each is one round trip: it is sent whole,
// unless it was prepared. Outside of transactions it only reads, which can be done again.
func (c *translating) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	first := c.idle()
	text, args := apart(translate(query), args)
	if first && c.prepares {
		sightsOf(c.Conn.Conn()).note(text)
	}
	rows, err := c.Conn.QueryContext(ctx, text, once(args))
	if err != nil && first && forgotten(ctx, c.Conn.Conn(), text, err) {
		rows, err = c.Conn.QueryContext(ctx, text, once(args))
	}
	return rows, c.anew(err, first)
}

// ExecContext implements driver.ExecerContext.
func (c *translating) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.ExecContext(ctx, translate(query), once(args))
}

// once asks for a statement to be sent with its values and forgotten.
func once(args []driver.NamedValue) []driver.NamedValue {
	return append([]driver.NamedValue{{Value: pgx.QueryExecModeExec}}, args...)
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c *translating) CheckNamedValue(v *driver.NamedValue) (err error) {
	if v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value); err != nil {
		return err
	}
	switch x := v.Value.(type) {
	case bool:
		v.Value = int64(0)
		if x {
			v.Value = int64(1)
		}
	case string:
		v.Value = clean(x)
	}
	return nil
}

// translate makes a statement of history.Records one of PostgreSQL.
func translate(query string) string {
	var b strings.Builder
	b.Grow(len(query) + 32)
	next := 1 // number of the next "?"
	for i := 0; i < len(query); {
		switch c := query[i]; {
		case c == '\'' || c == '"': // texts and quoted names stay as they are
			end := strings.IndexByte(query[i+1:], c)
			if end < 0 {
				b.WriteString(query[i:])
				return b.String()
			}
			b.WriteString(query[i : i+end+2])
			i += end + 2
		case c == '+' && strings.HasPrefix(query[i:], "+?"):
			i++
		case c == '?':
			i++
			digits := i
			for i < len(query) && query[i] >= '0' && query[i] <= '9' {
				i++
			}
			b.WriteByte('$')
			if number := query[digits:i]; number != "" {
				b.WriteString(number)
				break
			}
			b.WriteString(strconv.Itoa(next))
			next++
		case c == 'I' && strings.HasPrefix(query[i:], "INDEXED BY "):
			i += len("INDEXED BY ")
			for i < len(query) && isWord(query[i]) {
				i++
			}
		case c == 'N' && strings.HasPrefix(query[i:], "NOT INDEXED"):
			i += len("NOT INDEXED")
		case isWord(c):
			word := i
			for i < len(query) && (isWord(query[i]) || query[i] == '.') {
				i++
			}
			name := query[word:i]
			if rest, nocase := strings.CutPrefix(query[i:], " COLLATE NOCASE"); nocase {
				b.WriteString("lower(" + name + ")")
				i = len(query) - len(rest)
				break
			}
			if rest, column, found := searched(name, query[i:]); found {
				b.WriteString(column + " LIKE part_of($" + strconv.Itoa(next) + ")")
				i, next = len(query)-len(rest), next+1
				break
			}
			b.WriteString(name)
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// searched is the column of "instr(column, ?) > 0", and what follows that.
func searched(name, after string) (rest, column string, found bool) {
	if name != "instr" {
		return "", "", false
	}
	column, rest, found = strings.Cut(strings.TrimPrefix(after, "("), ", ?) > 0")
	return rest, column, found && !strings.ContainsAny(column, "() ")
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
