// Package postgrestest gives tests a database of their own on a PostgreSQL server, and
// proxies that cut, delay and count what goes to it. Only tests import it.
package postgrestest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"patdesk/ui/term/termtest"
)

// Variable is the environment variable that names a server for tests: the URL of a
// superuser on this computer, such as postgres://postgres@127.0.0.1:5432/postgres.
const Variable = "PATDESK_TEST_POSTGRES"

// Database is an empty database, which is dropped at the end of its test.
type Database struct {
	// URL is that of its owner, a superuser.
	URL string
	// Role is another role of the server, without a password, and RoleURL is its URL.
	Role, RoleURL string
	// Address is that of the server, host:port, for proxies.
	Address string
}

// New makes a database on the server that Variable names. It skips the test where there is none.
func New(tb testing.TB) Database {
	tb.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		termtest.Missing(tb, Variable+" names no PostgreSQL server")
	}
	return On(tb, server)
}

// On makes a database on a server, the URL of whose superuser it takes.
func On(tb testing.TB, server string) Database {
	tb.Helper()
	u, err := url.Parse(server)
	if err != nil || u.Port() == "" {
		tb.Fatalf("%s has to be a URL with a port", Variable)
	}
	random := make([]byte, 6)
	_, _ = rand.Read(random) // never fails, see crypto/rand
	name := "patdesk_test_" + hex.EncodeToString(random)
	Run(tb, server, `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8'`, `CREATE ROLE `+name+` LOGIN`)
	tb.Cleanup(func() {
		Run(tb, server, `DROP DATABASE `+name+` WITH (FORCE)`, `DROP ROLE `+name)
	})
	owner, role := *u, *u
	owner.Path, role.Path, role.User = "/"+name, "/"+name, url.User(name)
	return Database{URL: owner.String(), Role: name, RoleURL: role.String(), Address: u.Host}
}

// Run runs statements as whoever a URL names.
func Run(tb testing.TB, at string, statements ...string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, at)
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	defer func() { _ = c.Close(ctx) }()
	for _, q := range statements {
		if _, err := c.Exec(ctx, q); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
}

// Through is a URL of the database by way of a proxy.
func Through(tb testing.TB, at, proxy string) string {
	tb.Helper()
	u, err := url.Parse(at)
	if err != nil {
		tb.Fatal(err)
	}
	u.Host = proxy
	return u.String()
}
