package browser

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
	"patdesk/snippet/snippettest"
)

// awkward is what an app of the pairs is called.
const awkward = `Orders "&amp;" </script><b title='x'>${1}</b> -->` + " `שלום`"

// pair is a portal that is made of the sample of a backend and serves pages of
// front ends, with a sandbox of its own at another site.
type pair struct {
	backend string // its kind
	server  *sandbox.Server
	env     []string
	portal  *snippettest.Portal
	base    string // of the portal, at a host of its own: cookies know no ports
}

// newPair issues a token of an hour, fifty minutes of them without use, and runs
// the sample of a backend that issues more of them.
func newPair(t *testing.T, backend string) *pair {
	t.Helper()
	p := &pair{backend: backend, server: sandbox.New(sandbox.Options{})}
	listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", p.server)
	if err == nil {
		err = p.server.RenameApp("orders", awkward)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.env = e2etest.Home(t, listener.URL, p.server.Key())
	e2etest.Run(t, p.env, "issue", "ana@example.com", "orders", "--life", "1h", "--idle", "50m")
	p.portal = snippettest.Start(t, backend, e2etest.Run(t, p.env, "show", "1", "-o", backend), p.server.Key())
	p.base = strings.Replace(p.portal.URL, "127.0.0.1", backend+".localhost", 1)
	return p
}

// frontEnd is what the pages of a front end hold. It knows nothing of a backend but
// the route, so that it is made once.
type frontEnd struct{ body, script string }

// frontEndsOf makes the front ends of a token.
func frontEndsOf(t *testing.T, env []string, kinds ...string) map[string]frontEnd {
	t.Helper()
	all := map[string]frontEnd{}
	for _, kind := range kinds {
		sample := e2etest.Run(t, env, "show", "1", "-o", kind)
		made, is := programs[kind]
		if !is {
			all[kind] = frontEnd{body: sample}
			continue
		}
		all[kind] = frontEnd{body: made.page + `<script src="/` + kind + `.js"></script>`, script: made.bundle(t, sample)}
	}
	return all
}

// pairPage notes when frames ended.
const pairPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Portal</title>
<script>
window.ended = [];
addEventListener("message", (event) => { if (event.data?.type === "TJ_EMBED_APP_LOGOUT") ended.push(performance.now()); });
</script></head>
<body>
%s
</body></html>
`

// serve puts the front ends into pages of the portal.
func (p *pair) serve(t *testing.T, all map[string]frontEnd) {
	t.Helper()
	for kind, f := range all {
		write(t, filepath.Join(p.portal.Pages, kind+".html"), fmt.Sprintf(pairPage, f.body))
		if f.script != "" {
			write(t, filepath.Join(p.portal.Pages, kind+".js"), f.script)
		}
	}
}

// signIn begins a session of the portal.
func signIn(t *testing.T, b *browser, base, email string) {
	t.Helper()
	b.open(t, base+"/sign-in?email="+url.QueryEscape(email)).shows(t, `document.body.innerText.trim() === "Signed in."`)
}

// issues is how often the sandbox was asked for a token.
func (p *pair) issues() (n int) {
	for _, r := range p.server.Requests() {
		if r.Method == http.MethodPost && r.Path == "/api/ext/users/personal-access-token" {
			n++
		}
	}
	return n
}

// issuesSince fails unless so many tokens were asked for since there were before.
func (p *pair) issuesSince(t *testing.T, before, want int) {
	t.Helper()
	if n := p.issues() - before; n != want {
		t.Errorf("the backend asked for %d tokens, want %d", n, want)
	}
}

// pagesOnExpress is the pair that is tried each time, because it starts fastest.
func pagesOnExpress(t *testing.T, b *browser) {
	p := newPair(t, "express")
	tryPair(t, b, p, "html", frontEndsOf(t, p.env, "html"))
}

// Ensure every front end fits every backend.
func TestPairs_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	b := startBrowser(t)
	pairs := map[string]*pair{}
	front := map[string]string{"go": "html", "express": "react", "flask": "vue", "fastapi": "angular", "laravel": "html"}
	for _, backend := range snippettest.Backends() {
		pairs[backend] = newPair(t, backend)
	}
	all := frontEndsOf(t, pairs["go"].env, "html", "react", "vue", "angular")
	for backend, p := range pairs {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			tryPair(t, b, p, front[backend], all)
		})
	}
}

// tryPair opens all front ends at a portal, and follows one of them through a day.
func tryPair(t *testing.T, b *browser, p *pair, kind string, all map[string]frontEnd) {
	t.Helper()
	p.serve(t, all)
	t.Run("shows the person", func(t *testing.T) { p.showsPerson(t, b, slices.Sorted(maps.Keys(all))) })
	signIn(t, b, p.base, "ana@example.com")
	t.Run("renews", func(t *testing.T) { p.renews(t, b, kind) })
	t.Run("is refused", func(t *testing.T) { p.refuses(t, b, kind) })
	t.Run("obeys the policy", func(t *testing.T) { p.obeysPolicy(t, b, kind, all) })
	t.Run("hears its frames", func(t *testing.T) { p.hearsItsFrames(t, b, kind, all[kind]) })
}

// showsPerson ensures each front end shows the app to who is signed in at the
// portal, whatever the person and the app are called.
func (p *pair) showsPerson(t *testing.T, b *browser, kinds []string) {
	signIn(t, b, p.base, "bea@example.com")
	before := p.issues()
	for _, kind := range kinds {
		top := b.open(t, p.base+"/"+kind+".html?email=ana@example.com")
		app := top.fresh(t, nil)
		app.shows(t, `document.getElementById("who").textContent === "<b>Bea</b> <img src=x onerror=alert(1)> (end-user)" && document.images.length === 0`)
		top.shows(t, `document.querySelector("iframe").title === `+quoted(awkward)+` && !document.querySelector("section b")`)
		for _, r := range ofViewers(p.server.Requests()) {
			if strings.Contains(r.Referer, "localhost") {
				t.Errorf("%s: %s %s tells where it stands: %s", kind, r.Method, r.Path, r.Referer)
			}
		}
	}
	p.issuesSince(t, before, len(kinds))
}
