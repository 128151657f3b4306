// Package role is the room in which a person gets another role in a workspace, and
// new tokens for the apps that theirs open there.
package role

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Page is one change, until it is confirmed: then the room of plans carries it out.
// Nothing is sent before that but questions.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	asked kit.RoleOf

	user   *pat.User // nil until it is read
	member pat.Membership
	role   string // that is chosen
	tokens *widget.List[int64, pat.Token]

	seq     int // of the newest plan asked for
	run     *pat.Run
	problem error // what keeps the person or the plan from being read

	w, h int
}

// New reads a person and their tokens.
func New(s kit.Shell, asked kit.RoleOf) *Page {
	return &Page{shell: s, asked: asked, tokens: widget.NewList(func(t pat.Token) int64 { return t.ID })}
}

// loadedMsg is a person, their membership and the newest tokens of their pairs there.
type loadedMsg struct {
	of     *Page
	user   pat.User
	member pat.Membership
	tokens []pat.Token
	err    error
}

// plannedMsg is the plan of what is chosen.
type plannedMsg struct {
	of  *Page
	seq int
	run *pat.Run
	err error
}

// load reads a person from the server. Who is in several workspaces, of which none is
// named, begins with the first.
func (p *Page) load(workspace string) tea.Cmd {
	ctx, i := p.ctx, p.shell.Issuer()
	return func() tea.Msg {
		m := loadedMsg{of: p}
		m.user, m.member, m.err = i.FindMember(ctx, p.asked.User, workspace)
		if problem, ok := errors.AsType[*pat.Problem](m.err); ok && problem.ID == pat.IDBadField && len(m.user.Memberships) > 0 {
			m.member, m.err = m.user.Memberships[0], nil
		}
		if m.err == nil {
			m.tokens, m.err = i.TokensOf(ctx, m.user, m.member)
		}
		return m
	}
}

// plan makes the plan of what is chosen. Nothing is sent.
func (p *Page) plan() tea.Cmd {
	p.seq++
	p.run = nil
	ctx, i, seq, user, member, role, tokens := p.ctx, p.shell.Issuer(), p.seq, *p.user, p.member, p.role, p.ticked()
	return func() tea.Msg {
		tasks, err := i.PlanRole(ctx, user, member, role, tokens)
		return plannedMsg{of: p, seq: seq, run: pat.NewRun(pat.RunRole, tasks), err: err}
	}
}

// ticked are the tokens whose pairs get a new one.
func (p *Page) ticked() []pat.Token {
	marks := slices.Collect(p.tokens.Marks())
	return slices.DeleteFunc(slices.Clone(p.tokens.Rows()), func(t pat.Token) bool { return !slices.Contains(marks, t.ID) })
}

// Title implements Screen.
func (p *Page) Title() string { return "Role change: " + p.asked.User }

// Typing implements Screen.
func (p *Page) Typing() bool { return false }

// SetSize implements Screen.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Init implements Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return p.load(p.asked.Workspace)
}

// Update implements Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case loadedMsg:
		if m.of == p {
			return p.loaded(m)
		}
	case plannedMsg:
		if m.of == p && m.seq == p.seq {
			p.run, p.problem = m.run, m.err
		}
	}
	return nil
}

func (p *Page) loaded(m loadedMsg) tea.Cmd {
	if p.problem = m.err; m.err != nil {
		return nil
	}
	p.user, p.member, p.role = &m.user, m.member, m.member.Role
	p.tokens.UnmarkAll()
	p.tokens.SetAll(m.tokens)
	for _, t := range m.tokens {
		if pat.Lives(t, p.shell.Now()) {
			p.tokens.Mark(t.ID)
		}
	}
	return p.plan()
}

// Actions implements Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	list := []kit.Action{
		{Key: kit.WithDesc(k.List.Open, "go"), Title: "Change the role and re-issue what is ticked", Hint: 1, Run: p.confirm, Why: p.why},
		{Key: kit.WithDesc(k.Form.Submit, "go"), Run: p.confirm, Why: p.why},
		{Key: kit.WithDesc(k.Run.MorePower, "role"), Title: "A role with more power", Hint: 2, Run: p.turn(1), Why: p.unread},
		{Key: k.Run.LessPower, Title: "A role with less power", Run: p.turn(-1), Why: p.unread},
		{Key: kit.WithDesc(k.List.Mark, "tick"), Title: "Tick this token, or not", Hint: 3, Run: p.tick, Why: p.unread},
		{Key: kit.WithDesc(k.List.MarkAll, "all or none"), Title: "Tick all tokens, or none", Hint: 4, Run: p.tickAll, Why: p.unread},
		{Key: k.Run.Curl, Title: "Show the requests as curl", Hint: 6, Run: p.curl, Why: p.why},
		{Key: k.Run.DryRun, Title: "Show the whole plan, to read and to copy", Hint: 7, Run: p.dryRun, Why: p.why},
		{Key: k.Run.Reload, Title: "Read the person again", Run: func() tea.Cmd { return p.load(kit.FirstOf(p.member.WorkspaceID, p.asked.Workspace)) }},
	}
	if p.user != nil && len(p.user.Memberships) > 1 {
		list = append(list, kit.Action{Key: k.Run.Workspace, Title: "Another workspace of this person", Hint: 5, Run: p.nextWorkspace})
	}
	return kit.Behind(list, kit.MoveActions(k, p.tokens, nil))
}

// unread says that the person is not read yet.
func (p *Page) unread() string {
	if p.user == nil {
		return "The person is not read yet."
	}
	return ""
}

// why says why nothing can be begun now, or "".
func (p *Page) why() string {
	switch {
	case p.user == nil:
		return p.unread()
	case p.problem != nil:
		return kit.Sentence(pat.Explain(p.problem).Why())
	case p.run == nil:
		return "The plan is being made."
	case len(p.run.Plan) == 0:
		return "Nothing would change: choose another role, or tick a token."
	}
	return ""
}

// turn chooses the next role.
func (p *Page) turn(by int) func() tea.Cmd {
	return func() tea.Cmd {
		roles := pat.Roles()
		at := min(max(0, slices.Index(roles, p.role)+by), len(roles)-1)
		if roles[at] == p.role {
			return nil
		}
		p.role = roles[at]
		return p.plan()
	}
}

func (p *Page) tick() tea.Cmd {
	p.tokens.Toggle()
	p.tokens.By(1)
	return p.plan()
}

func (p *Page) tickAll() tea.Cmd {
	if p.tokens.Marked() == p.tokens.Len() {
		p.tokens.UnmarkAll()
		return p.plan()
	}
	for _, t := range p.tokens.Rows() {
		p.tokens.Mark(t.ID)
	}
	return p.plan()
}

// nextWorkspace goes on to the next workspace of the person.
func (p *Page) nextWorkspace() tea.Cmd {
	all := p.user.Memberships
	at := slices.IndexFunc(all, func(m pat.Membership) bool { return m.WorkspaceID == p.member.WorkspaceID })
	return p.load(all[(at+1)%len(all)].WorkspaceID)
}

// curl shows the requests of the plan. They hold neither the key nor a token.
func (p *Page) curl() tea.Cmd {
	text, err := kit.CurlPlan(p.shell, p.run.Plan)
	if err != nil {
		p.shell.Say(kit.LevelBad, "The requests cannot be shown: "+err.Error())
		return nil
	}
	return p.shell.Open(kit.NewTextDialog(p.shell, "The requests as curl", kit.CurlNote, text))
}

// dryRun shows the whole plan, which a small screen has no room for.
func (p *Page) dryRun() tea.Cmd {
	text := p.shell.Issuer().DryRun(p.run, p.shell.Zone())
	return p.shell.Open(kit.NewTextDialog(p.shell, "Dry run", "Nothing was sent.", secret.New(text)))
}

// confirm asks once for all, and hands the run over.
func (p *Page) confirm() tea.Cmd {
	run := p.run
	q := kit.Question{
		Title: pat.RoleQuestion(run), Yes: "Go on", Go: true,
		Lines: []string{"Open embeds follow the new role at once. Old tokens cannot be revoked. What comes after a failure is not sent, and waits."},
	}
	if power := pat.PowerOf(kit.FirstOf(p.user.Email, p.user.ID), p.role, p.member.Workspace); power != "" && run.Issues() > 0 {
		q.Lines = append(q.Lines, kit.Sentence(power))
	}
	if pr := p.shell.Profile(); pr != nil && pr.Production {
		q.Typed, q.Danger = run.NameToType(pr.Name), true
	}
	return p.shell.Ask(q, func() tea.Cmd { return p.shell.Replace(p, kit.BegunRun{Run: run}) })
}
