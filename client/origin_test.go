package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// seen counts requests and keeps what they carried.
type seen struct {
	mu       sync.Mutex
	requests int
	secrets  int
}

func (s *seen) ServeHTTP(_ http.ResponseWriter, r *http.Request) { s.count(r) }

func (s *seen) count(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if r.Header.Get("Authorization") != "" || r.ContentLength > 0 {
		s.secrets++
	}
}

// Ensure no redirect is followed, whatever its code and target: 45 of them.
func TestRedirects_AreNotFollowed(t *testing.T) {
	other := &seen{}
	elsewhere := httptest.NewServer(other)
	t.Cleanup(elsewhere.Close)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(elsewhere.URL, "http://"))
	ca := newAuthority(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, tt := range []struct{ name, location, target string }{
			{"same", "{base}/api/elsewhere?secret=1", "{base}"},
			{"other port", "https://127.0.0.1:" + port + "/", "https://127.0.0.1:" + port},
			{"http downgrade", "http://127.0.0.1:" + port + "/login", "http://127.0.0.1:" + port},
			{"other host", "http://localhost:" + port + "/", "http://localhost:" + port},
			{"sub-domain", "http://sub.localhost:" + port + "/", "http://sub.localhost:" + port},
			{"IP", "http://[::ffff:127.0.0.1]:" + port + "/", "http://[::ffff:127.0.0.1]:" + port},
			{"userinfo", "http://ana:geheim@127.0.0.1:" + port + "/#geheim", "http://127.0.0.1:" + port},
			{"relative", "../../elsewhere", "{base}"},
			{"10-hop", "/hop/1", "{base}"},
		} {
			t.Run(fmt.Sprint(status, " ", tt.name), func(t *testing.T) {
				own := &seen{}
				var base string
				s := serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					own.count(r)
					var hop int
					if _, err := fmt.Sscanf(r.URL.Path, "/hop/%d", &hop); err == nil && hop < 10 {
						w.Header().Set("Location", fmt.Sprint("/hop/", hop+1))
					} else {
						w.Header().Set("Location", strings.ReplaceAll(tt.location, "{base}", base))
					}
					w.WriteHeader(status)
				}), ca.leaf(t, nil, false), status%2 == 0)
				base = s.URL
				_, err := open(t, base, WithCAFile(ca.file)).CreateToken(t.Context(), request1())
				e := failed(t, err)
				if want := strings.ReplaceAll(tt.target, "{base}", base); e.Failure != FailRedirect || e.Status != status || e.Target != want || e.MaybeExecuted() {
					t.Errorf("target %q, want %q: %+v", e.Target, want, e)
				}
				if own.requests != 1 || own.secrets != 1 {
					t.Errorf("%d requests at the server", own.requests)
				}
			})
		}
	}
	if other.requests != 0 || other.secrets != 0 {
		t.Errorf("%d requests elsewhere, %d with secrets", other.requests, other.secrets)
	}
}

func TestRedirects_OddLocations(t *testing.T) {
	for location, want := range map[string]string{
		"":                              "",
		"http://[::1":                   "",
		"%zz":                           "",
		"javascript:alert(1)":           "",
		"//evil.example/x":              "http://evil.example",
		"https://" + testKey + ".evil/": "https://[redacted].evil",
	} {
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Location"] = []string{location}
			w.WriteHeader(302)
		}))
		_, err := c.ListWorkspaces(t.Context())
		if e := failed(t, err); e.Failure != FailRedirect || e.Target != want {
			t.Errorf("%q: target %q, want %q, %v", location, e.Target, want, e)
		}
	}
}

// gate counts what passes the lock.
type gate struct{ passed []*url.URL }

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.passed = append(g.passed, r.URL)
	return nil, http.ErrServerClosed
}

// Ensure no request leaves for another scheme, host or port: 10,000 random URLs
// made of the parts that attacks are made of.
func TestLock_RandomURLs(t *testing.T) {
	g := &gate{}
	c := open(t, "https://tooljet.example.com/apps", WithTransport(g))
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[random.IntN(len(s))] }
	same := 0
	for range 10_000 {
		u := &url.URL{
			Scheme: pick("https", "https", "https", "HTTPS", "http", "ftp", ""),
			Host: pick("tooljet.example.com", "tooljet.example.com", "ToolJet.example.com", "tooljet.example.com.", "tooljet.example.com.evil.example",
				"evil.example", "sub.tooljet.example.com", "127.0.0.1", "[::1]", "xn--tooljet.example.com", "") + pick("", "", "", ":443", ":80", ":8443", ":"),
			Path:     pick("/", "/api/ext/users", "//evil.example/", "/@evil.example"),
			RawQuery: pick("", "a=b"),
		}
		if random.IntN(8) == 0 {
			u.User = url.UserPassword("ana", "geheim")
		}
		if random.IntN(8) == 0 {
			u.Opaque = "//evil.example/x"
		}
		req := &http.Request{Method: "GET", URL: u, Header: http.Header{}, Host: pick("", "", u.Host, "evil.example")}
		before := len(g.passed)
		resp, err := c.wire.RoundTrip(req)
		if resp != nil {
			_ = resp.Body.Close()
		}
		ours := strings.EqualFold(u.Scheme, "https") && strings.EqualFold(u.Hostname(), "tooljet.example.com") &&
			(u.Port() == "" || u.Port() == "443") && u.User == nil && u.Opaque == "" && (req.Host == "" || req.Host == u.Host)
		if passed := len(g.passed) > before; passed != ours || errors.Is(err, errOrigin) == ours {
			t.Fatalf("%q (Host %q) passed: %v, %v", u, req.Host, passed, err)
		}
		if ours {
			same++
		}
	}
	if same < 100 {
		t.Errorf("only %d URLs of the own origin: the test proves little", same)
	}
}

// Ensure identifiers cannot change the address they are put into.
func TestJoin_HostileIdentifiers(t *testing.T) {
	synctest.Test(t, testHostileIdentifiers) // the closed server is tried again after waits
}

func testHostileIdentifiers(t *testing.T) {
	g := &gate{}
	c := open(t, "https://tooljet.example.com/apps", WithTransport(g))
	for _, id := range []string{"..", ".", "", "../../x", "a/b", "a?b", "a#b", "a%2fb", "//evil.example", "@evil.example", "a\x00b", "é", "a b", "ana@example.com"} {
		g.passed = nil
		_, err := c.GetUser(t.Context(), id)
		if err == nil {
			t.Fatal("a closed server answered")
		}
		for _, u := range g.passed {
			rest, ok := strings.CutPrefix(u.EscapedPath(), "/apps/api/ext/user/")
			back, bad := url.PathUnescape(rest)
			if !ok || strings.Contains(rest, "/") || bad != nil || back != id || u.RawQuery != "" || u.Fragment != "" {
				t.Errorf("%q became %s", id, u)
			}
		}
	}
}
