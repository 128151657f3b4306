package postgres

import (
	"fmt"
	"testing"

	"patdesk/history/postgres/postgrestest"
)

// Ensure whoever owns the database cannot change what was sealed there without being seen,
// and that a head which was kept elsewhere shows the rest.
func TestStore_VerifyFindsChanges(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s := open(t, options(t, db.RoleURL, newKey(t)))
	for n := range 6 {
		e, err := s.Begin(t.Context(), draft(fmt.Sprint("user-", n), "orders"))
		if err == nil {
			_, err = s.Finish(t.Context(), e.ID, issued(epoch()))
		}
		if err != nil {
			t.Fatal(err)
		}
		if n != 2 {
			continue
		}
		if _, err := s.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	verify := func(kept string) string {
		t.Helper()
		a, err := s.VerifyEvents(t.Context(), kept)
		if err != nil {
			t.Fatal(err)
		}
		return a.Change
	}
	if change := verify(head.Note); change != "" {
		t.Fatalf("untouched: %s", change)
	}
	const off, on = `ALTER TABLE %s DISABLE TRIGGER USER`, `ALTER TABLE %s ENABLE TRIGGER USER`
	postgrestest.Run(t, db.URL, `CREATE TABLE was AS SELECT * FROM events`, `CREATE TABLE sealed_was AS SELECT * FROM seals`)
	for _, tt := range []struct {
		do   string
		kept bool // it is found by a head that was kept only
	}{
		{`UPDATE events SET at = at + 1 WHERE id = (SELECT min(id) FROM events)`, false},
		{`UPDATE events SET detail = detail || ' ' WHERE id = (SELECT max(id) FROM events)`, false},
		{`UPDATE events SET role = 'admin' WHERE id = (SELECT min(id) + 1 FROM events)`, false},
		{`DELETE FROM events WHERE id = (SELECT min(id) + 2 FROM events)`, false},
		{`DELETE FROM events WHERE id > (SELECT min(last) FROM seals)`, false},
		{`UPDATE seals SET note = '' WHERE last = (SELECT min(last) FROM seals)`, false},
		{`DELETE FROM events WHERE id > (SELECT min(last) FROM seals); DELETE FROM seals WHERE last > (SELECT min(last) FROM seals)`, true},
	} {
		postgrestest.Run(t, db.URL, fmt.Sprintf(off, "events"), fmt.Sprintf(off, "seals"), tt.do)
		if change := verify(""); (change == "") != tt.kept {
			t.Errorf("%s: %q", tt.do, change)
		}
		if change := verify(head.Note); change == "" {
			t.Errorf("%s: not found by the head that was kept", tt.do)
		}
		postgrestest.Run(t, db.URL, `DELETE FROM events; INSERT INTO events SELECT * FROM was; DELETE FROM seals; INSERT INTO seals SELECT * FROM sealed_was`,
			fmt.Sprintf(on, "events"), fmt.Sprintf(on, "seals"))
	}
	if change := verify(head.Note); change != "" {
		t.Errorf("put back: %s", change)
	}
}
