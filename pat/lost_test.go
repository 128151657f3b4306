package pat_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/secret"
)

// lostModes are the ways in which an answer gets lost after the token exists.
var lostModes = []sandbox.Fault{
	{Kind: sandbox.FaultDropAfter},
	{Kind: sandbox.FaultResetAfter},
	{Kind: sandbox.FaultResetHeaders},
	{Kind: sandbox.FaultTruncate},
	{Kind: sandbox.FaultGoAway},
	{Kind: sandbox.FaultHTML, Status: 502, After: true},
	{Kind: sandbox.FaultStatus, Status: 500, After: true},
	{Kind: sandbox.FaultStatus, Status: 504, Body: "upstream", ContentType: "text/plain", After: true},
	{Kind: sandbox.FaultHang},
	{Kind: sandbox.FaultDrip, Delay: time.Second},
}

// Ensure that of 100 requests whose answer is lost after the token was made,
// none is sent again and each leaves an unknown row, over a kept-alive HTTP/1
// connection and over HTTP/2.
func TestIssue_LostAnswersAreUnknown(t *testing.T) {
	t.Parallel()
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			r, l := overSocket(t, proto)
			const n = 100
			for i := range n {
				// A good request before each lost one, so that the connection is a
				// used one: that is when net/http would send again by itself.
				if i%10 == 0 {
					if _, err := r.Workspaces(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				r.server.Inject(lostModes[i%len(lostModes)])
				req := request()
				req.Again = true
				g, err := r.Issue(t.Context(), req)
				if err == nil {
					t.Fatalf("request %d (%s) succeeded", i, lostModes[i%len(lostModes)].Kind)
				}
				if g.Token.Outcome != pat.Unknown || pat.Explain(err).Exit != pat.ExitUnknown {
					t.Errorf("request %d (%s): row %s, error %v", i, lostModes[i%len(lostModes)].Kind, g.Token.Outcome, err)
				}
			}
			ledger := r.server.Ledger()
			if len(ledger) != n {
				t.Errorf("%d tokens for %d requests", len(ledger), n)
			}
			for _, e := range ledger {
				if e.Executions != 1 {
					t.Errorf("request %s was executed %d times", e.RequestID, e.Executions)
				}
			}
			counts, err := r.History.Counts(t.Context(), r.Server(), r.Now())
			if err != nil || counts.Unsure != n || counts.Total != n {
				t.Errorf("counts %+v, %v", counts, err)
			}
			l.Close()
		})
	}
}

// overSocket is a rig whose sandbox listens on a real socket.
func overSocket(t *testing.T, proto string) (*rig, *sandbox.Listener) {
	t.Helper()
	key, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{server: sandbox.New(sandbox.Options{}), path: filepath.Join(t.TempDir(), "data", "history.db"), key: key}
	opts := []client.Option{
		client.WithKeepAlive(),
		client.WithTimeouts(client.Timeouts{Dial: 5 * time.Second, TLS: 5 * time.Second, Header: 300 * time.Millisecond, Total: 600 * time.Millisecond}),
	}
	var l *sandbox.Listener
	if proto == "HTTP/2.0" {
		l, err = sandbox.ServeTLS(context.WithoutCancel(t.Context()), "127.0.0.1:0", r.server, sandbox.Certificate{})
	} else {
		l, err = sandbox.Serve(context.WithoutCancel(t.Context()), "127.0.0.1:0", r.server)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(l.CA) > 0 {
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, l.CA, 0o600); err != nil {
			t.Fatal(err)
		}
		opts = append(opts, client.WithCAFile(ca))
	}
	c, err := client.New(l.URL, secret.New(r.server.Key()), opts...)
	if err != nil {
		t.Fatal(err)
	}
	r.Issuer = pat.NewIssuer(c, r.open(t), pat.Settings{Profile: "acme", Unit: pat.Seconds})
	return r, l
}
