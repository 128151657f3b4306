//go:build unix

package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/pat"
	"patdesk/secret"
)

// storm is a server that is killed and stopped while hosts issue tokens.
type storm struct {
	cluster *postgrestest.Cluster
	db      postgrestest.Database
	box     *sandbox.Server
	key     secret.Key
	hosts   []*Store
	issued  atomic.Int64
	refused atomic.Int64
}

func newStorm(t *testing.T, hosts int) *storm {
	t.Helper()
	s := &storm{cluster: postgrestest.NewCluster(t), box: sandbox.New(sandbox.Options{}), key: newKey(t)}
	s.db = postgrestest.On(t, s.cluster.URL)
	if _, _, err := Migrate(t.Context(), s.db.URL, nil, s.db.Role); err != nil {
		t.Fatal(err)
	}
	for range hosts {
		o := options(t, s.db.RoleURL, s.key)
		o.Conns = ConnsOfConsole
		s.hosts = append(s.hosts, open(t, o))
	}
	return s
}

func (s *storm) issuer(t *testing.T, host int) *pat.Issuer {
	t.Helper()
	c, err := client.New("https://tooljet.example.com", secret.New(s.box.Key()), client.WithTransport(s.box.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	return pat.NewIssuer(c, s.hosts[host], pat.Settings{Profile: "acme", Unit: pat.Seconds})
}

// people are some that may open the app.
func people() []string { return []string{"ana", "cy", "dee", "eve", "hal", "rosa", "xia", "kim"} }

// work issues tokens with some workers a host until there are enough.
func (s *storm) work(t *testing.T, workers, tokens int, issue func(context.Context, *pat.Issuer, pat.Request) error) {
	t.Helper()
	var wg sync.WaitGroup
	for h := range s.hosts {
		for w := range workers {
			i := s.issuer(t, h)
			r := pat.Request{
				User: people()[(h*workers+w)%len(people())] + "@example.com", App: "orders", Life: time.Hour, Idle: time.Hour, Again: true,
				UserInfo: &pat.User{}, AppInfo: &pat.App{},
			}
			wg.Go(func() {
				for s.issued.Load() < int64(tokens) && t.Context().Err() == nil {
					err := issue(t.Context(), i, r)
					e, away := errors.AsType[*history.Error](err)
					switch {
					case err == nil:
						s.issued.Add(1)
					case away && e.Kind == history.Away:
						s.refused.Add(1)
					default:
						t.Errorf("issue: %v", err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
}

// terminate ends random connections of the hosts until ctx ends.
func (s *storm) terminate(ctx context.Context) {
	for ctx.Err() == nil {
		c, err := pgx.Connect(ctx, s.db.URL)
		for err == nil && ctx.Err() == nil {
			_, err = c.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'patdesk' ORDER BY random() LIMIT 1`)
			time.Sleep(time.Duration(50+mrand.IntN(300)) * time.Millisecond)
		}
		if c != nil {
			_ = c.Close(context.WithoutCancel(ctx))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// await waits until so many tokens were issued.
func (s *storm) await(t *testing.T, n int) {
	t.Helper()
	for s.issued.Load() < int64(n) && t.Context().Err() == nil && !t.Failed() {
		time.Sleep(20 * time.Millisecond)
	}
}

// unknown counts the tokens of the server of which the history knows nothing, and those
// that were made twice.
func (s *storm) unknown(t *testing.T) (unknown, twice int) {
	t.Helper()
	store := open(t, options(t, s.db.RoleURL, s.key))
	rows, err := store.pool.Query(t.Context(), `SELECT request_id FROM entries WHERE outcome IN ('issued', 'unknown')`)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, id := range ids {
		known[id] = true
	}
	for _, made := range s.box.Ledger() {
		if !known[made.RequestID] {
			unknown++
		}
		if made.Executions > 1 {
			twice++
		}
	}
	return unknown, twice
}

// Ensure no token is lost, made twice or kept without its text while the database loses
// connections, breaks down and is away; and that the order in which the row comes after the
// request, the control, does lose some.
func TestSweep_Chaos(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("PATDESK_LONG is not set")
	}
	const tokens = 3000
	s := newStorm(t, 4)
	ctx, calm := context.WithCancel(t.Context())
	var weather sync.WaitGroup
	weather.Go(func() { s.terminate(ctx) })
	weather.Go(func() {
		for n := range 3 {
			s.await(t, tokens*(n+1)/5)
			s.cluster.StopFor("immediate", 0)
		}
		s.await(t, tokens*4/5)
		s.cluster.StopFor("fast", 7*time.Second)
	})
	s.work(t, 4, tokens, func(ctx context.Context, i *pat.Issuer, r pat.Request) error {
		_, err := i.Issue(ctx, r)
		return err
	})
	calm()
	weather.Wait()
	for _, h := range s.hosts {
		eventually(t, "the spool is empty", func() bool {
			waiting, _ := h.Spooled()
			return waiting == 0
		})
		if _, late := h.Spooled(); late != 0 {
			t.Errorf("%d outcomes came too late", late)
		}
		eventually(t, "closed", func() bool { return h.Close() == nil })
	}
	if unknown, twice := s.unknown(t); unknown != 0 || twice != 0 {
		t.Errorf("%d tokens unknown, %d made twice", unknown, twice)
	}
	store := open(t, options(t, s.db.RoleURL, s.key))
	made := len(s.box.Ledger())
	want := fmt.Sprintf("open=0 issued=%d texts=%d begun=true", made, made)
	if got := rows(t, store.db, `SELECT sum(CASE WHEN outcome IN ('pending', 'unknown') THEN 1 ELSE 0 END) AS open, sum(CASE WHEN outcome = 'issued' THEN 1 ELSE 0 END) AS issued,
		(SELECT count(*) FROM sealed) AS texts, count(*) = (SELECT count(*) FROM events WHERE action = 'begun') AS begun FROM entries`); got[0] != want {
		t.Errorf("rows: %v, want %s", got, want)
	}
	if broken := rows(t, store.db, `SELECT user_id, app_id, count(*) AS n FROM entries WHERE class = 0 GROUP BY 1, 2 HAVING count(*) > 1`); len(broken) > 0 {
		t.Errorf("pairs with two newest tokens: %v", broken)
	}
	t.Logf("%d tokens, %d refused before they were sent", made, s.refused.Load())
}

func TestSweep_ChaosControl(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("PATDESK_LONG is not set")
	}
	s := newStorm(t, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.await(t, 50)
		s.cluster.StopFor("immediate", 7*time.Second)
	}()
	s.work(t, 4, 100, issueReversed)
	<-done
	if unknown, _ := s.unknown(t); unknown == 0 {
		t.Error("the control lost no token: the test proves nothing")
	}
}

// issueReversed is what Issue must not be.
func issueReversed(ctx context.Context, i *pat.Issuer, r pat.Request) error {
	wire := r.Wire(i.Settings)
	wire.RequestID = rand.Text()
	g, err := i.Client.CreateToken(ctx, wire)
	if err != nil {
		return err
	}
	e, err := i.History.Begin(ctx, history.Draft{RequestID: wire.RequestID, Profile: "acme", UserEmail: r.User, AppSlug: r.App, Life: r.Life})
	if err != nil {
		return err
	}
	_, err = i.History.Finish(ctx, e.ID, history.Result{Outcome: history.Issued, Token: g.Token, URL: g.URL, Issued: time.Now(), Expires: time.Now().Add(r.Life)})
	return err
}
