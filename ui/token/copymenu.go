package token

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// copyMenu is the dialog with every kind of snippet.
type copyMenu struct {
	shell kit.Shell
	token pat.Token
	pick  func(kind string) tea.Cmd
	kinds []snippet.Kind
	menu  *widget.Menu
	w, h  int

	framing *pat.Framing // who may show the app in a frame, nil until it is known

	menuAt int // line of the first kind
}

// newCopyMenu returns the menu for a token; pick does something with a kind. framing
// may be nil.
func newCopyMenu(s kit.Shell, t pat.Token, framing *pat.Framing, pick func(kind string) tea.Cmd) *copyMenu {
	m := &copyMenu{shell: s, token: t, kinds: kindsOf(s, t), framing: framing, pick: pick}
	entries := make([]widget.Entry, len(m.kinds))
	for i, k := range m.kinds {
		entries[i] = widget.Entry{Key: fmt.Sprint((i + 1) % 10), Title: k.Title, Note: beginning(k.Note), Short: beginning(k.Note)}
		if i > 9 {
			entries[i].Key = ""
		}
	}
	m.menu = widget.NewMenu(s.Theme().Form, entries)
	return m
}

// NewCopyMenu returns the menu for a row of the history, which copies what is
// picked.
func NewCopyMenu(s kit.Shell, t pat.Token) kit.Screen {
	return newCopyMenu(s, t, nil, func(kind string) tea.Cmd { return kit.CopyAs(s, t, kind) })
}

// Title implements Screen.
func (m *copyMenu) Title() string { return "Copy as" }

// Init implements Screen.
func (m *copyMenu) Init(ctx context.Context) tea.Cmd {
	if m.framing != nil || m.shell.Demo() {
		return nil
	}
	return loadFraming(ctx, m.shell.Issuer(), m.token)
}

// Update implements Screen.
func (m *copyMenu) Update(msg tea.Msg) tea.Cmd {
	if f, ok := msg.(framedMsg); ok && f.app == m.token.AppID {
		m.framing = &f.framing
	}
	return nil
}

// SetSize implements Screen.
func (m *copyMenu) SetSize(w, h int) { m.w, m.h = w, h }

// Typing implements Screen.
func (m *copyMenu) Typing() bool { return false }

// Actions implements Screen.
func (m *copyMenu) Actions() []kit.Action {
	k := m.shell.Keys()
	list := []kit.Action{
		{Key: k.Move.Up, Hint: 30, Run: func() tea.Cmd { m.menu.Up(); return nil }},
		{Key: k.Move.Down, Hint: 31, Run: func() tea.Cmd { m.menu.Down(); return nil }},
		{Key: kit.WithDesc(k.Dialog.Choose, "copy"), Title: "Copy this", Hint: 10, Run: func() tea.Cmd { return m.take(m.menu.Index()) }},
		{Key: k.Dialog.Close, Hint: 25, Run: func() tea.Cmd { m.shell.Close(); return nil }},
	}
	for i := range min(10, len(m.kinds)) {
		name := fmt.Sprint((i + 1) % 10)
		a := kit.Action{Key: kit.Bind(name, m.kinds[i].Title, name), Run: func() tea.Cmd { return m.take(i) }}
		if i == 0 { // at the foot it stands for all of them
			a.Key, a.Hint = kit.Bind("1-"+fmt.Sprint(min(10, len(m.kinds))%10), "copy that one", name), 20
		}
		list = append(list, a)
	}
	return list
}

// beginning is what a sentence says before its first stop.
func beginning(s string) string {
	if i := strings.IndexAny(s, ".,:;"); i > 0 {
		return s[:i]
	}
	return s
}

// Click copies as the kind that was clicked.
func (m *copyMenu) Click(_, y int) tea.Cmd {
	if !m.menu.Point(y - m.menuAt) {
		return nil
	}
	return m.take(m.menu.Index())
}

func (m *copyMenu) take(i int) tea.Cmd {
	m.shell.Close()
	return m.pick(m.kinds[i].Name)
}

// View implements Screen.
func (m *copyMenu) View() (string, *tea.Cursor) {
	th, width := m.shell.Theme(), min(84, m.w)
	var lines, about []string
	if m.h >= 10 {
		lines = []string{th.Muted.Render(term.CleanWidth(kit.UserOf(m.token)+" on "+kit.AppOf(m.token), width).String())}
		lines = append(append(lines, framingLines(th, m.framing, "", width)...), "")
		about = m.about(width)
	}
	if room := m.h - len(lines); len(about) > 0 && room < min(4, len(m.kinds))+1+len(about) {
		about = nil
	}
	room := m.h - len(lines)
	if len(about) > 0 {
		room -= len(about) + 1
		about = append([]string{""}, about...)
	}
	m.menuAt = len(lines)
	lines = append(lines, m.menu.Rows(width, max(1, room), true)...)
	return kit.JoinLines(append(lines, about...)), nil
}

// about says of the kind under the cursor all that its row has no room for. It is
// equally high for each kind, so that the box stays as it is.
func (m *copyMenu) about(width int) []string {
	var mine []string
	most := 0
	for i, k := range m.kinds {
		lines := widget.Wrap(term.Clean(strings.TrimSpace(k.Note+" "+kindNote(k))).String(), width)
		if most = max(most, len(lines)); i == m.menu.Index() {
			mine = lines
		}
	}
	out := make([]string, most)
	for i := range out {
		text := ""
		if i < len(mine) {
			text = mine[i]
		}
		out[i] = m.shell.Theme().Dialog.Hint.Render(widget.Pad(text, width))
	}
	return out
}

// kindNote says whether a snippet holds the token.
func kindNote(k snippet.Kind) string {
	if k.Secret {
		return "Holds the live token: whoever has it can open the app until it ends."
	}
	return "Holds no token."
}
