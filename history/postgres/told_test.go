package postgres

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/pat"
	"patdesk/secret"
)

// Ensure of many hosts that say the same of a token at the same time, one tells that it has
// begun to differ, or does so no more, and one that its text was dropped; and that what each
// says of the pair leaves it whole.
func TestStore_OneOfManyTells(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	var hosts []*Store
	for range 4 {
		o := options(t, db.RoleURL, key)
		o.Conns, o.times = 4, patient()
		hosts = append(hosts, open(t, o))
	}
	together := func(do func(s *Store, n int) error) {
		t.Helper()
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				if err := do(hosts[n%len(hosts)], n); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	const tokens = 8
	for n := range tokens {
		e, err := hosts[0].Begin(t.Context(), draft(fmt.Sprint("ana-", n), "orders"))
		if err == nil {
			_, err = hosts[0].Finish(t.Context(), e.ID, issued(epoch()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for id := range int64(tokens) {
		for _, drift := range []string{"role changed", ""} {
			together(func(s *Store, _ int) error { return s.MarkVerified(t.Context(), id+1, epoch(), "x", "role", drift) })
		}
	}
	var dropped atomic.Int64
	together(func(s *Store, _ int) error {
		n, err := s.Purge(t.Context(), epoch().Add(9000*time.Hour))
		dropped.Add(n)
		return err
	})
	if n := dropped.Load(); n != tokens {
		t.Errorf("%d texts were dropped", n)
	}
	for action, n := range map[string]int{"verified": 2 * 16 * tokens, "drift": tokens, "drift_cleared": tokens, "purged": tokens} {
		if got := rows(t, hosts[0].db, `SELECT count(*) AS n FROM events WHERE action = '`+action+`'`); got[0] != fmt.Sprint("n=", n) {
			t.Errorf("%s is told %s, want %d", action, got, n)
		}
	}
	together(func(s *Store, n int) error { // all become tokens of one pair
		_, err := s.SetDetails(t.Context(), int64(1+n%tokens), history.Details{UserEmail: "ana@example.com", UserName: fmt.Sprint("Ana ", n)})
		return err
	})
	if got := rows(t, hosts[0].db, `SELECT count(*) FILTER (WHERE class = 0 AND newer_id = 0) AS newest, count(*) FILTER (WHERE older_id = 0) AS first,
		count(DISTINCT older_id) AS older, count(DISTINCT newer_id) AS newer FROM entries`); got[0] != fmt.Sprintf("newest=1 first=1 older=%d newer=%[1]d", tokens) {
		t.Errorf("the chain: %s", got)
	}
}

// downWhile takes the database away while ToolJet answers.
type downWhile struct {
	http.RoundTripper
	proxy *postgrestest.Proxy
}

// RoundTrip implements http.RoundTripper.
func (d downWhile) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		d.proxy.Down()
	}
	return d.RoundTripper.RoundTrip(r)
}

// Ensure whoever gets a token that the shared history could not take yet is told so, in the
// words of both faces, and that it is there later.
func TestStore_SpooledIsTold(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s, proxy := behind(t, db, key, hasty())
	box := sandbox.New(sandbox.Options{})
	c, err := client.New("https://tooljet.example.com", secret.New(box.Key()), client.WithTransport(downWhile{box.Transport(), proxy}))
	if err != nil {
		t.Fatal(err)
	}
	issuer := pat.NewIssuer(c, s, pat.Settings{Profile: "acme", Unit: pat.Seconds})
	g, err := issuer.Issue(t.Context(), pat.Request{User: "ana@example.com", App: "orders", Life: pat.Life(time.Hour), Idle: time.Hour})
	if err != nil || !g.Token.Spooled || g.Secrets.Token.IsZero() || !strings.Contains(strings.Join(g.Warnings, "\n"), "not yet in the shared history") {
		t.Fatalf("%+v, %q, %v", g.Token, g.Warnings, err)
	}
	proxy.Up()
	eventually(t, "drained", func() bool { waiting, _ := s.Spooled(); return waiting == 0 })
	got, err := s.get(t.Context(), g.Token.ID)
	if err != nil || got.Last4 != g.Token.Last4 || !got.HasSecret {
		t.Errorf("%+v, %v", got, err)
	}
}
