package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
)

// TestBrowser pastes snippets into a portal's page and opens it in a browser.
// The portal and the sandbox are different sites, as in a customer's house.
func TestBrowser(t *testing.T) {
	e2etest.SkipShort(t)
	b := startBrowser(t)
	for _, part := range []struct {
		name string
		test func(*testing.T, *browser)
	}{
		{"a front end and its backend", pagesOnExpress}, // the longest
		{"frame opens the app", frameOpensApp},
		{"top page refuses", topPageRefuses},
		{"sign-out is told", signOutIsTold},
		{"idle end is told", idleEndIsTold},
		{"refusals are told", refusalsAreTold},
		{"a static frame obeys the policy", staticFrameObeysPolicy},
		{"hostile user name", hostileUserName},
		{"hostile app names", hostileAppNames},
		{"corpus", corpusInFrames},
		{"preview tells what happened", previewTellsWhatHappened},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel() // each with a sandbox, a portal and pages of its own
			part.test(t, b)
		})
	}
}

// originOf is scheme and host of an address.
func originOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host
}

// ask reads JSON from the sandbox's control path.
func ask(t *testing.T, base, what string, v any) {
	t.Helper()
	b, err := e2etest.Control(http.MethodGet, base, what, nil)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// advance moves the sandbox's clock.
func advance(t *testing.T, base, by string) {
	t.Helper()
	if _, err := e2etest.Control(http.MethodPost, base, "clock", map[string]string{"advance": by}); err != nil {
		t.Fatal(err)
	}
}

// viewerRequests are the requests of browsers for the embed page and after it.
func viewerRequests(t *testing.T, base string) []sandbox.Request {
	t.Helper()
	var all []sandbox.Request
	ask(t, base, "requests", &all)
	return ofViewers(all)
}

func ofViewers(all []sandbox.Request) (viewer []sandbox.Request) {
	for _, r := range all {
		for _, part := range []string{"/embed-apps/", "/applications/", "/api/apps/", "/api/ext/users/session"} {
			if strings.HasPrefix(r.Path, part) {
				viewer = append(viewer, r)
			}
		}
	}
	return viewer
}

// sessionOf asks the sandbox who the session of a frame belongs to.
func sessionOf(t *testing.T, base, signed string) (status int, email string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, base+"/api/session", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("tj_auth_token", signed)
	res, err := (&http.Client{Timeout: browserTime}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var who struct{ Email string }
	if err := json.NewDecoder(res.Body).Decode(&who); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, who.Email
}

// heading is an expression that is true when the frame has this heading.
func heading(text string) string {
	return fmt.Sprintf(`document.querySelector("h1")?.textContent === %q`, text)
}

// attributes reads the attributes of all frames of a page.
const attributes = `Array.from(document.querySelectorAll("iframe"), (f) => Object.fromEntries(Array.from(f.attributes, (a) => [a.name, a.value])))`

// source reads the address from an iframe snippet.
func source(t *testing.T, snippet string) string {
	t.Helper()
	m := regexp.MustCompile(` src="([^"]+)"`).FindStringSubmatch(snippet)
	if m == nil {
		t.Fatalf("no address in %s", snippet)
	}
	return html.UnescapeString(m[1])
}

// frameWith are the attributes of the frame of the iframe snippet.
func frameWith(src, title string) map[string]string {
	return map[string]string{
		"src": src, "title": title, "width": "100%", "height": "600", "style": "border:0", "referrerpolicy": "no-referrer",
	}
}

// Ensure the iframe snippet of a new token opens the app for its user, in a
// session of that token, and tells nobody the address of the portal.
func frameOpensApp(t *testing.T, b *browser) {
	env, address := e2etest.Desk(t)
	snippet := e2etest.Run(t, env, "show", "1", "-o", "iframe")
	portal := newPortal(t)
	top := b.open(t, portal.page(snippet))
	app := top.frame(t)
	app.shows(t, heading("Orders portal"))
	app.shows(t, `document.getElementById("who").textContent === "Ana Ruiz (end-user)" && document.querySelectorAll("table tr").length === 4`)

	var frames []map[string]string
	top.run(t, attributes, &frames)
	if diff := cmp.Diff([]map[string]string{frameWith(address, "Orders portal")}, frames); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}

	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	token, id := u.Query().Get("personal-access-token"), strings.TrimPrefix(u.Path, "/embed-apps/")
	type step struct{ Method, Path, Body, Referer string }
	var got []step
	for _, r := range viewerRequests(t, address) {
		if r.HasAuthorization {
			t.Errorf("%s %s carries an Authorization header", r.Method, r.Path)
		}
		got = append(got, step{r.Method, r.Path, r.Body, r.Referer})
	}
	if diff := cmp.Diff([]step{
		{"GET", u.RequestURI(), "", ""},
		{"POST", "/api/ext/users/session", fmt.Sprintf(`{"appId":%q,"accessToken":%q}`, id, token), ""},
		{"GET", "/applications/" + id, "", ""},
		{"GET", "/api/apps/" + id, "", ""},
	}, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}

	var issued []sandbox.Issued
	ask(t, address, "ledger", &issued)
	sum := sha256.Sum256([]byte(token))
	if len(issued) != 1 || issued[0].SHA256 != hex.EncodeToString(sum[:]) || issued[0].AppID != id || issued[0].Executions != 1 {
		t.Errorf("the ledger is %+v", issued)
	}
	var signed string
	app.run(t, "window.name", &signed)
	if status, email := sessionOf(t, originOf(t, address), signed); status != http.StatusOK || email != "ana@example.com" {
		t.Errorf("the session in the frame: %d, %q", status, email)
	}

	// The control: without its attribute the same frame tells where it stands.
	const silent = ` referrerpolicy="no-referrer"`
	if strings.Count(snippet, silent) != 1 {
		t.Fatalf("the snippet has another shape: %s", snippet)
	}
	b.open(t, portal.page(strings.Replace(snippet, silent, "", 1))).frame(t).shows(t, heading("Orders portal"))
	if again := viewerRequests(t, address); len(again) != 8 || again[4].Referer != portal.url+"/" {
		t.Errorf("requests of a frame that tells: %+v", again)
	}
}

// Ensure the bare address opened as a page of its own refuses to run, and does
// not use its token.
func topPageRefuses(t *testing.T, b *browser) {
	_, address := e2etest.Desk(t)
	b.open(t, address).shows(t, `document.body.innerText.trim() === "This page can only be opened inside an iframe."`)
	if got := viewerRequests(t, address); len(got) != 1 || got[0].Method != http.MethodGet || !strings.HasPrefix(got[0].Path, "/embed-apps/") {
		t.Errorf("requests: %+v", got)
	}
}

// Ensure the portal hears when the person in the frame signs out, and that the
// session is gone then.
func signOutIsTold(t *testing.T, b *browser) {
	env, address := e2etest.Desk(t)
	portal, origin := newPortal(t), originOf(t, address)
	app := b.open(t, portal.page(e2etest.Run(t, env, "show", "1", "-o", "iframe"))).frame(t)
	app.shows(t, heading("Orders portal"))
	var signed string
	app.run(t, "window.name", &signed)
	app.run(t, `document.getElementById("out").click()`, nil)
	portal.hears(t, origin, loggedOut)
	app.shows(t, heading("Signed out"))
	if status, _ := sessionOf(t, origin, signed); status != http.StatusUnauthorized {
		t.Errorf("the session still answers %d", status)
	}
}

// Ensure the portal hears when the session has ended by itself, at the next thing
// the app asks for, and that the same address opens a new session while its token
// lives.
func idleEndIsTold(t *testing.T, b *browser) {
	env, _ := e2etest.Desk(t)
	address := strings.TrimSpace(e2etest.Run(t, env, "issue", "ana@example.com", "orders", "--again", "--life", "1h", "--idle", "5m", "-o", "url"))
	portal, origin := newPortal(t), originOf(t, address)
	here := portal.page(e2etest.Run(t, env, "show", "2", "-o", "iframe"))
	app := b.open(t, here).frame(t)
	app.shows(t, heading("Orders portal"))
	advance(t, address, "4m")
	app.run(t, "location.reload()", nil)
	app.shows(t, `performance.getEntriesByType("navigation")[0].type === "reload" && `+heading("Orders portal"))
	advance(t, address, "6m")
	app.run(t, "location.reload()", nil)
	app.shows(t, heading("Signed out"))
	portal.hears(t, origin, loggedOut)

	b.open(t, here).frame(t).shows(t, heading("Orders portal"))
	portal.hears(t, origin, loggedOut)
}
