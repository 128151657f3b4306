package tokens

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// fact of a token: a label and what is said of it, already styled. One that says that
// there is nothing to say is spare: it goes where another needs its room.
type line struct {
	label, text string
	spare       bool
}

// detailed is the token that the detail is of. It is the one under the cursor,
// unless keys follow each other faster than anybody reads: then the detail, and
// with it the pager and the hints, waits until the cursor rests, and neither the
// terminal nor the history is asked for texts that are gone at once.
type detailed struct {
	id      int64
	moved   time.Time // when the cursor moved last
	place   string    // what the pager says of the rows on the screen
	waiting bool      // for the cursor to rest
}

// follow takes the detail to the cursor after a move.
func (t *List) follow() tea.Cmd {
	d := &t.detail
	quick := t.shell.Now().Sub(d.moved).Abs() < debounceFor
	d.moved = t.shell.Now()
	switch {
	case d.waiting:
		return nil
	case quick:
		d.waiting = true
		return debounce(t.ctx, debounceFor)
	}
	return t.explain(false)
}

// idle looks whether the cursor rests by now.
func (t *List) idle() tea.Cmd {
	if left := debounceFor - t.shell.Now().Sub(t.detail.moved).Abs(); left > 0 {
		return debounce(t.ctx, left)
	}
	t.detail.waiting = false
	return t.explain(false)
}

// Running implements kit.Restless. What is only of use on a row waits for those that are
// being read as well: a frame of it would come before theirs, and put it off.
func (t *List) Running() bool { return t.detail.waiting || t.unread() || t.inFlight[requestLast] }

// explain makes the detail that of the token under the cursor, and asks what else
// may work of its pair, if that is not known yet or may have changed.
func (t *List) explain(again bool) tea.Cmd {
	sel, ok := t.selected()
	if !ok {
		return nil
	}
	t.detail.id = sel.ID
	if sel.ID == t.pair.id && !again || !t.layout().explains() {
		return nil
	}
	if sel.ID != t.pair.id {
		t.pair = pairMsg{id: sel.ID}
	}
	return loadPair(t.reading, t.shell.Issuer(), sel, t.shell.Now())
}

// explained is the token of the detail, as it is now.
func (t *List) explained() (pat.Token, bool) {
	sel, ok := t.selected()
	if ok && sel.ID != t.detail.id {
		if i := t.list.Index(t.detail.id); i >= 0 {
			return t.list.Rows()[i].Token, true
		}
	}
	return sel, ok
}

// detailLines is the strip under the list.
func (t *List) detailLines(l listLayout) []string {
	th := t.shell.Theme()
	sel, ok := t.explained()
	if !ok {
		return pad([]string{th.Rule(l.width)}, l.detail)
	}
	if l.detail < 4 {
		return []string{th.Rule(l.width), " " + ansi.Truncate(t.oneLine(sel, l.width-2), l.width-2, th.Glyphs.Ellipsis)}
	}
	facts := t.facts(sel, l.width-13)
	more := 0 // lines that reasons need beyond their first
	for _, f := range facts {
		if (f.label == why || f.label == noteThat) && kit.Width(f.text) > l.width-13 {
			more++
		}
	}
	for n := len(facts) - 1; n >= 0 && len(facts)+more > l.detail-1; n-- {
		if facts[n].spare {
			facts = slices.Delete(facts, n, n+1)
		}
	}
	lines := []string{t.detailRule(sel, l.width)}
	for _, f := range facts {
		first, second := f.text, ""
		if (f.label == why || f.label == noteThat && len(facts) < l.detail-1) && kit.Width(first) > l.width-13 {
			first, second, _ = strings.Cut(lipgloss.Wrap(first, l.width-13, ""), "\n")
			second = strings.ReplaceAll(second, "\n", " ")
		}
		label := f.label
		for _, text := range []string{first, second} {
			if text != "" || label != "" {
				lines = append(lines, " "+kit.Fit(th.Muted.Render(label), 10)+" "+ansi.Truncate(strings.TrimLeft(text, " "), l.width-13, th.Glyphs.Ellipsis))
			}
			label = ""
		}
	}
	return pad(lines, l.detail)
}

// The labels of reasons, the facts that have two lines if they need them.
const (
	why      = "why"
	noteThat = "note that"
)

func pad(lines []string, n int) []string {
	if len(lines) > n {
		return lines[:n]
	}
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines
}

// detailRule is the rule with the pair in it.
func (t *List) detailRule(sel pat.Token, w int) string {
	th := t.shell.Theme()
	title := fmt.Sprintf("#%d ", sel.ID) + term.CleanWidth(kit.UserOf(sel), 40).String() + " " + th.Glyphs.Crumb + " " + term.CleanWidth(kit.AppOf(sel), 40).String()
	title = ansi.Truncate(title, max(1, w-8), th.Glyphs.Ellipsis)
	lead := th.Header.Rule.Render(strings.Repeat(th.Glyphs.Rule, 3))
	return lead + " " + th.Bold.Render(title) + " " + th.Rule(w-5-term.Width(title))
}

// oneLine is the strip where there is room for one line only.
func (t *List) oneLine(sel pat.Token, width int) string {
	th := t.shell.Theme()
	if text, ok := t.revealedText(sel); ok {
		return th.Warn.Render(text)
	}
	now := t.shell.Now()
	end := pat.EndVerb(sel, now) + " " + pat.EndWords(sel, now, t.shell.Zone())
	if !pat.EndOf(sel).Open() { // otherwise the other end matters more
		end += " your time"
	}
	mask, end, open := th.Text.Render(t.mask(sel)), th.Muted.Render(end), th.Faint.Render(kit.Name(t.shell.Keys().List.Open)+" = all")
	if sel.Outcome == pat.Rejected {
		mask, end = th.Bad.Render(term.Clean(sel.ErrorTitle).String()), ""
	}
	line := strings.TrimSuffix(mask+"  "+end, "  ")
	switch { // the end, and what is not sure about it, matter most
	case kit.Width(line)+2+kit.Width(open) <= width:
		return line + "  " + open
	case kit.Width(line) <= width || end == "":
		return line
	}
	return end
}

func (t *List) mask(sel pat.Token) string {
	if sel.Last4 == "" {
		return "no token text"
	}
	return "pat_" + t.shell.Theme().Glyphs.Ellipsis + term.CleanWidth(sel.Last4, 4).String()
}

// facts are the lines of detail, most important first. What is in short supply on
// a line of width cells is left out at its end.
func (t *List) facts(sel pat.Token, width int) []line {
	th := t.shell.Theme()
	facts := []line{{label: pat.EndVerb(sel, t.shell.Now()), text: t.endFact(sel, width)}}
	if sel.Outcome == pat.Rejected || sel.Outcome == pat.Unknown {
		facts = append(facts, t.troubleFact(sel))
	}
	if sel.Outcome == pat.Issued || sel.HasSecret {
		facts = append(facts, line{label: "token", text: t.tokenFact(sel)})
	}
	if w := pat.Warnings(sel, t.shell.Now()); len(w) > 0 && sel.State(t.shell.Now()) != pat.Unsure {
		text := th.Warn.Render(term.Clean(w[0]).String())
		k := t.shell.Keys().Token
		if help := pat.DriftHelp(sel, kit.Name(k.Reissue), kit.Name(k.Verify)); help != "" && sel.State(t.shell.Now()) == pat.Drift {
			text += th.Muted.Render("; " + help)
		}
		facts = append(facts, line{label: noteThat, text: text})
	}
	note := th.Faint.Render("nothing noted (" + t.shell.Keys().Token.Note.Help().Key + " writes where it is used)")
	if sel.Note != "" {
		note = th.Text.Render(term.Clean(sel.Note).String())
	}
	facts = append(facts, line{"used at", note, sel.Note == ""})
	issued := fmt.Sprintf("%s by %s", kit.ClockTime(kit.FirstTime(sel.Issued, sel.Begun), t.shell.Now(), t.shell.Zone()), term.CleanWidth(kit.Who(t.shell, sel), 30).String())
	if sel.Machine != "" {
		issued += " on " + term.CleanWidth(sel.Machine, 30).String()
	}
	if sel.Role != "" {
		issued += ", as " + term.CleanWidth(sel.Role, 20).String()
	}
	if sel.Workspace != "" {
		issued += " in " + term.CleanWidth(sel.Workspace, 24).String()
	}
	facts = append(facts, line{label: "issued", text: th.Text.Render(issued)}, line{"pair", t.pairFact(sel), t.alone(sel)})
	if sel.Outcome != pat.Rejected {
		facts = append(facts, line{label: "checked", text: t.checkedFact(sel)})
	}
	return facts
}

// endFact is the end on both clocks, the number sent with its unit, and the idle time.
func (t *List) endFact(sel pat.Token, width int) string {
	th, now := t.shell.Theme(), t.shell.Now()
	if sel.Outcome == pat.Rejected {
		return th.Muted.Render("no token was made")
	}
	at, rest, _ := strings.Cut(kit.EndWords(sel, now, t.shell.Zone()), " = ")
	text := th.Bold.Render(at) + th.Text.Render(" = "+rest)
	for _, more := range []string{
		"   sent " + pat.SentWords(sel), fmt.Sprintf("   idle %d min", sel.IdleMinutes),
	} {
		if kit.Width(text)+term.Width(more) > width {
			break
		}
		text += th.Muted.Render(more)
	}
	return text
}

func (t *List) troubleFact(sel pat.Token) line {
	th := t.shell.Theme()
	if x := pat.StoredError(sel); x != nil {
		return line{label: why, text: th.Bad.Render(term.Clean(x.Title).String()) + th.Muted.Render(": "+term.Clean(x.Cause).String())}
	}
	return line{label: why, text: th.Muted.Render("the request was sent and its answer never came")}
}

func (t *List) tokenFact(sel pat.Token) string {
	th := t.shell.Theme()
	if text, ok := t.revealedText(sel); ok {
		return th.Warn.Render(text)
	}
	text := th.Text.Render(t.mask(sel))
	if sel.Fingerprint != "" {
		text += th.Muted.Render("   fingerprint " + term.CleanWidth(sel.Fingerprint, 16).String())
	}
	switch {
	case sel.HasSecret:
		text += th.Muted.Render("   sealed in the history (" + t.shell.Keys().Token.Reveal.Help().Key + " reveals for 10 s)")
	case sel.Outcome == pat.Issued:
		text += th.Muted.Render("   text not kept")
	}
	return text
}

// revealedText is the token in clear while a person may read it.
func (t *List) revealedText(sel pat.Token) (string, bool) {
	if t.shown.id != sel.ID || t.shown.until.IsZero() {
		return "", false
	}
	plain := term.Clean(t.shown.text.Token.Reveal(secret.ForScreen)).String()
	return plain + "  hides " + kit.UntilWords(t.shell, t.shown.until), true
}

// alone reports whether nothing else is known to open the app for the user of a token.
func (t *List) alone(sel pat.Token) bool {
	alive := t.pair.alive
	return t.pair.id == sel.ID && (alive.Tokens == 0 || !alive.Until.After(t.shell.Now()))
}

// pairFact says what else may open the same app for the same user.
func (t *List) pairFact(sel pat.Token) string {
	th, now := t.shell.Theme(), t.shell.Now()
	alive := t.pair.alive
	switch {
	case t.pair.id != sel.ID || t.pair.read.IsZero():
		return ""
	case t.alone(sel):
		return th.Muted.Render("no other live token of this pair is known")
	}
	word := "1 other token lives"
	if alive.Tokens > 1 {
		word = fmt.Sprintf("%d other tokens live", alive.Tokens)
	}
	return th.Text.Render(word + " until " + kit.ClockTime(alive.Until, now, t.shell.Zone()))
}

func (t *List) checkedFact(sel pat.Token) string {
	th, now := t.shell.Theme(), t.shell.Now()
	text := "never (" + t.shell.Keys().Token.Verify.Help().Key + " asks ToolJet)"
	if !sel.Verified.IsZero() {
		text = kit.ClockTime(sel.Verified, now, t.shell.Zone()) + ": " + term.CleanWidth(pat.CheckedWord(sel), 40).String()
	}
	copied := "never copied"
	if !sel.Copied.IsZero() {
		copied = "copied " + kit.ClockTime(sel.Copied, now, t.shell.Zone())
	}
	return th.Muted.Render(text + "   " + copied)
}

// sideFacts are the facts one below the other, with lines between them where there is
// room for that.
func (t *List) sideFacts(sel pat.Token, w, room int) []string {
	var apart, tight []string
	for _, f := range t.facts(sel, 2*(w-3)) {
		if f.text == "" {
			continue
		}
		group := []string{t.shell.Theme().Muted.Render(f.label)}
		for _, wrapped := range strings.Split(lipgloss.Wrap(f.text, w-3, ""), "\n") {
			group = append(group, "  "+strings.TrimLeft(wrapped, " "))
		}
		apart = append(append(apart, ""), group...)
		tight = append(tight, group...)
	}
	if len(apart) > room {
		return append([]string{""}, tight...)
	}
	return apart
}

// sideLines is the detail at the right of a wide screen.
func (t *List) sideLines() string {
	th := t.shell.Theme()
	w := kit.SidePanel
	lines := []string{}
	if sel, ok := t.explained(); ok {
		lines = append(lines, th.Bold.Render(fmt.Sprintf("#%d ", sel.ID)+term.CleanWidth(kit.UserOf(sel), w-10).String()), th.Text.Render(term.CleanWidth(kit.AppOf(sel), w).String()), "")
		st := sel.State(t.shell.Now())
		filled, empty := "", ""
		if !over(st) && st != pat.Unsure && st != pat.Ended {
			filled, empty = widget.Bar(th.Glyphs.Bar, kit.ShareLeft(sel, t.shell.Now()), 20)
		}
		lines = append(lines, th.StateWord(st)+"  "+th.Bold.Render(kit.LeftOf(t.shell, sel)), th.State[kit.InkState(sel, t.shell.Now())].Render(filled)+th.Faint.Render(empty))
		lines = append(lines, t.sideFacts(sel, w, t.h-len(lines))...)
	}
	edge := th.Header.Rule.Render(th.Glyphs.Vertical)
	lines = pad(lines, t.h)
	for i, s := range lines {
		lines[i] = " " + edge + " " + ansi.Truncate(s, w, th.Glyphs.Ellipsis)
	}
	return strings.Join(lines, "\n")
}
