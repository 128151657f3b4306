package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"patdesk/history"
)

// Ensure of many who ask for one pair at once, by whatever names, one is told to go on.
func TestStore_OneOfManyIsAlone(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s := open(t, options(t, db.RoleURL, newKey(t)))
	known := draft("ana", "orders") // makes both names of the person and of the app known
	known.UserID, known.AppID = "51000000-0000-4000-8000-00000000000a", "8b000000-0000-4000-8000-00000000000b"
	e, err := s.Begin(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), e.ID, history.Result{Outcome: history.Rejected}); err != nil {
		t.Fatal(err)
	}
	const desks, each = 4, 16
	var guard sync.Mutex
	var begun, told int
	var wg sync.WaitGroup
	for range desks {
		o := options(t, db.RoleURL, newKey(t))
		o.Conns, o.times = each, patient()
		desk := open(t, o)
		for n := range each {
			wg.Go(func() {
				d := known
				d.Alone, d.Note = true, fmt.Sprintf("desk %d", n)
				switch n % 4 {
				case 1:
					d.UserID, d.AppID = "", ""
				case 2:
					d.UserEmail, d.AppSlug = "", ""
				case 3:
					d.UserEmail, d.UserID = "ANA@example.com", ""
				}
				_, err := desk.Begin(t.Context(), d)
				guard.Lock()
				defer guard.Unlock()
				switch {
				case err == nil:
					begun++
				case errors.Is(err, history.ErrLive):
					told++
				default:
					t.Errorf("begin: %v", err)
				}
			})
		}
	}
	wg.Wait()
	if begun != 1 || told != desks*each-1 {
		t.Errorf("%d begun, %d told", begun, told)
	}
}

// Ensure whoever holds a pair by some of its names keeps those away who know it by others,
// and nobody else; and that who waited sees what was written meanwhile.
func TestStore_PairIsHeldByAllNames(t *testing.T) {
	t.Parallel()
	o := options(t, fresh(t).RoleURL, newKey(t))
	s := open(t, o)
	const uid, appID = "51000000-0000-4000-8000-00000000000a", "8b000000-0000-4000-8000-00000000000b"
	for _, d := range []history.Draft{{UserEmail: "ana@example.com", UserID: uid, AppID: appID, AppSlug: "orders"}, {UserEmail: "bo@example.com", AppSlug: "stock"}} {
		d.Host, d.Life, d.Unit = "https://tooljet.example.com", time.Hour, "seconds"
		if _, err := s.Begin(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	const hold = `SELECT people FROM lock_pair($1, $2, $3, $4)`
	people := [][2]string{{"ana@example.com", uid}, {"ana@example.com", ""}, {"", strings.ToUpper(uid)}, {"ana@example.com", "51000000-0000-4000-8000-00000000000f"}, {"bo@example.com", ""}}
	apps := [][2]string{{appID, "orders"}, {strings.ToUpper(appID), ""}, {"", "orders"}, {appID, "renamed"}, {"", "stock"}}
	same := func(a, b int) bool { return (a == len(people)-1) == (b == len(people)-1) } // the last one is another
	first, second := transaction(t, s), transaction(t, s)
	for a := range people {
		for b := range people {
			for n := range apps {
				m := (n + a + b) % len(apps)
				one, two := begun(t, first), begun(t, second)
				if _, err := two.Exec(t.Context(), `SET LOCAL lock_timeout = 1`); err != nil { // for a lock that nobody gives back
					t.Fatal(err)
				}
				if _, err := one.Exec(t.Context(), hold, people[a][0], people[a][1], apps[n][0], apps[n][1]); err != nil {
					t.Fatal(err)
				}
				_, err := two.Exec(t.Context(), hold, people[b][0], people[b][1], apps[m][0], apps[m][1])
				const notAvailable = "55P03"
				p, waits := errors.AsType[*pgconn.PgError](err)
				if waits = waits && p.Code == notAvailable; waits != (same(a, b) && same(n, m)) {
					t.Errorf("%q of %q held, %q of %q: %v", people[a], apps[n], people[b], apps[m], err)
				}
				_, _ = one.Rollback(t.Context()), two.Rollback(t.Context())
			}
		}
	}

	add := func(uid, email string) string {
		return fmt.Sprintf(`INSERT INTO users (uid, email, name, folded, search) VALUES ('%s', '%s', '', '%[2]s', '') RETURNING id`, uid, email)
	}
	for _, tt := range []struct {
		holder    []any
		meanwhile []string
		waiter    []any
		added     string
		people    int
	}{
		// By the name that it knows.
		{[]any{"bo@example.com", "", "", "stock"}, nil, []any{"bo@example.com", "", "", "stock"}, add("u7", "bo@example.com"), 2},
		// By a name that it finds.
		{[]any{"", "u9", "", "stock"}, []string{add("u9", "cy@example.com")}, []any{"cy@example.com", "", "", "stock"}, add("u9", "dee@example.com"), 2},
	} {
		one, two := begun(t, first), begun(t, second)
		if _, err := one.Exec(t.Context(), hold, tt.holder...); err != nil {
			t.Fatal(err)
		}
		for _, q := range tt.meanwhile {
			rows(t, s.db, q)
		}
		found := make(chan []int64)
		go func() {
			var ids []int64
			if err := two.QueryRow(t.Context(), hold, tt.waiter...).Scan(&ids); err != nil {
				t.Errorf("who waited: %v", err)
			}
			found <- ids
		}()
		eventually(t, "the other one waits", func() bool {
			n := rows(t, s.db, `SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
			return n[0] == "n=1"
		})
		var added int64
		if err := one.QueryRow(t.Context(), tt.added).Scan(&added); err != nil {
			t.Fatal(err)
		}
		if err := one.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if ids := <-found; !slices.Contains(ids, added) || len(ids) != tt.people {
			t.Errorf("who waited found %v, without %d", ids, added)
		}
		_ = two.Rollback(t.Context())
	}
}

// transaction is a connection for transactions.
func transaction(t *testing.T, s *Store) *pgxpool.Conn {
	t.Helper()
	c, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Release)
	return c
}

func begun(t *testing.T, c *pgxpool.Conn) pgx.Tx {
	t.Helper()
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

// Ensure a row of a run is taken once, whoever asks.
func TestStore_RowOfRunIsTakenOnce(t *testing.T) {
	t.Parallel()
	o := options(t, fresh(t).RoleURL, newKey(t))
	o.Conns, o.times = 8, patient()
	s := open(t, o)
	var guard sync.Mutex
	var begun int
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			d := draft(fmt.Sprintf("user-%d", n), "orders")
			d.Run, d.RunRow = "11111111-0000-4000-8000-000000000000", 3
			_, err := s.Begin(t.Context(), d)
			guard.Lock()
			defer guard.Unlock()
			if err == nil {
				begun++
			} else if !errors.Is(err, history.ErrRowTaken) {
				t.Errorf("begin: %v", err)
			}
		})
	}
	wg.Wait()
	if begun != 1 {
		t.Errorf("%d begun", begun)
	}
}

// Ensure a chain stays one when its tokens are issued at once, and counts are those of the rows.
func TestStore_ChainAndCounts(t *testing.T) {
	t.Parallel()
	o := options(t, fresh(t).RoleURL, newKey(t))
	o.Conns, o.times = 8, patient()
	s := open(t, o)
	var wg sync.WaitGroup
	const workers, each = 8, 6
	for w := range workers {
		wg.Go(func() {
			for n := range each {
				e, err := s.Begin(t.Context(), draft("ana", "orders"))
				if err != nil {
					t.Errorf("begin: %v", err)
					return
				}
				if _, err := s.Finish(t.Context(), e.ID, issued(epoch().Add(time.Duration(n*workers+w)*time.Minute))); err != nil {
					t.Errorf("finish: %v", err)
				}
				if n%2 == 0 { // leaves the chain and comes back
					if _, err := s.SetDetails(t.Context(), e.ID, history.Details{UserName: fmt.Sprintf("Ana %d", w)}); err != nil {
						t.Errorf("details: %v", err)
					}
				}
				if n == 2 {
					if _, err := s.pool.Exec(t.Context(), `SELECT fold_tally()`); err != nil {
						t.Errorf("fold: %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	chain := rows(t, s.db, `SELECT id, older_id, newer_id, class FROM (
			SELECT id, older_id, newer_id, class, lag(id, 1, 0) OVER w AS older, lead(id, 1, 0) OVER w AS newer FROM entries WINDOW w AS (ORDER BY issued, id)) t
		WHERE newer_id <> newer OR older_id <> older OR class <> CASE newer WHEN 0 THEN 0 ELSE 2 END`)
	if len(chain) > 0 {
		t.Errorf("broken links: %v", chain)
	}
	for range 2 {
		wrong := rows(t, s.db, `SELECT server_id, class, n FROM tally WHERE n <> 0
			EXCEPT SELECT server_id, class, count(*) FROM entries GROUP BY 1, 2`)
		if total := rows(t, s.db, `SELECT sum(n) AS n FROM tally`); len(wrong) > 0 || total[0] != fmt.Sprintf("n=%d", workers*each) {
			t.Errorf("counts %v, total %v", wrong, total)
		}
		if _, err := s.pool.Exec(t.Context(), `SELECT fold_tally()`); err != nil {
			t.Fatal(err)
		}
	}
	if left := rows(t, s.db, `SELECT count(*) AS n FROM tally_deltas`); left[0] != "n=0" {
		t.Errorf("not folded: %v", left)
	}
}
