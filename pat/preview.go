package pat

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"patdesk/loopback"
	"patdesk/secret"
	"patdesk/snippet"
)

// previewQuiet is how long a frame may say nothing: loaded means that ToolJet
// complained of nothing for as long, and a frame that has not loaded by then is
// silent.
const previewQuiet = 10 * time.Second

// Preview shows the iframe snippet of a token in a browser on this computer and
// tells what happens there. It is for one caller of Next at a time.
type Preview struct {
	issuer  *Issuer
	token   Token
	secrets Secrets
	server  *loopback.Server
	framing framing // of the page that the frame asks for
	ready   bool    // framing is known

	queue    []PreviewStep
	phase    phase
	due      time.Time // when silence means something, zero = never
	loads    int
	stranger bool // one was told
}

// phase is how far a page has come.
type phase int

const (
	unopened phase = iota
	opened
	judged
)

// PreviewStep is something that happened. Its strings can hold foreign text.
type PreviewStep struct {
	At    time.Time // on the server's clock
	Text  string
	More  string         // ToolJet's own words, or a detail
	Level Level          // how it counts
	Judge *PreviewResult // the verdict, if it follows from this step
}

// NewPreview makes the page for a token and begins to listen on this computer, or
// on l if that is not nil. The context's end ends it. Errors: those of Reveal,
// snippet.URLError, and of listening.
func (i *Issuer) NewPreview(ctx context.Context, t Token, set *snippet.Set, l net.Listener) (*Preview, error) {
	s, err := i.Reveal(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	made, err := set.Render("iframe", SnippetData(t, s, i.Client.BaseURL(), i.Now()))
	if err != nil {
		return nil, &Problem{ID: IDUnfitURL, Cause: err.Error(), Err: err}
	}
	server, err := loopback.Serve(ctx, loopback.Options{
		Listener: l, Title: fmt.Sprintf("%s for %s", AppOf(t), UserOf(t)), Snippet: made.Text, Framed: s.URL.Reveal(secret.ForChecking),
	})
	if err != nil {
		return nil, &Problem{ID: IDOther, Cause: "the preview page cannot be served on this computer: " + err.Error(), Err: err}
	}
	p := &Preview{issuer: i, token: t, secrets: s, server: server}
	p.begin()
	return p, nil
}

// Address opens the page, once and within a minute. It holds no token.
func (p *Preview) Address() string { return p.server.Address() }

// Forward is the command that brings the page to another computer, for a person
// who came here by SSH: there it is run, and then the address opened.
func (p *Preview) Forward(user, host string) string {
	if user != "" {
		host = user + "@" + host
	}
	return fmt.Sprintf("ssh -N -L %[1]s:127.0.0.1:%[1]s %s", p.server.Port(), host)
}

// Token is the token that is shown.
func (p *Preview) Token() Token { return p.token }

// Again makes a new address for the same token, to load it once more.
func (p *Preview) Again() {
	p.server.Renew()
	p.begin()
}

// Close ends the page.
func (p *Preview) Close() { p.server.Close() }

func (p *Preview) begin() {
	p.phase, p.loads, p.stranger, p.due = unopened, 0, false, time.Now().Add(loopback.ToOpen)
}

// Next waits for the next thing that happens. more is false when the preview has
// ended or the context has.
func (p *Preview) Next(ctx context.Context) (step PreviewStep, more bool) {
	for len(p.queue) == 0 {
		var quiet <-chan time.Time
		if !p.due.IsZero() {
			timer := time.NewTimer(time.Until(p.due))
			defer timer.Stop()
			quiet = timer.C
		}
		select {
		case <-ctx.Done():
			return PreviewStep{}, false
		case <-p.server.Done():
			return PreviewStep{}, false
		case e := <-p.server.Events():
			p.took(ctx, e)
		case <-quiet:
			p.due = time.Time{}
			p.quiet(ctx)
		}
	}
	step, p.queue = p.queue[0], p.queue[1:]
	return step, true
}

// tell puts a step into the queue, at a moment of this computer's clock.
func (p *Preview) tell(at time.Time, level Level, more, format string, args ...any) {
	p.queue = append(p.queue, PreviewStep{At: p.issuer.Clock().Now(at.Round(0)).UTC(), Text: fmt.Sprintf(format, args...), More: more, Level: level})
}

// judge ends the page's story, or adds to it when a frame that worked says more.
func (p *Preview) judge(r PreviewResult) {
	p.phase, p.due = judged, time.Time{}
	level := Good
	if r.Exit != ExitOK {
		level = Bad
	}
	p.tell(time.Now(), level, "", "%s", r.Verdict)
	p.queue[len(p.queue)-1].Judge = &r
}

// took takes what the page reports.
func (p *Preview) took(ctx context.Context, e loopback.Event) {
	switch e.Kind {
	case loopback.Opened:
		p.phase, p.loads, p.due = opened, 0, time.Now().Add(previewQuiet)
		p.look(ctx)
		p.tell(e.At, Good, "", "page opened")
		p.tell(e.At, p.framing.Level(), p.framing.Reason, "frame requested from %s", p.framing.origin())
	case loopback.Loaded:
		p.loaded(e)
	case loopback.Message:
		p.message(ctx, e)
	case loopback.Stranger:
		if !p.stranger {
			p.stranger = true
			p.tell(e.At, NotSure, "", "a message from %s was not listened to", first(e.Text, "elsewhere"))
		}
	case loopback.Elsewhere:
		if p.phase == opened {
			p.judge(p.wentElsewhere(e.Text))
		}
	case loopback.Closed:
		p.tell(e.At, NotSure, "", "page closed")
	}
}

// look reads the headers of the page that the frame asks for, without its token.
func (p *Preview) look(ctx context.Context) {
	if p.ready {
		return
	}
	p.issuer.publicAddress(ctx) // tells the time there, by which the rest is judged
	ctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	u, err := url.Parse(p.secrets.URL.Reveal(secret.ForChecking))
	if err != nil {
		return // a snippet was made of it
	}
	f := framing{Framing: Framing{App: AppOf(p.token), URL: withoutQuery(u)}}
	f.address, _ = url.Parse(f.URL)
	page, err := p.issuer.Client.GetPortalPage(ctx, f.URL)
	if err != nil {
		f.Reason = "its headers cannot be read from here: " + pageError(err)
	} else {
		f.took(page)
		own, _ := url.Parse(p.Address())
		f.judgeEmbed(own)
	}
	p.framing, p.ready = f, true
}

// loaded takes that the frame has loaded something, be it a page of the browser
// that says that it was blocked.
func (p *Preview) loaded(e loopback.Event) {
	if p.loads++; p.phase != opened {
		return
	}
	if p.blocked() {
		p.judge(p.blockedByHeader())
		return
	}
	p.due = time.Now().Add(previewQuiet)
	if p.loads == 1 {
		p.tell(e.At, Good, "", "the frame has loaded")
	} else {
		p.tell(e.At, Good, "", "the frame went on to another page")
	}
}

// blocked reports whether the headers forbid this frame.
func (p *Preview) blocked() bool { return p.framing.MayFrame != nil && !*p.framing.MayFrame }

// message takes what ToolJet tells the page around its frame (contract, 6).
func (p *Preview) message(ctx context.Context, e loopback.Event) {
	if p.phase == unopened {
		return
	}
	says := ""
	if text := strings.TrimSpace(e.Text); text != "" {
		says = "“" + text + "”"
	}
	if e.Error == 0 {
		p.tell(e.At, NotSure, says, "message from %s: TJ_EMBED_APP_LOGOUT", p.framing.origin())
		p.judge(p.signedOut())
		return
	}
	p.tell(e.At, Bad, says, "message from %s: TJ_EMBED_APP_LOGOUT, error %d", p.framing.origin(), e.Error)
	p.judge(p.refused(ctx, e.Error))
}

// quiet is called when nothing was heard for as long as it matters.
func (p *Preview) quiet(ctx context.Context) {
	switch {
	case p.phase == unopened:
		p.judge(PreviewResult{Verdict: "not opened", Title: "Nobody opened the page within a minute", Do: []string{"Load again, and open the address"}, Exit: ExitRejected})
	case p.phase == judged:
	case p.blocked():
		p.judge(p.blockedByHeader())
	default:
		p.judge(p.asked(ctx, p.loads > 0))
	}
}
