package exposure

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// The columns of the tokens, in order.
const (
	colApp = iota
	colToken
	colState
	colUntil
	colAsked
)

var columns = []widget.Flex{
	colApp:   {Title: "APP", Width: 14, Share: 3, Most: 34},
	colToken: {Title: "TOKEN", Width: 7, Drop: 2},
	colState: {Title: "STATE", Width: 9},
	colUntil: {Title: "UNTIL", Width: 14},
	colAsked: {Title: "LAST ASKED", Width: 14, Share: 2, Most: 28, Drop: 1},
}

// leadWidth is the room for the sign in front of a row.
const leadWidth = 3

// View implements kit.Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	switch {
	case p.problem != nil:
		x := pat.Explain(p.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, p.w-2, string(x.ID))), p.w, p.h), nil
	case !p.read:
		return kit.Block("\n  "+th.Muted.Render("Reading what still opens …"), p.w, p.h), nil
	}
	lines := p.head()
	if p.list.Len() == 0 {
		return kit.Block(kit.JoinLines(lines), p.w, p.h), nil
	}
	widths := widget.Columns(p.w-leadWidth-1, columns)
	cols, _ := widget.Shown(columns, widths, -1)
	lines = append(lines, th.Table.HeadLine("   ", cols, -1))
	p.list.SetHeight(min(p.list.Len(), max(1, p.h-len(lines)-1)))
	lines = append(lines, p.list.Lines(func(t pat.Token, is widget.At) string { return p.line(t, cols, widths, is) })...)
	foot := p.list.Place(th.ASCII)
	if p.asked != 0 {
		foot = fmt.Sprintf("%s asking ToolJet, %d to go", th.Glyphs.Run, len(p.asking)+1)
	}
	return kit.Block(kit.JoinLines(append(lines, kit.Between("", th.Faint.Render(foot)+" ", p.w))), p.w, p.h), nil
}

func (p *Page) line(t pat.Token, cols []widget.Column, widths []int, is widget.At) string {
	th, now := p.shell.Theme(), p.shell.Now()
	st := t.State(now)
	plain, second := th.Table.Cell, th.Table.Muted
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	clean := func(s string, col int) string { return term.CleanWidth(s, max(1, widths[col])).String() }
	asked := pat.AskedWords(t, now, p.shell.Zone())
	if t.ID == p.asked {
		asked = th.Glyphs.Run + " asking"
	}
	all := []widget.Cell{
		colApp:   {Text: kit.AppCell(t, max(1, widths[colApp])), Ink: plain},
		colToken: {Text: clean(fmt.Sprintf("#%d", t.ID), colToken), Ink: second},
		colState: {Text: th.Glyphs.State[st] + " " + st.Word(), Ink: th.Row[st]},
		colUntil: {Text: clean(kit.ClockTime(pat.EndOf(t).Latest, now, p.shell.Zone()), colUntil), Ink: plain},
		colAsked: {Text: clean(asked, colAsked), Ink: second},
	}
	cells := make([]widget.Cell, 0, len(cols))
	for i, c := range all {
		if widths[i] > 0 {
			cells = append(cells, c)
		}
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}
