package ui

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// pipes is a listener whose connections are in memory, so that a story's clock
// stands still while it is waited on.
type pipes struct {
	sent   []string // where the browser was sent
	made   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{made: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.made:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.closed) }); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 49213} }

// fetch is what a browser asks of the page.
func (p *pipes) fetch(t *testing.T, address string) string {
	t.Helper()
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		p.made <- theirs
		return ours, nil
	}}}
	res, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return string(b)
}

// watched is a console whose browser is the test: visit opens the page it was sent
// to, and says what the frame says.
func watched(o *Options, sent *[]string) *pipes {
	p := newPipes()
	o.Browser = kit.Browser{
		Open: func(_ context.Context, address string) error {
			*sent, p.sent = append(*sent, address), append(p.sent, address)
			return nil
		},
		Listen: func() (net.Listener, error) { return p, nil },
	}
	return p
}

func (p *pipes) visit(d *driver, address string, reports ...string) {
	d.t.Helper()
	path := regexp.MustCompile(`/told/[\w-]+`).FindString(p.fetch(d.t, address))
	for _, r := range reports {
		p.fetch(d.t, "http://127.0.0.1:49213"+path+"?"+r)
		d.settle()
	}
	d.settle()
}

// refusal is what ToolJet's embed page says of a person who may not open the app.
const refusal = "kind=message&error=403&text=Your+pat+is+expired.+Please+refresh+or+contact+your+admin."

// shown is a console with a token whose preview the test visits.
func shown(user, app string) func() stage {
	return func() stage {
		var sent []string
		return stage{seed: func(d *driver) { d.real(user, app) }, options: func(d *driver, o *Options) {
			toTerminal(d, o)
			watched(o, &sent)
		}}
	}
}

// previewed opens the preview of the token under the cursor, and the page if its frame
// has something to report.
func previewed(d *driver, reports ...string) {
	d.t.Helper()
	d.press("p")
	if len(reports) == 0 {
		return
	}
	l, err := d.s.Browser().Listen()
	if err != nil {
		d.t.Fatal(err)
	}
	p := l.(*pipes)
	p.visit(d, p.sent[len(p.sent)-1], reports...)
}

// Ensure that from the row of a token whose page fails it is one key to the page
// and none more to the cause, and that nothing of the token is on the screen.
func TestPreview_CauseWithinThreeKeys(t *testing.T) {
	t.Parallel()
	var p *pipes
	var sent []string
	story(t, stage{seed: func(d *driver) { d.real("cy@example.com", "invoices") }, options: func(_ *driver, o *Options) { p = watched(o, &sent) }}, func(d *driver) {
		keys := 0
		press := func(k string) { keys++; d.press(k) }
		press("p")
		d.sees("Preview", "http://127.0.0.1:49213/", "It works on this computer alone")
		if len(sent) != 1 || strings.Contains(sent[0], "pat_") {
			t.Fatalf("the browser was sent to %q", sent)
		}
		p.visit(d, sent[0], "kind=loaded", "kind=message&error=403&text=Your+pat+is+expired")
		d.sees("That is not what went wrong", "60 minutes are left", "cy@example.com may not", "Give cy@example.com access", "error 403", "“Your pat is expired”", "Verdict: may not open")
		if keys > 3 {
			t.Errorf("%d keys", keys)
		}
		if strings.Contains(d.screen(), "pat_") {
			t.Errorf("the token is on the screen:\n%s", d.screen())
		}
		d.press("m")
		if got := d.clipboard(); !strings.HasPrefix(got, "Hello, cy@example.com cannot open the app Invoices") || strings.Contains(got, "pat_") {
			t.Errorf("the message is %q", got)
		}
		sent = sent[:1]
		d.press("w")
		if len(sent) != 2 || !strings.HasSuffix(sent[1], "/workspace-settings/groups") {
			t.Errorf("where access is given: %q", sent)
		}
		d.press("b")
		report := d.clipboard()
		for _, part := range []string{"preview   #1 cy@example.com on Invoices", "error 403", "verdict   may not open", "60 minutes are left", "cy@example.com has no entry"} {
			if !strings.Contains(report, part) {
				t.Errorf("the report lacks %q:\n%s", part, report)
			}
		}
		if strings.Contains(strings.ReplaceAll(report, "pat_…", ""), "pat_") {
			t.Errorf("the token is in the report:\n%s", report)
		}
		sent = sent[:1]
		d.press("o")
		d.misses("may not open")
		if len(sent) != 2 || sent[1] == sent[0] {
			t.Errorf("opened again at %q", sent)
		}
		sent = sent[:1]
		d.press("l")
		if len(sent) != 2 || sent[1] == sent[0] {
			t.Errorf("loaded again at %q", sent)
		}
		p.visit(d, sent[1], "kind=loaded")
		d.sleep(11 * time.Second)
		d.sees("may not open", "patdesk asked ToolJet itself")
		d.press("esc")
		synctest.Wait()
		select {
		case <-p.closed:
		default:
			t.Error("the page is still served after it was left")
		}
	})
}

// Ensure a page that nobody opens is told, over SSH the line that forwards the port,
// and in the demo why there is no preview.
func TestPreview_WithoutABrowser(t *testing.T) {
	t.Parallel()
	var p *pipes
	var sent []string
	story(t, stage{seed: func(d *driver) { d.real("ana@example.com", "orders") }, options: func(_ *driver, o *Options) {
		p = watched(o, &sent)
		o.Browser.Far, o.Browser.User, o.Browser.Host = true, "kim", "203.0.113.9"
	}}, func(d *driver) {
		d.press("p")
		d.sees("You are here by SSH", "ssh -N -L 49213:127.0.0.1:49213 kim@203.0.113.9")
		d.press("m")
		d.sees("There is no verdict yet")
		d.sleep(61 * time.Second)
		d.sees("Nobody opened the page within a minute")
		if len(sent) != 0 {
			t.Errorf("a browser was opened: %q", sent)
		}
		d.press("l")
		d.press("y")
		p.visit(d, d.clipboard(), "kind=loaded")
		d.sleep(11 * time.Second)
		d.sees("Orders portal opens for ana@example.com", "ToolJet opens a session")
	})
	story(t, stage{seed: func(d *driver) { d.real("ana@example.com", "orders") }, options: func(_ *driver, o *Options) { o.Demo = true }}, func(d *driver) {
		d.press("p")
		d.sees("patdesk sandbox")
	})
}

// real issues a token through the sandbox before the console starts.
func (d *driver) real(user, app string) {
	d.t.Helper()
	if _, err := d.issuer.Issue(d.ctx, pat.Request{User: user, App: app, Life: time.Hour, Idle: time.Hour}); err != nil {
		d.t.Fatal(err)
	}
}
