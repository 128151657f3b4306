package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// help lists the keys of the page below it. It reads the same table that
// dispatches them, so it cannot be wrong.
type help struct {
	shell         *shell
	page, shells  []kit.Action
	typing        bool
	title         string
	text          widget.Scroll
	width, height int
}

func newHelp(s *shell) *help {
	page := s.actionsOf(s.Page())
	shells := kit.Behind(page, s.actions())[len(page):]
	return &help{shell: s, page: page, shells: shells, title: s.Page().Title(), typing: s.Page().Typing()}
}

func (h *help) Title() string                { return "Keys" }
func (h *help) Init(context.Context) tea.Cmd { return nil }
func (h *help) Update(tea.Msg) tea.Cmd       { return nil }
func (h *help) Typing() bool                 { return false }

// SetSize implements Screen. Where the keys fit beside header and foot, or nearly
// so, the box leaves them in view; elsewhere it takes all there is.
func (h *help) SetSize(width, height int) {
	h.width, h.height = width, height
	_, body, _ := h.shell.frame()
	if beside := height - (h.shell.height - 2 - body.Dy()); beside >= 16 {
		h.height = beside
	}
}

func (h *help) Actions() []kit.Action {
	moves := kit.MoveActions(&h.shell.keys, &h.text, nil)
	moves[0].Hint, moves[1].Hint = 20, 30
	return append([]kit.Action{
		{Key: h.shell.keys.Dialog.Close, Hint: 10, Run: h.close},
		{Key: h.shell.keys.Global.Help, Run: h.close},
	}, moves...)
}

func (h *help) close() tea.Cmd { h.shell.Close(); return nil }

func (h *help) Wheel(n int) tea.Cmd { h.text.By(n); return nil }

func (h *help) View() (string, *tea.Cursor) {
	lines := h.lines()
	h.text.Fit(len(lines), h.height)
	from, to := h.text.Window()
	shown := slices.Clone(lines[from:to])
	if n := len(shown); n > 1 && h.text.Below() > 0 {
		shown[n-1] = h.shell.theme.Faint.Render(h.shell.theme.Glyphs.Down + " more")
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, term.Width(l))
	}
	shown[0] = kit.Fit(shown[0], widest) // the box stays as it is while it scrolls
	return strings.Join(shown, "\n"), nil
}

// lines are the keys, each group under its name, in as many columns as have room.
func (h *help) lines() []string {
	page, shells := h.entries(h.page), h.entries(h.shells)
	keys, words := 0, 0
	for _, e := range slices.Concat(page, shells) {
		keys, words = max(keys, term.Width(e[0])), max(words, term.Width(e[1]))
	}
	lines := h.group(h.title, page, keys, words)
	return append(append(lines, ""), h.group("Everywhere", shells, keys, words)...)
}

// entries are what triggers each Action now, and what it does.
func (h *help) entries(actions []kit.Action) [][2]string {
	var list [][2]string
	for _, a := range actions {
		ok := true
		if h.typing {
			a.Key, ok = kit.WhileTyping(a.Key)
		}
		if k := a.Key.Help(); ok && k.Key != "" && a.Key.Enabled() {
			list = append(list, [2]string{strings.Join(keyNames(a), " "), k.Desc})
		}
	}
	return list
}

// group draws entries in columns, from top to bottom.
func (h *help) group(name string, entries [][2]string, keys, words int) []string {
	t := h.shell.theme
	inner, gap := 2, 3
	if h.width < 60 {
		inner, gap = 1, 2
	}
	cell := keys + inner + words
	cols := max(1, min(3, (h.width+gap)/(cell+gap)))
	rows := (len(entries) + cols - 1) / cols
	out := []string{t.Dialog.Group.Render(ansi.Truncate(name, h.width, ""))}
	for r := range rows {
		line := ""
		for c := r; c < len(entries); c += rows {
			e := entries[c]
			line += kit.Fit(t.Dialog.Key.Render(widget.Pad(e[0], keys+inner))+t.Dialog.Hint.Render(e[1]), cell) + strings.Repeat(" ", gap)
		}
		out = append(out, strings.TrimRight(line, " "))
	}
	return out
}

// keyNames are all keys of an Action as people know them.
func keyNames(a kit.Action) []string {
	var names []string
	for _, n := range a.Key.Keys() {
		names = append(names, kit.KeyName(n))
	}
	return names
}
