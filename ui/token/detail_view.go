package token

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (d *Detail) View() (string, *tea.Cursor) {
	lines := d.head()
	d.tabZones = nil
	if d.w >= kit.NarrowWidth && d.h >= 20 {
		lines = append([]string{""}, lines...)
	}
	switch {
	case d.ticket != 0:
		lines = append(append(lines, ""), d.waiting()...)
	case d.problem != nil && !d.lost:
		x := kit.LostWords(pat.Explain(d.problem))
		lines = append(lines, "")
		lines = append(lines, kit.ProblemLines(d.shell.Theme(), x, d.w-2, d.more(x))...)
	default:
		above := len(lines)
		lines = append(lines, d.body(d.h-len(lines))...)
		d.tabsAt += above
	}
	return kit.Block(kit.JoinLines(lines), d.w, d.h), nil
}

// more is the quiet line below a failure.
func (d *Detail) more(x pat.Explanation) string {
	sep, again := "  "+d.shell.Theme().Glyphs.Sep+"  ", " tries again"
	if x.Retry == pat.RetryAsk {
		again = " issues one more"
	}
	return d.shell.Keys().Token.Reissue.Help().Key + again + sep + d.shell.Keys().Detail.Raw.Help().Key + " shows the server's words" + sep + string(x.ID)
}

// head names the pair and shows what is left at a glance.
func (d *Detail) head() []string {
	th, t, now := d.shell.Theme(), d.token, d.shell.Now()
	state := t.State(now)
	pair := th.Bold.Render(term.CleanWidth(kit.UserOf(t), d.w/2).String()) + th.Muted.Render("  on  ") + th.Bold.Render(term.CleanWidth(kit.AppOf(t), max(8, d.w/3)).String())
	word := th.StateWord(state)
	if d.ticket != 0 {
		word = th.Accent.Render(th.Glyphs.Run + " re-issue")
	}
	first := kit.Between("  "+pair, word+"  ", d.w)
	filled, empty := widget.Bar(th.Glyphs.Bar, kit.ShareLeft(t, now), d.barWidth())
	ink := th.State[kit.InkState(t, now)]
	left := kit.LeftOf(d.shell, t)
	if state != pat.Expired && state != pat.Failed {
		left += " left"
	}
	line := "  " + ink.Render(filled) + th.Faint.Render(empty) + "  " + ink.Render(left)
	end := ""
	if state != pat.Failed {
		end = th.Muted.Render(pat.EndVerb(t, now)+" ") + th.Text.Render(d.ends(d.w-11))
	}
	if kit.Width(line)+3+kit.Width(end) <= d.w-2 {
		line, end = line+"   "+end, ""
	}
	lines := []string{first, kit.Fit(line, d.w)}
	if end != "" {
		lines = append(lines, kit.Fit("  "+end, d.w))
	}
	if d.fresh && !d.lost && d.h >= 18 && state != pat.Expired {
		lines = append(lines, "  "+th.Muted.Render(widget.FitWords(d.w-4,
			"ToolJet shows a token once. This one is sealed in your history: copy it again any time until it ends.",
			"Sealed in your history: copy it again until it ends.")))
	}
	return lines
}

func (d *Detail) barWidth() int { return max(8, min(40, d.w/4)) }

// ends is the end on both clocks where there is room for it, else on the person's.
func (d *Detail) ends(room int) string {
	now, zone := d.shell.Now(), d.shell.Zone()
	for _, words := range []string{kit.EndWords(d.token, now, zone), pat.EndWords(d.token, now, zone) + " your time"} {
		if kit.Width(words) <= room {
			return words
		}
	}
	return pat.EndWords(d.token, now, zone)
}

// waiting draws a request that is under way, or that waits for its turn.
func (d *Detail) waiting() []string {
	th := d.shell.Theme()
	if w, waits := d.shell.Requests().WaitOf(d.ticket); waits {
		return kit.WaitLines(d.shell, w, d.w-2, kit.WaitKeys(d.shell))
	}
	took := kit.PaceOf(d.shell).TookWords(d.shell.Now().Sub(d.shell.Requests().AskedAt(d.ticket, d.begun)))
	text := "  " + th.Accent.Render(th.Glyphs.Run+" Asking ToolJet for a fresh token") + th.Muted.Render(" "+took)
	k := d.shell.Keys().Token
	if d.want == "" && d.w >= kit.NarrowWidth {
		text += th.Muted.Render(fmt.Sprintf("   %s, %s or %s now copies as soon as it is there", kit.Name(k.IFrame), kit.Name(k.URL), kit.Name(k.Token)))
	}
	return []string{text}
}

// body is everything below the head: facts, warnings, the snippets.
func (d *Detail) body(room int) []string {
	th := d.shell.Theme()
	var lines []string
	if d.lost {
		k := d.shell.Keys().Token
		lines = append(lines, "")
		lines = append(lines, kit.ProblemLines(th, pat.Explain(d.problem), d.w-2, fmt.Sprintf("this screen holds the only copy: %s, %s, %s or %s hand it over",
			kit.Name(k.IFrame), kit.Name(k.URL), kit.Name(k.Token), kit.Name(d.shell.Keys().Detail.Write)))...)
	} else if x := pat.StoredError(d.token); x != nil && d.token.Outcome != pat.Issued {
		lines = append(lines, "")
		lines = append(lines, kit.ProblemLines(th, kit.LostWords(*x), d.w-2, d.more(*x))...)
	}
	facts := d.facts()
	if left := room - len(lines); d.fresh && left < 16 || left < 12 {
		facts = facts[:min(1, len(facts))]
	}
	if len(facts) > 0 {
		lines = append(append(lines, gap(room)...), facts...)
	}
	if d.token.Outcome != pat.Issued && !d.lost {
		return lines
	}
	text, hints := d.gallery()
	framing, warnings := framingLines(th, d.framing, "  ", d.w-4), d.warningLines()
	if d.framing != nil && d.framing.Level() != pat.Good { // it opens nowhere: that comes first
		framing, warnings = warnings, framing
	}
	hints = slices.Concat(d.noticeLines(), warnings, framing, hints)
	lines = append(append(lines, gap(room)...), d.tabs())
	d.tabsAt = len(lines) - 1
	left := room - len(lines) // for the snippet and what is to be said about it
	boxed := left >= len(text)+2+min(len(hints), 4)
	if boxed {
		left -= 2
	}
	most := max(min(len(hints), left/3), left-len(text))
	if len(hints) > most {
		hints = hints[:max(0, most)]
		if most > 0 { // a sentence that goes on says so
			hints[most-1] = ansi.Truncate(hints[most-1], d.w-4, "") + " " + d.shell.Theme().Faint.Render(d.shell.Theme().Glyphs.Ellipsis)
		}
	}
	return append(append(lines, d.frame(text, left-len(hints), boxed)...), hints...)
}

// gap is an empty line where there is room for one.
func gap(room int) []string {
	if room < 14 {
		return nil
	}
	return []string{""}
}

// facts are the particulars of the row, two in a line where they fit.
func (d *Detail) facts() []string {
	t, now, zone := d.token, d.shell.Now(), d.shell.Zone()
	pairs := [][2]string{{"Token", d.masked()}}
	if !t.Issued.IsZero() {
		pairs = append(pairs, [2]string{"Issued", strings.TrimSpace(kit.ClockTime(t.Issued, now, zone) + d.by())})
	} else if !t.Begun.IsZero() {
		pairs = append(pairs, [2]string{"Asked", strings.TrimSpace(kit.ClockTime(t.Begun, now, zone) + d.by())})
	}
	pairs = append(pairs,
		[2]string{"Sent", pat.SentWords(t)},
		[2]string{"Idle", fmt.Sprintf("%d min", t.IdleMinutes)},
		[2]string{"Role", kit.RoleIn(t)},
		[2]string{"Used at", kit.FirstOf(t.Note, "(no note)")},
	)
	if !t.Verified.IsZero() {
		pairs = append(pairs, [2]string{"Verified", kit.ClockTime(t.Verified, now, zone) + ": " + pat.CheckedWord(t)})
	}
	if lineage := d.lineage(); lineage != "" {
		pairs = append(pairs, [2]string{"Lineage", lineage})
	}
	return d.columns(pairs)
}

// lineage is what the token follows and how the others of its pair are walked. Its
// place among them stands in the header.
func (d *Detail) lineage() string {
	var words []string
	if d.token.Older != 0 {
		words = append(words, fmt.Sprintf("follows #%d", d.token.Older))
	}
	if _, of := d.place(); of > 0 {
		k := d.shell.Keys().Detail
		words = append(words, kit.Name(k.Older)+" older", kit.Name(k.Newer)+" newer")
	}
	return strings.Join(words, ", ")
}

// by says who issued the token and where.
func (d *Detail) by() string {
	t, text := d.token, ""
	if who := kit.Who(d.shell, t); who != "" {
		text += " by " + who
	}
	if t.Machine != "" {
		text += " on " + t.Machine
	}
	return text
}

// masked names the token without showing it.
func (d *Detail) masked() string {
	t := d.token
	number := ""
	if t.ID != 0 {
		number = fmt.Sprintf("#%d ", t.ID)
	}
	if t.Last4 == "" {
		return number + "nobody holds it"
	}
	text := number + "pat_…" + t.Last4
	switch {
	case d.lost:
		return text + "  only here, not saved"
	case t.HasSecret && d.w < 50:
		return text + "  sealed"
	case t.HasSecret:
		return text + "  sealed in the history"
	default:
		return text + "  text not kept"
	}
}

// columns draws named facts, in two columns on wide screens.
func (d *Detail) columns(pairs [][2]string) []string {
	th := d.shell.Theme()
	count, width := 1, d.w-2
	if d.w >= kit.NarrowWidth {
		count, width = 2, (d.w-4)/2
	}
	cell := func(p [2]string) string {
		return kit.Fit(th.Muted.Render(widget.Pad(p[0], 9))+" "+th.Text.Render(term.CleanWidth(p[1], max(1, width-8-2*count)).String()), width)
	}
	var lines []string
	for i := 0; i < len(pairs); i += count {
		line := "  " + cell(pairs[i])
		if count == 2 && i+1 < len(pairs) {
			line += cell(pairs[i+1])
		}
		lines = append(lines, line)
	}
	return lines
}

// Summary implements kit.Summary: the place in its pair and the life, for the header.
func (d *Detail) Summary(int) string {
	th := d.shell.Theme()
	var words []string
	if place := d.placeWords(); place != "" {
		words = append(words, "token "+place)
	}
	if d.token.Outcome == pat.Issued && d.ticket == 0 {
		words = append(words, "for "+pat.Span(d.token.Life.Round(time.Second)))
	}
	return th.Muted.Render(strings.Join(words, " "+th.Glyphs.Sep+" "))
}
