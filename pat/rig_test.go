package pat_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/secret"
)

const rigURL = "https://tooljet.example.com/apps"

// rig is a whole patdesk without a face: the sandbox, the real client and a real
// history file.
type rig struct {
	*pat.Issuer
	server *sandbox.Server
	path   string
	key    secret.Key
}

// newRig builds a rig. Change may alter the client's key or transport.
func newRig(t *testing.T, o sandbox.Options, opts ...client.Option) *rig {
	t.Helper()
	o.SubPath, o.Host = "/apps/", rigURL
	key, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{server: sandbox.New(o), path: filepath.Join(t.TempDir(), "data", "history.db"), key: key}
	if err := historytest.Blank(r.path); err != nil {
		t.Fatal(err)
	}
	r.Issuer = pat.NewIssuer(r.connect(t, r.server.Key(), opts...), r.open(t), pat.Settings{
		Profile: "acme", Unit: pat.Seconds, KeySource: "env TOOLJET_API_TOKEN",
	})
	return r
}

func (r *rig) connect(t *testing.T, key string, opts ...client.Option) *client.Client {
	t.Helper()
	c, err := client.New(rigURL, secret.New(key), append([]client.Option{client.WithTransport(r.server.Transport())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *rig) open(t *testing.T) *history.Store {
	t.Helper()
	s, err := history.Open(t.Context(), history.Options{
		Path: r.path, KeepTokens: true, Actor: pat.Actor{Name: "kim", Machine: "desk-1"},
		Key: func(context.Context) (secret.Key, error) { return r.key, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// request is a good request for a seeded pair.
func request() pat.Request {
	return pat.Request{User: "ana@example.com", App: "orders", Life: time.Hour, Idle: time.Hour}
}

// issue issues a token that must succeed.
func (r *rig) issue(t *testing.T, req pat.Request) pat.Grant {
	t.Helper()
	g, err := r.Issue(t.Context(), req)
	if err != nil {
		t.Fatalf("issue: %v", err)
	}
	return g
}
