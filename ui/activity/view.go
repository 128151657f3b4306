package activity

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

// stripFrom is the height from which on a strip below the list tells more of the
// event under the cursor.
const stripFrom = 18

// chrome is how many lines are no rows: filter, head, foot, and the strip.
func (p *Page) chrome() int {
	if p.h >= stripFrom {
		return 3 + 4
	}
	return 3
}

// columns are those that there is room for.
func (p *Page) columns() []widget.Column {
	cols := []widget.Column{{Title: "WHEN", Width: 12}, {Title: "WHAT", Width: 13}}
	left := p.w - leadWidth - 12 - 13 - 2*widget.Gap
	if p.w < kit.NarrowWidth {
		return append(cols, widget.Column{Title: "TOKEN", Width: max(8, left)})
	}
	who := 8
	if p.w >= 120 {
		who = 12
	}
	left -= who + 2*widget.Gap
	token := min(50, max(20, left*3/5))
	return append(cols, widget.Column{Title: "WHO", Width: who}, widget.Column{Title: "TOKEN", Width: token},
		widget.Column{Title: "RESULT", Width: max(8, left-token-1)})
}

const leadWidth = 3

// View implements kit.Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	filter, cursor := p.filterLine()
	cols := p.columns()
	lines := []string{filter, th.Table.HeadLine(strings.Repeat(" ", leadWidth), cols, 0)}
	switch {
	case p.problem != nil && p.list.Len() == 0:
		lines = append(lines, kit.ProblemLines(th, pat.Explain(p.problem), p.w-2, "")...)
	case p.loaded && p.list.Len() == 0:
		lines = append(lines, "", "   "+th.Bold.Render(p.emptyWords()))
	default:
		lines = append(lines, p.list.Lines(func(e pat.Event, is widget.At) string { return p.line(e, cols, is) })...)
	}
	body := kit.Block(kit.JoinLines(lines), p.w, 2+p.list.Height())
	foot := kit.Between("", th.Faint.Render(p.place())+" ", p.w)
	out := []string{body, foot}
	if p.h >= stripFrom {
		out = append(out, p.strip()...)
	}
	return kit.Block(kit.JoinLines(out), p.w, p.h), cursor
}

func (p *Page) emptyWords() string {
	if p.word != "" {
		return "No event matches this filter."
	}
	return "Nothing was done yet."
}

// place says which events are on the screen; how many there are is not counted.
func (p *Page) place() string {
	n := len(p.list.Visible())
	if n == 0 {
		return ""
	}
	if p.list.AtEnd() && p.list.AtStart() {
		return kit.PluralOf(p.list.Len(), "event")
	}
	return "newest first"
}

func (p *Page) filterLine() (string, *tea.Cursor) {
	th := p.shell.Theme()
	key := kit.Name(p.shell.Keys().List.Filter)
	right := ""
	if p.badWord != "" {
		right = th.Bad.Render(term.CleanWidth(p.badWord, max(10, p.w*2/3)).String()) + " "
	}
	if !p.typing && p.word == "" {
		try := widget.FitWords(p.w-kit.Width(key)-4, "filter: "+filterHint, "filter: action:copied  user:ana", "filter")
		return kit.Between(" "+th.Footer.Key.Render(key)+" "+th.Form.Placeholder.Render(try), right, p.w), nil
	}
	field, x := p.field.View(max(8, p.w-kit.Width(right)-5-kit.Width(key)))
	line := kit.Between(" "+th.Footer.Key.Render(key)+" "+field, right, p.w)
	if !p.typing {
		return line, nil
	}
	return line, tea.NewCursor(x+2+kit.Width(key), 0)
}

func (p *Page) line(e pat.Event, cols []widget.Column, is widget.At) string {
	th := p.shell.Theme()
	plain, second := th.Table.Cell, th.Table.Muted
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	at := func(i int) int { return cols[i].Width }
	cells := []widget.Cell{
		{Text: p.when(e.At), Ink: second},
		{Text: string(e.Action), Ink: plain},
	}
	if p.w >= kit.NarrowWidth {
		cells = append(cells, widget.Cell{Text: term.CleanWidth(p.who(e), at(2)).String(), Ink: second})
	}
	cells = append(cells, widget.Cell{Text: term.CleanWidth(tokenWords(e, th.ASCII), at(len(cells))).String(), Ink: plain})
	if p.w >= kit.NarrowWidth {
		cells = append(cells, widget.Cell{Text: term.CleanWidth(e.Detail, at(len(cells))).String(), Ink: second})
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}

// tokenWords names the token of an event: "#240 cy@example.com › Stock desk".
func tokenWords(e pat.Event, ascii bool) string {
	v := pat.EventViewOf(e)
	sep := " › "
	if ascii {
		sep = " > "
	}
	return fmt.Sprintf("#%d %s%s%s", e.Entry, v.User, sep, v.App)
}

// when is the time of day of today's events, else their day as well, in the
// person's zone. Events go by this computer's clock.
func (p *Page) when(at time.Time) string {
	l, now := at.In(p.shell.Zone()), p.shell.Local()
	switch {
	case l.Year() != now.Year():
		return l.Format("2 Jan 2006")
	case l.YearDay() != now.YearDay():
		return l.Format("2 Jan 15:04")
	default:
		return l.Format("15:04:05")
	}
}

// who did it: "you" if it was this person on this machine.
func (p *Page) who(e pat.Event) string {
	return p.shell.Issuer().Who(e.Actor, e.On)
}

// strip tells more of the event under the cursor.
func (p *Page) strip() []string {
	th := p.shell.Theme()
	e, ok := p.list.Selected()
	if !ok {
		return []string{"", "", "", ""}
	}
	head := string(e.Action) + " " + term.CleanWidth(tokenWords(e, th.ASCII), max(1, p.w-24)).String()
	rule := th.Rule(3) + " " + th.Muted.Render(head) + " " + th.Rule(max(0, p.w-5-kit.Width(head)))
	by := fmt.Sprintf("%s by %s with the %s", e.At.In(p.shell.Zone()).Format("2 Jan 2006 15:04:05"), pat.ActorOf(e), pat.ViaWords(e.Via))
	lines := []string{rule, " " + th.Muted.Render(term.CleanWidth(by, max(1, p.w-2)).String())}
	for _, l := range widget.Wrap(term.CleanWidth(e.Detail, 400).String(), max(10, p.w-2)) {
		lines = append(lines, " "+th.Text.Render(l))
	}
	return lines[:min(len(lines), 4)]
}
