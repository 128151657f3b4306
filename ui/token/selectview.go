package token

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// selectView is a page with nothing but a snippet, for selecting with the terminal:
// no header, no rules, no signs, and one line of keys at the very end. The secret
// is readable here until the page is left or the window loses the focus.
type selectView struct {
	shell kit.Shell
	h     kit.Handout
	text  secret.Text
	err   error
	view  widget.Scroll
	w, ht int
}

// renderedMsg is a snippet in full, for the page that shows it.
type renderedMsg struct {
	id   int64
	kind string
	text secret.Text
	err  error
}

func newSelectView(s kit.Shell, h kit.Handout) *selectView { return &selectView{shell: s, h: h} }

// renderOut makes a snippet in full.
func renderOut(ctx context.Context, i *pat.Issuer, set *snippet.Set, h kit.Handout) tea.Cmd {
	return func() tea.Msg {
		text, err := h.Text(ctx, i, set)
		return renderedMsg{id: h.Token.ID, kind: h.Kind, text: text, err: err}
	}
}

// Title implements Screen.
func (p *selectView) Title() string { return "Select" }

// Bare says that the page is drawn without header and footer.
func (p *selectView) Bare() bool { return true }

// Init implements Screen.
func (p *selectView) Init(ctx context.Context) tea.Cmd {
	return renderOut(ctx, p.shell.Issuer(), p.shell.Snippets(), p.h)
}

// Update implements Screen.
func (p *selectView) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case renderedMsg:
		if m.id == p.h.Token.ID && m.kind == p.h.Kind {
			p.text, p.err = m.text, m.err
			if m.err == nil && p.h.Secret(p.shell) {
				return kit.MarkShown(p.shell.Context(), p.shell.Issuer(), m.id)
			}
		}
	case tea.BlurMsg:
		// Selecting needs no focus elsewhere; whoever comes back presses s again.
		if p.shell.Page() == kit.Screen(p) {
			p.shell.Pop()
		}
	}
	return nil
}

// SetSize implements Screen.
func (p *selectView) SetSize(w, h int) { p.w, p.ht = w, h }

// Typing implements Screen.
func (p *selectView) Typing() bool { return false }

// Actions implements Screen.
func (p *selectView) Actions() []kit.Action {
	k := p.shell.Keys()
	back := func() tea.Cmd { p.shell.Pop(); return nil }
	return append([]kit.Action{
		{Key: kit.WithDesc(k.Global.Back, "back"), Hint: 10, Run: back},
		{Key: k.Detail.Select, Run: back},
	}, kit.MoveActions(k, &p.view, nil)...)
}

// View implements Screen. A line that is too long goes on at the start of the
// next one, without a mark, so that the selection is the snippet itself.
func (p *selectView) View() (string, *tea.Cursor) {
	if p.err != nil {
		return kit.Block(kit.JoinLines(kit.Signed(p.shell.Theme(), pat.Bad, kit.ClipWords(p.err, p.shell.Seat()), "", p.w)), p.w, p.ht), nil
	}
	var lines []string
	for _, l := range term.Lines(p.text.Reveal(secret.ForScreen), 500) {
		lines = append(lines, strings.Split(ansi.Hardwrap(l.String(), max(1, p.w), true), "\n")...)
	}
	room := max(1, p.ht-2)
	p.view.Fit(len(lines), room)
	from, to := p.view.Window()
	body := kit.Block(kit.JoinLines(lines[from:to]), p.w, room)
	hint := p.shell.Theme().Faint.Render("select with the mouse; " + kit.Name(p.shell.Keys().Global.Back) + " goes back")
	return kit.Block(body+"\n\n"+hint, p.w, p.ht), nil
}
