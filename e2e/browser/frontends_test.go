package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
	"patdesk/snippet/snippettest"
)

// nodeModules is where Debian's packages put JavaScript libraries.
const nodeModules = snippettest.NodeModules

// What a front end says to the person.
const (
	signedOut   = "You have signed out."
	signInAgain = "Please sign in again."
	cannotOpen  = "The app cannot be opened now."
)

// quoted is a text as a string of JavaScript.
func quoted(text string) string {
	b, _ := json.Marshal(text) // a string always can be
	return string(b)
}

// says is an expression that is true while a front end says this.
func says(text string) string {
	return fmt.Sprintf(`document.querySelector('[role="status"]')?.textContent === %q && !document.querySelector("iframe")`, text)
}

// fresh waits for the app in a frame that is not the one before. A frame that does
// not open the app can come and go meanwhile.
func (p *page) fresh(t *testing.T, old *page) *page {
	t.Helper()
	var app *page
	e2etest.Within(t, browserTime, "the app in a new frame", func() bool {
		found := p.foreign()
		if len(found) != 1 || old != nil && found[0] == old.session {
			return false
		}
		app = &page{b: p.b, session: found[0]}
		var is bool
		return app.try(`document.querySelector("h1")?.textContent === `+quoted(awkward), &is) == nil && is
	})
	return app
}

// passes lets longer pass in a page than the pause before a renewal.
func (p *page) passes(t *testing.T) {
	t.Helper()
	p.run(t, "new Promise((done) => setTimeout(done, 2_500))", nil)
}

// minuteLater moves the clock of a page by more than the time in which it does not
// renew again.
func (p *page) minuteLater(t *testing.T) {
	t.Helper()
	p.run(t, "{ const now = Date.now; Date.now = () => now() + 61_000; }", nil)
}

// renews ensures a front end renews its app after the end of its token and after
// an idle end, without a reload of the page, once in a minute and after a pause, and
// that it stays signed out after a person signed out.
func (p *pair) renews(t *testing.T, b *browser, kind string) {
	before := p.issues()
	top := b.open(t, p.base+"/"+kind+".html")
	app := top.fresh(t, nil)
	app.shows(t, `document.getElementById("who").textContent === "Ana Ruiz (end-user)"`)
	top.run(t, "window.first = true", nil)
	var frames []map[string]string
	top.run(t, attributes, &frames)
	for _, f := range frames {
		delete(f, "src")
	}
	if diff := cmp.Diff([]map[string]string{{"title": awkward, "style": "border: 0px; width: 100%; height: 600px;", "referrerpolicy": "no-referrer"}}, frames); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}

	// The session is used and lives when its token ends.
	p.server.Advance(40 * time.Minute)
	app.run(t, "location.reload()", nil)
	app.shows(t, `performance.getEntriesByType("navigation")[0].type === "reload" && document.querySelector("table") !== null`)
	p.server.Advance(21 * time.Minute)
	app.run(t, "location.reload()", nil)
	app = top.fresh(t, app)
	p.issuesSince(t, before, 2)
	top.shows(t, `performance.getEntriesByType("resource").filter((e) => e.name.endsWith("/tooljet-embed"))[1].startTime - ended[0] > 1_000`)

	top.minuteLater(t)
	p.server.Advance(51 * time.Minute) // an idle end: the token lives
	app.run(t, "location.reload()", nil)
	app = top.fresh(t, app)
	p.issuesSince(t, before, 3)

	p.server.Advance(51 * time.Minute)
	app.run(t, "location.reload()", nil)
	top.shows(t, says(signInAgain))
	top.passes(t)
	top.shows(t, says(signInAgain))
	p.issuesSince(t, before, 3)

	top.click(t, "button")
	app = top.fresh(t, nil)
	app.click(t, "#out")
	top.shows(t, says(signedOut))
	top.passes(t)
	top.shows(t, says(signedOut)+" && window.first === true")
	p.issuesSince(t, before, 4)
	top.hasNoComplaints(t, kind)
}

// hasNoComplaints ensures a framework found nothing wrong with the component.
func (p *page) hasNoComplaints(t *testing.T, kind string) {
	t.Helper()
	if _, is := programs[kind]; is {
		p.shows(t, "complaints.length === 0")
	}
}

// refuses ensures a front end renews what was refused once, says in the portal's
// words why there is no address, and never asks on and on.
func (p *pair) refuses(t *testing.T, b *browser, kind string) {
	const exchange = "/api/ext/users/session"
	address := p.base + "/" + kind + ".html"

	before := p.issues()
	p.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Match: exchange})
	b.open(t, address).fresh(t, nil)
	p.issuesSince(t, before, 2)

	before = p.issues()
	if err := p.server.SetAccess("ana@example.com", "orders", false); err != nil {
		t.Fatal(err)
	}
	b.open(t, address).shows(t, says(signInAgain))
	if err := p.server.SetAccess("ana@example.com", "orders", true); err != nil {
		t.Fatal(err)
	}
	p.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropBefore, Match: exchange, Times: -1}) // a browser tries again
	b.open(t, address).shows(t, says(cannotOpen))
	p.server.Clear()
	p.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter}) // the token exists, nobody has it
	top := b.open(t, address)
	top.shows(t, says(cannotOpen))
	top.passes(t)
	p.issuesSince(t, before, 2+1+1)
	top.click(t, "button")
	top.fresh(t, nil)
	top.hasNoComplaints(t, kind)

	// At another name of the portal nobody is signed in.
	b.open(t, strings.Replace(address, "//", "//other.", 1)).shows(t, says("Sign in to the portal first."))
}

// hearsItsFrames ensures two front ends on one page each mind their own frame, and
// neither heeds what the page itself or another frame of the right origin says.
func (p *pair) hearsItsFrames(t *testing.T, b *browser, kind string, f frontEnd) {
	body := f.body + f.body
	if f.script != "" { // components: a page of a framework has them in one tree
		body = "<script>window.apps = 2</script>" + f.body
	}
	write(t, p.portal.Pages+"/two.html", fmt.Sprintf(pairPage, body))
	before := p.issues()
	top := b.open(t, p.base+"/two.html")
	top.shows(t, `document.querySelectorAll("section iframe").length === 2`)
	top.run(t, `window.postMessage({ type: "TJ_EMBED_APP_LOGOUT", error: 401 }, "*")`, nil)
	// An address without a token says at once that it has none.
	top.run(t, `{
  const other = document.createElement("iframe");
  other.src = new URL(document.querySelector("iframe").src).origin + "/embed-apps/other";
  document.body.append(other);
}`, nil)
	top.shows(t, "ended.length === 2")
	top.passes(t)
	top.shows(t, `document.querySelectorAll("section iframe").length === 2`)
	p.issuesSince(t, before, 2)
	top.hasNoComplaints(t, kind)
}
