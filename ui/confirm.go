package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Ask puts a question first. Nothing is done by default, unless the question says
// that it is harmless: the answer no has the focus until the person moves to yes,
// presses y, or has typed the word.
func (s *shell) Ask(q kit.Question, run func() tea.Cmd) tea.Cmd {
	if q.Yes == "" {
		q.Yes = "Yes"
	}
	c := &confirm{shell: s, q: q, run: run, yes: q.Go && q.Typed == ""}
	if q.Typed != "" {
		c.field = widget.NewField(s.theme.Form, 200)
		c.field.Placeholder = "type " + term.CleanWidth(q.Typed, 60).String()
		c.field.Focus()
	}
	return s.Open(c)
}

// confirm is a dialog with a consequence and a safe default.
type confirm struct {
	shell         *shell
	q             kit.Question
	run           func() tea.Cmd
	yes           bool // the yes button has the focus
	field         *widget.Field
	width, height int
}

func (c *confirm) Title() string                { return c.q.Title }
func (c *confirm) Init(context.Context) tea.Cmd { return nil }
func (c *confirm) SetSize(w, h int)             { c.width, c.height = w, h }
func (c *confirm) Typing() bool                 { return c.field != nil }
func (c *confirm) Dangerous() bool              { return c.q.Danger }

func (c *confirm) Update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if c.field != nil {
			c.field.Update(msg)
			c.yes = c.typed()
		}
	}
	return nil
}

func (c *confirm) typed() bool {
	return strings.EqualFold(strings.TrimSpace(c.field.Value()), c.q.Typed)
}

func (c *confirm) Actions() []kit.Action {
	k := c.shell.keys.Dialog
	list := []kit.Action{
		{Key: k.Choose, Run: c.choose},
		{Key: k.Close, Hint: 30, Run: c.no},
	}
	if c.field != nil {
		return append([]kit.Action{{Key: kit.WithDesc(k.Choose, strings.ToLower(c.q.Yes)), Hint: 10, Run: c.choose, Why: func() string {
			if c.typed() {
				return ""
			}
			return "Type " + term.CleanWidth(c.q.Typed, 60).String() + " to go on, " + kit.Name(k.Close) + " to leave it."
		}}}, list[1:]...)
	}
	return append(list,
		kit.Action{Key: kit.WithDesc(k.Yes, strings.ToLower(c.q.Yes)), Hint: 10, Run: c.accept},
		kit.Action{Key: k.No, Hint: 20, Run: c.no},
		kit.Action{Key: k.Left, Run: c.other}, kit.Action{Key: k.Right, Run: c.other},
	)
}

func (c *confirm) other() tea.Cmd { c.yes = !c.yes; return nil }
func (c *confirm) no() tea.Cmd    { c.shell.Close(); return nil }

func (c *confirm) accept() tea.Cmd {
	c.shell.Close()
	return c.run()
}

func (c *confirm) choose() tea.Cmd {
	if c.yes {
		return c.accept()
	}
	return c.no()
}

// mostOfALine is how many rows of a question one of its sentences may take: texts
// of a server can be long, and two of them must leave room for the buttons.
const mostOfALine = 5

func (c *confirm) View() (string, *tea.Cursor) {
	t := c.shell.theme
	var lines []string
	for _, l := range c.q.Lines {
		wrapped := widget.Wrap(term.Clean(l).String(), min(c.width, 72))
		if len(wrapped) > mostOfALine { // the buttons must stay on the screen
			wrapped = append(wrapped[:mostOfALine-1:mostOfALine-1], "…")
		}
		for _, w := range wrapped {
			lines = append(lines, t.Dialog.Text.Render(w))
		}
	}
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	var cursor *tea.Cursor
	if c.field != nil {
		field, x := c.field.View(min(c.width, 60))
		cursor = tea.NewCursor(x, len(lines))
		lines = append(lines, field, "")
	}
	yes, no := t.Dialog.Button, t.Dialog.Focused
	if c.yes {
		yes, no = no, yes
	}
	buttons := no.Render("No") + "  " + yes.Render(term.CleanWidth(c.q.Yes, 30).String())
	lines = append(lines, buttons)
	if c.field == nil {
		for i, l := range lines {
			lines[i] = l + strings.Repeat(" ", max(0, min(c.width, 44)-term.Width(l)))
		}
	}
	return strings.Join(lines, "\n"), cursor
}

// Click presses the button under the mouse.
func (c *confirm) Click(x, y int) tea.Cmd {
	view, _ := c.View()
	if y != strings.Count(view, "\n") || c.field != nil {
		return nil
	}
	no := term.Width(c.shell.theme.Dialog.Button.Render("No"))
	switch {
	case x < no:
		return c.no()
	case x >= no+2:
		return c.accept()
	}
	return nil
}
