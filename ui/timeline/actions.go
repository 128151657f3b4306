package timeline

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// Actions implements kit.Screen.
func (p *Page) Actions() []kit.Action {
	k, l, m := p.shell.Keys().Timeline, p.shell.Keys().List, p.shell.Keys().Move
	reissue := p.shell.Keys().Token.Reissue
	if p.list.Marked() > 0 {
		reissue = kit.WithDesc(reissue, "re-issue marked")
	}
	list := []kit.Action{
		{Key: l.Open, Title: "Open the token", Hint: 50, Run: p.open, Why: p.needsRow},
		{Key: k.In, Title: "A shorter time", Hint: 30, Run: p.zoomBy(-1), Why: p.zoomEnds(-1)},
		{Key: k.Out, Title: "A longer time", Hint: 31, Run: p.zoomBy(1), Why: p.zoomEnds(1)},
		{Key: k.Back, Title: "Earlier", Hint: 40, Run: p.shift(-1)},
		{Key: k.On, Title: "Later", Hint: 41, Run: p.shift(1)},
		{Key: k.Now, Title: "Back to now", Hint: 42, Run: p.toNow},
		{Key: k.Unwatched, Title: "Mark what ends while nobody is on shift", Hint: 10, Run: p.markUnwatched, Why: p.allWatched},
		{Key: reissue, Title: "Re-issue with the same settings", Hint: 20, Run: p.reissue, Why: p.needsRow},
		{Key: l.Mark, Title: "Mark this row", Hint: 60, Run: p.markRow, Why: p.needsRow},
		{Key: l.MarkDown, Run: p.markMove(1)},
		{Key: l.MarkUp, Run: p.markMove(-1)},
		{Key: l.MarkAll, Title: "Unmark all rows", Run: p.unmark, Why: p.nothingMarked},
		{Key: k.Calendar, Title: "Write the ends to come as a calendar", Hint: 70, Run: p.writeCalendar, Local: true},
		{Key: l.New, Title: "New token", Run: func() tea.Cmd { return p.shell.Go(kit.NewToken{}) }},
		{Key: l.Refresh, Title: "Read the history anew", Run: p.refresh},
	}
	moves := append(kit.StepActions(p.shell.Keys(), p.list, p.more), kit.Action{Key: m.Top, Run: p.top}, kit.Action{Key: m.Bottom, Run: p.bottom})
	return kit.Behind(list, moves)
}

func (p *Page) open() tea.Cmd {
	if t, ok := p.selected(); ok {
		return p.shell.Go(kit.TokenOf{Token: t})
	}
	return nil
}

// writeCalendar writes what is to end into a file.
func (p *Page) writeCalendar() tea.Cmd {
	i, ctx, at := p.shell.Issuer(), p.ctx, p.shell.Local()
	return func() tea.Msg {
		path, err := kit.WriteCalendar(ctx, i, at)
		return kit.WroteMsg{What: "Calendar", Path: path, Err: err}
	}
}

func (p *Page) needsRow() string {
	if _, ok := p.selected(); ok || p.list.Marked() > 0 {
		return ""
	}
	return "There is no token here. " + kit.Name(p.shell.Keys().Timeline.Now) + " goes back to now, " + kit.Name(p.shell.Keys().List.New) + " issues one."
}

// whyEmpty says why there is no row.
func (p *Page) whyEmpty() string {
	if p.filtered() {
		return "The filter of Tokens leaves none of them; " + kit.Name(p.shell.Keys().List.ClearFilter) + " there clears it."
	}
	return p.needsRow()
}

// reissue asks for a new token for the row under the cursor, or opens the plan of the
// marked ones.
func (p *Page) reissue() tea.Cmd {
	if p.list.Marked() > 0 {
		return p.shell.Go(kit.PlanOf{IDs: slices.Sorted(p.list.Marks())})
	}
	if t, ok := p.selected(); ok {
		return kit.Reissue(p.shell, t)
	}
	return nil
}

// allWatched says why nothing is to be marked.
func (p *Page) allWatched() string {
	switch _, _, _, ok := p.quiet(); {
	case !ok:
		return `The profile has no quiet hours: set quiet_hours = "22-07 Europe/Berlin" in it.`
	case p.near.count.N == 0:
		return "No token ends while nobody is on shift."
	}
	return ""
}

func (p *Page) nothingMarked() string {
	if p.list.Marked() == 0 {
		return "Nothing is marked."
	}
	return ""
}

func (p *Page) unmark() tea.Cmd {
	p.list.UnmarkAll()
	return nil
}

func (p *Page) markRow() tea.Cmd {
	p.list.Toggle()
	p.list.By(1)
	return p.more()
}

func (p *Page) markMove(n int) func() tea.Cmd {
	return func() tea.Cmd {
		p.list.MarkMove(n)
		return p.more()
	}
}

// zoomBy shows a longer time, or a shorter one, from where the axis begins.
func (p *Page) zoomBy(n int) func() tea.Cmd {
	return func() tea.Cmd {
		p.zoom += n
		return p.look()
	}
}

func (p *Page) zoomEnds(n int) func() string {
	return func() string {
		switch to := p.zoom + n; {
		case to < 0:
			return "This is the shortest time."
		case to >= len(zooms()):
			return "This is the longest time."
		}
		return ""
	}
}

// shift moves the axis along by a part of it.
func (p *Page) shift(n int) func() tea.Cmd {
	return func() tea.Cmd {
		a := p.axis(1)
		p.at = a.zoom.step(a.from(), n*a.zoom.jump)
		if p.at.Equal(a.zoom.floor(p.shell.Now().In(p.shell.Zone()))) {
			return p.toNow()
		}
		return p.anew()
	}
}

// toNow lets the axis begin with now again.
func (p *Page) toNow() tea.Cmd {
	p.at = time.Time{}
	return p.anew()
}

// top and bottom go to the ends of all tokens.
func (p *Page) top() tea.Cmd {
	if !p.list.AtStart() {
		return p.toNow()
	}
	p.list.First()
	return nil
}

func (p *Page) bottom() tea.Cmd {
	p.list.Last()
	return p.more()
}

// Click puts the cursor on a row, and opens the row that has it already.
func (p *Page) Click(_, y int) tea.Cmd {
	switch hit, again := p.list.Click(y - p.layout().head); {
	case again:
		return p.open()
	case hit:
		return p.more()
	}
	return nil
}

// Wheel implements kit.Wheeler.
func (p *Page) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return p.more()
}
