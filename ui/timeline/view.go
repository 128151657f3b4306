package timeline

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

// The columns, in order.
const (
	colState = iota
	colUser
	colApp
	colLeft
	colBar
)

// wordsWidth is the width from which on the state has a column with its word.
const wordsWidth = 96

func columns(width int) []widget.Flex {
	cols := []widget.Flex{
		colState: {Title: "STATE", Width: 9},
		colUser:  {Title: "USER", Width: 7, Share: 1, Most: 24},
		colApp:   {Title: "APP", Width: 7, Share: 1, Most: 20},
		colLeft:  {Title: "LEFT", Width: 9, Drop: 1},
		colBar:   {Width: 44, Share: 4, Most: 400},
	}
	if width >= kit.SideWidth { // names and axis both have room
		cols[colUser].Width, cols[colUser].Most, cols[colApp].Width, cols[colApp].Most = 24, 36, 16, 28
	}
	if width < wordsWidth {
		cols[colState].Title, cols[colState].Width = "", 1
	}
	return cols
}

// leadWidth is the room for the signs in front of a row: cursor and mark.
const leadWidth = 3

// layout says what of the screen belongs to what.
type layout struct {
	widths []int
	head   int // lines above the first row
	rows   int
	foot   int // lines below the last row
}

func (p *Page) layout() layout {
	l := layout{widths: widget.Columns(p.w-leadWidth-1, columns(p.w)), head: 2, foot: 2}
	if p.h >= 14 {
		l.head++ // where now is
	}
	if _, _, _, ok := p.quiet(); ok && p.h >= 10 {
		l.foot++
		if p.h >= 14 {
			l.foot += 2 // what ends in them
		}
	}
	if p.h >= 18 {
		l.foot++ // the place in the list
	}
	l.rows = max(1, p.h-l.head-l.foot)
	return l
}

// View implements kit.Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	if p.problem != nil && p.list.Len() == 0 {
		x := pat.Explain(p.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, p.w-2, string(x.ID))), p.w, p.h), nil
	}
	l := p.layout()
	a := p.axis(l.widths[colBar])
	lines := []string{p.windowLine(a)}
	side := p.w - 1 - l.widths[colBar]
	if l.head > 2 {
		lines = append(lines, strings.Repeat(" ", max(0, side))+th.Accent.Render(p.nowMark(a)))
	}
	cols, _ := widget.Shown(columns(p.w), l.widths, -1)
	cols[len(cols)-1].Title = a.labels()
	lines = append(lines, th.Table.HeadLine(strings.Repeat(" ", leadWidth), cols, -1))
	rows := p.list.Lines(func(r row, is widget.At) string { return p.line(r.Token, a, cols, l.widths, is) })
	if p.loaded && p.list.Len() == 0 {
		rows = append([]string{"", "   " + th.Muted.Render(p.whyEmpty())}, rows...)
	}
	lines = append(lines, strings.Split(kit.Block(kit.JoinLines(rows), p.w, l.rows), "\n")...)
	return kit.Block(kit.JoinLines(append(lines, p.foot(a, l, side)...)), p.w, p.h), nil
}

// windowLine says how much time is in view, and from when to when.
func (p *Page) windowLine(a axis) string {
	th := p.shell.Theme()
	line := " "
	for i, z := range zooms() {
		style := th.Header.Tab
		if i == p.zoom {
			style = th.Header.TabActive
		}
		line += style.Padding(0, 1).Render(z.name) + " "
	}
	const form = "Mon 2 Jan 15:04"
	when := a.from().Format(form) + " to " + a.to().Format(form)
	if name, end := a.from().Format("MST"), a.to().Format("MST"); name != end {
		when += ", clocks change from " + name + " to " + end
	} else if p.w >= kit.NarrowWidth {
		when += ", your time (" + name + ")"
	}
	if word := p.shell.Choice().Word; word != "" {
		only := term.CleanWidth(word, max(8, p.w/4)).String()
		when = widget.FitWords(max(10, p.w-22), "only "+only+", the filter of Tokens; the counts are of all", "only "+only+"; counts are of all", "only "+only)
	}
	return kit.Between(line, th.Muted.Render(term.CleanWidth(when, max(10, p.w-22)).String())+" ", p.w)
}

// nowMark stands over the cell of now.
func (p *Page) nowMark(a axis) string {
	at := a.cell(p.shell.Now())
	mark := p.shell.Theme().Glyphs.Down + " now"
	switch {
	case at < 0 || at >= a.width:
		return ""
	case at+len("v now") > a.width:
		mark = "now " + p.shell.Theme().Glyphs.Down
		at -= len("now ")
	}
	return strings.Repeat(" ", max(0, at)) + mark
}

func (p *Page) line(t pat.Token, a axis, cols []widget.Column, widths []int, is widget.At) string {
	th, now := p.shell.Theme(), p.shell.Now()
	st := t.State(now)
	plain, second := th.Table.Cell, th.Table.Muted
	if st == pat.Expired {
		plain = th.Table.Past
	}
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	if is.Marked {
		lead.Tail, lead.TailInk = th.Glyphs.Mark+" ", th.Table.Mark
	}
	state := th.Glyphs.State[st]
	if widths[colState] > 1 {
		state += " " + st.Word()
	}
	clean := func(s string, col int) string { return term.CleanWidth(s, max(1, widths[col])).String() }
	user := kit.UserOf(t)
	if widths[colUser] < 14 {
		user = pat.NameToType(user)
	}
	drawn := barOf(t, a, th.Glyphs.Time)
	all := []widget.Cell{
		colState: {Text: state, Ink: th.Row[st]},
		colUser:  {Text: clean(user, colUser), Ink: plain},
		colApp:   {Text: kit.AppCell(t, max(1, widths[colApp])), Ink: plain},
		colLeft:  {Text: kit.LeftOf(p.shell, t), Ink: second},
		colBar:   {Text: drawn.sure, Ink: th.Row[kit.InkState(t, now)], Tail: drawn.doubt, TailInk: th.Row[pat.Unsure]},
	}
	cells := make([]widget.Cell, 0, len(cols))
	for i, c := range all {
		if widths[i] > 0 {
			cells = append(cells, c)
		}
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}

// foot is what is said of all tokens: counts per step, quiet hours, what ends in them,
// and what ends next.
func (p *Page) foot(a axis, l layout, side int) []string {
	th := p.shell.Theme()
	numbers := ""
	if p.counts.from.Equal(a.from()) && p.counts.zoom == p.zoom {
		numbers = a.counts(p.counts.numbers)
	}
	lines := []string{p.beside(a.per(), side) + th.Text.Render(numbers)}
	q, from, to, quiet := p.quiet()
	room := l.foot - 2 // beside the counts and the line of what is next
	if quiet && room > 0 {
		sign := "each day, see a shorter time"
		if a.dayCells() >= 3 {
			sign = a.holds(th.Glyphs.Time.Quiet, func(t time.Time) bool { return q.Holds(t, p.shell.Zone()) })
		}
		lines = append(lines, p.beside("quiet hours", side)+th.Faint.Render(sign))
		room--
	}
	if quiet && room >= 2 {
		lines = append(lines, p.unwatchedLines(from, to)...)
		room -= 2
	}
	lines = append(lines, p.nextLine())
	if room > 0 {
		lines = append(lines, p.placeLine())
	}
	return lines
}

// beside is the name of a line of the axis, in the room before it.
func (p *Page) beside(name string, side int) string {
	return kit.Fit(" "+p.shell.Theme().Muted.Render(term.CleanWidth(name, max(1, side-2)).String()), side)
}

// unwatchedLines say what ends while nobody is on shift, and which keys mend it.
func (p *Page) unwatchedLines(from, to time.Time) []string {
	th, now := p.shell.Theme(), p.shell.Now()
	when := "(" + kit.ClockTime(from, now, p.shell.Zone()) + " to " + kit.ClockTime(to, now, p.shell.Zone()) + ")"
	if p.near.count.N == 0 {
		return []string{" " + th.Muted.Render(term.CleanWidth("No token ends while nobody is on shift "+when+".", p.w-2).String()), ""}
	}
	who := func(most int) string {
		names := make([]string, 0, unwatchedNamed)
		for _, t := range p.near.unwatched {
			names = append(names, shortName(t, most))
		}
		if more := p.near.count.N - int64(len(names)); more > 0 {
			names = append(names, widget.Counted(more, p.near.count.Over)+" more")
		}
		return strings.Join(names, ", ")
	}
	verb := "tokens end"
	if p.near.count.N == 1 {
		verb = "token ends"
	}
	count := widget.Grouped(p.near.count.N)
	if p.near.count.Over {
		count = "Over " + count
	}
	text := widget.FitWords(p.w-2,
		fmt.Sprintf("%s %s while nobody is on shift %s: %s.", count, verb, when, who(longName)),
		fmt.Sprintf("%s %s while nobody is on shift %s: %s.", count, verb, when, who(fewLetters)),
		fmt.Sprintf("%s %s while nobody is on shift: %s.", count, verb, who(fewLetters)),
		fmt.Sprintf("%s %s while nobody is on shift.", count, verb))
	which := "them"
	if p.filtered() {
		which = "those shown"
	}
	how := fmt.Sprintf("%s marks %s, %s re-issues what is marked.", kit.Name(p.shell.Keys().Timeline.Unwatched), which, kit.Name(p.shell.Keys().Token.Reissue))
	return []string{
		" " + th.Warn.Render(term.CleanWidth(text, p.w-2).String()),
		" " + th.Muted.Render(term.CleanWidth(how, p.w-2).String()),
	}
}

// The widths of a name in a list of names: where there is room, and where there is not.
const longName, fewLetters = 40, 16

// shortName is a user as a list of names has them.
func shortName(t pat.Token, most int) string {
	return term.CleanWidth(pat.NameToType(kit.UserOf(t)), most).String()
}

// nextLine says what ends next, and what ended last.
func (p *Page) nextLine() string {
	next, ended := p.nextWords(longName)
	if kit.Width(next)+kit.Width(ended)+2 > p.w {
		next, ended = p.nextWords(fewLetters)
	}
	if kit.Width(next)+kit.Width(ended)+2 > p.w {
		ended = ""
	}
	return kit.Between(next, ended, p.w)
}

// nextWords are both halves of that line, with names of at most so many cells.
func (p *Page) nextWords(most int) (next, ended string) {
	th := p.shell.Theme()
	var parts []string
	for _, t := range p.near.next {
		parts = append(parts, shortName(t, most)+" "+kit.LeftOf(p.shell, t))
	}
	next = " " + th.Muted.Render("next  ") + th.Text.Render(strings.Join(parts, "   "))
	if len(parts) == 0 {
		next = " " + th.Muted.Render("nothing is about to end")
	}
	if t := p.near.ended; t.ID != 0 {
		ended = th.Muted.Render("just ended  ") + th.Text.Render(shortName(t, most)+" "+kit.LeftOf(p.shell, t)) + " "
	}
	return next, ended
}

// placeLine says how many rows are marked.
func (p *Page) placeLine() string {
	th := p.shell.Theme()
	if n := p.list.Marked(); n > 0 {
		return " " + th.Accent.Render(fmt.Sprintf("%s %d marked", th.Glyphs.Mark, n)) +
			th.Faint.Render("  "+kit.Name(p.shell.Keys().List.MarkAll)+" unmarks all")
	}
	g := th.Glyphs.Time
	return " " + th.Faint.Render(g.Line+g.End+" ends   "+g.Doubt+g.DoubtEnd+" at the latest, while the unit is not proven")
}
