package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// help lists the keys of the page below it. It reads the same table that
// dispatches them, so it cannot be wrong.
type help struct {
	shell         *shell
	page, shells  []Action
	typing        bool
	title         string
	top           int
	width, height int
}

func newHelp(s *shell) *help {
	return &help{shell: s, page: s.page().Actions(), shells: s.actions(), title: s.page().Title(), typing: s.page().Typing()}
}

func (h *help) Title() string                { return "Keys" }
func (h *help) Init(context.Context) tea.Cmd { return nil }
func (h *help) Update(tea.Msg) tea.Cmd       { return nil }
func (h *help) SetSize(w, hh int)            { h.width, h.height = w, hh; h.scroll(0) }
func (h *help) Typing() bool                 { return false }

func (h *help) Actions() []Action {
	m, d := h.shell.keys.Move, h.shell.keys.Dialog
	return []Action{
		{Key: d.Close, Hint: 10, Run: h.close},
		{Key: h.shell.keys.Global.Help, Run: h.close},
		{Key: m.Up, Hint: 20, Run: h.by(-1)},
		{Key: m.Down, Hint: 30, Run: h.by(1)},
		{Key: m.PageUp, Run: h.by(-10)},
		{Key: m.PageDown, Run: h.by(10)},
		{Key: m.Top, Run: h.by(-10000)},
		{Key: m.Bottom, Run: h.by(10000)},
	}
}

func (h *help) close() tea.Cmd { h.shell.close(); return nil }

func (h *help) by(n int) func() tea.Cmd {
	return func() tea.Cmd { h.scroll(n); return nil }
}

func (h *help) scroll(n int) {
	h.top = min(max(0, h.top+n), max(0, len(h.lines())-h.height))
}

func (h *help) wheel(n int) tea.Cmd    { return h.by(n)() }
func (h *help) click(int, int) tea.Cmd { return nil }

func (h *help) View() (string, *tea.Cursor) {
	lines := h.lines()
	end := min(len(lines), h.top+h.height)
	shown := slices.Clone(lines[min(h.top, end):end])
	if n := len(shown); n > 1 && end < len(lines) {
		shown[n-1] = h.shell.theme.Faint.Render(h.shell.theme.Glyphs.Down + " more")
	}
	return strings.Join(shown, "\n"), nil
}

// lines are the keys in two columns where there is room, each group under its name.
func (h *help) lines() []string {
	cols := 1
	if h.width >= 64 {
		cols = 2
	}
	lines := h.group(h.title, h.page, cols)
	return append(append(lines, ""), h.group("Everywhere", h.shells, cols)...)
}

func (h *help) group(name string, actions []Action, cols int) []string {
	t := h.shell.theme
	wide := min(h.width/cols, 40)
	var cells []string
	for _, a := range actions {
		ok := true
		if h.typing {
			a.Key, ok = whileTyping(a.Key)
		}
		k := a.Key.Help()
		if !ok || k.Key == "" || !a.Key.Enabled() {
			continue
		}
		cells = append(cells, fit(fit(t.Dialog.Key.Render(strings.Join(keyNames(a), " ")), 15)+" "+t.Dialog.Hint.Render(k.Desc), wide))
	}
	rows := (len(cells) + cols - 1) / cols
	out := []string{t.Dialog.Group.Render(ansi.Truncate(name, h.width, ""))}
	for r := range rows {
		line := ""
		for c := r; c < len(cells); c += rows {
			line += cells[c]
		}
		out = append(out, line)
	}
	return out
}

// keyNames are all keys of an Action as people know them.
func keyNames(a Action) []string {
	var names []string
	for _, n := range a.Key.Keys() {
		names = append(names, keyName(n))
	}
	return names
}

var keyWords = strings.NewReplacer("pgdown", "pgdn", "left", "←", "right", "→", "up", "↑", "down", "↓", "pgup", "pgup", "f1", "F1", "f5", "F5")

func keyName(n string) string {
	if n == "pgup" || n == "pgdown" {
		return map[string]string{"pgup": "pgup", "pgdown": "pgdn"}[n]
	}
	return keyWords.Replace(n)
}
