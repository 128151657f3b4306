package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// Ensure the tables are made once, and that tables of another version are told from them
// and left as they are.
func TestMigrate(t *testing.T) {
	t.Parallel()
	db := postgrestest.New(t)
	kind := func(err error) history.Kind {
		t.Helper()
		e, ok := errors.AsType[*history.Error](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		return e.Kind
	}
	_, err := Open(t.Context(), Options{URL: db.URL})
	if kind(err) != history.Schema {
		t.Errorf("a database without tables: %v", err)
	}
	newest := len(steps())
	for _, want := range []int{0, newest} {
		if before, after, err := Migrate(t.Context(), db.URL, nil, ""); err != nil || before != want || after != newest {
			t.Fatalf("from %d to %d: %v", before, after, err)
		}
	}
	s := open(t, Options{URL: db.URL})
	uuid := s.uuid
	postgrestest.Run(t, db.URL, `UPDATE schema_version SET version = version - 1`)
	if _, err := Open(t.Context(), Options{URL: db.URL}); kind(err) != history.Schema || !strings.Contains(err.Error(), "this program needs") {
		t.Errorf("older tables: %v", err)
	}
	postgrestest.Run(t, db.URL, `UPDATE schema_version SET version = 1000`)
	if _, err := Open(t.Context(), Options{URL: db.URL}); kind(err) != history.Newer {
		t.Errorf("newer tables: %v", err)
	}
	if _, _, err := Migrate(t.Context(), db.URL, nil, ""); kind(err) != history.Newer {
		t.Errorf("newer tables, to migrate: %v", err)
	}
	postgrestest.Run(t, db.URL, `DELETE FROM schema_version`)
	if _, err := Open(t.Context(), Options{URL: db.URL}); kind(err) != history.Schema {
		t.Errorf("tables of no version: %v", err)
	}
	postgrestest.Run(t, db.URL, fmt.Sprintf(`INSERT INTO schema_version VALUES (%d)`, newest), `DELETE FROM meta WHERE key = 'uuid'`)
	if _, err := Open(t.Context(), Options{URL: db.URL}); kind(err) != history.Foreign {
		t.Errorf("tables of no history: %v", err)
	}
	if _, _, err := Migrate(t.Context(), db.URL, nil, "nobody here"); kind(err) != history.Denied || !strings.Contains(err.Error(), `no role "nobody here"`) {
		t.Errorf("for a role that there is not: %v", err)
	}
	if len(uuid) != 36 {
		t.Errorf("uuid %q", uuid)
	}
}

// Ensure the role of the program can do what the program does and change nothing that is
// only ever added, and that not even the owner does that by accident.
func TestMigrate_Rights(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s, owner := open(t, options(t, db.RoleURL, newKey(t))), open(t, options(t, db.URL, newKey(t)))
	e, err := s.Begin(t.Context(), draft("ana", "orders"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), e.ID, issued(epoch())); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`UPDATE events SET detail = 'x'`, `DELETE FROM events`, `TRUNCATE events`, `DELETE FROM entries`, `TRUNCATE entries CASCADE`,
		`INSERT INTO seals VALUES (1, '', 0, '')`, `UPDATE seals SET note = 'x'`, `DELETE FROM seals`, `UPDATE meta SET value = 'x'`, `UPDATE schema_version SET version = 0`,
		`DROP TABLE notes`, `CREATE TABLE mine ()`, `UPDATE users SET email = 'x'`, `UPDATE sealed SET token = ''`,
	} {
		_, err := s.pool.Exec(t.Context(), q)
		if seal := strings.HasPrefix(q, "INSERT INTO seals"); (err == nil) != seal {
			t.Errorf("the role: %s: %v", q, err)
		}
		if !strings.Contains(q, "events") && !strings.Contains(q, "entries") && !strings.HasPrefix(q, "UPDATE seals") && !strings.HasPrefix(q, "DELETE FROM seals") {
			continue
		}
		if _, err := owner.pool.Exec(t.Context(), q); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("the owner: %s: %v", q, err)
		}
	}
	for _, q := range []string{`DELETE FROM sealed`, `SELECT fold_tally()`, `SELECT settled_events()`, `SELECT follow_ids()`, `DELETE FROM listed_users`} {
		if _, err := s.pool.Exec(t.Context(), q); err != nil {
			t.Errorf("the role: %s: %v", q, err)
		}
	}
}

// Ensure no row and no event is written that says two things at once, whoever writes it.
func TestMigrate_RowsFit(t *testing.T) {
	t.Parallel()
	s := open(t, options(t, fresh(t).URL, newKey(t)))
	e, err := s.Begin(t.Context(), draft("ana", "orders"))
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[string][]int{"issued": {0, 2}, "pending": {1}, "unknown": {1}, "rejected": {3}, "odd": nil, "": nil}
	write := func(q string, args ...any) error {
		tx, err := s.pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(t.Context()) }()
		_, err = tx.Exec(t.Context(), q, args...)
		return err
	}
	expect := func(fits bool, q string, args ...any) {
		t.Helper()
		const checkViolation = "23514"
		err := write(q, args...)
		if p, refused := errors.AsType[*pgconn.PgError](err); fits && err != nil || !fits && (!refused || p.Code != checkViolation) {
			t.Errorf("%s %v: %v, want it to fit: %t", q, args, err, fits)
		}
	}
	for outcome, classes := range outcomes {
		for class := -1; class <= 4; class++ {
			expect(slices.Contains(classes, class), `UPDATE entries SET outcome = $1, class = $2 WHERE id = $3`, outcome, class, e.ID)
		}
	}
	for _, flag := range []string{"drifted", "unit_proven", "forked"} {
		for n := -1; n <= 2; n++ {
			expect(n == 0 || n == 1, `UPDATE entries SET `+flag+` = $1 WHERE id = $2`, n, e.ID)
		}
	}
	for _, action := range []string{"begun", "issued", "rejected", "unknown", "copied", "revealed", "verified", "noted", "drift", "drift_cleared", "purged", "login", "denied", "odd", ""} {
		desk := action == "login" || action == "denied"
		known := action != "odd" && action != ""
		const event = `INSERT INTO events (at, actor_id, via, action, entry_id, detail) VALUES (1, 1, '', $1, $2, '')`
		expect(known && !desk, event, action, e.ID)
		expect(desk, event, action, nil)
	}
}

// Ensure a history that can be read only is told as that before somebody issues.
func TestStore_Writable(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	check := func(what string, want history.Kind) {
		t.Helper()
		s := open(t, Options{URL: db.RoleURL, Options: history.Options{Reading: true}})
		err := s.Writable(t.Context())
		e, own := errors.AsType[*history.Error](err)
		if (err == nil) != (want == "") || err != nil && (!own || e.Kind != want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	check("as it was made", "")
	postgrestest.Run(t, db.URL, `REVOKE INSERT ON events FROM `+db.Role)
	check("without a right", history.Denied)
	postgrestest.Run(t, db.URL, `GRANT INSERT ON events TO `+db.Role, `ALTER DATABASE `+db.Role+` SET default_transaction_read_only = on`)
	check("read-only", history.ReadOnly)
}
