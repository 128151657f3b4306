package postgres

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
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
		`CREATE OR REPLACE FUNCTION tell(p_entry bigint, p_action text, p_detail text, d jsonb, p_who bigint DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'`)
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

// BenchmarkFirstPage is the first page of a million tokens from a database that is 80 ms
// away, beside the round trip alone: what a page costs above that is work. It counts round
// trips, too.
func BenchmarkFirstPage(b *testing.B) {
	const distance = 80 * time.Millisecond
	db := postgrestest.New(b)
	if _, _, err := Migrate(b.Context(), db.URL, nil, db.Role); err != nil {
		b.Fatal(err)
	}
	now := epoch()
	for _, q := range manyTokens(1_000_000, now) {
		postgrestest.Run(b, db.URL, q)
	}
	proxy := postgrestest.NewProxy(b, db.Address)
	s, err := Open(b.Context(), Options{URL: postgrestest.Through(b, db.RoleURL, proxy.Address), Conns: 1, Stays: true, Spool: b.TempDir(), Options: history.Options{Actor: me()}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	s.stop() // its keeper asks, too
	<-s.stopped
	q := history.Query{Filter: history.Filter{Server: "https://tooljet.example.com"}, FoldFailed: true, Now: now}
	first := func() error {
		page, err := s.Page(b.Context(), q)
		if err == nil && (len(page.Entries) != 50 || !page.More) {
			err = fmt.Errorf("a page of %d rows", len(page.Entries))
		}
		return err
	}
	trip := func() error {
		var one int
		return s.pool.QueryRow(b.Context(), `SELECT 1`).Scan(&one)
	}
	for _, do := range []func() error{first, trip, first, trip} { // statements are prepared, pages are in memory
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	proxy.Delay(distance / 2)
	var took [2][]time.Duration
	var turns int64
	for b.Loop() {
		for n, do := range []func() error{trip, first} {
			begun, before := time.Now(), proxy.Turns.Load()
			if err := do(); err != nil {
				b.Fatal(err)
			}
			took[n] = append(took[n], time.Since(begun))
			turns = max(turns, proxy.Turns.Load()-before)
		}
	}
	median := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/2].Microseconds()) / 1000
	}
	b.ReportMetric(0, "ns/op") // of both together it says nothing
	b.ReportMetric(median(took[1]), "page-ms")
	b.ReportMetric(median(took[0]), "trip-ms")
	b.ReportMetric(median(took[1])-median(took[0]), "work-ms")
	b.ReportMetric(float64(turns), "trips")
}

// manyTokens fills the tables of a history with tokens of the two years before a moment:
// 10,000 people, 200 apps, lives from an hour to 90 days.
func manyTokens(rows int64, now time.Time) []string {
	all := []string{
		`ALTER TABLE entries DISABLE TRIGGER USER`,
		`INSERT INTO profiles (id, name) VALUES (1, 'acme')`, `INSERT INTO servers (id, name, whole) VALUES (1, '` + history.ServerName("https://tooljet.example.com") + `', 1)`,
		`INSERT INTO issuers (id, name, machine, search) VALUES (1, 'kim', 'laptop-7', 'kim laptop-7')`, `INSERT INTO roles (id, name, search) VALUES (1, '', '')`,
		`INSERT INTO hosts (id, name) VALUES (1, 'https://tooljet.example.com')`,
		`INSERT INTO users (id, uid, email, name, folded, search) SELECT n, 'u' || n, 'user' || n || '@example.com', 'User ' || n, 'user' || n || '@example.com',
			'user' || n || '@example.com user ' || n FROM generate_series(1, 10000) n`,
		`INSERT INTO apps (id, uid, slug, name, workspace_id, workspace, folded, search, places) SELECT n, 'a' || n, 'app-' || n, 'App ' || n, 'w1', 'Sales', 'app ' || n,
			'app ' || n || ' app-' || n, 'sales' FROM generate_series(1, 200) n`,
	}
	const piece = 100_000 // of which each has its time
	for from := int64(1); from <= rows; from += piece {
		all = append(all, fmt.Sprintf(`INSERT INTO entries (id, profile_id, server_id, class, ends, last, soon_at, urgent_at, user_id, app_id, issuer_id, role_id, host_id, note_id,
				outcome, request_id, begun, issued, life, idle, sent, unit, unit_proven, clock, clock_error, last4)
			SELECT n, 1, 1, CASE WHEN n %% 50 = 0 THEN 3 WHEN n %% 9 = 0 THEN 2 ELSE 0 END, ends, ends, ends - least(life / 4, 604800000), ends - least(life / 10, 86400000),
				1 + n * 7919 %% 10000, 1 + n * 104729 %% 200, 1, 1, 1, 1, CASE WHEN n %% 50 = 0 THEN 'rejected' ELSE 'issued' END, n::text, begun, begun, life, 60, life / 1000, 'seconds', 1, 0, 1000000000, 'abcd'
			FROM (SELECT n, begun, life, begun + life AS ends FROM (SELECT n, %[1]d - (%[2]d - n) * %[3]d AS begun,
				(ARRAY[3600000, 28800000, 86400000, 604800000, 2592000000, 7776000000])[1 + n * 31 %% 6]::bigint AS life FROM generate_series(%[4]d, %[5]d::bigint) n) a) b`,
			now.UnixMilli(), rows, 2*365*24*time.Hour.Milliseconds()/rows, from, min(rows, from+piece-1)))
	}
	return append(
		all,
		`INSERT INTO tally_base SELECT server_id, class, count(*) FROM entries GROUP BY 1, 2`,
		`SELECT follow_ids()`, `ALTER TABLE entries ENABLE TRIGGER USER`, `VACUUM ANALYZE`,
	)
}
