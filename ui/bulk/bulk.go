// Package bulk is the room in which tokens for many pairs are put together: from a
// list that is pasted, or for people who were chosen, one app and one life.
package bulk

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Page is one list, until its plan is made: the room of plans shows that, asks and
// carries it out. Nothing is sent here but what lists users and apps.
type Page struct {
	shell kit.Shell
	ctx   context.Context

	users  []string // chosen before; empty: a list is pasted
	fields []*widget.Field
	at     int    // the field that has the focus
	text   string // that was pasted
	lines  int

	seq      int // of the newest plan asked for
	checking bool
	problem  error
	faults   widget.Scroll
	w, h     int
}

// New begins with the people who were chosen, or with an empty list.
func New(s kit.Shell, asked kit.BulkFor) *Page {
	p := &Page{shell: s, users: asked.Users}
	if len(p.users) == 0 {
		return p
	}
	app, life := widget.NewField(s.Theme().Form, 300), widget.NewField(s.Theme().Form, 60)
	app.Placeholder, life.Placeholder = "slug, id, name or address of the app", "1h, 8h, 7d or a date"
	app.SetValue(asked.App)
	life.SetValue(lifeWords(s))
	p.fields = []*widget.Field{app, life}
	if asked.App != "" {
		p.at = 1
	}
	p.fields[p.at].Focus()
	return p
}

// lifeWords is the usual life of the profile as it is typed.
func lifeWords(s kit.Shell) string {
	return strings.ReplaceAll(pat.Span(usual(s).Life), " ", "")
}

// usual is what a line asks for that names no life and no idle time.
func usual(s kit.Shell) pat.Request {
	req := pat.Request{Life: time.Hour, Idle: time.Hour} // as in a profile that says nothing
	if pr := s.Profile(); pr != nil {
		if pr.DefaultLife.Duration > 0 {
			req.Life = pr.DefaultLife.Duration
		}
		if pr.DefaultIdle.Duration > 0 {
			req.Idle = pr.DefaultIdle.Duration
		}
	}
	return req
}

// plannedMsg is the plan of a list, or what is wrong with it.
type plannedMsg struct {
	of  *Page
	seq int
	run *pat.Run
	err error
}

// planList checks a list against the server and makes its plan.
func planList(ctx context.Context, i *pat.Issuer, rows func() ([]pat.BatchRow, error), req pat.Request) (*pat.Run, error) {
	list, err := rows()
	if err != nil {
		return nil, err
	}
	tasks, err := i.PlanBatch(ctx, list, req)
	if err != nil {
		return nil, err
	}
	return pat.NewRun(pat.RunBulk, tasks), nil
}

// rows are the pairs that were chosen or pasted, read when they are needed.
func (p *Page) rows() func() ([]pat.BatchRow, error) {
	if len(p.users) == 0 {
		text := p.text
		return func() ([]pat.BatchRow, error) { return pat.ReadBatch(strings.NewReader(text)) }
	}
	users, app, life := p.users, p.fields[0].Value(), p.fields[1].Value()
	return func() ([]pat.BatchRow, error) {
		list := make([]pat.BatchRow, len(users))
		for n, u := range users {
			list[n] = pat.BatchRow{Line: n + 1, User: u, App: app, Life: strings.TrimSpace(life)}
		}
		return list, nil
	}
}

// plan makes the plan of what is here.
func (p *Page) plan() tea.Cmd {
	p.seq++
	p.checking, p.problem = true, nil
	ctx, i, seq, rows, req := p.ctx, p.shell.Issuer(), p.seq, p.rows(), usual(p.shell)
	return func() tea.Msg {
		run, err := planList(ctx, i, rows, req)
		return plannedMsg{of: p, seq: seq, run: run, err: err}
	}
}

// Title implements Screen.
func (p *Page) Title() string {
	if n := len(p.users); n > 0 {
		return fmt.Sprintf("Issue for %s", kit.PluralOf(n, "user"))
	}
	return "Issue for a list"
}

// Typing implements Screen.
func (p *Page) Typing() bool { return len(p.fields) > 0 }

// SetSize implements Screen.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Init implements Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return nil
}

// Update implements Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case plannedMsg:
		if m.of == p && m.seq == p.seq {
			return p.planned(m)
		}
	case tea.PasteMsg:
		return p.paste(m)
	case tea.KeyPressMsg:
		if len(p.fields) > 0 && p.fields[p.at].Update(m) {
			p.problem = nil
		}
	}
	return nil
}

func (p *Page) planned(m plannedMsg) tea.Cmd {
	p.checking, p.problem = false, m.err
	p.faults.First()
	if m.err != nil {
		return nil
	}
	return p.shell.Go(kit.PlannedRun{Run: m.run})
}

// paste takes a list in place of the one before, or text for the field.
func (p *Page) paste(m tea.PasteMsg) tea.Cmd {
	p.problem = nil
	if len(p.fields) > 0 {
		p.fields[p.at].Update(m)
		return nil
	}
	// Terminals send the ends of lines as carriage returns.
	p.text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(m.Content, "\r\n", "\n"), "\r", "\n"))
	p.lines = 0
	if p.text != "" {
		p.lines = strings.Count(p.text, "\n") + 1
	}
	return nil
}

// Actions implements Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	list := []kit.Action{
		{Key: kit.WithDesc(k.Form.Accept, "plan"), Title: "Check everything and show the plan", Hint: 1, Run: p.accept, Why: p.why},
		{Key: kit.WithDesc(k.Form.Submit, "plan"), Hint: 2, Run: p.plan, Why: p.why},
	}
	if len(p.fields) > 0 {
		return append(list, kit.Action{Key: k.Form.Next, Hint: 3, Run: p.turn}, kit.Action{Key: k.Form.Prev, Run: p.turn})
	}
	return kit.Behind(list, kit.MoveActions(k, &p.faults, nil))
}

// accept goes on to the next field, and from the last one to the plan.
func (p *Page) accept() tea.Cmd {
	if p.at+1 < len(p.fields) {
		return p.turn()
	}
	return p.plan()
}

// turn gives the other field the focus.
func (p *Page) turn() tea.Cmd {
	p.fields[p.at].Blur()
	p.at = (p.at + 1) % len(p.fields)
	p.fields[p.at].Focus()
	return nil
}

func (p *Page) why() string {
	switch {
	case p.checking:
		return "The list is being checked."
	case len(p.users) == 0 && p.text == "":
		return "Paste a list first."
	}
	return ""
}
