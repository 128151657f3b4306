// Package doctor is the room that looks at the server of the profile.
package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Page looks at the server of the profile, one check after the other, and says
// what to do about what it finds.
type Page struct {
	shell kit.Shell
	ctx   context.Context
	run   kit.Diagnosis
	view  widget.Scroll
	w, h  int
}

// New returns the page that looks at the server and at what is needed here.
func New(s kit.Shell) *Page { return &Page{shell: s} }

// Title implements Screen.
func (d *Page) Title() string { return "Doctor" }

// Init implements Screen.
func (d *Page) Init(ctx context.Context) tea.Cmd {
	d.ctx = ctx
	return d.run.Start(ctx, d.shell, d.shell.Issuer())
}

// Update implements Screen.
func (d *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case kit.CheckedMsg:
		return d.run.Took(m)
	case kit.ProvedMsg:
		return d.again()
	}
	return nil
}

// again looks once more.
func (d *Page) again() tea.Cmd {
	d.view.First()
	return d.run.Start(d.ctx, d.shell, d.shell.Issuer())
}

// SetSize implements Screen.
func (d *Page) SetSize(w, h int) { d.w, d.h = w, h }

// Typing implements Screen.
func (d *Page) Typing() bool { return false }

// Actions implements Screen.
func (d *Page) Actions() []kit.Action {
	k := d.shell.Keys()
	return kit.Behind([]kit.Action{
		{Key: k.Doctor.Again, Title: "Look at the server again", Hint: 10, Run: d.again},
		{Key: k.Doctor.Prove, Title: "Prove the unit of patExpiry", Hint: 20, Why: d.whyNoProof, Run: func() tea.Cmd { return d.shell.Open(NewProof(d.shell)) }},
	}, kit.MoveActions(k, &d.view, nil))
}

// View implements Screen.
func (d *Page) View() (string, *tea.Cursor) {
	th := d.shell.Theme()
	var lines []string
	if d.h >= 16 {
		lines = append(lines, "", "  "+d.verdict(), "")
	} else {
		lines = append(lines, "  "+d.verdict())
	}
	if w, waits := d.shell.Requests().WaitOf(d.run.Ticket); waits && d.run.Going {
		lines = append(lines, kit.WaitLines(d.shell, w, d.w-2, "")...)
	}
	list := runLines(th, &d.run, d.w-2, kit.Name(d.shell.Keys().Doctor.Prove))
	d.view.Fit(len(list), max(1, d.h-len(lines)))
	from, to := d.view.Window()
	shown := slices.Clone(list[from:to])
	if more := d.view.Below(); more > 0 && len(shown) > 1 {
		shown[len(shown)-1] = "  " + th.Faint.Render(fmt.Sprintf("%s %d more lines, %s scrolls", th.Glyphs.Ellipsis, more+1, th.Glyphs.Down))
	}
	lines = append(lines, shown...)
	return kit.Block(kit.JoinLines(lines), d.w, d.h), nil
}

// whyNoProof says why nothing can be issued for a proof.
func (d *Page) whyNoProof() string {
	return d.shell.Issuer().WhyNotChange()
}

// NextChange implements kit.Ticker: what is left of a wait.
func (d *Page) NextChange(now time.Time) time.Time {
	return kit.WaitChange(d.shell, d.run.Ticket, now)
}

// verdict sums the run up.
func (d *Page) verdict() string {
	th, todo := d.shell.Theme(), 0
	for _, c := range d.run.Checks {
		if c.Level == pat.Bad || c.Level == pat.Warn {
			todo++
		}
	}
	style, words := th.Warn, fmt.Sprintf("%s %s to look at: ", th.Glyphs.Warn, kit.PluralOf(todo, "thing"))
	switch {
	case d.run.Going:
		style, words = th.Accent, th.Glyphs.Run+" Looking at "
	case todo == 0:
		style, words = th.Good, th.Glyphs.Good+" All well: "
	}
	host := term.CleanWidth(d.shell.Issuer().Client.BaseURL(), max(10, d.w-2-term.Width(words))).String()
	return style.Render(words) + th.Bold.Render(host)
}

// runLines draws the checks of a run, each with what to do next; prove is the key that
// proves the unit.
func runLines(th *kit.Theme, r *kit.Diagnosis, width int, prove string) []string {
	name := 19
	if width < kit.NarrowWidth {
		name = 0
	}
	arrow := "→ "
	if th.ASCII {
		arrow = "> "
	}
	var lines []string
	for i, c := range r.Checks {
		if i > 0 && width >= kit.NarrowWidth && len(r.Checks) < 8 {
			lines = append(lines, "")
		}
		head := "  " + kit.LevelSign(th, c.Level) + " " + th.Bold.Render(widget.Pad(c.Name, name))
		if name == 0 {
			lines = append(lines, "  "+kit.LevelSign(th, c.Level)+" "+th.Bold.Render(c.Name))
			head = "    "
		}
		for _, l := range widget.Wrap(term.CleanWidth(c.Text, 600).String(), max(10, width-name-6)) {
			lines = append(lines, head+kit.LevelStyle(th, c.Level).Render(l))
			head = strings.Repeat(" ", name+4)
		}
		lead, next := arrow, c.NextOn(pat.Console)
		if c.ID == pat.CheckUnit && next != "" {
			next += " (" + prove + ")"
		}
		for _, l := range widget.Wrap(term.CleanWidth(next, 300).String(), max(10, width-name-8)) {
			lines = append(lines, head+th.Accent.Render(lead)+th.Text.Render(l))
			lead = "  "
		}
	}
	return lines
}
