package postgres

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/secret"
)

// BenchmarkToken is the two commits of a token: in SQLite, in PostgreSQL, and there in bare
// calls, which tell no event and count nothing.
func BenchmarkToken(b *testing.B) {
	key, err := secret.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	common := history.Options{KeepTokens: true, Key: func(context.Context) (secret.Key, error) { return key, nil }, Actor: me()}
	post := far(b, common)
	bare := far(b, common, `DROP TRIGGER entries_added ON entries`, `DROP TRIGGER entries_moved ON entries`,
		`CREATE OR REPLACE FUNCTION tell(p_entry bigint, p_action text, p_detail text, d jsonb) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'`)
	file := common
	file.Path = filepath.Join(b.TempDir(), "data", "history.db")
	lite, err := history.Open(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = lite.Close() })
	var made atomic.Int64 // each token is newer than those before
	token := func(l ledger) func(int64) error {
		return func(int64) error {
			n := made.Add(1)
			e, err := l.Begin(b.Context(), draft(fmt.Sprintf("user-%d", n%500), "orders"))
			if err == nil {
				_, err = l.Finish(b.Context(), e.ID, issued(epoch().Add(time.Duration(n)*time.Second)))
			}
			return err
		}
	}
	for _, s := range []*Store{post, bare} {
		share(b, 16, 500, token(s)) // so that all connections have planned their statements
	}
	for _, clients := range []int{1, 64} {
		for name, do := range map[string]func(int64) error{"sqlite": token(lite), "postgres": token(post), "bare": token(bare)} {
			b.Run(fmt.Sprintf("%s-%d", name, clients), func(b *testing.B) {
				share(b, clients, b.N, do)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
			})
		}
	}
}

// far is a history in PostgreSQL whose database was changed.
func far(b *testing.B, common history.Options, changes ...string) *Store {
	b.Helper()
	db := postgrestest.New(b)
	if _, _, err := Migrate(b.Context(), db.URL, nil, db.Role); err != nil {
		b.Fatal(err)
	}
	postgrestest.Run(b, db.URL, changes...)
	s, err := Open(b.Context(), Options{Options: common, URL: db.RoleURL, Conns: 16, Stays: true, Spool: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// share does something some times with some clients.
func share(b *testing.B, clients, times int, do func(int64) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(times); n = next.Add(1) {
				if err := do(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
