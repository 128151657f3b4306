package plan

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (p *Plan) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	switch {
	case p.problem != nil:
		x := pat.Explain(p.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, p.w-2, string(x.ID))), p.w, p.h), nil
	case p.ready == nil:
		return kit.Block("\n  "+th.Muted.Render("Reading what is alive …"), p.w, p.h), nil
	}
	foot := p.foot()
	room := max(1, p.h-len(foot)-1)
	rows := p.shownRows()
	p.view.Fit(len(rows), room)
	if p.going { // the task under way stays in view
		p.view.Show(min(len(p.steps), len(p.tasks())-1))
	}
	lines := []string{th.Muted.Render(p.cells("USER", "APP", "LIFE", "STAYS ALIVE", "RESULT"))}
	from, to := p.view.Window()
	for _, n := range rows[from:to] {
		lines = append(lines, p.row(n))
	}
	for len(lines) < room+1 {
		lines = append(lines, "")
	}
	return kit.Block(kit.JoinLines(append(lines, foot...)), p.w, p.h), nil
}

// rooms are those of the words on what stays alive, and of names and result together.
func (p *Plan) rooms() (alive, rest int) {
	alive = min(58, max(36, p.w-84)) // the longest words there are, where there is room for them
	return alive, p.w - 2 - 8 - alive - 4
}

// nameWidth is the room of an app.
func (p *Plan) nameWidth() int {
	if p.w < kit.NarrowWidth {
		return (p.w-4)/3 - 1
	}
	_, rest := p.rooms()
	return rest * 3 / 10
}

// cells lays out a row. What a narrow screen has no room for is said below.
func (p *Plan) cells(user, app, life, alive, result string) string {
	names := p.nameWidth()
	if p.w < kit.NarrowWidth {
		return "  " + widget.Pad(user, names+1) + " " + widget.Pad(app, names) + " " + widget.Pad(result, p.w-2*names-6)
	}
	most, spare := p.rooms()
	return "  " + widget.Pad(user, names) + " " + widget.Pad(app, names) + " " + widget.Pad(life, 8) + " " + widget.Pad(alive, most) + " " + widget.Pad(result, spare-2*names)
}

func (p *Plan) row(n int) string {
	t, now := p.tasks()[n], p.shell.Now()
	clean := func(s string) string { return term.CleanWidth(s, 60).String() }
	result, style := p.result(n)
	if t.Action != pat.ActIssue {
		app, more := "-", clean(t.Words())
		if p.w < kit.NarrowWidth {
			app = more
		}
		return style(p.cells(clean(t.User), app, "-", more, result))
	}
	app := clean(t.App)
	if t.Old.AppTwin {
		app = kit.AppCell(t.Old, p.nameWidth())
	}
	return style(p.cells(clean(t.User), app, clean(pat.Span(t.Life)), pat.AliveWords(t.Alive, now, p.shell.Zone()), result))
}

// result says what became of a task.
func (p *Plan) result(n int) (string, func(...string) string) {
	th := p.shell.Theme()
	switch {
	case n < len(p.steps):
	case !p.going:
		return "", th.Text.Render
	case n > len(p.steps):
		return "waits", th.Muted.Render
	default:
		return th.Glyphs.Run + " asking" + kit.PaceOf(p.shell).TookWords(p.shell.Now().Sub(p.begun)), th.Accent.Render
	}
	s := p.steps[n]
	switch s.State {
	case pat.StepOK:
		if s.Action != pat.ActIssue {
			return th.Glyphs.Good + " done", th.Good.Render
		}
		return fmt.Sprintf("%s #%d", th.Glyphs.Good, s.Grant.Token.ID), th.Good.Render
	case pat.StepUnknown:
		if s.Action != pat.ActIssue {
			return th.Glyphs.Doubt + " may be done", th.Doubt.Render
		}
		return fmt.Sprintf("%s #%d may exist", th.Glyphs.Doubt, s.Grant.Token.ID), th.Doubt.Render
	case pat.StepSkipped:
		return "not sent", th.Muted.Render
	default:
		return th.Glyphs.Bad + " failed", th.Bad.Render
	}
}

// sends says how much is sent, how fast and in which unit.
func (p *Plan) sends() string {
	about := pat.NewPace(0).About(len(p.tasks()))
	text := fmt.Sprintf("%s, 2 a second, about %ds.", kit.PluralOf(len(p.tasks()), "request"), kit.Seconds(about))
	if p.ready.Issues() == 0 {
		return text
	}
	return text + " Sends patExpiry in " + pat.UnitWords(p.shell.Issuer().Unit()) + "."
}

// alive says what keeps working beside the new tokens.
func (p *Plan) alive() string {
	alive := pat.AliveIn(p.tasks())
	switch {
	case p.ready.Issues() == 0:
		return "Open embeds follow a new role at once; no token is issued."
	case len(alive) == 0:
		return "No other live token of these pairs is known."
	}
	return "Old tokens cannot be revoked: " + pat.AliveWords(alive, p.shell.Now(), p.shell.Zone()) + "."
}

// foot is what is said below the rows: the consequence, then the progress, then
// the sum.
func (p *Plan) foot() []string {
	th := p.shell.Theme()
	lines := []string{""}
	for _, text := range []string{p.sends(), p.alive()} {
		for _, l := range widget.Wrap(text, max(10, p.w-4)) {
			lines = append(lines, "  "+th.Muted.Render(l))
		}
	}
	if p.run == nil {
		return append(lines, "", "  "+th.Text.Render("Nothing is sent yet."))
	}
	sum := fmt.Sprintf("%d of %d   %d failed   %d unsure", len(p.steps)-p.tally.Left, len(p.tasks()), p.tally.Failed, p.tally.Unknown)
	if !p.going {
		sum = fmt.Sprintf("%d issued, %d failed, %d unsure, %d not sent.", len(p.made()), p.tally.Failed, p.tally.Unknown, p.tally.Left)
	} else if p.ended {
		sum += "   stops after this one"
	}
	wide := 20
	if p.w < kit.NarrowWidth {
		wide = 10
	}
	filled, empty := widget.Bar(th.Glyphs.Bar, float64(len(p.steps))/float64(max(1, len(p.tasks()))), wide)
	return append(append(lines, "", "  "+th.Accent.Render(filled)+th.Faint.Render(empty)+"  "+th.Text.Render(sum)), p.stopped()...)
}

// stopped says why rows failed, each reason once and the newest first, in at most
// half of the screen.
func (p *Plan) stopped() []string {
	if p.going {
		return nil
	}
	var lines []string
	told := map[string]bool{}
	for _, s := range slices.Backward(p.steps) {
		if s.Err == nil || s.State == pat.StepSkipped {
			continue
		}
		x := pat.Explain(s.Err)
		if why := x.Title + x.Cause; !told[why] {
			told[why] = true
			lines = append(append(lines, ""), kit.ProblemLines(p.shell.Theme(), x, p.w-2, s.Target())...)
		}
	}
	return lines[:min(len(lines), max(0, p.h/2-4))]
}
