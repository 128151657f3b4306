package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (d *detail) View() (string, *tea.Cursor) {
	lines := d.head()
	if d.w >= narrowWidth && d.h >= 20 {
		lines = append([]string{""}, lines...)
	}
	switch {
	case d.ticket != 0:
		lines = append(lines, "", d.waiting())
	case d.problem != nil && !d.lost:
		x := lostWords(pat.Explain(d.problem))
		lines = append(lines, "")
		lines = append(lines, problemLines(d.shell.theme, x, d.w-2, d.more(x))...)
	default:
		lines = append(lines, d.body(d.h-len(lines))...)
	}
	return block(joinLines(lines), d.w, d.h), nil
}

// more is the quiet line below a failure.
func (d *detail) more(x pat.Explanation) string {
	text := d.shell.keys.Token.Reissue.Help().Key + " tries again  ·  " + d.shell.keys.Detail.Raw.Help().Key + " shows the server's words  ·  " + x.ID
	if x.Retry == pat.RetryAsk {
		text = d.shell.keys.Token.Reissue.Help().Key + " issues one more  ·  " + d.shell.keys.Detail.Raw.Help().Key + " shows the server's words  ·  " + x.ID
	}
	return text
}

// head names the pair and shows what is left at a glance.
func (d *detail) head() []string {
	th, t, now := d.shell.theme, d.token, d.shell.now
	state := t.State(now)
	pair := th.Bold.Render(term.CleanWidth(userOf(t), d.w/2).String()) + th.Muted.Render("  on  ") + th.Bold.Render(term.CleanWidth(appOf(t), max(8, d.w/3)).String())
	word := th.state(state)
	if d.ticket != 0 {
		word = th.Accent.Render(th.Glyphs.Run + " re-issue")
	}
	first := between("  "+pair, word+" ", d.w)
	filled, empty := widget.Bar(th.Glyphs.Bar, share(t, now), d.barWidth())
	bar := th.State[state].Render(filled) + th.Faint.Render(empty)
	left := leftOf(t, now, th.Glyphs.AtMost)
	if state != pat.Expired && state != pat.Failed {
		left += " left"
	}
	end := ""
	if state != pat.Failed {
		end = th.Muted.Render("   ends ") + th.Text.Render(d.ends())
	}
	lines := []string{first, fit("  "+bar+"  "+th.State[state].Render(left)+end, d.w)}
	if d.fresh && !d.lost && d.h >= 18 {
		lines = append(lines, "  "+th.Muted.Render(fitWords(d.w-4,
			"ToolJet shows a token once. This one is sealed in your history: copy it again any time until it ends.",
			"Sealed in your history: copy it again until it ends.")))
	}
	return lines
}

func (d *detail) barWidth() int { return max(8, min(40, d.w/4)) }

func (d *detail) ends() string {
	t, now := d.token, d.shell.now
	text := clockTime(t.Expires, now, d.shell.zone)
	if d.w >= narrowWidth {
		text += " your time = " + t.Expires.UTC().Format("15:04:05") + "Z"
	}
	if t.Outcome != pat.Issued {
		text += " at the latest"
	}
	return text
}

func (d *detail) waiting() string {
	th := d.shell.theme
	text := "  " + th.Accent.Render(th.Glyphs.Run+" Asking ToolJet for a fresh token…") + th.Muted.Render(fmt.Sprintf("  %ds", seconds(d.shell.now.Sub(d.begun))))
	if d.want == "" && d.w >= narrowWidth {
		text += th.Muted.Render("   i, y or t now copies as soon as it is there")
	}
	return text
}

// body is everything below the head: facts, warnings, the snippets.
func (d *detail) body(room int) []string {
	th := d.shell.theme
	var lines []string
	if d.lost {
		lines = append(lines, "")
		lines = append(lines, problemLines(th, pat.Explain(d.problem), d.w-2, "this screen holds the only copy: i, y, t or w hand it over")...)
	} else if x := pat.StoredError(d.token); x != nil && d.token.Outcome != pat.Issued {
		lines = append(lines, "")
		lines = append(lines, problemLines(th, lostWords(*x), d.w-2, d.more(*x))...)
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
	hints = append(append(d.saidLines(), d.warningLines()...), hints...)
	lines = append(append(lines, gap(room)...), d.tabs())
	left := room - len(lines) // for the snippet and what is to be said about it
	boxed := left >= len(text)+2+min(len(hints), 4)
	if boxed {
		left -= 2
	}
	most := max(min(len(hints), left/3), left-len(text))
	if len(hints) > most {
		hints = hints[:max(0, most)]
		if most > 0 { // a sentence that goes on says so
			hints[most-1] = ansi.Truncate(hints[most-1], d.w-4, "") + " " + d.shell.theme.Faint.Render(d.shell.theme.Glyphs.Ellipsis)
		}
	}
	return append(append(lines, d.frame(text, left-len(hints), boxed)...), hints...)
}

// gap is an empty line where there is room for one.
func gap(room int) []string {
	if room < 12 {
		return nil
	}
	return []string{""}
}

// facts are the particulars of the row, two in a line where they fit.
func (d *detail) facts() []string {
	t, now, zone := d.token, d.shell.now, d.shell.zone
	proof := "unit not proven"
	if t.UnitProven {
		proof = "unit proven"
	}
	pairs := [][2]string{{"Token", d.masked()}}
	if !t.Issued.IsZero() {
		pairs = append(pairs, [2]string{"Issued", strings.TrimSpace(clockTime(t.Issued, now, zone) + by(t))})
	} else if !t.Begun.IsZero() {
		pairs = append(pairs, [2]string{"Asked", strings.TrimSpace(clockTime(t.Begun, now, zone) + by(t))})
	}
	pairs = append(pairs,
		[2]string{"Sent", fmt.Sprintf("%d %s, %s", t.SentExpiry, t.Unit, proof)},
		[2]string{"Idle", fmt.Sprintf("%d min", t.IdleMinutes)},
		[2]string{"Role", strings.Trim(t.Role+" in "+t.Workspace, " in")},
		[2]string{"Used at", firstOf(t.Note, "(no note)")},
	)
	if !t.Verified.IsZero() {
		pairs = append(pairs, [2]string{"Verified", clockTime(t.Verified, now, zone) + ": " + t.VerifyResult})
	}
	if t.Older != 0 {
		pairs = append(pairs, [2]string{"Lineage", fmt.Sprintf("follows no. %d", t.Older)})
	}
	return d.columns(pairs)
}

func by(t pat.Token) string {
	text := ""
	if t.By != "" {
		text += " by " + t.By
	}
	if t.Machine != "" {
		text += " on " + t.Machine
	}
	return text
}

// masked names the token without showing it.
func (d *detail) masked() string {
	t := d.token
	if t.Last4 == "" {
		return "nobody holds it"
	}
	text := "pat_…" + t.Last4
	switch {
	case d.lost:
		return text + "  only here, not saved"
	case t.HasSecret:
		return text + "  sealed in the history"
	default:
		return text + "  text not kept"
	}
}

// columns draws named facts, in two columns on wide screens.
func (d *detail) columns(pairs [][2]string) []string {
	th := d.shell.theme
	count, width := 1, d.w-2
	if d.w >= narrowWidth {
		count, width = 2, (d.w-4)/2
	}
	cell := func(p [2]string) string {
		return fit(th.Muted.Render(widget.Pad(p[0], 9))+" "+th.Text.Render(term.CleanWidth(p[1], max(1, width-10)).String()), width)
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

// tabs is the line of kinds with the one in view; it scrolls with it.
func (d *detail) tabs() string {
	th := d.shell.theme
	left, right := "‹ ", " ›"
	if th.ASCII {
		left, right = "< ", " >"
	}
	room := d.w - 6
	first, used := d.kind, 0
	used = term.CleanWidth(d.kinds[d.kind].Title, 30).Width() + 2
	for first > 0 {
		n := term.CleanWidth(d.kinds[first-1].Title, 30).Width() + 2
		if used+n > room {
			break
		}
		used += n
		first--
	}
	var b strings.Builder
	used = 0
	for i := first; i < len(d.kinds); i++ {
		title := term.CleanWidth(d.kinds[i].Title, 30)
		if used += title.Width() + 2; used > room {
			break
		}
		if i == d.kind {
			b.WriteString(th.Header.TabActive.Render(" " + title.String() + " "))
		} else {
			b.WriteString(th.Muted.Render(" " + title.String() + " "))
		}
	}
	return "  " + th.Accent.Render(left) + b.String() + th.Accent.Render(right)
}

// gallery is the snippet in view with the sentences that belong to it.
func (d *detail) gallery() (lines, hints []string) {
	th, kind := d.shell.theme, d.kinds[d.kind]
	data := d.data()
	out, err := d.shell.opts.Snippets.Render(kind.Name, data)
	if err != nil {
		return signed(th, pat.Bad, "This snippet cannot be made: "+err.Error(), "", d.w-6), nil
	}
	token := data.Token.Reveal(secret.ForScreen) // masked, unless it is revealed
	for _, l := range term.Lines(out.Text.Reveal(secret.ForScreen), mostLines) {
		for _, p := range strings.Split(ansi.Hardwrap(l.String(), d.cardWidth(), true), "\n") {
			lines = append(lines, tint(th, p, token))
		}
	}
	for _, w := range out.Warnings {
		hints = append(hints, signed(th, pat.Warn, sentence(w), "  ", d.w-4)...)
	}
	if kind.Name == "iframe" || kind.Name == "react" {
		hints = append(hints, "  "+th.Muted.Render(term.CleanWidth("Your portal must send  "+snippet.FrameSource(data), d.w-4).String()))
	}
	if kind.Note != "" {
		for _, l := range widget.Wrap(term.CleanWidth(kind.Note, 200).String(), d.w-4) {
			hints = append(hints, "  "+th.Muted.Render(l))
		}
	}
	return lines, hints
}

// saidLines tell in full what came of the last action.
func (d *detail) saidLines() []string {
	var lines []string
	for _, n := range d.said {
		lines = append(lines, signed(d.shell.theme, n.level, n.text, "  ", d.w-4)...)
	}
	return lines
}

// mostLines bounds what is shown of one snippet.
const mostLines = 200

// tint lets the token, masked or not, stand out of a line of a snippet.
func tint(th Theme, line, token string) string {
	before, after, found := strings.Cut(line, token)
	if token == "" || !found {
		return th.Text.Render(line)
	}
	return th.Text.Render(before) + th.Accent.Render(token) + th.Text.Render(after)
}

// warningLines are the sentences to read beside this token.
func (d *detail) warningLines() []string {
	var lines []string
	seen := map[string]bool{}
	for _, w := range append(d.warnings, pat.Warnings(d.token, d.shell.now)...) {
		if !seen[w] {
			seen[w] = true
			lines = append(lines, signed(d.shell.theme, pat.Warn, sentence(w), "  ", d.w-4)...)
		}
	}
	return lines
}

// sentence gives words the looks of a sentence. Addresses keep their case.
func sentence(s string) string {
	if s == "" {
		return s
	}
	first, rest, _ := strings.Cut(s, " ")
	if !strings.ContainsAny(first, ".@/:_") {
		r, n := utf8.DecodeRuneInString(first)
		first = string(unicode.ToUpper(r)) + first[n:]
	}
	if rest != "" {
		first += " " + rest
	}
	return strings.TrimRight(first, ".") + "."
}

// cardWidth is the width of the snippet's text.
func (d *detail) cardWidth() int { return max(10, min(120, d.w-8)) }

// frame draws the snippet, at most room lines of it, scrolled: in a box where
// there is room, beside a rule elsewhere. It is marked while it is readable.
func (d *detail) frame(lines []string, room int, boxed bool) []string {
	th := d.shell.theme
	room = max(1, room)
	d.top = max(0, min(d.top, len(lines)-room))
	shown := lines[d.top:min(len(lines), d.top+room)]
	out := make([]string, 0, len(shown))
	rule := th.Header.Rule
	if d.shown() {
		rule = th.Warn
	}
	side := rule.Render(th.Glyphs.Vertical)
	if more := len(lines) - d.top - len(shown); more > 0 && len(shown) > 1 {
		shown = append(slices.Clone(shown[:len(shown)-1]), th.Faint.Render(fmt.Sprintf("%s %d more lines, %s scrolls", th.Glyphs.Ellipsis, more+1, th.Glyphs.Down)))
	}
	if !boxed {
		for _, l := range shown {
			out = append(out, "  "+side+" "+l)
		}
		return out
	}
	b := border(th.ASCII)
	across := strings.Repeat(b.Top, d.cardWidth()+2)
	out = append(out, "  "+rule.Render(b.TopLeft+across+b.TopRight))
	for _, l := range shown {
		out = append(out, "  "+side+" "+fit(l, d.cardWidth())+" "+side)
	}
	return append(out, "  "+rule.Render(b.BottomLeft+across+b.BottomRight))
}

// summary implements summary: the time left, for the header.
func (d *detail) summary(int) string {
	if d.token.Outcome != pat.Issued || d.ticket != 0 {
		return ""
	}
	return d.shell.theme.Muted.Render("for " + pat.Span(d.token.Life.Round(time.Second)))
}
