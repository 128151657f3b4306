package doctor

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// proof is the dialog that asks for the test pair with which the unit of patExpiry
// is proven.
type proof struct {
	shell     kit.Shell
	form      *widget.Form
	user, app *widget.Field
	w, h      int
}

// NewProof returns the dialog that proves the unit of patExpiry with a test pair.
func NewProof(s kit.Shell) kit.Screen {
	st := s.Theme().Form
	p := &proof{shell: s, user: widget.NewField(st, 320), app: widget.NewField(st, 1024)}
	p.user.Placeholder, p.app.Placeholder = "test@example.com", "id, slug or address of a test app"
	p.form = widget.NewForm(st, &widget.Row{Label: "User", Short: "User", Input: p.user}, &widget.Row{Label: "App", Short: "App", Input: p.app})
	return p
}

// Title implements Screen.
func (p *proof) Title() string { return "Prove the unit of patExpiry" }

// Init implements Screen.
func (p *proof) Init(context.Context) tea.Cmd { return nil }

// SetSize implements Screen.
func (p *proof) SetSize(w, h int) { p.w, p.h = w, h }

// Typing implements Screen.
func (p *proof) Typing() bool { return true }

// Update implements Screen.
func (p *proof) Update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if row := p.form.Current(); row.Input.Update(msg) {
			row.Error = ""
		}
	}
	return nil
}

// Actions implements Screen.
func (p *proof) Actions() []kit.Action {
	k := p.shell.Keys()
	move := func(by func()) func() tea.Cmd { return func() tea.Cmd { by(); return nil } }
	return []kit.Action{
		{Key: kit.WithDesc(k.Dialog.Choose, "prove it"), Hint: 10, Run: p.accept},
		{Key: k.Form.Submit, Run: p.prove},
		{Key: k.Form.Next, Hint: 20, Run: move(p.form.Next)},
		{Key: k.Form.Prev, Run: move(p.form.Prev)},
		{Key: k.Form.Up, Run: move(p.form.Prev)},
		{Key: k.Form.Down, Run: move(p.form.Next)},
		{Key: kit.WithDesc(k.Dialog.Close, "prove nothing"), Hint: 30, Run: func() tea.Cmd { p.shell.Close(); return nil }},
	}
}

// accept goes on to the next field, and proves at the last.
func (p *proof) accept() tea.Cmd {
	if !p.form.Last() {
		p.form.Next()
		return nil
	}
	return p.prove()
}

// prove checks what was typed, asks where the profile asks, and sends.
func (p *proof) prove() tea.Cmd {
	s := p.shell
	req, err := s.Issuer().Clean(pat.ProofRequest(p.user.Value(), p.app.Value()))
	if err == nil {
		err = s.Issuer().Check(req)
	}
	if err != nil {
		p.fail(err)
		return nil
	}
	user, app := req.User, req.App
	s.Close()
	q := kit.ProofQuestion(s.Profile(), req)
	return s.Ask(q, func() tea.Cmd {
		s.Say(kit.LevelInfo, "Proving the unit: this takes five seconds.")
		return s.Write(kit.ProveUnit(s, user, app))
	})
}

// fail shows an error at the field it belongs to.
func (p *proof) fail(err error) {
	at, reason := 0, pat.Explain(err).Title
	if e, ok := errors.AsType[*pat.InvalidError](err); ok {
		if reason = e.Reason; e.Field == pat.FieldApp {
			at = 1
		}
	}
	p.form.Rows[at].Error = reason
	p.form.Focus(at)
}

// View implements Screen.
func (p *proof) View() (string, *tea.Cursor) {
	w := min(p.w, 72)
	about := widget.Wrap("A user who may open the app, and an app that nobody waits for: builds exist in which a new token ends the older one of its pair.", w)
	lines := make([]string, 0, len(about)+8)
	for _, l := range about {
		lines = append(lines, p.shell.Theme().Muted.Render(l))
	}
	lines = append(lines, "")
	form, cursor := p.form.View(w, max(4, p.h-len(lines)))
	if cursor != nil {
		cursor.Y += len(lines)
	}
	return kit.JoinLines(append(lines, form)), cursor
}
