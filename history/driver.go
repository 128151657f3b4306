package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// access is how a connection uses the file.
type access int

const (
	peekFile  access = iota // read only, changes nothing and locks nothing; does not see a write-ahead log
	peekLog                 // read only, sees the write-ahead log; never checkpoints it
	readRows                // reads, may tidy up the log when it closes
	watchRows               // the same, and knows nothing of the tables
	writeRows               // begins each transaction as a writer
)

// dsn names the file as SQLite expects it. The journal mode is not among the
// parameters: it is a property of the file, see Store.useLog. Statements are kept
// for the writer only: a reader's hold the numbers of a filter, thousands of them,
// and hardly ever come again.
func dsn(path string, a access) string {
	if path == Memory {
		return "file::memory:?_foreign_keys=on&_secure_delete=on&_busy_timeout=5000&_txlock=immediate&_stmt_cache_size=64"
	}
	q := "?_foreign_keys=on&_secure_delete=on&_busy_timeout=5000"
	switch a {
	case peekFile:
		q = "?mode=ro&immutable=1"
	case peekLog:
		q = "?mode=ro&_busy_timeout=5000"
	case readRows, watchRows:
		q += "&mode=rw&_query_only=true"
	case writeRows:
		q += "&mode=rw&_txlock=immediate&_synchronous=FULL&_stmt_cache_size=64"
	}
	u := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + strings.ReplaceAll(u.EscapedPath(), ";", "%3B") + q
}

// connector opens connections with the settings that a DSN cannot carry.
type connector struct {
	path string
	a    access
}

var lite = &sqlite3.SQLiteDriver{}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return lite }

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := lite.Open(dsn(c.path, c.a))
	if err != nil {
		return nil, err
	}
	// A damaged or hostile file must not run functions from its schema, must be
	// noticed when a cell does not fit its page, and must not be mapped into
	// memory, where a truncated file is a crash instead of an error. The cache is
	// small, since the system keeps the file's pages too, and for all of us once.
	settings := "PRAGMA trusted_schema=off; PRAGMA cell_size_check=on; PRAGMA mmap_size=0; PRAGMA temp_store=memory"
	if c.a == readRows || c.a == writeRows {
		settings += "; PRAGMA cache_size=-500" // it reads the schema, which a look can do without
	}
	if _, err := conn.(*sqlite3.SQLiteConn).Exec(settings, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// connect opens a pool. SQLite opens the file at the first use.
func connect(path string, a access, conns int) *sql.DB {
	db := sql.OpenDB(connector{path, a})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db
}

// checkVersion refuses versions of SQLite that can damage a write-ahead log
// (before 3.51.3) or were withdrawn (3.52.0).
func checkVersion() error {
	name, number, _ := sqlite3.Version()
	if number < 3051003 || number == 3052000 {
		return fmt.Errorf("SQLite %s can damage the history; build with 3.51.3 or later, but not 3.52.0", name)
	}
	return nil
}

// SQLiteVersion is the version of the SQLite that is built in, as "3.50.4".
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}
