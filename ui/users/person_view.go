package users

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// barSteps is how many steps the bars of this page have at most.
const barSteps = 20

// The columns of the tokens of a person.
const (
	tokState = iota
	tokLeft
	tokLife
	tokApp
	tokPlace
	tokUntil
)

var personColumns = []widget.Flex{
	tokState: {Title: "STATE", Width: 9},
	tokLeft:  {Title: "LEFT", Width: 9},
	tokLife:  {Title: "LIFE LEFT", Width: 10, Drop: 2},
	tokApp:   {Title: "APP", Width: 13, Share: 3, Most: 34},
	tokPlace: {Title: "USED AT", Width: 12, Share: 2, Most: 34, Drop: 1},
	tokUntil: {Title: "UNTIL", Width: 13, Drop: 3},
}

// View implements kit.Screen.
func (p *Person) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	switch {
	case p.problem != nil:
		x := pat.Explain(p.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, p.w-2, string(x.ID))), p.w, p.h), nil
	case !p.read:
		return kit.Block("\n  "+th.Muted.Render("Reading what is known of them …"), p.w, p.h), nil
	}
	lines := p.headLines()
	events := p.eventLines()
	p.listTop = len(lines) + 1
	rows := min(max(1, p.list.Len()), max(3, p.h-p.listTop-2-len(events)))
	p.list.SetHeight(min(rows, max(1, p.h-p.listTop)))
	widths := widget.Columns(p.w-leadWidth-1, personColumns)
	cols, _ := widget.Shown(personColumns, widths, -1)
	lines = append(lines, th.Table.HeadLine(strings.Repeat(" ", leadWidth), cols, -1))
	if p.list.Len() == 0 {
		lines = append(lines, "   "+th.Muted.Render("No token of theirs works any more."))
	} else {
		lines = append(lines, p.list.Lines(func(t pat.Token, is widget.At) string { return p.tokenLine(t, cols, widths, is) })...)
	}
	return kit.Block(kit.JoinLines(append(append(lines, ""), events...)), p.w, p.h), nil
}

// headLines are who this is: until when something opens, workspaces and groups.
func (p *Person) headLines() []string {
	th, e := p.shell.Theme(), p.exposure
	level := th.Text
	if e.Worth == pat.WorthAdmin || e.Worth == pat.WorthBuilder {
		level = th.Warn
	}
	var lines []string
	for _, l := range widget.Wrap(term.Clean(kit.Sentence(e.Words(p.shell.Now(), p.shell.Zone()))).String(), max(10, p.w-4)) {
		lines = append(lines, "  "+level.Render(l))
	}
	add := func(label, text string) {
		if text != "" {
			for _, l := range widget.Wrap(term.CleanWidth(text, 2*max(10, p.w-16)).String(), max(10, p.w-16)) {
				lines = append(lines, "  "+th.Muted.Render(widget.Pad(label, 12))+th.Text.Render(l))
				label = ""
			}
		}
	}
	add("name", e.User.Name)
	add("roles", rolesOf(e.Person))
	add("groups", strings.Join(e.User.Groups, ", "))
	if e.Tokens > 0 {
		worth := map[pat.Worth]string{
			pat.WorthNothing: "nothing", pat.WorthSession: "what an end user may open",
			pat.WorthBuilder: "to act as them, a builder, in the workspace", pat.WorthAdmin: "to act as them, an admin, in the workspace",
		}[e.Worth]
		add("who holds", kit.PluralOf(e.Tokens, "live token")+" gets: "+worth)
		add("of these", stateWords(e.Person))
	}
	return append(lines, "")
}

func (p *Person) tokenLine(t pat.Token, cols []widget.Column, widths []int, is widget.At) string {
	th, now := p.shell.Theme(), p.shell.Now()
	st := t.State(now)
	plain, second := th.Table.Cell, th.Table.Muted
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	filled, empty := "", ""
	if st != pat.Unsure && st != pat.Ended && widths[tokLife] > 0 {
		filled, empty = widget.Bar(th.Glyphs.Bar, kit.ShareLeft(t, now), widths[tokLife])
	}
	clean := func(s string, col int) string { return term.CleanWidth(s, max(1, widths[col])).String() }
	all := []widget.Cell{
		tokState: {Text: th.Glyphs.State[st] + " " + st.Word(), Ink: th.Row[st]},
		tokLeft:  {Text: kit.LeftOf(p.shell, t), Ink: plain},
		tokLife:  {Text: filled, Ink: th.Row[kit.InkState(t, now)], Tail: empty, TailInk: th.Table.Faint},
		tokApp:   {Text: kit.AppCell(t, max(1, widths[tokApp])), Ink: plain},
		tokPlace: {Text: clean(kit.FirstOf(t.Note, "-"), tokPlace), Ink: second},
		tokUntil: {Text: clean(kit.ClockTime(pat.EndOf(t).Latest, now, p.shell.Zone()), tokUntil), Ink: second},
	}
	cells := make([]widget.Cell, 0, len(cols))
	for i, c := range all {
		if widths[i] > 0 {
			cells = append(cells, c)
		}
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}

// eventLines are what was done last, as far as there is room.
func (p *Person) eventLines() []string {
	th := p.shell.Theme()
	if len(p.events) == 0 || p.h < 16 {
		return nil
	}
	lines := []string{"  " + th.Muted.Render("last events")}
	for _, e := range p.events[:min(len(p.events), max(1, p.h/4))] {
		v := pat.EventViewOf(e)
		text := fmt.Sprintf("%s  %s  %s  #%d %s  %s", kit.ClockTime(e.At, p.shell.Local(), p.shell.Zone()), v.Actor, v.Action, v.Token, v.App, v.Detail)
		lines = append(lines, "    "+th.Text.Render(term.CleanWidth(text, max(10, p.w-6)).String()))
	}
	return lines
}
