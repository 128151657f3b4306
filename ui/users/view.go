package users

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// The columns of the list, in order.
const (
	colUser = iota
	colName
	colRoles
	colLive
	colUntil
	colWorth
)

// userColumns: user, live and until are never dropped.
var userColumns = []widget.Flex{
	colUser:  {Title: "USER", Width: 18, Share: 3, Most: 34},
	colName:  {Title: "NAME", Width: 12, Share: 2, Most: 24, Drop: 2},
	colRoles: {Title: "ROLES", Width: 14, Share: 4, Most: 48, Drop: 1},
	colLive:  {Title: "LIVE", Width: 4},
	colUntil: {Title: "UNTIL", Width: 9},
	colWorth: {Title: "WORTH", Width: 8, Drop: 3},
}

// leadWidth is the room for the signs in front of a row.
const leadWidth = 3

// listLayout says what of the screen belongs to what.
type listLayout struct {
	rows   int // lines for people
	detail int // lines below the list, 0 = none
	widths []int
}

func (p *Page) layout() listLayout {
	l := listLayout{widths: widget.Columns(p.w-leadWidth-1, userColumns)}
	switch {
	case p.shell.Small():
	case p.h < 18:
		l.detail = 2
	default:
		l.detail = 5
	}
	l.rows = max(1, p.h-3-l.detail)
	return l
}

// View implements kit.Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th, l := p.shell.Theme(), p.layout()
	p.listTop = 2
	line, cursor := p.findLine()
	sorted := map[order]int{byUntil: colUntil, byName: colUser}[p.sort]
	cols, at := widget.Shown(userColumns, l.widths, sorted)
	lines := []string{line, th.Table.HeadLine(strings.Repeat(" ", leadWidth), cols, at)}
	switch {
	case p.list.Len() > 0:
		lines = append(lines, p.list.Lines(func(r row, is widget.At) string { return p.rowLine(r, cols, l.widths, is) })...)
	default:
		lines = append(lines, p.emptyLines(l.rows)...)
	}
	lines = append(lines, kit.Between("", th.Faint.Render(p.list.Place(th.ASCII))+" ", p.w))
	if l.detail > 0 {
		lines = append(lines, p.detailLines(l.detail)...)
	}
	return kit.Block(kit.JoinLines(lines), p.w, p.h), cursor
}

// findLine is what is searched for, and the order at its right.
func (p *Page) findLine() (string, *tea.Cursor) {
	th := p.shell.Theme()
	words := map[order]string{byUntil: "live until", byName: "user"}[p.sort]
	right := th.Muted.Render("sort ") + th.Text.Render(words) + " "
	if w, waits := p.shell.Requests().WaitOf(p.ticket); waits && p.ticket != 0 {
		right = th.Accent.Render(term.CleanWidth(w.Words(p.shell), max(10, p.w/2)).String()) + " "
	} else if p.ticket != 0 {
		right = th.Accent.Render(th.Glyphs.Run+" reading the lists") + " "
	}
	const lead = " find: "
	field, x := p.find.View(max(8, p.w-kit.Width(right)-len(lead)-1))
	line := kit.Between(th.Muted.Render(lead)+field, right, p.w)
	if !p.find.Focused() {
		return line, nil
	}
	return line, tea.NewCursor(len(lead)+x, 0)
}

func (p *Page) rowLine(r row, cols []widget.Column, widths []int, is widget.At) string {
	th := p.shell.Theme()
	plain, second := th.Table.Cell, th.Table.Muted
	worth := second
	switch {
	case r.Archived():
		plain = th.Table.Past
	case r.Worth == pat.WorthAdmin, r.Worth == pat.WorthBuilder:
		worth = th.Row[pat.Soon]
	}
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	if is.Marked {
		lead.Tail, lead.TailInk = th.Glyphs.Mark+" ", th.Table.Mark
	}
	until, word := "-", "-"
	if r.Tokens > 0 {
		until, word = p.untilWords(r.Person), r.Worth.Word()
	}
	clean := func(s string, col int) string { return term.CleanWidth(s, max(1, widths[col])).String() }
	all := []widget.Cell{
		colUser:  {Text: clean(r.Name(), colUser), Ink: plain},
		colName:  {Text: clean(r.User.Name, colName), Ink: second},
		colRoles: {Text: clean(rolesOf(r.Person), colRoles), Ink: second},
		colLive:  {Text: fmt.Sprint(r.Tokens), Ink: plain},
		colUntil: {Text: until, Ink: plain},
		colWorth: {Text: word, Ink: worth},
	}
	cells := make([]widget.Cell, 0, len(cols))
	for i, c := range all {
		if widths[i] > 0 {
			cells = append(cells, c)
		}
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}

// untilWords is the time until the last end, behind atMost while that is not proven.
func (p *Page) untilWords(who pat.Person) string {
	atMost := p.shell.Theme().Glyphs.AtMost
	if who.Proven {
		atMost = ""
	}
	return atMost + kit.PaceOf(p.shell).Countdown(who.Until.Sub(p.shell.Now()))
}

// rolesOf are the roles of a person, or what they are instead of active.
func rolesOf(p pat.Person) string {
	switch {
	case p.Known && !p.Listed:
		return "GONE"
	case p.User.Status == "archived":
		return "ARCHIVED"
	case p.User.Status != "" && p.User.Status != "active":
		return p.User.Status
	}
	var roles []string
	for _, m := range p.User.Memberships {
		role := m.Role
		if m.Status != "" && m.Status != "active" {
			role = m.Status
		}
		roles = append(roles, strings.TrimSpace(m.Workspace+" "+role))
	}
	return strings.Join(roles, ", ")
}

// emptyLines say why there is nobody.
func (p *Page) emptyLines(n int) []string {
	th := p.shell.Theme()
	lines := []string{""}
	switch {
	case p.problem != nil:
		x := pat.Explain(p.problem)
		lines = append(lines, kit.ProblemLines(th, x, p.w-2, string(x.ID))...)
	case !p.read && p.ticket != 0:
		lines = append(lines, "   "+th.Muted.Render("Reading who is on the server …"))
	case p.find.Value() != "":
		lines = append(lines, "   "+th.Muted.Render(term.CleanWidth(p.needsRow(), max(10, p.w-4)).String()))
	case p.liveAlone:
		lines = append(lines, "   "+th.Good.Render(th.Glyphs.Good)+" "+th.Text.Render("Nothing that was issued from here still works for anybody."))
	default:
		lines = append(lines, "   "+th.Muted.Render("There is nobody on this server yet."))
	}
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// detailLines say until when the person under the cursor can open what.
func (p *Page) detailLines(n int) []string {
	th := p.shell.Theme()
	r, ok := p.list.Selected()
	if !ok {
		return nil
	}
	name := term.CleanWidth(r.Name(), max(8, p.w-10)).String()
	lines := []string{th.Header.Rule.Render(strings.Repeat(th.Glyphs.Rule, 3)) + " " + th.Bold.Render(name) + " " + th.Rule(max(0, p.w-5-term.Width(name)))}
	add := func(label, text string) {
		if text == "" {
			return
		}
		lines = append(lines, " "+th.Muted.Render(widget.Pad(label, 10))+th.Text.Render(term.CleanWidth(text, max(10, p.w-12)).String()))
	}
	add("exposed", r.Says(p.shell.Now(), p.shell.Zone()))
	if n > 2 {
		add("can open", openWords(r.Person, p.shell.Now(), p.shell.Zone()))
		add("of these", stateWords(r.Person))
		add("groups", strings.Join(r.User.Groups, ", "))
	}
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// openWords names the apps that a person's tokens may open, and until when.
func openWords(p pat.Person, now time.Time, zone *time.Location) string {
	var parts []string
	for _, pair := range p.Pairs {
		if p.WorthOf(pair) == pat.WorthNothing {
			continue
		}
		parts = append(parts, kit.FirstOf(pair.AppName, pair.AppSlug, pair.AppID)+" until "+kit.ClockTime(pair.Until, now, zone))
	}
	return strings.Join(parts, "   ")
}

// stateWords says which of the live tokens are not the plain case.
func stateWords(p pat.Person) string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{p.Older, "older, beside a newer one"}, {p.Ended, "ended as documented, if the unit is that"}, {p.Unsure, "unsure: may exist"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}
