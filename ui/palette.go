package ui

import (
	"context"
	"fmt"
	"strconv"
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
	all           []kit.Action
	found         *widget.List[string, kit.Action]
	width, height int
}

func newPalette(s *shell) *palette {
	p := &palette{shell: s, field: widget.NewField(s.theme.Form, 100), found: widget.NewList(func(a kit.Action) string { return a.Title })}
	for _, a := range append(s.actionsOf(s.Page()), s.actions()...) {
		if a.Title != "" {
			p.all = append(p.all, a)
		}
	}
	p.field.Placeholder = "what to do"
	if _, ok := s.pages[0].Screen.(kit.Numbered); ok {
		p.field.Placeholder = "what to do, or the number of a token"
	}
	p.field.Focus()
	p.find()
	return p
}

func (p *palette) Title() string                { return "Command" }
func (p *palette) Init(context.Context) tea.Cmd { return nil }
func (p *palette) Typing() bool                 { return true }

func (p *palette) SetSize(w, h int) {
	p.width, p.height = w, h
	p.found.SetHeight(min(max(1, h-2), 12))
}

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
	defer p.found.First()
	word := strings.TrimSpace(p.field.Value())
	if word == "" {
		p.found.SetAll(p.all)
		return
	}
	names := make([]string, len(p.all))
	for i, a := range p.all {
		names[i] = a.Title
	}
	found := p.jump(word)
	for _, m := range fuzzy.Find(word, names) {
		found = append(found, p.all[m.Index])
	}
	p.found.SetAll(found)
}

// jump goes to the token of a number, from whatever page.
func (p *palette) jump(word string) []kit.Action {
	list, ok := p.shell.pages[0].Screen.(kit.Numbered)
	id, err := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64)
	if !ok || err != nil || id <= 0 {
		return nil
	}
	return []kit.Action{{Title: fmt.Sprintf("Go to #%d", id), Run: func() tea.Cmd {
		p.shell.root()
		return list.Jump(id)
	}}}
}

func (p *palette) Actions() []kit.Action {
	k, m := p.shell.keys.Dialog, p.shell.keys.Move
	return []kit.Action{
		{Key: kit.WithDesc(k.Choose, "do it"), Hint: 10, Run: p.run},
		{Key: k.Close, Hint: 30, Run: func() tea.Cmd { p.shell.Close(); return nil }},
		{Key: m.Up, Hint: 20, Run: p.by(-1)},
		{Key: m.Down, Hint: 21, Run: p.by(1)},
		{Key: m.PageUp, Run: func() tea.Cmd { p.found.Page(-1, 1); return nil }},
		{Key: m.PageDown, Run: func() tea.Cmd { p.found.Page(1, 1); return nil }},
	}
}

func (p *palette) by(n int) func() tea.Cmd {
	return func() tea.Cmd { p.found.By(n); return nil }
}

func (p *palette) run() tea.Cmd {
	a, ok := p.found.Selected()
	if !ok {
		return nil
	}
	p.shell.Close()
	return p.shell.Do(a)
}

func (p *palette) View() (string, *tea.Cursor) {
	t, w := p.shell.theme, min(p.width, 60)
	field, x := p.field.View(w)
	lines := p.found.Lines(func(a kit.Action, is widget.At) string {
		name, key := " "+a.Title, a.Key.Help().Key+" "
		if is.Selected {
			return t.Form.Selected.Render(kit.Between(name, key, w))
		}
		return kit.Between(t.Text.Render(name), t.Dialog.Key.Render(key), w)
	})
	if p.found.Len() == 0 {
		lines[0] = t.Muted.Render(kit.Fit(" Nothing here has such a name.", w))
	}
	return strings.Join(append([]string{field, ""}, lines...), "\n"), tea.NewCursor(x, 0)
}

func (p *palette) Wheel(n int) tea.Cmd { return p.by(n)() }

func (p *palette) Click(_, y int) tea.Cmd {
	if hit, _ := p.found.Click(y - 2); hit {
		return p.run()
	}
	return nil
}
