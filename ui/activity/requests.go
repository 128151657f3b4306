package activity

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// requestsMsg says that the requests of this session changed, to the page that asked.
type requestsMsg struct{ page *Page }

// follow takes the requests of this session, and waits for the next change of them.
func (p *Page) follow() tea.Cmd {
	log, ctx := p.shell.Issuer().Requests, p.ctx
	p.sent, p.version = log.Requests()
	if p.loaded {
		p.show()
	}
	version := p.version
	return func() tea.Msg {
		if !log.Wait(ctx, version) {
			return nil
		}
		return requestsMsg{page: p}
	}
}

// requestChange is when what the rows on the screen say of requests changes next; zero =
// not before one of them goes on.
func (p *Page) requestChange(now time.Time) (next time.Time) {
	for _, r := range p.list.Visible() {
		switch r.request.State {
		case pat.RequestAsking:
			next = kit.Soonest(next, kit.PaceOf(p.shell).TookChange(now))
		case pat.RequestWaiting:
			next = kit.Soonest(next, kit.PaceOf(p.shell).EndChange(p.onServer(r.request.Until), now))
		case pat.RequestDone:
		}
	}
	return next
}

// onServer is a moment of this computer's clock on the server's.
func (p *Page) onServer(local time.Time) time.Time {
	return p.shell.Now().Add(local.Sub(p.shell.Local()))
}

// resultOf says what came of a request, or for how long it goes on.
func (p *Page) resultOf(r pat.SentRequest) string {
	since := r.At
	if len(r.Tries) > 0 {
		since = r.LastTry().At
	}
	asking := kit.PaceOf(p.shell).TookWords(p.shell.Local().Sub(since))
	if asking != "" {
		asking = "," + asking
	}
	again := ""
	if r.State == pat.RequestWaiting {
		again = " " + kit.UntilWords(p.shell, p.onServer(r.Until))
	}
	return r.Result(asking, again)
}
