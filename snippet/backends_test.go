package snippet

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/snippet/snippettest"
	"patdesk/ui/term/termtest"
)

// visitor asks a portal for an address, signed in as email unless that is "". The
// address names somebody else, as anyone could.
func visitor(t *testing.T, portal, email string) (status int, answer struct{ URL, Error string }) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(path string) (*http.Response, []byte) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, portal+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, body
	}
	if email != "" {
		if res, body := get("/sign-in?email=" + url.QueryEscape(email)); res.StatusCode != http.StatusOK {
			t.Fatalf("sign-in: %s %s", res.Status, body)
		}
	}
	res, body := get("/tooljet-embed?email=bea@example.com")
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v: %s", res.Status, err, body)
	}
	if !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("an answer that may be kept: %v", res.Header)
	}
	return res.StatusCode, answer
}

// issueFaults are the ways in which asking ToolJet for a token fails, with what a
// portal answers. The token may exist after most of them.
var issueFaults = []struct {
	name   string
	fault  sandbox.Fault
	status int
	says   string
	fails  bool // curl itself ends with an error
}{
	{"403", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Unauthorized"`}, 502, page{}.SayKey(), false},
	{"404", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`}, 404, page{}.SayUnknown(), false},
	{"429", sandbox.Fault{Kind: sandbox.FaultRateLimit}, 429, page{}.SayBusy(), false},
	{"429 that names a time", sandbox.Fault{Kind: sandbox.FaultRateLimit, Header: map[string]string{"Retry-After": "0"}}, 429, page{}.SayBusy(), false},
	{"a gate wants a log-in", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Header: map[string]string{"WWW-Authenticate": "Basic"}}, 502, page{}.SayDown(), false},
	{"408", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 408, After: true}, 502, page{}.SayDown(), false},
	{"licence", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 451}, 502, page{}.SayDown(), false},
	{"500", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, After: true}, 502, page{}.SayDown(), false},
	{"503 that names a time", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, After: true, Header: map[string]string{"Retry-After": "0"}}, 502, page{}.SayDown(), false},
	{"lost answer", sandbox.Fault{Kind: sandbox.FaultDropAfter}, 502, page{}.SayDown(), true},
	{"lost answer by reset", sandbox.Fault{Kind: sandbox.FaultResetAfter}, 502, page{}.SayDown(), true},
	{"lost within the headers", sandbox.Fault{Kind: sandbox.FaultResetHeaders}, 502, page{}.SayDown(), true},
	{"lost within the answer", sandbox.Fault{Kind: sandbox.FaultTruncate}, 502, page{}.SayDown(), true},
	{"lost request", sandbox.Fault{Kind: sandbox.FaultDropBefore}, 502, page{}.SayDown(), true},
	{"another server", sandbox.Fault{Kind: sandbox.FaultRedirect, Status: 307, Target: "/elsewhere"}, 502, page{}.SayDown(), false},
	{"a page of a gate", sandbox.Fault{Kind: sandbox.FaultHTML}, 502, page{}.SayDown(), false},
	{"no address", sandbox.Fault{Kind: sandbox.FaultNoURL}, 502, page{}.SayDown(), false},
	{"no object", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 201, Body: "[]", ContentType: "application/json"}, 502, page{}.SayDown(), false},
	{"null", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 201, Body: "null", ContentType: "application/json"}, 502, page{}.SayDown(), false},
	{"an address of null", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 201, Body: `{"redirectUrl":null}`, ContentType: "application/json"}, 502, page{}.SayDown(), false},
}

// askedOnce fails unless a server was asked once since it had seen so many
// requests, for the token of the sample.
func askedOnce(t *testing.T, s *sandbox.Server, before int, email string) {
	t.Helper()
	requests := s.Requests()[before:]
	if len(requests) != 1 {
		t.Fatalf("%d requests: %+v", len(requests), requests)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(requests[0].Body), &body); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"email": email, "appSlug": "orders", "patExpiry": 3600.0, "sessionExpiry": 60.0}, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// serve starts a sandbox and makes the sample of a backend for it.
func serve(t *testing.T, kind string) (s *sandbox.Server, host, sampled string) {
	t.Helper()
	s = sandbox.New(sandbox.Options{})
	listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	d := sample()
	d.BaseURL, d.AppID, d.AppSlug = listener.URL, "", "orders"
	return s, listener.URL, render(t, kind, d)
}

// hastened is the sample of a backend that waits for three seconds in place of the 45
// which each of them has.
func hastened(t *testing.T, kind, sample string) string {
	t.Helper()
	edit := map[string][2]string{
		"express": {"AbortSignal.timeout(45_000)", "AbortSignal.timeout(3_000)"},
		"flask":   {"timeout=45)", "timeout=3)"},
		"fastapi": {"timeout=45)", "timeout=3)"},
		"laravel": {"->timeout(45)", "->timeout(3)"},
		"go":      {"45 * time.Second", "3 * time.Second"},
	}[kind]
	if edit[0] == "" || strings.Count(sample, edit[0]) != 1 {
		t.Fatalf("the sample of %s has no limit of 45 seconds", kind)
	}
	return strings.Replace(sample, edit[0], edit[1], 1)
}

// Ensure each backend issues one token for the person of its session, says in the
// portal's words what ToolJet refused, and sends a request once, whatever comes
// back, over connections that were used before as well as over new ones.
func TestBackends_AgainstTheSandbox(t *testing.T) {
	t.Parallel()
	for _, kind := range snippettest.Backends() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			const person = "ana@example.com"
			server, host, sampled := serve(t, kind)
			portal := snippettest.Start(t, kind, sampled, server.Key())
			good := func(t *testing.T) {
				t.Helper()
				before := len(server.Requests())
				status, answer := visitor(t, portal.URL, person)
				if status != http.StatusOK || !strings.HasPrefix(answer.URL, host+"/embed-apps/") {
					t.Errorf("answered %d %+v", status, answer)
				}
				askedOnce(t, server, before, person)
			}
			t.Run("201", good)
			t.Run("nobody is signed in", func(t *testing.T) {
				before := len(server.Requests())
				status, answer := visitor(t, portal.URL, "")
				if status != http.StatusUnauthorized || answer.Error != (page{}.SaySignIn()) || len(server.Requests()) != before {
					t.Errorf("answered %d %+v, and asked %+v", status, answer, server.Requests()[before:])
				}
			})
			t.Run("a person of the portal alone", func(t *testing.T) {
				before := len(server.Requests())
				status, answer := visitor(t, portal.URL, "nobody@example.com")
				if status != http.StatusNotFound || answer.Error != (page{}.SayUnknown()) {
					t.Errorf("answered %d %+v", status, answer)
				}
				askedOnce(t, server, before, "nobody@example.com")
			})
			for _, tt := range issueFaults {
				t.Run(tt.name, func(t *testing.T) {
					good(t) // leaves a connection to use again
					server.Inject(tt.fault)
					before := len(server.Requests())
					status, answer := visitor(t, portal.URL, person)
					if status != tt.status || answer.Error != tt.says || answer.URL != "" {
						t.Errorf("answered %d %+v, want %d %q", status, answer, tt.status, tt.says)
					}
					askedOnce(t, server, before, person)
				})
			}
			hasty := snippettest.Start(t, kind, hastened(t, kind, sampled), "another-key")
			t.Run("no answer for long", func(t *testing.T) {
				server.Inject(sandbox.Fault{Kind: sandbox.FaultHang})
				before := len(server.Requests())
				status, answer := visitor(t, hasty.URL, person)
				if status != http.StatusGatewayTimeout || answer.Error != (page{}.SayDown()) || answer.URL != "" {
					t.Errorf("answered %d %+v", status, answer)
				}
				askedOnce(t, server, before, person)
			})
			t.Run("another key", func(t *testing.T) {
				before := len(server.Requests())
				if status, answer := visitor(t, hasty.URL, person); status != http.StatusBadGateway || answer.Error != (page{}.SayKey()) {
					t.Errorf("answered %d %+v", status, answer)
				}
				askedOnce(t, server, before, person)
			})
		})
	}
}

// Ensure the curl snippet asks once, whatever comes back.
func TestRender_CurlAsksOnce(t *testing.T) {
	t.Parallel()
	sh := termtest.Need(t, "sh", "curl")
	server, _, sampled := serve(t, "curl")
	for _, tt := range issueFaults {
		server.Inject(tt.fault)
		before := len(server.Requests())
		cmd := exec.CommandContext(t.Context(), sh, "-s")
		cmd.Stdin = strings.NewReader(sampled)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "NO_PROXY=*", "TOOLJET_API_TOKEN=" + server.Key()}
		if out, err := cmd.CombinedOutput(); (err != nil) != tt.fails {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		askedOnce(t, server, before, "ana@example.com")
	}
}
