package setup

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (f *firstRun) View() (string, *tea.Cursor) {
	th := f.shell.Theme()
	f.annotate()
	var lines []string
	if f.h >= 18 {
		lines = append(lines, "", "  "+th.Text.Render(widget.FitWords(f.w-4,
			"Let's connect to ToolJet. Nothing is written until you say in step 3 where the key shall live.",
			"Nothing is written until step 3.")), "")
	}
	room := max(1, f.h-len(lines)-len(f.form.Rows)-5)
	if f.form.Current().Input == widget.Input(f.keep) && f.h < 18 {
		room = min(room, 3) // where the key lives is chosen here: all of it is to be seen
	}
	tail := f.tail(f.w, room)
	height := max(3, f.h-len(lines)-len(tail))
	if f.h < kit.LowBody { // one field at a time
		height = min(height, len(f.form.Rows)+1)
	}
	body, cursor := f.form.View(kit.FormWidth(f.w), height)
	if cursor != nil {
		cursor.Y += len(lines)
	}
	if f.saving {
		cursor = nil
	}
	f.top = len(lines)
	lines = append(lines, strings.Split(body, "\n")...)
	f.buttonAt += len(lines)
	lines = append(lines, tail...)
	if f.h < 18 && f.shell.Issuer() == nil { // what the top says where it has room
		hint := "Nothing is written until step 3. " + f.shell.Keys().FirstRun.Sandbox.Help().Key + " tries it without a server."
		if more := widget.Wrap(hint, max(10, f.w-4)); len(lines)+1+len(more) <= f.h {
			lines = append(lines, "")
			for _, l := range more {
				lines = append(lines, "  "+th.Muted.Render(l))
			}
		}
	}
	return kit.Block(kit.JoinLines(lines), f.w, f.h), cursor
}

// annotate puts the checks where they belong.
func (f *firstRun) annotate() {
	th, rows := f.shell.Theme(), f.form.Rows
	indent := 26
	if f.w < kit.NarrowWidth {
		indent = 14
	}
	url, key := rows[0], rows[1]
	url.Note, key.Note, url.Hints, key.Hints = f.foundNote(f.url), f.foundNote(f.key), nil, nil
	if n := len([]rune(f.key.Value())); n > 0 && key.Note == "" {
		key.Note = th.Faint.Render(fmt.Sprintf("%d characters", n))
	}
	for _, c := range f.run.Checks {
		row := url
		switch c.ID {
		case pat.CheckServer, pat.CheckVersion:
		case pat.CheckKey:
			row = key
		default:
			continue
		}
		row.Hints = append(row.Hints, kit.Signed(th, c.Level, c.Text, "", max(10, f.w-indent))...)
	}
	if hint := secret.AdminKeyHint(f.sendable()); hint != "" && f.settled {
		key.Hints = append(key.Hints, kit.Signed(th, pat.Warn, hint, "", max(10, f.w-indent))...)
	}
	switch {
	case f.refused != nil:
		x := pat.Explain(f.refused)
		url.Hints = kit.Signed(th, pat.Bad, x.Title+": "+x.Cause, "", max(10, f.w-indent))
	case f.trying || f.run.Going && len(f.run.Checks) < 3:
		row := url
		if len(url.Hints) > 0 {
			row = key
		}
		if row != url && f.sendable().IsZero() {
			break
		}
		if w, waits := f.shell.Requests().WaitOf(f.run.Ticket); waits {
			row.Hints = append(row.Hints, kit.Signed(th, pat.NotSure, w.Words(f.shell), "", max(10, f.w-indent))...)
			break
		}
		row.Hints = append(row.Hints, th.Muted.Render(th.Glyphs.Run+" asking the server"))
	}
}

// besideField reports whether a check stands elsewhere: at its field, or only in
// the doctor, because it says the same of every server.
func besideField(id pat.CheckID) bool {
	switch id {
	case pat.CheckServer, pat.CheckVersion, pat.CheckKey, pat.CheckLimits, pat.CheckEmbed:
		return true
	default: // it stands beside the button
		return false
	}
}

// NextChange implements kit.Ticker: what is left of a wait.
func (f *firstRun) NextChange(now time.Time) time.Time {
	return kit.WaitChange(f.shell, f.run.Ticket, now)
}

// foundNote says where the value of a field was found.
func (f *firstRun) foundNote(field *widget.Field) string {
	if name := f.found[field]; name != "" {
		if f.w < kit.NarrowWidth {
			return f.shell.Theme().Good.Render("from " + name)
		}
		return f.shell.Theme().Good.Render("found in " + name + ", " + kit.Name(f.shell.Keys().Form.Accept) + " takes it")
	}
	return ""
}

// tail draws the other checks, a failure, and the button.
func (f *firstRun) tail(width, room int) []string {
	th := f.shell.Theme()
	button := "  " + th.Dialog.Focused.Render(widget.FitWords(width-18, "Save and issue the first token", "Save and issue")) + th.Muted.Render("  "+f.shell.Keys().FirstRun.Save.Help().Key)
	if f.saving {
		button = "  " + th.Accent.Render(th.Glyphs.Run+" Saving and opening")
	}
	var lines []string
	if f.problem != nil {
		lines = kit.ProblemLines(th, pat.Explain(f.problem), width-2, "nothing was issued; "+f.shell.Keys().FirstRun.Save.Help().Key+" tries again")
	} else {
		others := kit.Diagnosis{}
		for _, c := range f.run.Checks {
			if !besideField(c.ID) {
				others.Checks = append(others.Checks, c)
			}
		}
		for _, c := range others.Checks {
			text := c.Name + ": " + c.Text
			if width < kit.NarrowWidth {
				lines = append(lines, "  "+kit.LevelSign(th, c.Level)+" "+th.Muted.Render(term.CleanWidth(text, max(1, width-4)).String()))
				continue
			}
			lines = append(lines, kit.Signed(th, c.Level, text, "  ", width-4)...)
		}
	}
	where := []string{"Saved in your configuration (0600). No telemetry."}
	if f.shell.Config().Path != "" {
		path := tilde(f.shell.Config().Path, f.shell.Getenv("HOME"))
		where = []string{"Configuration: " + path + " (0600). No telemetry.", path + " (0600). No telemetry.", path + " (0600)", path}
	}
	files := "  " + th.Faint.Render(widget.FitWords(max(1, width-4), where...))
	lines = lines[:max(0, min(len(lines), room-4))]
	out := append([]string{""}, lines...)
	if len(lines) > 0 {
		out = append(out, "")
	}
	f.buttonAt = len(out)
	out = append(out, button)
	if room >= 4 {
		out = append(out, "", files)
	}
	return out
}
