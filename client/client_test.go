package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/secret"

	"github.com/google/go-cmp/cmp"
)

const testKey = "canary-admin-key-4711+x="

// dial returns a client of the handler behind a real socket.
func dial(t *testing.T, h http.Handler, opts ...Option) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return open(t, s.URL, opts...)
}

func open(t *testing.T, base string, opts ...Option) *Client {
	t.Helper()
	c, err := New(base, secret.New(testKey), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// play returns a sandbox and a client of it without a socket.
func play(t *testing.T, o sandbox.Options, opts ...Option) (*sandbox.Server, *Client) {
	t.Helper()
	o.Key = testKey
	s := sandbox.New(o)
	base := "https://tooljet.example.com" + strings.TrimSuffix(o.SubPath, "/")
	return s, open(t, base, append([]Option{WithTransport(s.Transport())}, opts...)...)
}

// answering is a handler that always says the same.
func answering(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

const (
	testApp  = "6b7d0c6e-6f0e-4c53-9d43-8c7f0f6f0a01"
	testUser = "6b7d0c6e-6f0e-4c53-9d43-8c7f0f6f0b02"
)

func request1() TokenRequest {
	return TokenRequest{Email: "ana@example.com", AppID: testApp, Expiry: 3600, IdleMinutes: 60}
}

// failed returns the *Error in err.
func failed(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	return e
}

func TestNew_Address(t *testing.T) {
	for _, tt := range []struct {
		base, want, host string // want "" = refused
		opts             []Option
	}{
		{base: "https://tooljet.example.com", want: "https://tooljet.example.com", host: "https://tooljet.example.com"},
		{base: " https://ToolJet.example.com/ ", want: "https://tooljet.example.com", host: "https://tooljet.example.com"},
		{base: "https://example.com:8443/apps/tooljet//", want: "https://example.com:8443/apps/tooljet", host: "https://example.com:8443"},
		{base: "https://example.com/a%2Fb/", want: "https://example.com/a%2Fb", host: "https://example.com"},
		{base: "http://127.0.0.1:3000", want: "http://127.0.0.1:3000", host: "http://127.0.0.1:3000"},
		{base: "http://[::1]:3000", want: "http://[::1]:3000", host: "http://[::1]:3000"},
		{base: "http://localhost", want: "http://localhost", host: "http://localhost"},
		{base: "http://dev.localhost", want: "http://dev.localhost", host: "http://dev.localhost"},
		{base: "http://example.com", opts: []Option{AllowHTTP()}, want: "http://example.com", host: "http://example.com"},
		{base: "http://example.com"},
		{base: "http://127.0.0.1.example.com"},
		{base: "http://localhost.example.com"},
		{base: "http://[::ffff:10.0.0.1]"},
		{base: ""},
		{base: "tooljet.example.com", want: "https://tooljet.example.com", host: "https://tooljet.example.com"},
		{base: "ftp://example.com"},
		{base: "https://"},
		{base: "https:example.com"},
		{base: "https://ana:geheim@example.com"},
		{base: "https://example.com/?a=geheim"},
		{base: "https://example.com/#geheim"},
		{base: "https://example.com/a/../b"},
		{base: "https://exa mple.com/geheim"},
		{base: "https://example.com:port/geheim"},
	} {
		c, err := New(tt.base, secret.New(testKey), tt.opts...)
		if tt.want == "" {
			if e := failed(t, err); e.Failure != FailInput || strings.Contains(err.Error(), "geheim") {
				t.Errorf("New(%q) = %v", tt.base, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("New(%q): %v", tt.base, err)
		} else if c.BaseURL() != tt.want || c.Host() != tt.host {
			t.Errorf("New(%q) = %q at %q, want %q at %q", tt.base, c.BaseURL(), c.Host(), tt.want, tt.host)
		}
	}
}

func TestNew_BadOptions(t *testing.T) {
	const base = "https://tooljet.example.com"
	for name, opt := range map[string]Option{
		"missing CA file": WithCAFile(t.TempDir() + "/none.pem"),
		"agent":           WithUserAgent("a\nb"),
		"timeout":         WithTimeouts(Timeouts{Dial: -time.Second}),
	} {
		if _, err := New(base, secret.New(testKey), opt); err == nil || failed(t, err).Failure != FailInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(base, secret.New("two\nlines")); err == nil || strings.Contains(err.Error(), "two") {
		t.Errorf("key of two lines: %v", err)
	}
}

// Ensure an issue looks on the wire as ToolJet reads it.
func TestCreateToken_Wire(t *testing.T) {
	for _, tt := range []struct {
		name string
		req  TokenRequest
		want map[string]any
	}{
		{
			"e-mail and id",
			TokenRequest{Email: "ana+x@example.com", AppID: testApp, Expiry: 3600, IdleMinutes: 30},
			map[string]any{"email": "ana+x@example.com", "appId": testApp, "patExpiry": 3600.0, "sessionExpiry": 30.0},
		},
		{
			"id and slug",
			TokenRequest{UserID: testUser, AppSlug: "orders & more", Expiry: 1, IdleMinutes: 1, RequestID: "r-1"},
			map[string]any{"userId": testUser, "appSlug": "orders & more", "patExpiry": 1.0, "sessionExpiry": 1.0},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got *http.Request
			var body map[string]any
			c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				_ = json.NewDecoder(r.Body).Decode(&body)
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, `{"personalAccessToken":"pat_0123456789abcdef9f3c","redirectUrl":"http://`+r.Host+`/embed-apps/`+testApp+`?personal-access-token=pat_0123456789abcdef9f3c"}`)
			}), WithUserAgent("patdesk/1"))
			grant, err := c.CreateToken(t.Context(), tt.req)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, body); d != "" {
				t.Error(d)
			}
			if got.Method != "POST" || got.URL.String() != "/api/ext/users/personal-access-token" {
				t.Errorf("got %s %s", got.Method, got.URL)
			}
			h := got.Header.Clone()
			id := h.Get("X-Request-Id")
			if id != grant.RequestID || (tt.req.RequestID != "" && id != tt.req.RequestID) || len(id) < 3 {
				t.Errorf("X-Request-Id %q, grant %q", id, grant.RequestID)
			}
			want := http.Header{
				"Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "Authorization": {"Basic " + testKey}, "Connection": {"close"},
				"Content-Length": h["Content-Length"], "Content-Type": {"application/json"}, "User-Agent": {"patdesk/1"}, "X-Request-Id": {id},
			}
			if d := cmp.Diff(want, h); d != "" {
				t.Error(d)
			}
			if grant.AppID != testApp || grant.URLMissing != "" || grant.ForeignHost != "" || len(grant.Notes) != 0 || grant.Status != 201 {
				t.Errorf("grant %+v", grant)
			}
			if grant.Token.Last4() != "9f3c" || grant.ServerTime.IsZero() || !grant.Clock.Known || grant.Received.IsZero() {
				t.Errorf("grant %+v", grant)
			}
		})
	}
}

func TestCreateToken_InputIsRefusedBeforeSending(t *testing.T) {
	requests := 0
	c := dial(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	for name, spoil := range map[string]func(*TokenRequest){
		"no user":       func(r *TokenRequest) { r.Email = "" },
		"two users":     func(r *TokenRequest) { r.UserID = testUser },
		"no app":        func(r *TokenRequest) { r.AppID = "" },
		"two apps":      func(r *TokenRequest) { r.AppSlug = "orders" },
		"app is a slug": func(r *TokenRequest) { r.AppID = "orders" },
		"user is a name": func(r *TokenRequest) {
			r.Email, r.UserID = "", "ana"
		},
		"e-mail without @": func(r *TokenRequest) { r.Email = "ana" },
		"e-mail of lines":  func(r *TokenRequest) { r.Email = "ana@example.com\nX" },
		"no expiry":        func(r *TokenRequest) { r.Expiry = 0 },
		"negative expiry":  func(r *TokenRequest) { r.Expiry = -1 },
		"endless expiry":   func(r *TokenRequest) { r.Expiry = 1 << 50 },
		"no idle time":     func(r *TokenRequest) { r.IdleMinutes = 0 },
		"endless idling":   func(r *TokenRequest) { r.IdleMinutes = 1 << 31 },
		"request id":       func(r *TokenRequest) { r.RequestID = "a\r\nEvil: 1" },
	} {
		r := request1()
		spoil(&r)
		_, err := c.CreateToken(t.Context(), r)
		if e := failed(t, err); e.Failure != FailInput || e.Sent || e.MaybeExecuted() || e.Attempts != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if requests != 0 {
		t.Errorf("%d requests were sent", requests)
	}
	keyless, err := New(c.BaseURL(), secret.Text{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = keyless.CreateToken(t.Context(), request1()); failed(t, err).Failure != FailInput {
		t.Errorf("without a key: %v", err)
	}
}

// Ensure what the sandbox, an independent reading of ToolJet, offers is
// understood, below a SUB_PATH too.
func TestClient_AgainstSandbox(t *testing.T) {
	for name, o := range map[string]sandbox.Options{
		"plain":        {},
		"sub-path":     {SubPath: "/apps/tooljet/"},
		"wrapped apps": {AppsWrapped: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := play(t, o)
			ctx := t.Context()
			users, err := c.ListUsers(ctx)
			if err != nil || len(users) != len(s.Users()) {
				t.Fatalf("%d users, %v; want %d", len(users), err, len(s.Users()))
			}
			workspaces, err := c.ListWorkspaces(ctx)
			if err != nil || len(workspaces) == 0 {
				t.Fatalf("workspaces %v, %v", workspaces, err)
			}
			user := users[0]
			for _, by := range []string{user.ID, user.Email} {
				one, err := c.GetUser(ctx, by)
				if d := cmp.Diff(user, one); err != nil || d != "" {
					t.Errorf("GetUser(%q): %v %s", by, err, d)
				}
			}
			apps := 0
			for _, w := range workspaces {
				list, err := c.ListApps(ctx, w.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range list {
					if a.WorkspaceID != w.ID || a.Slug == "" || a.Name == "" {
						t.Errorf("app %+v", a)
					}
				}
				apps += len(list)
			}
			if apps == 0 {
				t.Error("no apps")
			}
			issueAgainst(t, c, s)
			if err := c.GetHealth(ctx); err != nil {
				t.Error(err)
			}
			if config, err := c.GetConfig(ctx); err != nil || !config.Known || config.Edition != "ee" || config.Version == "" {
				t.Errorf("config %+v, %v", config, err)
			}
			if v2, err := c.HasV2(ctx); err != nil || !v2 {
				t.Errorf("v2 %v, %v", v2, err)
			}
			checkAuthorization(t, s)
		})
	}
}

// checkAuthorization ensures that the admin key went where it is needed, and
// nowhere else.
func checkAuthorization(t *testing.T, s *sandbox.Server) {
	t.Helper()
	for _, r := range s.Requests() {
		open := strings.HasSuffix(r.Path, "/session") || strings.HasSuffix(r.Path, "/logout") || !strings.Contains(r.Path, "/ext/")
		if r.HasAuthorization == open {
			t.Errorf("%s %s: authorization %v", r.Method, r.Path, r.HasAuthorization)
		}
	}
}

// issueAgainst issues by all four combinations, exchanges and ends.
func issueAgainst(t *testing.T, c *Client, s *sandbox.Server) {
	t.Helper()
	user, app := s.Users()[0], s.Apps()[0]
	for i, r := range []TokenRequest{
		{Email: user.Email, AppID: app.ID},
		{Email: user.Email, AppSlug: app.Slug},
		{UserID: user.ID, AppID: app.ID},
		{UserID: user.ID, AppSlug: app.Slug},
	} {
		r.Expiry, r.IdleMinutes = 3600, 60
		g, err := c.CreateToken(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if g.AppID != app.ID || g.ForeignHost != "" || g.Token.IsZero() || g.URL.IsZero() || len(g.Notes) != 0 {
			t.Errorf("grant %d: %+v", i, g)
		}
		session, err := c.CreateSession(t.Context(), app.ID, g.Token)
		if err != nil {
			t.Fatal(err)
		}
		if session.UserID != user.ID || session.Email != user.Email || session.AppID != app.ID || len(session.WorkspaceIDs) == 0 {
			t.Errorf("session %+v", session)
		}
		if err := c.EndSession(t.Context(), session); err != nil {
			t.Error(err)
		}
	}
}

func TestClient_SandboxWithoutV2AndCommunity(t *testing.T) {
	_, c := play(t, sandbox.Options{NoV2: true})
	if v2, err := c.HasV2(t.Context()); err != nil || v2 {
		t.Errorf("v2 %v, %v", v2, err)
	}
	_, c = play(t, sandbox.Options{Community: true})
	_, err := c.CreateToken(t.Context(), request1())
	if e := failed(t, err); !errors.Is(err, ErrNotFound) || !strings.HasPrefix(e.Messages[0], "Cannot POST") || e.MaybeExecuted() {
		t.Errorf("%+v", e)
	}
	_, c = play(t, sandbox.Options{Unlicensed: true})
	_, err = c.CreateToken(t.Context(), request1())
	if e := failed(t, err); e.Status != 451 || len(e.Messages) != 1 {
		t.Errorf("%+v", e)
	}
}

func TestClient_CanceledBeforeSending(t *testing.T) {
	s, c := play(t, sandbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.CreateToken(ctx, request1())
	if e := failed(t, err); e.Failure != FailCanceled || e.Sent || !errors.Is(err, context.Canceled) || len(s.Requests()) != 0 {
		t.Errorf("%+v", e)
	}
}

func tokenOf(s string) secret.Text { return secret.New(s) }
