package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// palette runs any Action of the page below it by name. It takes the same path
// as a key: why not, ask, run.
type palette struct {
	shell         *shell
	field         *widget.Field
	all, found    []kit.Action
	at            int
	width, height int
}

func newPalette(s *shell) *palette {
	p := &palette{shell: s, field: widget.NewField(s.theme.Form, 100)}
	for _, a := range append(s.Page().Actions(), s.actions()...) {
		if a.Title != "" {
			p.all = append(p.all, a)
		}
	}
	p.field.Placeholder = "what to do"
	p.field.Focus()
	p.find()
	return p
}

func (p *palette) Title() string                { return "Command" }
func (p *palette) Init(context.Context) tea.Cmd { return nil }
func (p *palette) SetSize(w, h int)             { p.width, p.height = w, h }
func (p *palette) Typing() bool                 { return true }

func (p *palette) Update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if p.field.Update(msg) {
			p.find()
		}
	}
	return nil
}

// find keeps the Actions whose name has the letters typed, best first.
func (p *palette) find() {
	p.at = 0
	word := strings.TrimSpace(p.field.Value())
	if word == "" {
		p.found = p.all
		return
	}
	names := make([]string, len(p.all))
	for i, a := range p.all {
		names[i] = a.Title
	}
	p.found = nil
	for _, m := range fuzzy.Find(word, names) {
		p.found = append(p.found, p.all[m.Index])
	}
}

func (p *palette) Actions() []kit.Action {
	k, m := p.shell.keys.Dialog, p.shell.keys.Move
	return []kit.Action{
		{Key: kit.WithDesc(k.Choose, "do it"), Hint: 10, Run: p.run},
		{Key: k.Close, Hint: 30, Run: func() tea.Cmd { p.shell.Close(); return nil }},
		{Key: m.Up, Hint: 20, Run: p.by(-1)},
		{Key: m.Down, Hint: 21, Run: p.by(1)},
		{Key: m.PageUp, Run: p.by(-8)},
		{Key: m.PageDown, Run: p.by(8)},
	}
}

func (p *palette) by(n int) func() tea.Cmd {
	return func() tea.Cmd { p.at = min(max(0, p.at+n), max(0, len(p.found)-1)); return nil }
}

func (p *palette) run() tea.Cmd {
	if len(p.found) == 0 {
		return nil
	}
	a := p.found[p.at]
	p.shell.Close()
	return p.shell.Do(a)
}

func (p *palette) View() (string, *tea.Cursor) {
	t, w := p.shell.theme, min(p.width, 60)
	field, x := p.field.View(w)
	lines := []string{field, ""}
	room := min(max(1, p.height-2), 12)
	first := min(max(0, p.at-room/2), max(0, len(p.found)-room))
	for i := first; i < min(len(p.found), first+room); i++ {
		a := p.found[i]
		name, key := " "+a.Title, a.Key.Help().Key+" "
		if i == p.at {
			lines = append(lines, t.Form.Selected.Render(kit.Between(name, key, w)))
			continue
		}
		lines = append(lines, kit.Between(t.Text.Render(name), t.Dialog.Key.Render(key), w))
	}
	if len(p.found) == 0 {
		lines = append(lines, t.Muted.Render(kit.Fit(" Nothing here has such a name.", w)))
	}
	for len(lines) < room+2 {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n"), tea.NewCursor(x, 0)
}

func (p *palette) Wheel(n int) tea.Cmd { return p.by(n)() }

func (p *palette) Click(_, y int) tea.Cmd {
	room := min(max(1, p.height-2), 12)
	first := min(max(0, p.at-room/2), max(0, len(p.found)-room))
	if i := first + y - 2; y >= 2 && i < len(p.found) {
		p.at = i
		return p.run()
	}
	return nil
}
