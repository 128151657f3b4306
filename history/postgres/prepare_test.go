package postgres

import (
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// Ensure what a console reads over and over is planned once, however time passes, that
// preparing it takes nobody a round trip, and that it is read on when the database has
// forgotten or changed it. Who leaves at once, or is behind a pooler, prepares nothing.
func TestStore_PreparesWhatComesAgain(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	postgrestest.Run(t, db.URL, manyTokens(100, epoch())...)
	for _, kind := range []struct {
		pooler string
		stays  bool
	}{{"", true}, {"", false}, {"?pooler=transaction", true}} {
		proxy := postgrestest.NewProxy(t, db.Address)
		o := options(t, postgrestest.Through(t, db.URL, proxy.Address)+kind.pooler, newKey(t))
		o.times, o.Conns, o.Stays = patient(), 1, kind.stays
		o.times.beat = time.Hour
		s := open(t, o)
		now, want := epoch(), 0
		page := func() {
			t.Helper()
			now = now.Add(time.Second)
			before := proxy.Turns.Load()
			if _, err := s.Page(t.Context(), history.Query{Now: now}); err != nil {
				t.Fatal(err)
			}
			if turns := proxy.Turns.Load() - before; turns != 1 {
				t.Errorf("%+v: %d round trips", kind, turns)
			}
		}
		prepared := func() (n int) {
			t.Helper()
			if err := s.pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH at AS%'`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if _, err := s.Counts(t.Context(), "", now); err != nil { // it reads the names of the servers, too
			t.Fatal(err)
		}
		page()
		if n := prepared(); n != 0 {
			t.Errorf("%+v: prepared at first sight", kind)
		}
		if page(); kind.stays && kind.pooler == "" {
			want = 1
		}
		if n := prepared(); n != want { // on the one connection, so after it was
			t.Errorf("%+v: %d statements are prepared, want %d", kind, n, want)
		}
		page()
		page()
		if n := prepared(); n != want {
			t.Errorf("%+v: %d statements are prepared in the end, want %d", kind, n, want)
		}
		if want == 0 {
			continue
		}
		for _, change := range []string{`DEALLOCATE ALL`, `ALTER TABLE entries ALTER status TYPE numeric`} {
			if _, err := s.pool.Exec(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Page(t.Context(), history.Query{Now: now}); err != nil {
				t.Errorf("after %s: %v", change, err)
			}
		}
	}
}
