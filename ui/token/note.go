package token

import (
	"context"

	"patdesk/pat"
	"patdesk/ui/widget"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// mostNote is the longest note, in characters.
const mostNote = 500

// noteEdit is the dialog for the note of a token.
type noteEdit struct {
	shell kit.Shell
	token pat.Token
	field *widget.Field
	w     int
}

// NewNote returns the dialog that changes the note of a token.
func NewNote(s kit.Shell, t pat.Token) kit.Screen {
	n := &noteEdit{shell: s, token: t, field: widget.NewField(s.Theme().Form, mostNote)}
	n.field.Placeholder = "where it is used, for whoever rotates it later"
	n.field.SetValue(t.Note)
	n.field.Focus()
	return n
}

// Title implements Screen.
func (n *noteEdit) Title() string { return "Note for " + kit.UserOf(n.token) }

// Init implements Screen.
func (n *noteEdit) Init(context.Context) tea.Cmd { return nil }

// SetSize implements Screen.
func (n *noteEdit) SetSize(w, _ int) { n.w = w }

// Typing implements Screen.
func (n *noteEdit) Typing() bool { return true }

// Update implements Screen.
func (n *noteEdit) Update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		n.field.Update(msg)
	}
	return nil
}

// Actions implements Screen.
func (n *noteEdit) Actions() []kit.Action {
	d := n.shell.Keys().Dialog
	return []kit.Action{
		{Key: kit.WithDesc(d.Choose, "save"), Hint: 10, Run: n.save},
		{Key: n.shell.Keys().Form.Submit, Run: n.save},
		{Key: kit.WithDesc(d.Close, "leave as it was"), Hint: 20, Run: func() tea.Cmd { n.shell.Close(); return nil }},
	}
}

func (n *noteEdit) save() tea.Cmd {
	n.shell.Close()
	if n.field.Value() == n.token.Note {
		return nil
	}
	return n.shell.Write(saveNote(n.shell.Context(), n.shell.Issuer(), n.token.ID, n.field.Value()))
}

// View implements Screen.
func (n *noteEdit) View() (string, *tea.Cursor) {
	w := min(n.w, 70)
	field, x := n.field.View(w)
	about := term.CleanWidth("on "+kit.AppOf(n.token)+"; kept in the history on this computer only", w).String()
	return n.shell.Theme().Muted.Render(about) + "\n\n" + field, tea.NewCursor(x, 2)
}

// saveNote keeps a note; it is a write and outlives its screen.
func saveNote(ctx context.Context, i *pat.Issuer, id int64, note string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, kit.WriteTimeout)
		defer cancel()
		return kit.NotedMsg{ID: id, Err: i.SetNote(ctx, id, note)}
	}
}
