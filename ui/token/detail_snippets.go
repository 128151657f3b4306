package token

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// tabs is the line of kinds with the one in view; it scrolls with it.
func (d *Detail) tabs() string {
	th := d.shell.Theme()
	left, right := "‹ ", " ›"
	if th.ASCII {
		left, right = "< ", " >"
	}
	room := d.w - 8
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
	d.tabZones = d.tabZones[:0]
	for i := first; i < len(d.kinds); i++ {
		title := term.CleanWidth(d.kinds[i].Title, 30)
		if used += title.Width() + 2; used > room {
			break
		}
		end := used + 2 + term.Width(left)
		d.tabZones = append(d.tabZones, kit.Zone{From: end - title.Width() - 2, To: end, Run: d.toKind(i)})
		if i == d.kind {
			b.WriteString(th.Header.TabActive.Render(" " + title.String() + " "))
		} else {
			b.WriteString(th.Muted.Render(" " + title.String() + " "))
		}
	}
	return "  " + th.Accent.Render(left) + b.String() + th.Accent.Render(right)
}

// gallery is the snippet in view with the sentences that belong to it.
func (d *Detail) gallery() (lines, hints []string) {
	th, kind := d.shell.Theme(), d.kinds[d.kind]
	data := d.data()
	out, err := d.shell.Snippets().Render(kind.Name, data)
	if err != nil {
		return kit.Signed(th, pat.Bad, "This snippet cannot be made: "+err.Error(), "", d.w-6), nil
	}
	token := data.Token.Reveal(secret.ForScreen) // masked, unless it is revealed
	for _, l := range term.Lines(out.Text.Reveal(secret.ForScreen), mostLines) {
		for _, p := range strings.Split(ansi.Hardwrap(l.String(), d.cardWidth(), true), "\n") {
			lines = append(lines, tint(th, p, token))
		}
	}
	said := d.warnings()
	for _, w := range out.Warnings {
		if slices.Contains(said, w) {
			continue // it stands above
		}
		hints = append(hints, kit.Signed(th, pat.Warn, kit.Sentence(w), "  ", d.w-4)...)
	}
	if kind.Framed {
		for _, l := range widget.Wrap(term.Clean("If your portal sends a CSP, it needs "+snippet.FrameSource(data)).String(), d.w-4) {
			hints = append(hints, "  "+th.Muted.Render(l))
		}
	}
	if note := term.CleanWidth(kind.Note, 200).String(); note != "" {
		if d.w < kit.NarrowWidth {
			note = beginning(note) + "."
		}
		for _, l := range widget.Wrap(note, d.w-4) {
			hints = append(hints, "  "+th.Muted.Render(l))
		}
	}
	return lines, hints
}

// noticeLines tell in full what came of the last action.
func (d *Detail) noticeLines() []string {
	var lines []string
	for _, n := range d.notices {
		lines = append(lines, kit.Signed(d.shell.Theme(), n.level, n.text, "  ", d.w-4)...)
	}
	return lines
}

// mostLines bounds what is shown of one snippet.
const mostLines = 200

// tint lets the token, masked or not, stand out of a line of a snippet.
func tint(th *kit.Theme, line, token string) string {
	before, after, found := strings.Cut(line, token)
	if token == "" || !found {
		return th.Text.Render(line)
	}
	return th.Text.Render(before) + th.Accent.Render(token) + th.Text.Render(after)
}

// warnings are the sentences to read beside this token, each once.
func (d *Detail) warnings() []string {
	all := append(slices.Clone(d.came), pat.Warnings(d.token, d.shell.Now())...)
	if d.token.State(d.shell.Now()) == pat.Drift {
		k := d.shell.Keys().Token
		if help := pat.DriftHelp(d.token, kit.Name(k.Reissue), kit.Name(k.Verify)); help != "" { // beside what it helps against
			all = slices.Insert(all, len(d.came)+1, help)
		}
	}
	var once []string
	for _, w := range all {
		if !slices.Contains(once, w) {
			once = append(once, w)
		}
	}
	return once
}

// warningLines are the warnings as they are drawn.
func (d *Detail) warningLines() []string {
	var lines []string
	for _, w := range d.warnings() {
		lines = append(lines, kit.Signed(d.shell.Theme(), pat.Warn, kit.Sentence(w), "  ", d.w-4)...)
	}
	return lines
}

// cardWidth is the width of the snippet's text.
func (d *Detail) cardWidth() int { return max(10, min(cardMost, d.w-cardFrame)) }

// The most of it, and what stands around it.
const (
	cardMost  = 120
	cardFrame = 8
)

// frame draws the snippet, at most room lines of it, scrolled: in a box where
// there is room, beside a rule elsewhere. It is marked while it is readable.
func (d *Detail) frame(lines []string, room int, boxed bool) []string {
	th := d.shell.Theme()
	d.view.Fit(len(lines), max(1, room))
	from, to := d.view.Window()
	shown := lines[from:to]
	out := make([]string, 0, len(shown))
	rule := th.Header.Rule
	if d.shown() {
		rule = th.Warn
	}
	side := rule.Render(th.Glyphs.Vertical)
	if more := d.view.Below(); more > 0 && len(shown) > 1 {
		shown = append(slices.Clone(shown[:len(shown)-1]), th.Faint.Render(fmt.Sprintf("%s %d more lines, %s scrolls", th.Glyphs.Ellipsis, more+1, th.Glyphs.Down)))
	}
	if !boxed {
		for _, l := range shown {
			out = append(out, "  "+side+" "+l)
		}
		return out
	}
	b := kit.Border(th.ASCII)
	across := strings.Repeat(b.Top, d.cardWidth()+2)
	out = append(out, "  "+rule.Render(b.TopLeft+across+b.TopRight))
	for _, l := range shown {
		out = append(out, "  "+side+" "+kit.Fit(l, d.cardWidth())+" "+side)
	}
	return append(out, "  "+rule.Render(b.BottomLeft+across+b.BottomRight))
}
