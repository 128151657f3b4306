// Package users is the room of the people on the server: the list with what still
// works for each, and the page of one person.
package users

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

// Page is the list of the people on the server, each with what may still work of
// theirs and until when.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	find  *widget.Field
	list  *widget.List[string, row]

	lists     pat.Lists
	rows      []row // all of them, in the order of the page
	read      bool  // there are lists, or nobody has any
	problem   error // what kept the server's lists from being read
	sort      order
	ticket    int // of the reading under way, 0 = none
	seq       int // of the newest look at the history
	w, h      int
	listTop   int  // line of the first row
	liveAlone bool // people without live tokens are left out
}

// row is a person, with the words they are found by.
type row struct {
	pat.Person
	words string // in lower case
}

func keyOf(r row) string { return kit.FirstOf(r.User.ID, r.User.Email) }

// New returns the list of all people.
func New(s kit.Shell) *Page {
	p := &Page{shell: s, find: widget.NewField(s.Theme().Form, 100), list: widget.NewList(keyOf)}
	p.find.Placeholder = "letters of a name, an address, a role or a group"
	p.find.Shorter = []string{"letters of a name or address", "letters"}
	p.find.Focus()
	return p
}

// NewExposed returns the list of the people for whom something still works.
func NewExposed(s kit.Shell) *Page {
	p := New(s)
	p.liveAlone = true
	return p
}

// Title implements kit.Screen.
func (p *Page) Title() string {
	if p.liveAlone {
		return "Exposure"
	}
	return "Users"
}

// Init implements kit.Screen: the lists as they were read last are shown at once.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return tea.Batch(p.look(), p.load(false))
}

// look counts anew what may still work, with the lists that are there.
func (p *Page) look() tea.Cmd {
	p.seq++
	return loadPeople(p.ctx, p.shell.Issuer(), p.seq)
}

// load reads the lists from the server, unless they are fresh; anew also compares
// what was issued with them.
func (p *Page) load(anew bool) tea.Cmd {
	p.ticket = p.shell.Requests().NewTicket()
	ticket := p.ticket
	return kit.WithWaits(p.ctx, ticket, func(ctx context.Context) tea.Cmd { return loadLists(ctx, p.shell.Issuer(), ticket, anew) })
}

// SetSize implements kit.Screen.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.list.SetHeight(p.layout().rows)
}

// Typing implements kit.Screen.
func (p *Page) Typing() bool { return p.find.Focused() }

// Unsearched implements kit.Searcher.
func (p *Page) Unsearched() bool { return p.find.Value() == "" }

// Update implements kit.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.find.Focused() && p.find.Update(m) {
			p.narrow()
			p.list.First()
		}
	case peopleMsg:
		p.took(m)
	case listsMsg:
		if m.ticket != p.ticket {
			return nil
		}
		p.ticket = 0
		lost := pat.Unrecorded(m.err)
		if lost != nil {
			p.shell.Say(kit.LevelWarn, kit.Sentence(m.report.Words()+"; "+lost.Words()))
			m.err = nil
		}
		if p.problem = m.err; m.err == nil {
			if m.anew && lost == nil {
				p.shell.Say(kit.LevelInfo, kit.Sentence(m.report.Words()))
			}
			return p.look()
		}
	case kit.TouchedMsg, kit.IssuedMsg, kit.VerifiedMsg, kit.RanMsg:
		return p.look()
	}
	return nil
}

// took takes people and what may still work of theirs.
func (p *Page) took(m peopleMsg) {
	if m.seq != p.seq || m.err != nil {
		if m.err != nil && !pat.IsGone(m.err) {
			p.problem = m.err
		}
		return
	}
	p.lists, p.read = m.lists, p.read || len(m.people) > 0 || !m.lists.UsersAt.IsZero()
	p.rows = make([]row, 0, len(m.people))
	for _, one := range m.people {
		if one.Tokens > 0 || !p.liveAlone {
			p.rows = append(p.rows, row{one, wordsOf(one)})
		}
	}
	p.arrange()
}

// Actions implements kit.Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	open := kit.Action{Key: k.List.Open, Title: "Open the person", Hint: 10, Run: p.with(func(u string) kit.Place { return kit.PersonOf{User: u} }), Why: p.needsRow}
	refresh := kit.Action{Key: k.List.Refresh, Title: "Read the lists again and compare", Hint: 70, Run: func() tea.Cmd { return p.load(true) }}
	if p.find.Focused() {
		list := []kit.Action{
			open, refresh,
			{Key: kit.WithDesc(k.Global.Back, "to the list"), Hint: 20, Run: func() tea.Cmd { p.find.Blur(); return nil }},
		}
		return append(list, typingMoves(k, p.list)...)
	}
	list := []kit.Action{
		open,
		{Key: kit.WithDesc(k.List.New, "issue"), Title: "New token for this person", Hint: 20, Run: p.with(func(u string) kit.Place { return kit.NewToken{User: u} }), Why: p.needsRow},
		{Key: k.Token.Role, Title: "Change the role and re-issue", Hint: 30, Run: p.changeRole, Why: p.needsRow},
		{Key: k.Users.Exposure, Title: "What is exposed of this person", Hint: 40, Run: p.with(func(u string) kit.Place { return kit.ExposureOf{User: u} }), Why: p.needsRow},
		{Key: k.List.Mark, Title: "Mark this person", Hint: 45, Run: func() tea.Cmd { p.list.Toggle(); p.list.By(1); return nil }, Why: p.needsRow},
		{Key: kit.WithDesc(k.Global.Bulk, "issue to marked"), Title: "Issue for the marked people", Hint: 46, Run: p.issueMarked, Why: p.needsRow},
		{Key: kit.WithDesc(k.List.Filter, "find"), Title: "Find", Hint: 50, Run: func() tea.Cmd { p.find.Focus(); return nil }},
		{Key: k.List.Sort, Title: "Next order", Hint: 60, Run: p.nextOrder},
		refresh,
	}
	if p.find.Value() != "" {
		list = append(list, kit.Action{Key: kit.WithDesc(k.List.ClearFilter, "show all"), Title: "Show all people", Hint: 5, Run: func() tea.Cmd {
			p.find.SetValue("")
			p.narrow()
			return nil
		}})
	}
	return kit.Behind(list, kit.MoveActions(k, p.list, nil))
}

// typingMoves are the moves of keys that no field takes as text.
func typingMoves(k *kit.Keys, m kit.Mover) []kit.Action {
	var out []kit.Action
	for _, a := range kit.StepActions(k, m, nil) {
		if key, ok := kit.WhileTyping(a.Key); ok {
			a.Key = key
			out = append(out, a)
		}
	}
	return out
}

// with goes to a place of the person under the cursor.
func (p *Page) with(place func(user string) kit.Place) func() tea.Cmd {
	return func() tea.Cmd {
		if r, ok := p.list.Selected(); ok {
			return p.shell.Go(place(r.Name()))
		}
		return nil
	}
}

// issueMarked begins tokens for the people who are marked, or for the one under the
// cursor.
func (p *Page) issueMarked() tea.Cmd {
	place := kit.BulkFor{}
	for _, r := range p.rows {
		if p.list.IsMarked(keyOf(r)) {
			place.Users = append(place.Users, r.Name())
		}
	}
	if r, ok := p.list.Selected(); ok && len(place.Users) == 0 {
		place.Users = []string{r.Name()}
	}
	return p.shell.Go(place)
}

// changeRole begins the change of the role of the person under the cursor.
func (p *Page) changeRole() tea.Cmd {
	if r, ok := p.list.Selected(); ok {
		return p.shell.Go(roleOf(r.Person))
	}
	return nil
}

// roleOf is the change of a person's role, first in the workspace of what lives
// longest.
func roleOf(p pat.Person) kit.Place {
	place := kit.RoleOf{User: p.Name()}
	if len(p.Pairs) > 0 {
		place.Workspace, place.Was = kit.FirstOf(p.Pairs[0].WorkspaceID, p.Pairs[0].Workspace), p.Pairs[0].Role
	}
	if place.Workspace == "" && len(p.User.Memberships) > 0 {
		place.Workspace = p.User.Memberships[0].WorkspaceID
	}
	return place
}

// needsRow says why nothing can be done with a person.
func (p *Page) needsRow() string {
	switch {
	case p.list.Len() > 0:
		return ""
	case p.find.Value() != "":
		return fmt.Sprintf("Nobody has “%s” in name, address, role or group.", p.find.Value())
	}
	return "There is nobody yet."
}

// Click puts the cursor on a person, and opens the one that has it already.
func (p *Page) Click(_, y int) tea.Cmd {
	if y < p.listTop-1 {
		p.find.Focus()
		return nil
	}
	if _, again := p.list.Click(y - p.listTop); again {
		return p.with(func(u string) kit.Place { return kit.PersonOf{User: u} })()
	}
	return nil
}

// Wheel implements kit.Wheeler.
func (p *Page) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return nil
}

// Summary implements kit.Summary: how many people, and how old the list is.
func (p *Page) Summary(width int) string {
	if !p.read || p.lists.UsersAt.IsZero() {
		return ""
	}
	active := 0
	for _, u := range p.lists.Users {
		if u.Status == "" || u.Status == "active" {
			active++
		}
	}
	says := fmt.Sprintf("%s, %d active", kit.PluralOf(len(p.lists.Users), "user"), active)
	if age := says + " " + p.shell.Theme().Glyphs.Sep + " loaded " + kit.PaceOf(p.shell).Ago(p.age()); len([]rune(age)) <= width {
		says = age
	}
	if strings.TrimSpace(says) == "" || len([]rune(says)) > width {
		return ""
	}
	return p.shell.Theme().Muted.Render(says)
}

// age is how long ago the list of users was read.
func (p *Page) age() time.Duration { return p.shell.Local().Sub(p.lists.UsersAt) }

// NextChange implements kit.Ticker: what is left of the tokens, and of a wait.
func (p *Page) NextChange(now time.Time) time.Time {
	next := kit.WaitChange(p.shell, p.ticket, now)
	for _, r := range p.list.Visible() {
		if r.Until.After(now) {
			next = kit.Soonest(next, kit.PaceOf(p.shell).LeftChange(r.Until, now))
		}
	}
	return next
}
