// Package preview is the room that shows a token's app in a browser and tells what
// really happens there.
package preview

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Page is one preview: its steps, and the verdict.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	token pat.Token

	preview *pat.Preview // nil until it listens
	problem error        // why it does not
	opened  error        // why no browser was opened, nil if one was
	steps   []pat.PreviewStep
	result  *pat.PreviewResult // of the last verdict
	notices []string           // what came of the last verification

	view widget.Scroll
	w, h int
}

// errNoBrowser says that nothing can be opened from here.
var errNoBrowser = errors.New("there is no browser to open here")

// New returns the preview of a token.
func New(s kit.Shell, t pat.Token) *Page { return &Page{shell: s, token: t} }

// listeningMsg says that the page can be opened, or why not.
type listeningMsg struct {
	of      *Page
	preview *pat.Preview
	err     error
}

// openedMsg says whether a browser was opened.
type openedMsg struct {
	of  *pat.Preview
	err error
}

// stepMsg is something that happened at the page.
type stepMsg struct {
	of   *pat.Preview
	step pat.PreviewStep
	more bool
}

// Title implements Screen.
func (p *Page) Title() string { return "Preview" }

// Init implements Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	s, t := p.shell, p.token
	return func() tea.Msg {
		m := listeningMsg{of: p}
		listen := s.Browser().Listen
		if listen == nil {
			m.preview, m.err = s.Issuer().NewPreview(ctx, t, s.Snippets(), nil)
			return m
		}
		l, err := listen()
		if m.err = err; err == nil {
			m.preview, m.err = s.Issuer().NewPreview(ctx, t, s.Snippets(), l)
		}
		return m
	}
}

// Update implements Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case listeningMsg:
		if m.of != p {
			return nil
		}
		if p.preview, p.problem = m.preview, m.err; m.err != nil {
			return nil
		}
		return tea.Batch(p.next(), p.open())
	case openedMsg:
		if m.of == p.preview {
			p.opened = m.err
		}
	case stepMsg:
		if m.of == p.preview && m.more {
			p.took(m.step)
			return p.next()
		}
	case kit.PageMsg:
		m.Opened(p.shell)
	case kit.VerifiedMsg:
		if m.ID == p.token.ID {
			_, text := kit.Verdict(m.Result, m.Err)
			p.notices = []string{text}
		}
	}
	return nil
}

func (p *Page) took(step pat.PreviewStep) {
	if step.Judge != nil {
		p.result = step.Judge
	}
	p.steps = append(p.steps, step)
	p.view.First()
}

// next waits for the next step, outside of the program's loop.
func (p *Page) next() tea.Cmd {
	ctx, of := p.ctx, p.preview
	return func() tea.Msg {
		step, more := of.Next(ctx)
		return stepMsg{of, step, more}
	}
}

// open opens the page in a browser, if there is one where the person is.
func (p *Page) open() tea.Cmd {
	b, ctx, of := p.shell.Browser(), p.ctx, p.preview
	p.opened = nil
	if b.Open == nil || b.Far {
		p.opened = errNoBrowser
		return nil
	}
	return func() tea.Msg { return openedMsg{of, b.Open(ctx, of.Address())} }
}

// openAgain opens the page that waits for a browser. One that was opened shows itself
// once alone, so a new one takes its place.
func (p *Page) openAgain() tea.Cmd {
	if len(p.steps) > 0 {
		return p.again()
	}
	return p.open()
}

// again shows the same token once more, at a new address.
func (p *Page) again() tea.Cmd {
	p.preview.Again()
	p.steps, p.result, p.notices = nil, nil, nil
	p.view.First()
	return p.open()
}

// SetSize implements Screen.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Typing implements Screen.
func (p *Page) Typing() bool { return false }

// Actions implements Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	return kit.Behind([]kit.Action{
		{Key: k.Preview.Again, Title: "Load it again", Hint: 10, Run: p.again, Why: p.whyNot},
		{Key: k.Preview.Page, Title: "Open ToolJet where it is changed", Hint: 11, Run: func() tea.Cmd {
			return kit.OpenPage(p.ctx, p.shell, "It is changed here", p.inToolJet())
		}},
		{Key: k.Preview.Message, Title: "Copy a message for the person who can change it", Hint: 12, Run: func() tea.Cmd {
			return kit.CopyPlain(p.shell, "The message", p.result.Message)
		}, Why: p.whyNoMessage},
		{Key: k.Activity.Report, Title: "Copy a report of what happened", Hint: 13, Run: func() tea.Cmd {
			return kit.CopyPlain(p.shell, "Report", pat.PreviewReport(p.token, p.shell.Now(), p.steps, p.result, p.shell.About()))
		}, Why: p.whyNot},
		{Key: k.Token.Verify, Title: "Verify with ToolJet", Hint: 14, Run: func() tea.Cmd { return kit.Verify(p.shell, p.token) }},
		{Key: k.Preview.Open, Title: "Open the page in the browser", Hint: 15, Run: p.openAgain, Why: p.whyNoBrowser},
		{Key: kit.WithDesc(k.Token.URL, "copy address"), Title: "Copy the address of the page", Hint: 16, Run: func() tea.Cmd {
			return kit.CopyPlain(p.shell, "The address", p.preview.Address())
		}, Why: p.whyNot},
	}, kit.MoveActions(k, &p.view, nil))
}

func (p *Page) whyNot() string {
	switch {
	case p.problem != nil:
		return "There is no page: it could not be made."
	case p.preview == nil:
		return "The page is not ready yet."
	}
	return ""
}

func (p *Page) whyNoBrowser() string {
	if b := p.shell.Browser(); b.Far || b.Open == nil {
		return "No browser can be opened from here: open the address in one of your own."
	}
	return p.whyNot()
}

func (p *Page) whyNoMessage() string {
	switch {
	case p.result == nil:
		return "There is no verdict yet."
	case p.result.Message == "":
		return "Nobody else has to change anything."
	}
	return ""
}

// inToolJet is where what went wrong is changed, else the front page.
func (p *Page) inToolJet() string {
	if p.result != nil && p.result.Page != "" {
		return p.result.Page
	}
	return pat.HomePage(p.shell.Issuer())
}

// NextChange implements kit.Ticker: what is left of the token.
func (p *Page) NextChange(now time.Time) time.Time {
	return kit.PaceOf(p.shell).TokenChange(p.token, now, 0)
}
