package issue

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (f *Form) View() (string, *tea.Cursor) {
	narrow := f.w < kit.NarrowWidth
	f.annotate(narrow)
	if f.h < kit.LowBody {
		return f.viewField()
	}
	tail := f.tail(kit.FormWidth(f.w), max(2, f.h-len(f.form.Rows)-2))
	body, cursor := f.form.View(kit.FormWidth(f.w), f.h-len(tail))
	top := 0
	lines := strings.Split(body, "\n")
	if !narrow && len(lines)+len(tail) < f.h {
		lines, top = append([]string{""}, lines...), 1
	}
	if cursor != nil {
		cursor.Y += top
	}
	if f.ticket != 0 {
		cursor = nil
	}
	// The checks stay where they are while proposals open and close above them.
	for n := 0; !narrow && len(lines)+len(tail) < f.h && (n == 0 || len(lines) < 20); n++ {
		lines = append(lines, "")
	}
	lines = append(lines, tail...)
	f.top, f.buttonAt = top, len(lines)-1
	return kit.Block(kit.JoinLines(lines), f.w, f.h), cursor
}

// viewField draws the field that has the focus alone, and below it what there is
// room for.
func (f *Form) viewField() (string, *tea.Cursor) {
	body, cursor := f.form.View(f.w, min(len(f.form.Rows)+1, max(2, f.h-4)))
	if f.ticket != 0 {
		cursor = nil
	}
	lines := strings.Split(body, "\n")
	lines = append(lines, f.tail(kit.FormWidth(f.w), max(1, f.h-len(lines)))...)
	f.top, f.buttonAt = 0, len(lines)-1
	return kit.Block(kit.JoinLines(lines), f.w, f.h), cursor
}

// labelRoom is what a label and the margins take of a line at most.
const labelRoom = 18

// annotate writes what stands beside and under the fields.
func (f *Form) annotate(narrow bool) {
	rows, th := f.form.Rows, f.shell.Theme()
	rows[rowUser].Note = f.listNote(f.user, len(f.users), "user", f.usersRead, f.usersErr)
	rows[rowApp].Note = f.listNote(f.app, len(f.apps), "app", f.appsRead, f.appsErr)
	if u := f.pickedUser(); u != nil && !f.user.Open() {
		place := placeOf(*u)
		if narrow && len(u.Memberships) > 0 {
			place = u.Memberships[0].Role
		}
		rows[rowUser].Note = th.Muted.Render(notes(th, narrow, u.Name, u.Status, place))
	}
	if a := f.pickedApp(); a != nil && !f.app.Open() {
		rows[rowApp].Note = th.Muted.Render(notes(th, narrow, "slug "+a.Slug, a.Workspace))
	}
	rows[rowLife].Hints = f.lifeHints(narrow)
	rows[rowIdle].Hints = nil
	if idle, err := span.ParseLife(f.idle.Value(), f.today()); err == nil && idle%time.Minute == 0 && !narrow {
		sends := fmt.Sprintf("sends sessionExpiry %d minutes", int(idle.Minutes()))
		rows[rowIdle].Hints = []string{th.Muted.Render(widget.FitWords(f.w-labelRoom, sends+": the open app signs out after this long without use", sends+", counted without use"))}
	}
}

// notes joins foreign words for the end of a line.
func notes(th *kit.Theme, narrow bool, words ...string) string {
	limit := 24
	if narrow {
		limit, words = 16, words[len(words)-1:]
	}
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, term.CleanWidth(w, limit).String())
		}
	}
	return strings.Join(out, " "+th.Glyphs.Sep+" ")
}

// listNote says how the list behind a picker is.
func (f *Form) listNote(p *widget.Picker, n int, what string, read bool, err error) string {
	th := f.shell.Theme()
	switch {
	case err != nil:
		return th.Warn.Render(th.Glyphs.Warn + " list not read") // a check says why
	case !read:
		return th.Faint.Render("loading " + what + "s")
	case p.Value() == "" || p.Open():
		return th.Faint.Render(kit.PluralOf(n, what))
	default:
		return th.Warn.Render("not in the list")
	}
}

// hintIndent is at least what stands before a hint.
const hintIndent = 18

// lifeHints say what is sent for the life and when the token ends.
func (f *Form) lifeHints(narrow bool) []string {
	th := f.shell.Theme()
	unit, proven := f.shell.Issuer().Unit()
	asked, err := span.ParseLife(f.life.Value(), f.today())
	if err != nil {
		return kit.Signed(th, pat.NotSure, err.Error(), "", kit.FormWidth(f.w)-hintIndent)
	}
	n, life := unit.Number(asked)
	end := f.shell.Now().Add(life)
	ends := f.ends(end, life)
	var day []string
	if words := pat.LifeWords(f.life.Value(), f.today()); words != "" {
		day = []string{th.Muted.Render(words)}
	}
	if narrow {
		lines := append(slices.Clone(day), th.Muted.Render(fmt.Sprintf("= %d %s, ends ", n, kit.UnitShort(unit)))+th.Text.Render(ends))
		if !proven {
			lines = append(lines, th.Warn.Render("if read as minutes: "+pat.Span(unit.Worst(n))))
		}
		return lines
	}
	lines := []string{
		th.Muted.Render(fmt.Sprintf("sends patExpiry %d %s", n, pat.UnitWords(unit, proven))),
		th.Muted.Render("ends ") + th.Text.Render(ends),
	}
	lines = append(lines, day...)
	if worst := unit.Worst(n); !proven && worst > life {
		lines = append(lines, th.Warn.Render(fmt.Sprintf("%s if this server reads minutes, it works for %s, until %s",
			th.Glyphs.Warn, pat.Span(worst), f.shell.Now().Add(worst).In(f.shell.Zone()).Format("2 Jan 2006 15:04"))))
	}
	return lines
}

// ends writes the end of a life on the server's clock and in the person's zone.
// Seconds are shown only where they matter.
func (f *Form) ends(end time.Time, life time.Duration) string {
	at := "15:04"
	if life < 10*time.Minute && !kit.PaceOf(f.shell).Still() {
		at = "15:04:05"
	}
	local, server := end.In(f.shell.Zone()), end.UTC()
	day := ""
	if now := f.shell.Now().In(f.shell.Zone()); local.YearDay() != now.YearDay() || local.Year() != now.Year() {
		day = "Mon 2 Jan "
		if local.Year() != now.Year() {
			day = "2 Jan 2006 "
		}
	}
	text := local.Format(day + at)
	if f.w >= 50 {
		text += " your time"
	}
	if f.w >= kit.NarrowWidth {
		text += " = " + server.Format(at) + "Z on the server's clock"
	}
	return text
}

// NextChange implements kit.Ticker: the ends of the hints, the time of a request, and
// what is left of a wait.
func (f *Form) NextChange(now time.Time) time.Time {
	unit := time.Minute
	_, waits := f.shell.Requests().WaitOf(f.ticket)
	if life, err := span.ParseLife(f.life.Value(), f.today()); !kit.PaceOf(f.shell).Still() && (f.ticket != 0 && !waits || err == nil && life < 10*time.Minute) {
		unit = time.Second
	}
	return kit.Soonest(now.Truncate(unit).Add(unit), kit.WaitChange(f.shell, f.ticket, now), kit.WaitChange(f.shell, f.lists, now))
}

// tail draws what stands below the fields: checks, a failure, the button. It
// takes at most room lines.
func (f *Form) tail(width, room int) []string {
	button := f.button(width)
	if room <= 1+len(button) {
		return button
	}
	var lines []string
	if f.trouble() != nil {
		x := kit.LostWords(pat.Explain(f.trouble()))
		lines = kit.ProblemLines(f.shell.Theme(), x, width-2, f.problemMore(x))
	} else {
		if lines = f.checkLines(width, f.checks()); len(lines) > room-1-len(button) {
			lines = f.checkLines(width, pressing(f.checks()))
		}
	}
	lines = lines[:min(len(lines), room-1-len(button))]
	return append(append(lines, ""), button...)
}

// button draws what ctrl+s does now, or what came of it so far.
func (f *Form) button(width int) []string {
	th := f.shell.Theme()
	if w, waits := f.shell.Requests().WaitOf(f.ticket); waits {
		return kit.WaitLines(f.shell, w, width, kit.WaitKeys(f.shell))
	}
	if f.ticket != 0 {
		took := kit.PaceOf(f.shell).TookWords(f.shell.Now().Sub(f.shell.Requests().AskedAt(f.ticket, f.begun)))
		back := kit.Name(f.shell.Keys().Global.Back)
		hint := widget.FitWords(max(1, width-42), back+" leaves; the result is told wherever you are", back+" leaves it running", "")
		return []string{th.Accent.Render("  "+th.Glyphs.Run+" Asking ToolJet for the token") + th.Muted.Render(fmt.Sprintf(" %s   %s", took, hint))}
	}
	style, key := th.Dialog.Focused, f.shell.Keys().Form.Submit.Help().Key
	if f.whyNot() != "" {
		style = th.Dialog.Button
	}
	left := "  "
	if f.w >= kit.NarrowWidth {
		left = strings.Repeat(" ", 15)
	}
	return []string{left + style.Render("Issue token") + th.Muted.Render("  "+key)}
}

// checkLines draws the checks: good ones flow, the others have lines of their own.
func (f *Form) checkLines(width int, checks []check) []string {
	th := f.shell.Theme()
	indent := "  "
	if width >= kit.NarrowWidth {
		indent = strings.Repeat(" ", 15)
	}
	room := width - len(indent)
	var lines []string
	line, used := "", 0
	flush := func() {
		if used > 0 {
			lines = append(lines, indent+line)
		}
		line, used = "", 0
	}
	for _, c := range checks {
		if n := lipgloss.Width(c.text) + 2; c.level == pat.Good && n <= room {
			if used > 0 && used+3+n > room {
				flush()
			}
			if used > 0 {
				line, used = line+"   ", used+3
			}
			line, used = line+kit.LevelSign(th, c.level)+" "+th.Muted.Render(c.text), used+n
			continue
		}
		flush()
		lines = append(lines, kit.Signed(th, c.level, c.text, indent, room)...)
	}
	flush()
	if len(lines) > 0 && width >= kit.NarrowWidth {
		lines[0] = "  " + th.Muted.Render("Checks") + lines[0][8:]
	}
	return lines
}
