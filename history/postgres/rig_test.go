package postgres

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/secret"
)

// me is the actor of all tests.
func me() history.Actor {
	return history.Actor{Name: "kim", Machine: "laptop-7", Via: "console", Role: "issue"}
}

func newKey(t *testing.T) secret.Key {
	t.Helper()
	key, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// fresh is a database with the tables of a history.
func fresh(t *testing.T) postgrestest.Database {
	t.Helper()
	db := postgrestest.New(t)
	if _, _, err := Migrate(t.Context(), db.URL, nil, db.Role); err != nil {
		t.Fatal(err)
	}
	return db
}

// options are those of a Store that keeps tokens, with the role of the program.
func options(t *testing.T, url string, key secret.Key) Options {
	t.Helper()
	return Options{
		URL: url, Conns: 4, Spool: filepath.Join(t.TempDir(), "spool"),
		Options: history.Options{KeepTokens: true, Key: func(context.Context) (secret.Key, error) { return key, nil }, Actor: me()},
	}
}

func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// epoch is the moment at which the tokens of tests are issued.
func epoch() time.Time { return time.Date(2026, 11, 5, 12, 0, 0, 123_456_789, time.UTC) }

func draft(user, app string) history.Draft {
	return history.Draft{
		Profile: "acme", Host: "https://tooljet.example.com", Server: "https://tooljet.example.com/tj/",
		UserEmail: user + "@Example.com", UserName: "Ana Ábel", AppSlug: app, AppName: "Orders Ü", Workspace: "Sales", WorkspaceID: "w1", Role: "end-user",
		Life: time.Hour + 30*time.Microsecond, IdleMinutes: 60, SentExpiry: 3600, Unit: "seconds",
		WorstExpires: epoch().Add(61 * time.Hour), ClockOffset: -1500 * time.Microsecond, ClockUncertainty: time.Second, Note: "Portal " + app,
	}
}

func issued(at time.Time) history.Result {
	return history.Result{
		Outcome: history.Issued, Token: secret.New("pat_00112233445566778899aabbccddeeff"), URL: secret.New("https://tooljet.example.com/embed"),
		AppID: "8b000000-0000-4000-8000-000000000001", Issued: at, Expires: at.Add(time.Hour), WorstExpires: at.Add(60 * time.Hour), Status: 201,
		URLWarning: "one\ntwo", URLMissing: "why",
	}
}
