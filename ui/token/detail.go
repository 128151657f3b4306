// Package token is the room of one token: what is known of it, its snippets, and
// the dialogs and pages that hand it over.
package token

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Detail is one token with everything that can be handed over of it: just
// issued, from the history, or still on its way from the server.
type Detail struct {
	shell kit.Shell
	ctx   context.Context
	token pat.Token

	ticket  int // of the request under way, 0 = none
	begun   time.Time
	problem error // what kept the request from giving a token
	lost    bool  // issued but not saved: the only copy is here
	fresh   bool  // issued by this screen's request
	copied  bool
	asked   bool   // whether to leave it uncopied was asked, and once is enough
	want    string // the kind to copy as soon as the token is there

	secrets pat.Secrets // empty until the seal is opened
	sealErr error
	sealed  bool // the seal is being opened
	came    []string

	notices []notice      // what came of the last action, in full
	pair    []int64       // the tokens of its pair, newest first
	alive   pat.PairAlive // what may still work of them beside it
	wanted  int64         // the one of them that is being read, to go there

	framing  *pat.Framing // who may show the app in a frame, nil until it is known
	kinds    []snippet.Kind
	kind     int
	revealed time.Time     // until when, zero = masked
	view     widget.Scroll // over the snippet
	w, h     int
	tabsAt   int // line of the names of the kinds
	tabZones []kit.Zone
}

// notice is a sentence with its level.
type notice struct {
	level pat.Level
	text  string // may be foreign
}

// NewDetail shows a row of the history.
func NewDetail(s kit.Shell, t pat.Token) *Detail {
	d := &Detail{shell: s, token: t, kinds: kindsOf(s, t)}
	d.pick("iframe")
	return d
}

// NewIssued shows what a request for a token brought.
func NewIssued(s kit.Shell, m kit.IssuedMsg) *Detail {
	d := NewDetail(s, m.Grant.Token)
	d.arrived(m)
	return d
}

// NewReissuing shows the pair of a row while a fresh token for it is under way.
func NewReissuing(s kit.Shell, old pat.Token, ticket int) *Detail {
	d := NewDetail(s, old)
	d.ticket, d.begun = ticket, s.Now()
	return d
}

// kindsOf are the kinds to offer for a token.
func kindsOf(s kit.Shell, t pat.Token) []snippet.Kind {
	return s.Snippets().KindsFor(t.URLWarning != "")
}

func (d *Detail) pick(kind string) {
	for i, k := range d.kinds {
		if k.Name == kind {
			d.kind = i
		}
	}
}

// arrived takes the outcome of the request.
func (d *Detail) arrived(m kit.IssuedMsg) {
	d.ticket, d.problem = 0, nil
	if m.Err != nil && !kit.Unsaved(m.Err) {
		d.problem = m.Err
		if m.Grant.Token.ID != 0 {
			d.token = m.Grant.Token
		}
		return
	}
	d.token, d.secrets, d.came = m.Grant.Token, m.Grant.Secrets, m.Grant.Warnings
	d.fresh, d.lost, d.copied, d.asked = true, m.Err != nil, false, false
	if d.lost {
		d.problem = m.Err
	}
}

// Title implements Screen.
func (d *Detail) Title() string {
	switch {
	case d.ticket != 0:
		return "Re-issue"
	case d.lost:
		return "Issued, but not saved"
	case d.problem != nil:
		return "Not issued"
	case d.fresh:
		return "Issued"
	default:
		return "Token"
	}
}

// Init implements Screen.
func (d *Detail) Init(ctx context.Context) tea.Cmd {
	d.ctx = ctx
	if d.ticket != 0 {
		return nil
	}
	return tea.Batch(d.unseal(), loadPair(ctx, d.shell.Issuer(), d.token), compare(ctx, d.shell.Issuer(), d.token), d.look())
}

// unseal opens the seal, once and only if there is one.
func (d *Detail) unseal() tea.Cmd {
	if d.has() || d.sealed || !d.token.HasSecret {
		return nil
	}
	d.sealed = true
	return kit.OpenSeal(d.ctx, d.shell.Issuer(), d.token.ID)
}

// look asks who may show the app in a frame, where there is a token for one.
func (d *Detail) look() tea.Cmd {
	if d.token.Outcome != pat.Issued || d.framing != nil || d.shell.Demo() {
		return nil
	}
	return loadFraming(d.ctx, d.shell.Issuer(), d.token)
}

// has reports whether the token's text is in hand.
func (d *Detail) has() bool { return !d.secrets.Token.IsZero() || !d.secrets.URL.IsZero() }

// SetSize implements Screen.
//
// On wide screens it is as wide as its snippets, so that all of it ends in one line.
func (d *Detail) SetSize(w, h int) { d.w, d.h = min(w, cardMost+cardFrame), h }

// Typing implements Screen.
func (d *Detail) Typing() bool { return false }

// WaitsFor implements Waiter.
func (d *Detail) WaitsFor(ticket int) bool { return d.ticket == ticket && ticket != 0 }

// Busy implements Busy.
func (d *Detail) Busy() bool { return d.ticket != 0 }

// Leaving implements LeaveGuard: a token is handed over before it is left. Of one
// that the history holds it asks once, since nothing is lost with the page.
func (d *Detail) Leaving() (kit.Question, bool) {
	q := kit.Question{Yes: "Leave"}
	switch {
	case d.lost && !d.copied:
		q.Title, q.Lines = "Leave the only copy of this token?", []string{"It is not in the history and is never shown again."}
	case d.uncopied() && !d.asked:
		d.asked, q.Go = true, true
		q.Title, q.Lines = "Leave without copying?", []string{"It stays sealed in the history until it ends."}
	}
	return q, q.Title != ""
}

// uncopied reports whether a token that works was issued here and handed to nobody.
func (d *Detail) uncopied() bool {
	return d.fresh && !d.copied && d.problem == nil && d.token.Left(d.shell.Now()) > 0
}

// Quitting implements QuitGuard.
func (d *Detail) Quitting() (kit.Question, bool) {
	if d.lost && !d.copied {
		return kit.Question{Title: "Quit and lose the only copy of this token?", Yes: "Quit"}, true
	}
	return kit.QuitQuestion(d.shell, d.ticket), d.ticket != 0
}

// Update implements Screen.
func (d *Detail) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.TickMsg:
		if !d.shown() {
			d.revealed = time.Time{}
		}
	case tea.BlurMsg:
		d.revealed = time.Time{} // somebody else may look now
	case kit.IssuedMsg:
		return d.issued(m)
	case framedMsg:
		if m.app == d.token.AppID {
			d.framing = &m.framing
		}
	case comparedMsg:
		if m.token.ID == d.token.ID {
			d.token = m.token
		}
	case kit.SecretsMsg:
		if m.ID == d.token.ID {
			d.secrets, d.sealErr, d.sealed = m.Secrets, m.Err, false
		}
	case kit.CopiedMsg:
		if m.ID == d.token.ID {
			where := ""
			if m.Copied.File != "" {
				where = m.What + " is in " + m.Copied.File + " until it is cleared"
			}
			d.delivered(m.Err, where)
			if e, ok := errors.AsType[*term.ClipError](m.Err); ok { // here other keys come before other settings
				d.notices[0].text = kit.CopyFailed(d.shell, m.ID, e, true, false)
				d.notices[1].text += " " + kit.ClipNext(e, d.shell.Seat()) + "."
			}
		}
	case kit.WroteMsg:
		if m.ID == d.token.ID {
			d.delivered(m.Err, m.What+" is in "+m.Path+" (0600) until you delete it")
		}
	case kit.VerifiedMsg:
		if m.ID == d.token.ID && m.Result.Token.ID == m.ID {
			d.token = m.Result.Token
			d.verified(m)
		}
	case tokenMsg:
		switch {
		case m.err != nil:
		case m.id == d.token.ID:
			d.token = m.token
		case m.id == d.wanted:
			return d.shell.Replace(d, kit.TokenOf{Token: m.token})
		}
	case pairMsg:
		if m.id == d.token.ID && m.err == nil {
			d.pair, d.alive = m.ids, m.alive
		}
	case kit.NotedMsg:
		if m.ID == d.token.ID && m.Err == nil {
			return loadToken(d.ctx, d.shell.Issuer(), m.ID)
		}
	}
	return nil
}

// delivered remembers what came of handing something over.
func (d *Detail) delivered(err error, where string) {
	d.notices = nil
	switch {
	case err != nil:
		d.notices = []notice{{pat.Bad, kit.ClipWords(err, d.shell.Seat())}}
		if cause := kit.ClipCause(err); cause != "" {
			d.notices = append(d.notices, notice{pat.NotSure, cause})
		}
		return
	case where != "":
		d.notices = []notice{{pat.Good, where}}
	}
	d.copied = true
	d.token.Copied = d.shell.Now()
}

// verified remembers the verdict in full.
func (d *Detail) verified(m kit.VerifiedMsg) {
	level, text := kit.Verdict(m.Result, m.Err)
	d.notices = []notice{{map[kit.Level]pat.Level{kit.LevelGood: pat.Good, kit.LevelWarn: pat.Warn, kit.LevelBad: pat.Bad}[level], text}}
	for _, w := range m.Result.Warnings {
		d.notices = append(d.notices, notice{pat.NotSure, kit.Sentence(w)})
	}
}

// issued takes the outcome this screen waits for; another token of the same pair
// changes what this one is.
func (d *Detail) issued(m kit.IssuedMsg) tea.Cmd {
	if !d.WaitsFor(m.Ticket) {
		if m.Err == nil && d.ticket == 0 && !d.lost {
			return tea.Batch(loadToken(d.ctx, d.shell.Issuer(), d.token.ID), loadPair(d.ctx, d.shell.Issuer(), d.token))
		}
		return nil
	}
	d.arrived(m)
	want := d.want
	d.want = ""
	read := tea.Batch(d.unseal(), loadPair(d.ctx, d.shell.Issuer(), d.token), d.look())
	if want != "" && d.has() {
		return tea.Batch(read, d.copyKind(want))
	}
	return read
}

// shown reports whether the secret is readable now.
func (d *Detail) shown() bool { return d.shell.Now().Before(d.revealed) && d.has() }

// NextChange implements Ticker.
func (d *Detail) NextChange(now time.Time) time.Time {
	pace := kit.PaceOf(d.shell)
	if d.ticket != 0 {
		if next := kit.WaitChange(d.shell, d.ticket, now); !next.IsZero() {
			return next
		}
		return pace.TookChange(now)
	}
	var next time.Time
	if d.shown() {
		next = pace.EndChange(d.revealed, now)
	}
	return kit.Soonest(next, pace.TokenChange(d.token, now, int64(d.barWidth()*len(d.shell.Theme().Glyphs.Bar.Steps))))
}

// data is what snippets show: the secret itself only while it is revealed.
func (d *Detail) data() snippet.Data {
	s := d.secrets
	if !d.has() {
		s = d.placeholder()
	}
	data := pat.SnippetData(d.token, s, kit.BaseURL(d.shell), d.shell.Now())
	if !d.shown() {
		data = data.Masked()
	}
	return data
}

// placeholder is a stand-in of the right shape for a token whose text is not in hand.
func (d *Detail) placeholder() pat.Secrets {
	mask := "pat_" + "…" + d.token.Last4
	host := kit.FirstOf(kit.BaseURL(d.shell), d.token.Host)
	return pat.Secrets{
		Token: secret.New(mask),
		URL:   secret.New(host + "/embed-apps/" + kit.FirstOf(d.token.AppID, "…") + "?personal-access-token=" + mask),
	}
}
