package client

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure a token request whose answer is lost on a re-used connection is carried
// out once: net/http repeats some requests by itself, and must not repeat these.
func TestLostAnswers_AreNotSentAgain(t *testing.T) {
	const intents = 100
	for _, protocol := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, kind := range []string{"drop-after", "reset-after", "reset-headers", "truncate", "goaway"} {
			t.Run(protocol+" "+kind, func(t *testing.T) {
				s, c := serveSandbox(t, protocol)
				s.Inject(sandbox.Fault{Kind: kind, Times: -1})
				for i := range intents {
					// A list first, so that there is a connection to be used again.
					if _, err := c.ListWorkspaces(t.Context()); err != nil {
						t.Fatal(err)
					}
					_, err := c.CreateToken(t.Context(), issueOf(s))
					if e := failed(t, err); !e.MaybeExecuted() || e.Attempts != 1 {
						t.Fatalf("%d: %+v", i, e)
					}
				}
				executions := 0
				for _, l := range s.Ledger() {
					executions += l.Executions
				}
				if executions != intents || len(s.Ledger()) != intents {
					t.Errorf("%d executions of %d intents", executions, intents)
				}
			})
		}
	}
}

// serveSandbox returns a sandbox behind a real socket and a client that keeps
// its connections to it.
func serveSandbox(t *testing.T, protocol string) (*sandbox.Server, *Client) {
	t.Helper()
	s := sandbox.New(sandbox.Options{Key: testKey})
	var l *sandbox.Listener
	var err error
	var ca string
	if protocol == "HTTP/2.0" {
		l, err = sandbox.ServeTLS(t.Context(), "127.0.0.1:0", s, sandbox.Certificate{})
	} else {
		l, err = sandbox.Serve(t.Context(), "127.0.0.1:0", s)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	if len(l.CA) > 0 {
		ca = filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, l.CA, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := open(t, l.URL, WithKeepAlive(), WithCAFile(ca))
	r := newTestRequest(t, c)
	e := c.attempt(t.Context(), r, func(*response) *failure { return nil })
	if e == nil || e.Status != http.StatusBadRequest {
		t.Fatalf("an empty request: %+v", e)
	}
	return s, c
}

// Ensure the protocol of the test above is the one it says, and connections are
// used again only when that was asked for.
func TestKeepAlive(t *testing.T) {
	ca := newAuthority(t)
	for _, two := range []bool{false, true} {
		for _, keep := range []bool{false, true} {
			remotes, protocols := map[string]bool{}, map[int]bool{}
			h := answering(201, "application/json", `{"personalAccessToken":"pat_0123456789abcdef"}`)
			s := serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				remotes[r.RemoteAddr], protocols[r.ProtoMajor] = true, true
				h.ServeHTTP(w, r)
			}), ca.leaf(t, nil, false), two)
			opts := []Option{WithCAFile(ca.file)}
			if keep {
				opts = append(opts, WithKeepAlive())
			}
			c := open(t, s.URL, opts...)
			for range 3 {
				if _, err := c.CreateToken(t.Context(), request1()); err != nil {
					t.Fatal(err)
				}
			}
			if want := map[bool]int{false: 3, true: 1}[keep]; len(remotes) != want || len(protocols) != 1 || protocols[2] != two {
				t.Errorf("HTTP/2 %v, keep %v: %d connections, protocols %v", two, keep, len(remotes), protocols)
			}
		}
	}
}
