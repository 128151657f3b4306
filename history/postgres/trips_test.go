package postgres

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// Ensure a token costs one round trip to be begun and one to be finished, however far the
// database is and by whatever pooler.
func TestStore_RoundTrips(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	for n, kind := range []struct {
		pooler string
		stays  bool
	}{{"", true}, {"?pooler=transaction", true}, {"", false}} {
		proxy := postgrestest.NewProxy(t, db.Address)
		o := options(t, postgrestest.Through(t, db.RoleURL, proxy.Address)+kind.pooler, key)
		o.times, o.Conns, o.Stays = patient(), 1, kind.stays
		o.times.beat = time.Hour
		s := open(t, o)
		// The first token looks at the sealing key, too, and prepares the statements, if any are.
		for i, delay := range []time.Duration{0, 0, 20 * time.Millisecond} {
			proxy.Delay(delay)
			before := proxy.Turns.Load()
			d := draft(fmt.Sprintf("user-%d-%d", n, i), "orders")
			d.Alone = true
			e, err := s.Begin(t.Context(), d)
			if err == nil {
				_, err = s.Finish(t.Context(), e.ID, issued(epoch()))
			}
			if err != nil {
				t.Fatal(err)
			}
			most, prepares := int64(2), kind.stays && kind.pooler == ""
			switch {
			case i == 0 && prepares:
				continue
			case i == 0:
				most = 3
			}
			if turns := proxy.Turns.Load() - before; turns != most {
				t.Errorf("%+v, token %d, delay %v: %d round trips", kind, i, delay, turns)
			}
		}
	}
}

// Ensure what is said of a row, or of who came, costs one round trip, and details, for which
// the row is read, two.
func TestStore_SaysInFewRoundTrips(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	proxy := postgrestest.NewProxy(t, db.Address)
	o := options(t, postgrestest.Through(t, db.RoleURL, proxy.Address), newKey(t))
	o.times, o.Conns = patient(), 1
	s := open(t, o)
	e, err := s.Begin(t.Context(), draft("ana", "orders"))
	if err == nil {
		_, err = s.Finish(t.Context(), e.ID, issued(epoch()))
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		for name, do := range map[string]func() error{
			"login":   func() error { return s.MarkLogin(t.Context(), "sshd") },
			"refusal": func() error { return s.MarkDenied(t.Context(), fmt.Sprint("issue ", i)) },
			"check": func() error {
				return s.MarkVerified(t.Context(), e.ID, epoch(), "role", "role", fmt.Sprint("role ", i))
			},
			"details": func() error {
				_, err := s.SetDetails(t.Context(), e.ID, history.Details{UserName: fmt.Sprint("Ana ", i), AppSlug: fmt.Sprint("orders-", i), Role: "admin"})
				return err
			},
		} {
			before := proxy.Turns.Load()
			if err := do(); err != nil {
				t.Fatal(err)
			}
			most := int64(1)
			if name == "details" {
				most = 2
			}
			if turns := proxy.Turns.Load() - before; turns != most {
				t.Errorf("%s %d: %d round trips", name, i, turns)
			}
		}
	}
}

// Ensure nothing is looked for without an index that grows with the history.
func TestStore_Plans(t *testing.T) {
	t.Parallel()
	s := open(t, options(t, fresh(t).URL, newKey(t)))
	c, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// The tables are empty, so what is possible is asked for and not what is cheapest.
	if _, err := c.ExecContext(t.Context(), `SET enable_seqscan = off`); err != nil {
		t.Fatal(err)
	}
	for q, index := range map[string]string{
		`SELECT id FROM users WHERE email <> '' AND folded = ANY ('{a,b}')`:                                               "users_folded",
		`SELECT id FROM users WHERE uid = ANY ('{a,b}')`:                                                                  "users_uid",
		`SELECT id FROM apps WHERE uid = '' AND slug = 'x'`:                                                               "apps_slug",
		`SELECT id FROM notes WHERE text = 'x'`:                                                                           "notes_text",
		`SELECT id FROM entries WHERE outcome = 'pending' AND lease < now()`:                                              "entries_pending",
		`SELECT id FROM entries WHERE user_id = 1 AND class = 0`:                                                          "entries_head",
		`SELECT id FROM entries WHERE user_id = 1 AND last > 5`:                                                           "entries_pair",
		`SELECT id FROM entries WHERE last4 <> '' AND lower(last4) >= 'abc' AND lower(last4) < 'abd'`:                     "entries_last4",
		`SELECT outcome FROM entries WHERE run = 'x' AND run_row = 3 ORDER BY id DESC LIMIT 1`:                            "entries_run",
		`SELECT id FROM entries WHERE server_id = 1 AND class = 0 AND forked = 0 AND ends > 5 ORDER BY ends, id LIMIT 50`: "entries_left",
		`SELECT count(*) FROM entries WHERE drifted = 1 AND last > 5`:                                                     "entries_drift",
		`SELECT * FROM events WHERE entry_id IS NULL ORDER BY id DESC LIMIT 500`:                                          "events_desk",
		`SELECT id FROM users ORDER BY substr(folded, 1, 500) LIMIT 50`:                                                   "users_sorted",
		`SELECT id FROM apps WHERE substr(folded, 1, 500) >= 'x' ORDER BY substr(folded, 1, 500) LIMIT 50`:                "apps_sorted",
		`SELECT id FROM users WHERE search LIKE '%ana%'`:                                                                  "users_search",
	} {
		if plan := explain(t, c, q); !strings.Contains(plan, index) {
			t.Errorf("%s: not by %s:\n%s", q, index, plan)
		}
	}
}

// Ensure the place of a token in the chain of its pair is found without the other tokens of
// its app, of which there can be any number.
func TestStore_LinksAmongMany(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	const many = 20_000
	postgrestest.Run(t, db.URL, append(
		manyTokens(many, epoch()), `UPDATE entries SET user_id = 1 + id % 200, app_id = CASE id % 3 WHEN 0 THEN 1 ELSE app_id END`,
		`UPDATE apps SET uid = '', slug = 'orders', name = 'Orders Ü', workspace_id = 'w1', workspace = 'Sales' WHERE id = 1`,
		`UPDATE servers SET name = '`+history.ServerName("https://tooljet.example.com/tj/")+`'`, `VACUUM ANALYZE`,
	)...)
	o := options(t, db.URL, newKey(t))
	o.Conns, o.times = 1, patient()
	o.times.beat = time.Hour
	s := open(t, o)
	read := func() (n int64) {
		t.Helper()
		if _, err := s.pool.Exec(t.Context(), `SELECT pg_stat_force_next_flush()`); err != nil {
			t.Fatal(err)
		}
		if err := s.pool.QueryRow(t.Context(), `SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'entries'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := read()
	const tokens = 10
	for n := range tokens {
		d := draft("user1", "orders")
		d.UserName = fmt.Sprint("User ", n) // one person by many values
		r := issued(epoch().Add(time.Duration(n) * time.Minute))
		r.AppID = ""
		e, err := s.Begin(t.Context(), d)
		if err == nil {
			e, err = s.Finish(t.Context(), e.ID, r)
		}
		if err != nil || (e.Older == 0) != (n == 0) {
			t.Fatalf("%d: after %d, %v", n, e.Older, err)
		}
		d = draft(fmt.Sprint("alone-", n), "orders")
		d.Alone = true
		if _, err := s.Begin(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if n := read() - before; n > many/10 {
		t.Errorf("%d rows of indexes are read for %d tokens", n, tokens)
	}
}

// Ensure a row is joined from few tables: with each one more the database looks at twice as
// many orders of the joins before it reads anything.
func TestStore_FewJoins(t *testing.T) {
	t.Parallel()
	if n := strings.Count(history.EntryTables, "JOIN"); n > 4 {
		t.Errorf("a row is joined from %d tables more", n)
	}
}

// Ensure a page reads its own rows and not all of them, however many tables it takes.
func TestStore_PageReadsItsRows(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	db := fresh(t)
	postgrestest.Run(t, db.URL, manyTokens(rows, epoch())...)
	read := func() (whole, one int64) { // rows that were read by walking the table, and by an index
		c := open(t, options(t, db.URL, newKey(t)))
		defer func() { _ = c.Close() }()
		if err := c.pool.QueryRow(t.Context(), `SELECT seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'entries'`).Scan(&whole, &one); err != nil {
			t.Fatal(err)
		}
		return whole, one
	}
	eventually(t, "what filled the tables is counted", func() bool { whole, _ := read(); return whole >= rows })
	before, found := read()
	s := open(t, options(t, db.RoleURL, newKey(t)))
	for _, sort := range []history.Sort{history.SortLeft, history.SortIssued, history.SortState, history.SortUser, history.SortApp} {
		q := history.Query{Now: epoch(), Sort: sort}
		page, err := s.Page(t.Context(), q)
		if err != nil || len(page.Entries) != 50 {
			t.Fatalf("%s: %d rows, %v", sort, len(page.Entries), err)
		}
		after := page.Cursor(49)
		q.After = after
		if page, err = s.Page(t.Context(), q); err != nil || len(page.Entries) != 50 {
			t.Fatalf("%s, the next page: %d rows, %v", sort, len(page.Entries), err)
		}
	}
	if err := s.Close(); err != nil { // tells what it read
		t.Fatal(err)
	}
	eventually(t, "what was read is counted", func() bool { _, now := read(); return now >= found+100 })
	if after, _ := read(); after-before >= rows {
		t.Errorf("%d rows were walked over", after-before)
	}
}

func explain(t *testing.T, c *sql.Conn, q string) string {
	t.Helper()
	found, err := c.QueryContext(t.Context(), `EXPLAIN `+q)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var plan strings.Builder
	for found.Next() {
		var line string
		if err := found.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// Ensure a page, its counts and a look for changes cost one round trip each, however many
// states, servers and directions they go by, once a Store is open.
func TestStore_ReadsInOneRoundTrip(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	proxy := postgrestest.NewProxy(t, db.Address)
	o := options(t, postgrestest.Through(t, db.RoleURL, proxy.Address), key)
	o.times, o.Conns, o.Stays = patient(), 1, true
	o.times.beat = time.Hour
	s := open(t, o)
	for n := range 9 {
		d := draft(fmt.Sprint("user-", n), "orders")
		d.Server = []string{"https://tooljet.example.com/tj", "https://other.example.com"}[n%2]
		e, err := s.Begin(t.Context(), d)
		if err == nil {
			_, err = s.Finish(t.Context(), e.ID, issued(epoch()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, server, now := t.Context(), "https://other.example.com", epoch()
	first, err := s.Page(ctx, history.Query{Now: now, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() error{
		"page": func() error { _, err := s.Page(ctx, history.Query{Now: now}); return err },
		"next page": func() error {
			_, err := s.Page(ctx, history.Query{Now: now, After: first.Cursor(1), Limit: 2})
			return err
		},
		"last page": func() error {
			_, err := s.Page(ctx, history.Query{Now: now, Last: true, Filter: history.Filter{Server: server}})
			return err
		},
		"by user": func() error { _, err := s.Page(ctx, history.Query{Now: now, Sort: history.SortUser}); return err },
		"of a state": func() error {
			_, err := s.Page(ctx, history.Query{Now: now, Filter: history.Filter{State: []history.StateTerm{{State: history.OK}}}})
			return err
		},
		"counts": func() error { _, err := s.Counts(ctx, server, now); return err },
		"number": func() error { _, err := s.Count(ctx, history.Query{Now: now}); return err },
		"a row":  func() error { _, err := s.Get(ctx, 3); return err },
		"events": func() error { _, err := s.Events(ctx, history.EventFilter{}, 0, 0); return err },
		"events of a server": func() error {
			_, err := s.Events(ctx, history.EventFilter{Tokens: history.Filter{Server: server}}, 0, 0)
			return err
		},
	} {
		before := proxy.Turns.Load()
		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if turns := proxy.Turns.Load() - before; turns != 1 {
			t.Errorf("%s: %d round trips", name, turns)
		}
	}
}
