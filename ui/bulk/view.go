package bulk

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (p *Page) View() (string, *tea.Cursor) {
	lines, cursor := p.pasted(), (*tea.Cursor)(nil)
	if len(p.fields) > 0 {
		lines, cursor = p.chosen()
	}
	th := p.shell.Theme()
	switch {
	case p.checking:
		lines = append(lines, "", "  "+th.Muted.Render("Checking every line against the lists of the server …"))
	case p.problem != nil:
		lines = append(append(lines, ""), p.wrong(p.h-len(lines)-1)...)
	}
	return kit.Block(kit.JoinLines(lines), p.w, p.h), cursor
}

// chosen are the people and the fields.
func (p *Page) chosen() ([]string, *tea.Cursor) {
	th := p.shell.Theme()
	names := make([]string, len(p.users))
	for n, u := range p.users {
		names[n] = term.CleanWidth(u, 60).String()
	}
	lines := []string{""}
	people := widget.Wrap(strings.Join(names, ", "), max(10, p.w-4))
	if len(people) > 4 {
		people = append(people[:3:3], "…")
	}
	for _, l := range people {
		lines = append(lines, "  "+th.Text.Render(l))
	}
	lines = append(lines, "")
	var cursor *tea.Cursor
	for n, name := range []string{"App", "Life"} {
		view, x := p.fields[n].View(max(10, min(60, p.w-12)))
		if n == p.at {
			cursor = tea.NewCursor(x+10, len(lines))
		}
		lines = append(lines, "  "+th.Muted.Render(widget.Pad(name, 8))+view)
	}
	return lines, cursor
}

// mostOfAList is how many lines of what was pasted are shown.
const mostOfAList = 6

// mostFaults is how many faults of a list are told at once.
const mostFaults = 200

// pasted is the list as it came.
func (p *Page) pasted() []string {
	th := p.shell.Theme()
	lines := []string{""}
	say := func(text string) {
		for _, l := range widget.Wrap(text, max(10, p.w-4)) {
			lines = append(lines, "  "+th.Muted.Render(l))
		}
	}
	if p.text == "" {
		say("Paste a list: CSV, or cells copied from a spreadsheet. Its first line names the columns: user,app and any of life, idle and note.")
		lines = append(lines, "")
		for _, l := range []string{"user,app,life,note", "ana@example.com,orders,8h,Partner portal", "dana@example.com,returns,1d,"} {
			lines = append(lines, "    "+th.Faint.Render(kit.Fit(l, p.w-6)))
		}
		return lines
	}
	shown := strings.SplitN(p.text, "\n", mostOfAList+1)
	for _, l := range shown[:min(len(shown), mostOfAList)] {
		lines = append(lines, "    "+th.Text.Render(kit.Fit(term.CleanWidth(l, max(1, p.w-6)).String(), p.w-6)))
	}
	if more := p.lines - mostOfAList; more > 0 {
		lines = append(lines, "    "+th.Muted.Render(fmt.Sprintf("and %s", kit.PluralOf(more, "more"))))
	}
	lines = append(lines, "")
	say(fmt.Sprintf("%s. Pasting again replaces them.", kit.PluralOf(p.lines, "line")))
	return lines
}

// wrong says what is wrong with the list, in so many lines.
func (p *Page) wrong(room int) []string {
	th, x := p.shell.Theme(), pat.Explain(p.problem)
	if len(x.Details) < 2 {
		return kit.ProblemLines(th, x, p.w-2, string(x.ID))
	}
	lines := []string{"  " + th.Bad.Render(th.Glyphs.Bad+" "+term.CleanWidth(x.Title, max(4, p.w-6)).String())}
	var faults []string
	for _, d := range x.Details[:min(len(x.Details), mostFaults)] {
		faults = append(faults, widget.Wrap(term.CleanWidth(d, 400).String(), max(4, p.w-6))...)
	}
	if more := len(x.Details) - mostFaults; more > 0 {
		faults = append(faults, "and "+kit.PluralOf(more, "more"))
	}
	p.faults.Fit(len(faults), max(1, room-1))
	from, to := p.faults.Window()
	for _, l := range faults[from:to] {
		lines = append(lines, "    "+th.Text.Render(l))
	}
	return lines
}
