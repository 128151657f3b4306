package browser

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
)

// previewing is a preview that runs until its verdict.
type previewing struct {
	address string
	cmd     *exec.Cmd
	errs    bytes.Buffer
}

// preview starts the preview of a token.
func preview(t *testing.T, env []string, id string) *previewing {
	t.Helper()
	p := &previewing{cmd: exec.CommandContext(t.Context(), "patdesk", "preview", id, "--once", "--no-open")}
	p.cmd.Env, p.cmd.Stderr = env, &p.errs
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no address: %v, %s", err, p.errs.String())
	}
	p.address = strings.TrimSpace(line)
	return p
}

// ends waits for the verdict, and returns what was told and the exit code.
func (p *previewing) ends() (said string, code int) {
	_ = p.cmd.Wait()
	return p.errs.String(), p.cmd.ProcessState.ExitCode()
}

// losesToken makes the sandbox answer the next issue with an address that lacks the
// token.
func losesToken(s *sandbox.Server, base string) {
	const app = "ddda2119-36db-47e1-b4fa-3bfc1f493657" // orders, in every sandbox
	s.Inject(sandbox.Fault{
		Kind: sandbox.FaultStatus, Status: 201, ContentType: "application/json",
		Body: fmt.Sprintf(`{"personalAccessToken":"pat_0123456789abcdef0123456789abcdef","redirectUrl":"%s/embed-apps/%s"}`, base, app),
	})
}

// fails makes the requests of a frame fail in one way: those for the embed page, or
// those for a session.
func fails(path string, f sandbox.Fault) func(*sandbox.Server) {
	f.Match, f.Times = path, -1
	return func(s *sandbox.Server) { s.Inject(f) }
}

// Ensure the verdict of a preview is what happened in the browser, for each way in
// which an embed loads or fails.
func previewTellsWhatHappened(t *testing.T, b *browser) {
	const embed, exchange = "/embed-apps/", "/api/ext/users/session"
	for _, tt := range []struct {
		name    string
		app     string
		options sandbox.Options
		again   bool                                 // a second token is issued
		before  func(s *sandbox.Server, base string) // the token is issued
		after   func(s *sandbox.Server)
		in      func(t *testing.T, p *page)
		verdict string
		exit    int
		parts   []string
	}{
		{name: "loaded", verdict: "loaded", exit: 0, parts: []string{"page opened", "the frame has loaded", "frame-ancestors *", "Orders portal opens for ana@example.com"}},
		{name: "ended", after: func(s *sandbox.Server) { s.Advance(61 * time.Minute) }, verdict: "has ended", exit: 6, parts: []string{"error 401", "“Your pat is expired", "by its documented end", "Issue a new token"}},
		{name: "replaced before its end", options: sandbox.Options{Reissue: sandbox.Replaces}, again: true, verdict: "has ended", exit: 6, parts: []string{
			"error 401", "ToolJet does not know this token any more, although by our count 5", " minutes are left", "#2 is a newer token", "The unit of patExpiry is not proven",
		}},
		{name: "archived", after: func(s *sandbox.Server) { _ = s.SetUserStatus("ana@example.com", "archived") }, verdict: "may not open", exit: 6, parts: []string{
			"error 401", "ToolJet says expired. That is not what went wrong: 5", " minutes are left; ana@example.com is archived in ToolJet", "Activate the user",
		}},
		{name: "no access", app: "invoices", verdict: "may not open", exit: 6, parts: []string{
			"error 403", "ToolJet says expired. That is not what went wrong: 5", " minutes are left", "ana@example.com may not open Invoices", "is open to", "Finance", "the token stays good", "Hello, ana@example.com cannot open",
		}},
		{name: "no token in the address", before: losesToken, verdict: "no token", exit: 6, parts: []string{"error 400", "lost its token"}},
		{name: "no answer", after: fails(exchange, sandbox.Fault{Kind: sandbox.FaultDropBefore}), verdict: "network error", exit: 5, parts: []string{"error 500", "could not reach its own API"}},
		{name: "licence ended in silence", after: fails(exchange, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 451}), verdict: "said nothing", exit: 5, parts: []string{"Asked by patdesk, ToolJet answers: Plan does not include", "(451)", "The headers say"}},
		{name: "frame hangs", after: fails(embed, sandbox.Fault{Kind: sandbox.FaultHang}), verdict: "said nothing", exit: 5, parts: []string{"loaded nothing within 10 seconds"}},
		{name: "blocked by X-Frame-Options", after: fails(embed, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: "<p>x", Header: map[string]string{"Content-Security-Policy": "", "X-Frame-Options": "DENY"}}), verdict: "X-Frame-Options", exit: 5, parts: []string{"The browser blocked the frame", "DISABLE_APP_EMBED"}},
		{name: "blocked by frame-ancestors", after: fails(embed, sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Body: "<p>x", Header: map[string]string{"Content-Security-Policy": "frame-ancestors https://portal.example.com"}}), verdict: "frame-ancestors", exit: 5, parts: []string{"patdesk framing --page URL"}},
		{name: "sent elsewhere", after: fails(embed, sandbox.Fault{Kind: sandbox.FaultRedirect, Target: "http://sso.example.com:9/"}), verdict: "sent elsewhere", exit: 5, parts: []string{"The frame was sent to http://sso.example.com:9"}},
		{name: "not released", app: "forecast", verdict: "not released", exit: 6, parts: []string{"App URL Unavailable", "Release a version"}},
		{name: "signed out", in: func(t *testing.T, p *page) {
			app := p.frame(t)
			app.shows(t, heading("Orders portal"))
			app.run(t, `document.getElementById("out").click()`, nil)
		}, verdict: "signed out", exit: 0, parts: []string{"The token is still good", "minutes are left"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := sandbox.New(tt.options)
			listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", server)
			if err != nil {
				t.Fatal(err)
			}
			env, app := e2etest.Home(t, listener.URL, server.Key()), "orders"
			if tt.app != "" {
				app = tt.app
			}
			if tt.before != nil {
				tt.before(server, listener.URL)
			}
			e2etest.Run(t, env, "issue", "ana@example.com", app)
			if tt.again {
				e2etest.Run(t, env, "issue", "ana@example.com", app, "--again")
			}
			if tt.after != nil {
				tt.after(server)
			}
			p := preview(t, env, "1")
			// By this name it is another site than the sandbox, as in a customer's house.
			shown := b.open(t, strings.Replace(p.address, "127.0.0.1", "localhost", 1))
			if tt.in != nil {
				tt.in(t, shown)
			}
			said, code := p.ends()
			flat := strings.Join(strings.Fields(said), " ")
			if code != tt.exit || !strings.Contains(said, "] "+tt.verdict+"\n") {
				t.Errorf("exit %d, want %d with %q:\n%s", code, tt.exit, tt.verdict, said)
			}
			for _, part := range tt.parts {
				if !strings.Contains(flat, part) {
					t.Errorf("not told: %q\n%s", part, said)
				}
			}
			if strings.Contains(said+p.address, "pat_") {
				t.Errorf("the token is told: %s", said)
			}
			for _, r := range ofViewers(server.Requests()) {
				if r.Referer != "" && !strings.HasPrefix(r.Referer, listener.URL) {
					t.Errorf("the page tells its address: %s", r.Referer)
				}
			}
		})
	}
}
