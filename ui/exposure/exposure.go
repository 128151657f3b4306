// Package exposure is the room that says what still opens for a person, and until
// when.
package exposure

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Page is what still opens for a person: one sentence, then each token.
type Page struct {
	shell    kit.Shell
	ctx      context.Context
	user     string
	exposure pat.Exposure
	list     *widget.List[int64, pat.Token]
	read     bool
	problem  error
	seq      int
	asking   []pat.Token // those that ToolJet is still to be asked about
	asked    int64       // the one it is being asked about, 0 = none
	address  string      // of the page in ToolJet, once it was asked for
	w, h     int
}

// New returns the exposure of a person, named by e-mail address or id.
func New(s kit.Shell, user string) *Page {
	return &Page{shell: s, user: user, list: widget.NewList(func(t pat.Token) int64 { return t.ID })}
}

// Title implements kit.Screen.
func (p *Page) Title() string { return "Exposure: " + kit.Within(p.user) }

// exposureMsg is what is exposed of a person.
type exposureMsg struct {
	seq      int
	exposure pat.Exposure
	err      error
}

// Init implements kit.Screen: what is known is shown at once, then the lists of the
// server say whether the person is archived.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return tea.Batch(p.look(false), p.look(true))
}

// look reads what is exposed, by the lists that were read last or by fresh ones.
func (p *Page) look(fresh bool) tea.Cmd {
	p.seq++
	seq, i, user := p.seq, p.shell.Issuer(), p.user
	return kit.WithWaits(p.ctx, p.shell.Requests().NewTicket(), func(ctx context.Context) tea.Cmd {
		return func() tea.Msg {
			lists, err := i.LastLists(ctx)
			if fresh {
				if now, lerr := i.Lists(ctx, true); lerr == nil {
					lists, err = now, nil
				}
			}
			if err != nil {
				return exposureMsg{seq: seq, err: err}
			}
			found, err := i.Exposures(ctx, lists, user)
			if err != nil {
				return exposureMsg{seq: seq, err: err}
			}
			return exposureMsg{seq: seq, exposure: found[0]}
		}
	})
}

// SetSize implements kit.Screen.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Typing implements kit.Screen.
func (p *Page) Typing() bool { return false }

// Busy implements kit.Busy.
func (p *Page) Busy() bool { return p.asked != 0 }

// Update implements kit.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case exposureMsg:
		if m.seq < p.seq-1 { // the last two are that of what was known and that of the server
			return nil
		}
		if p.read && m.err != nil {
			return nil
		}
		p.read, p.problem = true, m.err
		if m.err == nil {
			p.exposure = m.exposure
			p.list.SetAll(m.exposure.Alive)
		}
	case kit.PageMsg:
		m.Opened(p.shell)
	case kit.VerifiedMsg:
		if m.ID == p.asked {
			return tea.Batch(p.look(false), p.askNext())
		}
		return p.look(false)
	case kit.TouchedMsg, kit.IssuedMsg, kit.RanMsg:
		return p.look(false)
	}
	return nil
}

// Actions implements kit.Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	list := []kit.Action{
		{Key: k.Users.Page, Title: "The page of people in ToolJet", Hint: 10, Run: func() tea.Cmd {
			p.address = pat.PeoplePage(p.shell.Issuer())
			return kit.OpenPage(p.ctx, p.shell, "Archive them here", p.address)
		}},
		{Key: kit.WithDesc(k.Token.Verify, "ask all"), Title: "Ask ToolJet about every token", Hint: 20, Run: p.askAll, Why: p.whyNot, Ask: p.askQuestion},
		{Key: kit.WithDesc(k.List.Open, "open the token"), Title: "Open the token", Hint: 30, Run: p.open, Why: p.needsToken},
		{Key: k.List.Refresh, Title: "Ask whether they are archived", Hint: 40, Run: func() tea.Cmd { return p.look(true) }},
	}
	return kit.Behind(list, kit.MoveActions(k, p.list, nil))
}

func (p *Page) open() tea.Cmd {
	if t, ok := p.list.Selected(); ok {
		return p.shell.Go(kit.TokenOf{Token: t})
	}
	return nil
}

func (p *Page) needsToken() string {
	if p.list.Len() == 0 {
		return "No token of theirs works any more."
	}
	return ""
}

// whyNot says why nothing can be asked.
func (p *Page) whyNot() string {
	switch {
	case p.asked != 0:
		return "ToolJet is being asked already."
	case len(p.askable()) == 0:
		return "There is no token here whose text is kept, so ToolJet can be asked about none."
	}
	return ""
}

func (p *Page) askQuestion() string {
	return fmt.Sprintf("Ask ToolJet about %s? Each leaves a trace there.", kit.PluralOf(len(p.askable()), "token"))
}

// askable are the tokens whose text is kept.
func (p *Page) askable() []pat.Token {
	var out []pat.Token
	for _, t := range p.list.Rows() {
		if kit.WhyNoText(p.shell.Keys(), t) == "" {
			out = append(out, t)
		}
	}
	return out
}

// askAll asks ToolJet about one token after the other.
func (p *Page) askAll() tea.Cmd {
	p.asking = p.askable()
	return p.askNext()
}

func (p *Page) askNext() tea.Cmd {
	p.asked = 0
	if len(p.asking) == 0 {
		return nil
	}
	next := p.asking[0]
	p.asking, p.asked = p.asking[1:], next.ID
	return kit.Verify(p.shell, next)
}

// Click puts the cursor on a token, and opens the one that has it already.
func (p *Page) Click(_, y int) tea.Cmd {
	if _, again := p.list.Click(y - p.headHeight()); again {
		return p.open()
	}
	return nil
}

// Wheel implements kit.Wheeler.
func (p *Page) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return nil
}

// NextChange implements kit.Ticker: a token ends and leaves the list.
func (p *Page) NextChange(now time.Time) time.Time {
	var next time.Time
	for _, t := range p.list.Visible() {
		next = kit.Soonest(next, kit.PaceOf(p.shell).TokenChange(t, now, 0))
	}
	return next
}

// head is the sentence and what stops it.
func (p *Page) head() []string {
	th, k := p.shell.Theme(), p.shell.Keys()
	style := th.Warn
	if p.exposure.Worth == pat.WorthNothing {
		style = th.Good
	}
	lines := []string{""}
	for _, l := range widget.Wrap(term.Clean(kit.Sentence(p.exposure.Words(p.shell.Now(), p.shell.Zone()))).String(), max(10, p.w-4)) {
		lines = append(lines, "  "+style.Render(l))
	}
	if stop := p.exposure.Stop(); stop != "" {
		for _, l := range widget.Wrap(fmt.Sprintf("%s (%s opens the page); then watch this list.", stop, kit.Name(k.Users.Page)), max(10, p.w-4)) {
			lines = append(lines, "  "+th.Text.Render(l))
		}
		for _, l := range widget.Wrap(p.address, max(10, p.w-4)) { // in full, however narrow the screen is
			lines = append(lines, "  "+th.Accent.Render(l))
		}
	}
	return append(lines, "")
}

func (p *Page) headHeight() int { return len(p.head()) + 1 }
