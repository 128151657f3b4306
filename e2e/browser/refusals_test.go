package browser

import (
	"html"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
)

// waiting is what a frame shows while it has no session, and goes on showing.
const waiting = `document.body.innerText.trim() === "Loading embedded app..."`

// Ensure a frame that may not open its app stays at its first line, and tells its
// portal what the contract says, which for some refusals is nothing.
func refusalsAreTold(t *testing.T, b *browser) {
	const expired, exchange = "Your pat is expired. Please contact your admin.", "/api/ext/users/session"
	for _, tt := range []struct {
		name    string
		options sandbox.Options
		issue   []string // what is issued beside the first token
		before  func(s *sandbox.Server)
		snippet func(t *testing.T, snippet string) string // what the portal makes of it
		want    string                                    // the message, "" for none
	}{
		{name: "token has ended", before: func(s *sandbox.Server) { s.Advance(61 * time.Minute) }, want: refused(401, expired)},
		{name: "token was replaced", options: sandbox.Options{Reissue: sandbox.Replaces}, issue: []string{"ana@example.com", "orders", "--again"}, want: refused(401, expired)},
		{name: "no access to the app", issue: []string{"ana@example.com", "invoices", "-o", "iframe"}, want: refused(403, expired)},
		{name: "address without a token", snippet: func(t *testing.T, snippet string) string {
			address := source(t, snippet)
			bare, _, _ := strings.Cut(address, "?")
			return strings.Replace(snippet, html.EscapeString(address), bare, 1)
		}, want: refused(400, "Missing token or appId")},
		{name: "server does not answer", before: fails(exchange, sandbox.Fault{Kind: sandbox.FaultDropBefore}), want: refused(500, "Something went wrong while loading the app")},
		{name: "server breaks", before: fails(exchange, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500})},
		{name: "licence has ended", before: fails(exchange, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 451})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := sandbox.New(tt.options)
			listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", server)
			if err != nil {
				t.Fatal(err)
			}
			env := e2etest.Home(t, listener.URL, server.Key())
			snippet := e2etest.Run(t, env, "issue", "ana@example.com", "orders", "-o", "iframe")
			if tt.issue != nil {
				if out := e2etest.Run(t, env, append([]string{"issue"}, tt.issue...)...); strings.Contains(out, "<iframe") {
					snippet = out
				}
			}
			if tt.before != nil {
				tt.before(server)
			}
			if tt.snippet != nil {
				snippet = tt.snippet(t, snippet)
			}
			portal := newPortal(t)
			frame := b.open(t, portal.page(snippet)).frame(t)
			want := []string{}
			if tt.want != "" {
				want = append(want, tt.want)
				portal.hears(t, listener.URL, want...)
			}
			if tt.want == "" {
				e2etest.Within(t, browserTime, "the exchange", func() bool { return len(ofViewers(server.Requests())) == 2 })
			}
			// The frame asks once more and then speaks to its portal: what the page
			// would have said of its own exchange comes before that.
			frame.run(t, `fetch("/api/ext/users/session", { method: "POST" }).catch(() => {}).then(() => parent.postMessage("end of test", "*"))`, nil)
			portal.hears(t, listener.URL, append(want, `"end of test"`)...)
			frame.shows(t, waiting)
		})
	}
}

// Ensure the name of a person is text inside the frame too, whatever it holds.
func hostileUserName(t *testing.T, b *browser) {
	env, _ := e2etest.Desk(t)
	portal := newPortal(t)
	app := b.open(t, portal.page(e2etest.Run(t, env, "issue", "bea@example.com", "orders", "-o", "iframe"))).frame(t)
	app.shows(t, heading("Orders portal"))
	var got struct {
		Who    string
		Images int
	}
	app.run(t, `({Who: document.getElementById("who").textContent, Images: document.images.length})`, &got)
	if want := "<b>Bea</b> <img src=x onerror=alert(1)> (end-user)"; got.Who != want || got.Images != 0 {
		t.Errorf("the frame shows %q and %d images, want %q", got.Who, got.Images, want)
	}
}
