package preview

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// View implements Screen.
func (p *Page) View() (string, *tea.Cursor) {
	th := p.shell.Theme()
	lines := p.head()
	var list []string
	switch {
	case p.problem != nil:
		list = kit.ProblemLines(th, pat.Explain(p.problem), p.w-2, "")
	case p.result != nil:
		list = slices.Concat(p.happened(), gap(p.h), p.verdict())
		if len(list) > p.h-len(lines) { // what matters comes first where there is little room
			list = slices.Concat(p.verdict(), gap(p.h), p.happened())
		}
	default:
		list = p.happened()
	}
	p.view.Fit(len(list), max(1, p.h-len(lines)))
	from, to := p.view.Window()
	shown := slices.Clone(list[from:to])
	if more := p.view.Below(); more > 0 && len(shown) > 1 {
		shown[len(shown)-1] = "  " + th.Faint.Render(fmt.Sprintf("%s %d more lines, %s scrolls", th.Glyphs.Ellipsis, more+1, th.Glyphs.Down))
	}
	return kit.Block(kit.JoinLines(append(lines, shown...)), p.w, p.h), nil
}

// head names the pair, what is left, and where the page is.
func (p *Page) head() []string {
	th := p.shell.Theme()
	pair := th.Bold.Render(term.CleanWidth(kit.UserOf(p.token), p.w/2).String()) + th.Muted.Render("  on  ") + th.Bold.Render(term.CleanWidth(kit.AppOf(p.token), max(8, p.w/3)).String())
	left := th.Muted.Render(kit.LeftOf(p.shell, p.token) + " ")
	lines := []string{kit.Between("  "+pair, left, p.w)}
	if p.preview == nil {
		return append(lines, "")
	}
	for l := range strings.SplitSeq(ansi.Hardwrap(p.address(), max(10, p.w-4), false), "\n") { // a hyphen in it is no place to break
		lines = append(lines, "  "+th.Accent.Render(l))
	}
	if p.result == nil || p.h >= roomy {
		for _, l := range widget.Wrap(p.where(), max(10, p.w-4)) {
			lines = append(lines, "  "+th.Muted.Render(l))
		}
	}
	if b := p.shell.Browser(); b.Far {
		lines = append(lines, "  "+th.Text.Render(term.CleanWidth(p.preview.Forward(b.User, b.Host), max(10, p.w-4)).String()))
	}
	return append(lines, gap(p.h)...)
}

// address is that of the page, and its origin alone when the path is spent.
func (p *Page) address() string {
	whole := p.preview.Address()
	if len(p.steps) == 0 {
		return whole
	}
	return whole[:strings.LastIndexByte(whole, '/')]
}

// roomy is the height from which nothing has to be left out.
const roomy = 18

// gap is an empty line where there is room for one.
func gap(room int) []string {
	if room < roomy {
		return nil
	}
	return []string{""}
}

// where says how the page is opened.
func (p *Page) where() string {
	switch {
	case p.shell.Browser().Far:
		return "You are here by SSH: run the next line on your own computer, then open this address there, once and within a minute."
	case p.opened != nil:
		return "Open it in a browser on this computer, once and within a minute."
	case len(p.steps) == 0:
		return "Opening in your browser. It works on this computer alone, once and within a minute."
	default:
		return "Opened in your browser. It works on this computer alone, and once."
	}
}

// happened are the steps, each with its time.
func (p *Page) happened() []string {
	th := p.shell.Theme()
	lines := []string{"  " + th.Muted.Render("What happened")}
	if len(p.steps) == 0 {
		return append(lines, "  "+th.Faint.Render("nothing yet"))
	}
	form, indent := "15:04:05.000", strings.Repeat(" ", 17)
	if p.w < kit.NarrowWidth {
		form, indent = "15:04:05", strings.Repeat(" ", 6)
	}
	for _, s := range p.steps {
		if s.Judge != nil {
			continue
		}
		at := s.At.In(p.shell.Zone()).Format(form)
		for i, l := range widget.Wrap(term.CleanWidth(s.Text, 300).String(), max(10, p.w-len(form)-7)) {
			first := "  " + kit.LevelSign(th, s.Level) + " " + th.Muted.Render(at) + " "
			if i > 0 {
				first = strings.Repeat(" ", len(form)+5)
			}
			lines = append(lines, first+th.Text.Render(l))
		}
		for _, l := range widget.Wrap(term.CleanWidth(s.More, 300).String(), max(10, p.w-len(indent)-2)) {
			lines = append(lines, indent+th.Muted.Render(l))
		}
	}
	return lines
}

// verdict is what went wrong, and what to do.
func (p *Page) verdict() []string {
	th, r := p.shell.Theme(), p.result
	level, style := pat.Good, th.Good
	if r.Exit != pat.ExitOK {
		level, style = pat.Bad, th.Bad
	}
	width := max(10, p.w-4)
	var lines []string
	for i, l := range widget.Wrap(kit.Sentence(term.CleanWidth(r.Title, 600).String()), width-2) {
		sign := kit.LevelSign(th, level)
		if i > 0 {
			sign = " "
		}
		lines = append(lines, "  "+sign+" "+style.Bold(true).Render(l))
	}
	for _, text := range r.Lines {
		for _, l := range widget.Wrap(kit.Sentence(term.CleanWidth(text, 600).String()), width-2) {
			lines = append(lines, "    "+th.Text.Render(l))
		}
	}
	for n, text := range p.todo() {
		lead := fmt.Sprintf("  %d ", n+1)
		for _, l := range widget.Wrap(kit.Sentence(term.CleanWidth(text, 600).String()), width-4) {
			lines = append(lines, "  "+th.Accent.Render(lead)+th.Text.Render(l))
			lead = "    "
		}
	}
	for _, text := range p.notices {
		lines = append(lines, kit.Signed(th, pat.NotSure, text, "  ", width)...)
	}
	return lines
}

// todo is what to do, with the keys that do it.
func (p *Page) todo() []string {
	r, k := p.result, p.shell.Keys().Preview
	list := slices.Clone(r.Do)
	if len(list) > 0 && r.Page != "" {
		list[0] += fmt.Sprintf(" (%s opens it)", kit.Name(k.Page))
	}
	if r.Message != "" {
		list = append(list, fmt.Sprintf("Or %s copies a message for the person who can do this, without a token", kit.Name(k.Message)))
	}
	return list
}

// Status implements kit.Status: the verdict in a word.
func (p *Page) Status(int) string {
	if p.result == nil {
		return ""
	}
	return "Verdict: " + term.CleanWidth(p.result.Verdict, 40).String() + "."
}
