package activity

import (
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
		lines = append(lines, p.list.Lines(func(r row, is widget.At) string { return p.line(r, cols, is) })...)
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
		return "Nothing matches this filter."
	}
	return "Nothing was done yet."
}

// place says which events are on the screen; how many there are is not counted.
func (p *Page) place() string {
	n := len(p.list.Visible())
	if n == 0 {
		return ""
	}
	if !p.list.AtEnd() || !p.list.AtStart() {
		return "newest first"
	}
	events := len(p.events.events)
	switch requests := p.list.Len() - events; {
	case requests == 0:
		return kit.PluralOf(events, "event")
	case events == 0:
		return kit.PluralOf(requests, "request")
	default:
		return kit.PluralOf(events, "event") + ", " + kit.PluralOf(requests, "request")
	}
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

func (p *Page) line(r row, cols []widget.Column, is widget.At) string {
	th := p.shell.Theme()
	plain, second := th.Table.Cell, th.Table.Muted
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	cells := []widget.Cell{
		{Text: p.when(r.at()), Ink: second},
		{Text: r.action(), Ink: plain},
	}
	add := func(text string, ink widget.Ink) {
		cells = append(cells, widget.Cell{Text: term.CleanWidth(text, cols[len(cells)].Width).String(), Ink: ink})
	}
	what, result := p.words(r)
	if p.w < kit.NarrowWidth {
		if r.request.ID != 0 || r.event.Entry == 0 { // what came of it would not be seen else
			what = result + "  " + what
		}
		add(what, plain)
	} else {
		add(p.who(r), second)
		add(what, plain)
		add(result, second)
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}

// words say what a row is about, and what came of it.
func (p *Page) words(r row) (what, result string) {
	if r.request.ID != 0 {
		return r.request.Words(), p.resultOf(r.request)
	}
	return aboutWords(r.event, p.shell.Theme().ASCII), r.event.Detail
}

// aboutWords say what an event is about: "#240 cy@example.com › Stock desk".
func aboutWords(e pat.Event, ascii bool) string {
	sep := " › "
	if ascii {
		sep = " > "
	}
	return pat.EventViewOf(e).AboutWords(sep)
}

// when is the time of day of today's rows, else their day as well, in the person's zone.
// Rows go by this computer's clock.
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
func (p *Page) who(r row) string {
	if r.request.ID != 0 {
		return "you"
	}
	return p.shell.Issuer().Who(r.event.Actor, r.event.On)
}

// strip tells more of the row under the cursor.
func (p *Page) strip() []string {
	th := p.shell.Theme()
	r, ok := p.list.Selected()
	if !ok {
		return []string{"", "", "", ""}
	}
	what, _ := p.words(r)
	head := r.action() + " " + term.CleanWidth(what, max(1, p.w-24)).String()
	rule := th.Rule(3) + " " + th.Muted.Render(head) + " " + th.Rule(max(0, p.w-5-kit.Width(head)))
	by, more := p.byAndMore(r)
	lines := []string{rule, " " + th.Muted.Render(term.CleanWidth(by, max(1, p.w-2)).String())}
	for _, l := range widget.Wrap(term.CleanWidth(more, 400).String(), max(10, p.w-2)) {
		lines = append(lines, " "+th.Text.Render(l))
	}
	return lines[:min(len(lines), 4)]
}

// byAndMore say when and by whom a row was made, or what a server's log finds it by, and
// what there is to say beyond its line.
func (p *Page) byAndMore(r row) (by, more string) {
	at := r.at().In(p.shell.Zone()).Format("2 Jan 2006 15:04:05")
	if r.request.ID == 0 {
		e := r.event
		return at + " by " + pat.ByWords(e), e.Detail
	}
	by, more = at+", request "+r.request.RequestID, p.resultOf(r.request)
	if t := r.request.LastTry().ServerTime; !t.IsZero() {
		by += ", server time " + t.UTC().Format("15:04:05Z")
	}
	if r.request.Err != nil {
		x := pat.Explain(r.request.Err)
		more += ". " + pat.AsSentence(x.Cause)
		if x.ServerSays != "" {
			more += " The server says “" + x.ServerSays + "”."
		}
	}
	return by, more
}
