package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// caller speaks to one instance in one way.
type caller struct {
	t      *testing.T
	server *Server
	client *http.Client
	base   string
}

// memory is a caller without a socket.
func memory(t *testing.T, o Options) *caller {
	t.Helper()
	s := New(o)
	return &caller{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "https://tooljet.example" + strings.TrimSuffix(s.prefix, "/")}
}

// socket is a caller over TCP; version is "1", "2" (unencrypted) or "2tls".
func socket(t *testing.T, o Options, version string) *caller {
	t.Helper()
	s := New(o)
	tr := &http.Transport{Protocols: new(http.Protocols), MaxResponseHeaderBytes: 32 << 20}
	var l *Listener
	var err error
	ctx, cancel := context.WithCancel(context.Background())
	switch version {
	case "1":
		tr.Protocols.SetHTTP1(true)
		l, err = Serve(ctx, "127.0.0.1:0", s)
	case "2":
		tr.Protocols.SetUnencryptedHTTP2(true)
		l, err = Serve(ctx, "127.0.0.1:0", s)
	case "2tls":
		tr.Protocols.SetHTTP2(true)
		l, err = ServeTLS(ctx, "127.0.0.1:0", s, Certificate{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if l.CA != nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(l.CA)
		tr.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		cancel()
		<-l.Done
	})
	return &caller{t: t, server: s, client: &http.Client{Transport: tr}, base: l.URL}
}

// reply is a response read to its end, or the error that prevented it.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    error // of the request or of reading the body
}

func (r reply) member(name string) any {
	var m map[string]any
	_ = json.Unmarshal(r.body, &m)
	return m[name]
}

func (r reply) text(name string) string {
	s, _ := r.member(name).(string)
	return s
}

// do sends with the instance's key unless a header says otherwise ("-" removes).
func (c *caller) do(ctx context.Context, method, path, body string, header ...string) reply {
	c.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic "+c.server.Key())
	if strings.HasPrefix(path, controlPath) {
		req.Header.Set(controlHeader, c.server.ControlKey())
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i+1] == "-" {
			req.Header.Del(header[i])
			continue
		}
		req.Header.Set(header[i], header[i+1])
	}
	client := *c.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{status: resp.StatusCode, header: resp.Header, body: b, err: err}
}

const (
	issueBody    = `{"email":"ana@example.com","appSlug":"orders","patExpiry":3600,"sessionExpiry":60}`
	issueAddress = "/api/ext/users/personal-access-token"
)

func (c *caller) get(path string) reply { c.t.Helper(); return c.do(c.t.Context(), "GET", path, "") }

func (c *caller) post(path, body string) reply {
	c.t.Helper()
	return c.do(c.t.Context(), "POST", path, body)
}

// issue makes a token and fails the test if it gets none.
func (c *caller) issue(body string) string {
	c.t.Helper()
	r := c.post(issueAddress, body)
	if r.err != nil || r.status != http.StatusCreated {
		c.t.Fatalf("issue: %d %v %s", r.status, r.err, r.body)
	}
	return r.text("personalAccessToken")
}

func (c *caller) exchange(app, token string) reply {
	c.t.Helper()
	return c.do(c.t.Context(), "POST", "/api/ext/users/session",
		`{"appId":"`+stableID("app", app)+`","accessToken":"`+token+`"}`, "Authorization", "-")
}

// inside makes a request of the open app.
func (c *caller) inside(signed, path string) reply {
	c.t.Helper()
	return c.do(c.t.Context(), "GET", path, "", "Authorization", "-", "tj_auth_token", signed)
}

func (c *caller) want(r reply, status int, part string) {
	c.t.Helper()
	if r.err != nil || r.status != status || !strings.Contains(string(r.body), part) {
		c.t.Errorf("got %d %v %s, want %d with %q", r.status, r.err, r.body, status, part)
	}
}

func TestServer_NowFollowsTheOptionsClockAndAdvance(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := memory(t, Options{Now: func() time.Time { return at }})
	c.server.Advance(90 * time.Minute)
	if got := c.server.Now(); !got.Equal(at.Add(90 * time.Minute)) {
		t.Errorf("now is %v", got)
	}
	if got := c.get("/api/health").header.Get("Date"); got != "Sun, 01 Mar 2026 13:30:00 GMT" {
		t.Errorf("date is %q", got)
	}
}

func TestServer_RequestsAreWrittenDown(t *testing.T) {
	c := memory(t, Options{})
	c.do(t.Context(), "POST", issueAddress, issueBody, "X-Request-Id", "r-1")
	c.do(t.Context(), "GET", "/api/health?x=1", "", "Authorization", "-", "Referer", "https://portal.example/")
	got := c.server.Requests()
	if len(got) != 2 || got[0].RequestID != "r-1" || got[0].Body != issueBody || !got[0].HasAuthorization || got[0].Referer != "" {
		t.Fatalf("requests: %+v", got)
	}
	if got[1].Path != "/api/health?x=1" || got[1].HasAuthorization || got[1].Referer != "https://portal.example/" {
		t.Errorf("second request: %+v", got[1])
	}
}

func TestServer_HeadersOfEveryAnswer(t *testing.T) {
	c := memory(t, Options{})
	for _, path := range []string{"/api/config", "/api/ext/nothing", "/embed-apps/x", "/"} {
		h := c.get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": "frame-ancestors *",
			"Referrer-Policy":         "no-referrer",
			"X-Powered-By":            "ToolJet",
			"Cache-Control":           "no-cache, no-store, must-revalidate",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
}

func TestServer_PathsOutsideTheAPIServeTheWebClient(t *testing.T) {
	c := memory(t, Options{})
	r := c.get("/ext/workspaces")
	c.want(r, 200, "<!doctype html>")
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "text/html") {
		t.Errorf("content type %q", got)
	}
	c.want(c.post("/ext/workspaces", "{}"), 404, "Cannot POST /ext/workspaces")
}

func TestServer_SubPath(t *testing.T) {
	c := memory(t, Options{SubPath: "/apps/tooljet/"})
	c.want(c.get("/api/ext/workspaces"), 200, "Sales")
	c.want(c.get("/api/config"), 200, `"SUB_PATH":"/apps/tooljet/"`)
	// Health stays outside the prefix.
	c.want(c.get("/api/health"), 404, "Cannot GET /apps/tooljet/api/health")
	url := c.post(issueAddress, issueBody).text("redirectUrl")
	if !strings.HasPrefix(url, "https://tooljet.example/apps/tooljet/embed-apps/"+stableID("app", "Orders portal")+"?") {
		t.Errorf("url %q", url)
	}
	c.base = "https://tooljet.example"
	c.want(c.get("/api/health"), 200, `"works":"yeah"`)
	c.want(c.get("/health"), 200, `"works":"yeah"`)
	c.want(c.get("/api/ext/workspaces"), 200, "<!doctype html>")
}

func TestServer_EmptyHasNobody(t *testing.T) {
	c := memory(t, Options{Empty: true})
	c.want(c.get("/api/ext/users"), 200, "[]")
	c.want(c.get("/api/ext/workspaces"), 200, "[]")
	c.want(c.post(issueAddress, issueBody), 404, "User not found")
}
