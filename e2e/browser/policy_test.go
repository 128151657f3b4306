package browser

import (
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
)

// policy is what a portal's page says of the frames that it may show.
type policy struct {
	name, header, head string
	opens              bool
}

// policies are those of a portal with and without the line of the kind csp. own is what
// its scripts need.
func policies(t *testing.T, env []string, own string) []policy {
	t.Helper()
	var line, meta string
	for l := range strings.Lines(e2etest.Run(t, env, "show", "1", "-o", "csp")) {
		if header, is := strings.CutPrefix(l, "Content-Security-Policy: "); is {
			line = strings.TrimSpace(header)
		} else if strings.HasPrefix(l, "<meta") {
			meta = l
		}
	}
	return []policy{
		{"the line alone", line, "", true},
		{"the line in the head", "", meta, true},
		{"the portal's own alone", own, "", false},
		{"the line beside the portal's own", own + "; " + line, "", true},
		{"the line in the head cannot loosen the portal's own", own, meta, false},
		{"a line for another server", "frame-src https://tooljet.example.com", "", false},
	}
}

// obeysPolicy ensures the line of the kind csp lets a page show the app, and that
// a page whose policy lacks it says that it cannot.
func (p *pair) obeysPolicy(t *testing.T, b *browser, kind string, all map[string]frontEnd) {
	// What the scripts of the pages need; Angular's libraries are linked in the page.
	const own = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'"
	backend, err := url.Parse(p.portal.URL)
	if err != nil {
		t.Fatal(err)
	}
	front := newPortal(t)
	front.url = strings.Replace(front.url, "localhost", "policy."+p.backend+".localhost", 1)
	front.backend = httputil.NewSingleHostReverseProxy(backend)
	front.pages["/"+kind+".js"] = all[kind].script
	signIn(t, b, front.url, "ana@example.com")
	for _, tt := range policies(t, p.env, own) {
		seen := len(ofViewers(p.server.Requests()))
		top := b.open(t, front.pageWith(all[kind].body, tt.head, tt.header))
		if tt.opens {
			top.fresh(t, nil)
			continue
		}
		top.shows(t, says(cannotOpen))
		if n := len(ofViewers(p.server.Requests())) - seen; n != 0 {
			t.Errorf("%s: the browser asked ToolJet %d times", tt.name, n)
		}
	}
}

// blocked notes what a policy kept from a page.
const blocked = `<script>window.blocked = []; addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));</script>`

// staticFrameObeysPolicy ensures the iframe snippet opens the app under each policy of a
// portal that has the line of the kind csp, and under no other; and that the report of a
// page that lacks it names the server without the token.
func staticFrameObeysPolicy(t *testing.T, b *browser) {
	const own = "default-src 'self'; script-src 'self' 'unsafe-inline'"
	env, address := e2etest.Desk(t)
	portal, snippet := newPortal(t), e2etest.Run(t, env, "show", "1", "-o", "iframe")
	for _, tt := range policies(t, env, own) {
		seen := len(viewerRequests(t, address))
		top := b.open(t, portal.pageWith(snippet, blocked+tt.head, tt.header))
		if tt.opens {
			top.frame(t).shows(t, heading("Orders portal"))
			top.shows(t, `!blocked.includes("frame-src")`)
			continue
		}
		top.shows(t, `blocked.includes("frame-src")`)
		if n := len(viewerRequests(t, address)) - seen; n != 0 {
			t.Errorf("%s: the browser asked ToolJet %d times", tt.name, n)
		}
	}

	b.open(t, portal.pageWith(snippet, "", own+"; style-src 'unsafe-inline'; report-uri /report"))
	var report string
	e2etest.Within(t, browserTime, "a report at the portal", func() bool {
		portal.mu.Lock()
		defer portal.mu.Unlock()
		report = portal.report
		return report != ""
	})
	if !strings.Contains(report, originOf(t, address)) || strings.Contains(report, "personal-access-token") {
		t.Errorf("the report says %s", report)
	}
}
