// Package handover is the room of the places that hold an older snippet than they
// shall.
package handover

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Page lists the places whose token was re-issued, until each is ticked off.
type Page struct {
	shell   kit.Shell
	ctx     context.Context
	list    *widget.List[int64, pat.Handover]
	read    bool
	problem error
	w, h    int
}

// New returns the list.
func New(s kit.Shell) *Page {
	return &Page{shell: s, list: widget.NewList(func(h pat.Handover) int64 { return h.ID })}
}

// handoversMsg are the open hand-overs.
type handoversMsg struct {
	list []pat.Handover
	err  error
}

// doneMsg says that a place holds the new snippet.
type doneMsg struct {
	place string
	err   error
}

// Title implements kit.Screen.
func (p *Page) Title() string { return "Hand-over" }

// Init implements kit.Screen.
func (p *Page) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	return p.look()
}

func (p *Page) look() tea.Cmd {
	ctx, i := p.ctx, p.shell.Issuer()
	return func() tea.Msg {
		list, err := i.Handovers(ctx)
		return handoversMsg{list, err}
	}
}

// SetSize implements kit.Screen.
func (p *Page) SetSize(w, h int) {
	p.w, p.h = w, h
	p.list.SetHeight(max(1, h-len(p.head())-2))
}

// Typing implements kit.Screen.
func (p *Page) Typing() bool { return false }

// Update implements kit.Screen.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case handoversMsg:
		if p.read && p.problem == nil && m.err != nil {
			return nil // what was read stays
		}
		if p.read, p.problem = true, m.err; m.err == nil {
			p.list.SetAll(m.list)
		}
	case doneMsg:
		if m.err != nil {
			p.shell.Say(kit.LevelBad, pat.Explain(m.err).Sentence(pat.Console))
			return nil
		}
		p.shell.Say(kit.LevelGood, kit.Within(m.place)+" is ticked off.")
		return p.look()
	case kit.TouchedMsg, kit.IssuedMsg, kit.RanMsg, kit.NotedMsg:
		return p.look()
	}
	return nil
}

// Actions implements kit.Screen.
func (p *Page) Actions() []kit.Action {
	k := p.shell.Keys()
	copying := func(kind string) func() tea.Cmd {
		return p.with(func(h pat.Handover) tea.Cmd { return kit.CopyAs(p.shell, h.New, kind) })
	}
	list := []kit.Action{
		{Key: k.Token.IFrame, Title: "Copy the new iframe snippet", Hint: 10, Run: copying("iframe"), Why: p.needsRow},
		{Key: kit.WithDesc(k.Token.URL, "copy URL"), Title: "Copy the new embed URL", Hint: 20, Run: copying("url"), Why: p.needsRow},
		{Key: k.Users.Done, Title: "Tick the place off", Hint: 30, Run: p.with(p.done), Why: p.needsRow},
		{Key: kit.WithDesc(k.List.Open, "open the token"), Title: "Open the new token", Hint: 40, Run: p.with(func(h pat.Handover) tea.Cmd {
			return p.shell.Go(kit.TokenOf{Token: h.New})
		}), Why: p.needsRow},
	}
	return kit.Behind(list, kit.MoveActions(k, p.list, nil))
}

func (p *Page) with(f func(pat.Handover) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if h, ok := p.list.Selected(); ok {
			return f(h)
		}
		return nil
	}
}

func (p *Page) needsRow() string {
	if p.list.Len() == 0 {
		return "Every place holds its newest snippet, as far as notes say."
	}
	return ""
}

// done ticks a place off. It is a write.
func (p *Page) done(h pat.Handover) tea.Cmd {
	i, ctx := p.shell.Issuer(), p.shell.Context()
	return p.shell.Write(func() tea.Msg { return doneMsg{h.New.Note, i.FinishHandover(ctx, h.ID)} })
}

// Click puts the cursor on a place.
func (p *Page) Click(_, y int) tea.Cmd {
	p.list.Click(y - len(p.head()) - 1)
	return nil
}

// Wheel implements kit.Wheeler.
func (p *Page) Wheel(lines int) tea.Cmd {
	p.list.By(lines)
	return nil
}

var columns = []widget.Flex{
	{Title: "PLACE", Width: 18, Share: 4, Most: 48},
	{Title: "USER", Width: 16, Share: 2, Most: 32},
	{Title: "APP", Width: 12, Share: 2, Most: 28, Drop: 2},
	{Title: "HOLDS", Width: 7},
	{Title: "SHALL", Width: 7},
	{Title: "SINCE", Width: 12, Drop: 1},
}

// View implements kit.Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	switch {
	case p.problem != nil:
		x := pat.Explain(p.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, p.w-2, string(x.ID))), p.w, p.h), nil
	case p.read && p.list.Len() == 0:
		return kit.Block("\n  "+th.Good.Render(th.Glyphs.Good)+" "+th.Text.Render(term.CleanWidth(p.needsRow(), max(10, p.w-6)).String()), p.w, p.h), nil
	}
	widths := widget.Columns(p.w-4, columns)
	cols, _ := widget.Shown(columns, widths, -1)
	lines := p.head()
	lines = append(lines, th.Table.HeadLine("   ", cols, -1))
	lines = append(lines, p.list.Lines(func(h pat.Handover, is widget.At) string { return p.line(h, cols, widths, is) })...)
	return kit.Block(kit.JoinLines(append(lines, kit.Between("", th.Faint.Render(p.list.Place(th.ASCII))+" ", p.w))), p.w, p.h), nil
}

// head says in lines what the list is about.
func (p *Page) head() []string {
	lines := []string{""}
	says := kit.PluralOf(p.list.Len(), "place") + " to be given the new snippet; the older token may work on until its own end."
	for _, l := range widget.Wrap(says, max(10, p.w-4)) {
		lines = append(lines, "  "+p.shell.Theme().Text.Render(l))
	}
	return lines
}

func (p *Page) line(h pat.Handover, cols []widget.Column, widths []int, is widget.At) string {
	th := p.shell.Theme()
	lead := widget.Cell{Text: " ", Ink: th.Table.Cell, Tail: "  ", TailInk: th.Table.Cell}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	texts := []string{
		h.New.Note, kit.UserOf(h.New), kit.AppOf(h.New), fmt.Sprintf("#%d", h.Old.ID), fmt.Sprintf("#%d", h.New.ID),
		kit.ClockTime(h.Since, p.shell.Local(), p.shell.Zone()),
	}
	var cells []widget.Cell
	for i, text := range texts {
		if widths[i] == 0 {
			continue
		}
		ink := th.Table.Cell
		if i > 2 {
			ink = th.Table.Muted
		}
		cells = append(cells, widget.Cell{Text: term.CleanWidth(text, widths[i]).String(), Ink: ink})
	}
	return th.Table.Line(lead, cells, cols, p.w, is.Selected)
}
