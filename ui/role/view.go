package role

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	if p.user == nil {
		if p.problem != nil {
			return kit.Block("\n"+kit.JoinLines(p.problemLines()), p.w, p.h), nil
		}
		return kit.Block("\n  "+th.Muted.Render("Reading the person and their tokens …"), p.w, p.h), nil
	}
	lines, foot := p.head(), p.foot()
	p.tokens.SetHeight(max(1, min(p.tokens.Len(), p.h-len(lines)-3)))
	lines = append(lines, th.Muted.Render("  "+p.cells("    TOKENS OF THIS PERSON", "LEFT", "AFTER", "NOTE")))
	if p.tokens.Len() == 0 {
		lines = append(lines, "  "+th.Muted.Render("No token of theirs for an app of this workspace is known."))
	} else {
		lines = append(lines, p.tokens.Lines(p.row)...)
	}
	return kit.Block(kit.JoinLines(append(append(lines, ""), foot...)), p.w, p.h), nil
}

func (p *Page) problemLines() []string {
	x := pat.Explain(p.problem)
	return kit.ProblemLines(p.shell.Theme(), x, p.w-2, string(x.ID))
}

// clean is foreign text on this screen.
func clean(s string) string { return term.CleanWidth(s, 60).String() }

// head says who this is, what is known, and what is chosen.
func (p *Page) head() []string {
	th := p.shell.Theme()
	var lines []string
	if was := p.asked.Was; was != "" && was != p.member.Role {
		lines = append(lines, "  "+th.Warn.Render(kit.Fit(fmt.Sprintf("At issue %s, on the server %s now.", clean(was), clean(p.member.Role)), p.w-4)))
	}
	choice := ""
	for _, r := range pat.Roles() {
		switch {
		case r == p.role:
			choice += th.Accent.Bold(true).Render("[ "+r+" ]") + "  "
		case r == p.member.Role:
			choice += th.Text.Render(r) + th.Muted.Render(" (now)") + "  "
		default:
			choice += th.Muted.Render(r) + "  "
		}
	}
	space := clean(p.member.Workspace)
	if n := len(p.user.Memberships); n > 1 {
		at := slices.IndexFunc(p.user.Memberships, func(m pat.Membership) bool { return m.WorkspaceID == p.member.WorkspaceID })
		space += th.Muted.Render(fmt.Sprintf("  (%d of %d, %s for the next)", at+1, n, kit.Name(p.shell.Keys().Run.Workspace)))
	}
	return append(lines, "  "+th.Muted.Render(widget.Pad("Role", 12))+choice, "  "+th.Muted.Render(widget.Pad("Workspace", 12))+th.Text.Render(space), "")
}

// cells lays out a row of the tokens.
func (p *Page) cells(app, left, after, note string) string {
	if p.w < kit.NarrowWidth {
		return widget.Pad(app, p.w-34) + " " + widget.Pad(left, 10) + " " + widget.Pad(after, 18)
	}
	spare := p.w - 4 - 12 - 18 - 3
	return widget.Pad(app, spare*6/10) + " " + widget.Pad(left, 12) + " " + widget.Pad(after, 18) + " " + widget.Pad(note, spare-spare*6/10)
}

func (p *Page) row(t pat.Token, at widget.At) string {
	th := p.shell.Theme()
	box, after, style := "[ ] ", "leave", th.Muted
	if at.Marked {
		box, after, style = "[x] ", "re-issue, "+clean(pat.Span(t.Life)), th.Text
	}
	sign := "  "
	if at.Selected {
		sign, style = th.Glyphs.Cursor+" ", th.Bold
	}
	left := kit.LeftOf(p.shell, t)
	return style.Render(sign + p.cells(box+clean(kit.AppOf(t)), left, after, clean(t.Note)))
}

// foot is the plan in words, or what is wrong with it.
func (p *Page) foot() []string {
	th := p.shell.Theme()
	switch {
	case p.problem != nil:
		return p.problemLines()
	case p.run == nil:
		return []string{"  " + th.Muted.Render("Making the plan …")}
	case len(p.run.Plan) == 0:
		return []string{"  " + th.Muted.Render(kit.Fit(p.why(), p.w-4))}
	}
	about := kit.Seconds(pat.NewPace(0).About(len(p.run.Plan)))
	lines := []string{"  " + th.Bold.Render(kit.Fit(fmt.Sprintf("PLAN (%s, about %ds; nothing has been sent)", kit.PluralOf(len(p.run.Plan), "request"), about), p.w-4))}
	for n, t := range p.run.Plan {
		text := t.Words()
		if t.Action == pat.ActIssue {
			text = "new token for " + clean(t.App)
			switch {
			case len(t.Alive) > 0 && p.w < kit.NarrowWidth:
				text += fmt.Sprintf(", %d live on", len(t.Alive))
			case len(t.Alive) > 0:
				text += "   stays alive: " + pat.AliveWords(t.Alive, p.shell.Now(), p.shell.Zone())
			}
		}
		lines = append(lines, "  "+th.Text.Render(kit.Fit(fmt.Sprintf("%3d  %s", n+1, term.CleanWidth(text, max(10, p.w-10))), p.w-4)))
	}
	lines = append(lines, "")
	for _, l := range widget.Wrap(p.after(), max(10, p.w-4)) {
		lines = append(lines, "  "+th.Muted.Render(l))
	}
	return lines
}

// after says what is true when all went well.
func (p *Page) after() string {
	var parts []string
	if p.role != p.member.Role {
		parts = append(parts, "Open embeds follow the new role at once.")
	}
	if alive := pat.AliveIn(p.run.Plan); len(alive) > 0 {
		parts = append(parts, "Old tokens cannot be revoked: "+pat.AliveWords(alive, p.shell.Now(), p.shell.Zone())+".")
	}
	return strings.Join(append(parts, "What comes after a failure is not sent, and waits."), " ")
}
