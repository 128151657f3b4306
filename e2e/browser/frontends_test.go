package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/e2e/e2etest"
)

// nodeModules is where Debian's packages put JavaScript libraries.
const nodeModules = "/usr/share/nodejs"

// frontEnd puts a front end into a page of a new portal, whose backend issues a
// token each time it is asked.
func frontEnd(t *testing.T, env []string, kind string, issue ...string) (p *portal, here string) {
	t.Helper()
	p = newPortal(t)
	p.backend = func() string {
		args := append([]string{"issue", "ana@example.com", "orders", "--again", "-o", "url"}, issue...)
		return strings.TrimSpace(e2etest.Run(t, env, args...))
	}
	sample := e2etest.Run(t, env, "show", "1", "-o", kind)
	if made, is := programs[kind]; is {
		p.pages["/portal.js"] = made.bundle(t, sample)
		sample = made.page + `<script src="/portal.js"></script>`
	}
	return p, p.page(sample)
}

// asks is how often the front ends of a portal asked for an address.
func (p *portal) asks() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

// says is an expression that is true while a front end says this.
func says(text string) string {
	return fmt.Sprintf(`document.querySelector('[role="status"]')?.textContent === %q && !document.querySelector("iframe")`, text)
}

// fresh waits for the app in a frame that is not the one before.
func (p *page) fresh(t *testing.T, old *page) *page {
	t.Helper()
	var app *page
	e2etest.Within(t, browserTime, "a new frame", func() bool {
		p.b.mu.Lock()
		defer p.b.mu.Unlock()
		found := p.b.frames[p.session]
		if len(found) != 1 || old != nil && found[0] == old.session {
			return false
		}
		app = &page{b: p.b, session: found[0]}
		return true
	})
	app.shows(t, heading("Orders portal"))
	return app
}

// Ensure each front end opens the app, renews it once after its token or its idle
// session has ended, without a reload of the page, and stays signed out after a
// person signed out.
func frontEndsRenew(t *testing.T, b *browser) {
	for _, kind := range []string{"html", "react", "vue", "angular"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			env, address := e2etest.Desk(t)
			portal, here := frontEnd(t, env, kind, "--life", "1h", "--idle", "5m")
			top := b.open(t, here)
			app := top.fresh(t, nil)
			top.run(t, "window.first = true", nil)
			var frames []map[string]string
			top.run(t, attributes, &frames)
			for _, f := range frames {
				delete(f, "src")
			}
			if diff := cmp.Diff([]map[string]string{{"title": "Orders portal", "style": "border: 0px; width: 100%; height: 600px;", "referrerpolicy": "no-referrer"}}, frames); diff != "" {
				t.Errorf("frames (-want +got):\n%s", diff)
			}
			for _, r := range viewerRequests(t, address) {
				if r.Referer != "" {
					t.Errorf("%s %s tells where it stands: %s", r.Method, r.Path, r.Referer)
				}
			}

			advance(t, address, "6m") // idle end
			app.run(t, "location.reload()", nil)
			app = top.fresh(t, app)
			top.shows(t, "window.first === true")

			// Sooner than a minute later it is not renewed again.
			advance(t, address, "61m")
			app.run(t, "location.reload()", nil)
			top.shows(t, says("Please sign in again."))
			if n := portal.asks(); n != 2 {
				t.Errorf("the backend was asked %d times", n)
			}

			top.click(t, "button")
			app = top.fresh(t, nil)
			app.click(t, "#out")
			top.shows(t, says("You have signed out."))
			time.Sleep(3 * time.Second) // longer than the pause before a renewal
			top.shows(t, says("You have signed out.")+" && window.first === true")
			if n := portal.asks(); n != 3 {
				t.Errorf("the backend was asked %d times", n)
			}
			if kind != "html" {
				top.shows(t, "complaints.length === 0")
			}
		})
	}
}

// Ensure two front ends on one page each mind their own frame, and neither heeds
// what the page itself or another frame of the right origin says.
func frontEndsHearTheirFrame(t *testing.T, b *browser) {
	env, address := e2etest.Desk(t)
	portal, _ := frontEnd(t, env, "html")
	sample := e2etest.Run(t, env, "show", "1", "-o", "html")
	top := b.open(t, portal.page(sample+sample))
	top.shows(t, `document.querySelectorAll("iframe").length === 2`)
	top.run(t, `window.postMessage({ type: "TJ_EMBED_APP_LOGOUT", error: 401 }, "*")`, nil)
	// An address without a token says at once that it has none.
	top.run(t, `{ const other = document.createElement("iframe"); other.src = "`+originOf(t, address)+`/embed-apps/other"; document.body.append(other); }`, nil)
	portal.messages(t, 2)
	top.shows(t, `document.querySelectorAll("section iframe").length === 2`)
	if n := portal.asks(); n != 2 {
		t.Errorf("the backend was asked %d times", n)
	}
}
