package users

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Person is one person: workspaces with roles, every token that may still work, and
// what was done with theirs last.
type Person struct {
	shell    kit.Shell
	ctx      context.Context
	user     string // e-mail address or id
	exposure pat.Exposure
	events   []pat.Event
	list     *widget.List[int64, pat.Token]
	read     bool
	problem  error
	seq      int
	ticket   int // of the reading of the server's lists, 0 = none
	w, h     int
	listTop  int
}

// NewPerson returns the page of a person.
func NewPerson(s kit.Shell, user string) *Person {
	return &Person{shell: s, user: user, list: widget.NewList(func(t pat.Token) int64 { return t.ID })}
}

// Title implements kit.Screen.
func (p *Person) Title() string { return kit.Within(p.user) }

// Init implements kit.Screen.
func (p *Person) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return tea.Batch(p.look(), p.load(false))
}

// look reads what is known of the person.
func (p *Person) look() tea.Cmd {
	p.seq++
	return loadPerson(p.ctx, p.shell.Issuer(), p.seq, p.user)
}

// load reads the lists of the server, unless they are fresh; anew also compares.
func (p *Person) load(anew bool) tea.Cmd {
	p.ticket = p.shell.Requests().NewTicket()
	ticket := p.ticket
	return kit.WithWaits(p.ctx, ticket, func(ctx context.Context) tea.Cmd { return loadLists(ctx, p.shell.Issuer(), ticket, anew) })
}

// SetSize implements kit.Screen.
func (p *Person) SetSize(w, h int) { p.w, p.h = w, h }

// Typing implements kit.Screen.
func (p *Person) Typing() bool { return false }

// Update implements kit.Screen.
func (p *Person) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case personMsg:
		if m.seq != p.seq {
			return nil
		}
		if p.read && p.problem == nil && m.err != nil {
			return nil // what was read stays
		}
		p.read, p.problem = true, m.err
		if m.err == nil {
			p.exposure, p.events = m.exposure, m.events
			p.list.SetAll(m.exposure.Alive)
		}
	case listsMsg:
		if m.ticket != p.ticket {
			return nil
		}
		p.ticket = 0
		if lost := pat.Unrecorded(m.err); lost != nil {
			p.shell.Say(kit.LevelWarn, kit.Sentence(m.report.Words()+"; "+lost.Words()))
			return p.look()
		}
		if m.err != nil {
			return nil // what was read last stays
		}
		if m.anew {
			p.shell.Say(kit.LevelInfo, kit.Sentence(m.report.Words()))
		}
		return p.look()
	case kit.TouchedMsg, kit.IssuedMsg, kit.VerifiedMsg, kit.RanMsg, kit.NotedMsg:
		return p.look()
	}
	return nil
}

// Actions implements kit.Screen.
func (p *Person) Actions() []kit.Action {
	k := p.shell.Keys()
	list := []kit.Action{
		{Key: kit.WithDesc(k.List.Open, "open the token"), Title: "Open the token", Hint: 10, Run: p.open, Why: p.needsToken},
		{Key: kit.WithDesc(k.List.New, "issue"), Title: "New token for this person", Hint: 20, Run: func() tea.Cmd { return p.shell.Go(kit.NewToken{User: p.user}) }},
		{Key: k.Token.Role, Title: "Change the role and re-issue", Hint: 30, Run: func() tea.Cmd { return p.shell.Go(roleOf(p.exposure.Person)) }, Why: p.needsRead},
		{Key: k.Users.Exposure, Title: "What is exposed of this person", Hint: 40, Run: func() tea.Cmd { return p.shell.Go(kit.ExposureOf{User: p.user}) }},
		{Key: k.Token.Verify, Title: "Verify with ToolJet", Hint: 50, Run: p.verify, Why: p.needsToken},
		{Key: k.List.Refresh, Title: "Read the lists again and compare", Hint: 70, Run: func() tea.Cmd { return p.load(true) }},
	}
	return kit.Behind(list, kit.MoveActions(k, p.list, nil))
}

func (p *Person) open() tea.Cmd {
	if t, ok := p.list.Selected(); ok {
		return p.shell.Go(kit.TokenOf{Token: t})
	}
	return nil
}

func (p *Person) verify() tea.Cmd {
	if t, ok := p.list.Selected(); ok {
		return kit.Verify(p.shell, t)
	}
	return nil
}

// needsRead says why nothing can be done with a person who is not known.
func (p *Person) needsRead() string {
	if !p.read || p.problem != nil {
		return "This person is not known yet."
	}
	return ""
}

// needsToken says why nothing can be done with a token.
func (p *Person) needsToken() string {
	if p.list.Len() == 0 {
		return "No token of theirs works any more. " + kit.Name(p.shell.Keys().List.New) + " issues one."
	}
	return ""
}

// Click puts the cursor on a token, and opens the one that has it already.
func (p *Person) Click(_, y int) tea.Cmd {
	if _, again := p.list.Click(y - p.listTop); again {
		return p.open()
	}
	return nil
}

// Wheel implements kit.Wheeler.
func (p *Person) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return nil
}

// NextChange implements kit.Ticker.
func (p *Person) NextChange(now time.Time) time.Time {
	next := kit.WaitChange(p.shell, p.ticket, now)
	for _, t := range p.list.Visible() {
		next = kit.Soonest(next, kit.PaceOf(p.shell).TokenChange(t, now, barSteps))
	}
	return next
}
