package postgres

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/history/postgres/postgrestest"
	"patdesk/pat"
	"patdesk/secret"
)

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
