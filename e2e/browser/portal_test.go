package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"patdesk/e2e/e2etest"

	"github.com/google/go-cmp/cmp"
)

// portal is a web site that embeds an app: its pages, and what they told it.
type portal struct {
	url string

	mu     sync.Mutex
	pages  map[string]string
	policy map[string]string // Content-Security-Policy of a page, by its path
	heard  []heard
	called []string // addresses that only a hostile text asks for
	report string   // the last one of what a policy blocked

	backend http.Handler // answers what front ends ask for, or nil
}

// heard is a message that reached a page of the portal.
type heard struct {
	Origin string
	Data   string // as JSON
}

// portalPage notes every message, one after the other, and holds the snippet as
// it was copied.
const portalPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Portal</title>
<script>
let last = Promise.resolve();
addEventListener("message", (event) => {
  const body = JSON.stringify({ Origin: event.origin, Data: JSON.stringify(event.data) });
  last = last.then(() => fetch("/heard", { method: "POST", body }));
});
</script>%s</head>
<body>
%s
</body></html>
`

func newPortal(t *testing.T) *portal {
	t.Helper()
	p := &portal{pages: map[string]string{}, policy: map[string]string{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // another site than the sandbox
	return p
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.backend != nil && (r.URL.Path == "/tooljet-embed" || r.URL.Path == "/sign-in") {
		p.backend.ServeHTTP(w, r)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	page, found := p.pages[r.URL.Path]
	if policy := p.policy[r.URL.Path]; policy != "" {
		w.Header().Set("Content-Security-Policy", policy)
	}
	switch {
	case found && strings.HasSuffix(r.URL.Path, ".js"):
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = io.WriteString(w, page)
	case found:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	case r.URL.Path == "/heard":
		var h heard
		if json.NewDecoder(r.Body).Decode(&h) == nil {
			p.heard = append(p.heard, h)
		}
	case r.URL.Path == "/report":
		body, _ := io.ReadAll(r.Body)
		p.report = string(body)
	case strings.HasPrefix(r.URL.Path, "/called"):
		p.called = append(p.called, r.URL.RequestURI())
	default:
		http.NotFound(w, r)
	}
}

// page puts a snippet into a new page and returns its address.
func (p *portal) page(snippet string) string { return p.pageWith(snippet, "", "") }

// pageWith is page with more in the head and with a Content-Security-Policy.
func (p *portal) pageWith(snippet, head, policy string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	path := fmt.Sprintf("/%d.html", len(p.pages))
	p.pages[path], p.policy[path] = fmt.Sprintf(portalPage, head, snippet), policy
	return p.url + path
}

// hears waits until the portal has heard something, and checks that it is
// exactly this, each from the origin given.
func (p *portal) hears(t *testing.T, origin string, want ...string) {
	t.Helper()
	got := p.messages(t, len(want))
	all := make([]heard, len(want))
	for i, data := range want {
		all[i] = heard{origin, data}
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("the portal heard (-want +got):\n%s", diff)
	}
}

// messages waits until the portal has heard so many messages.
func (p *portal) messages(t *testing.T, n int) (got []heard) {
	t.Helper()
	e2etest.Within(t, browserTime, fmt.Sprintf("%d messages at the portal", n), func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		got = append([]heard(nil), p.heard...)
		return len(got) >= n
	})
	return got
}

// loggedOut is the message of a frame that ended without an error.
const loggedOut = `{"type":"TJ_EMBED_APP_LOGOUT"}`

// refused is the message of a frame that could not begin.
func refused(status int, text string) string {
	return fmt.Sprintf(`{"type":"TJ_EMBED_APP_LOGOUT","error":%d,"message":%q}`, status, text)
}
