package issue

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Actions implements Screen.
func (f *Form) Actions() []kit.Action {
	k := f.shell.Keys().Form
	accept := kit.Action{Key: k.Accept, Hint: 20, Run: f.accept}
	if f.form.Last() {
		accept = kit.Action{Key: kit.WithDesc(k.Accept, "issue"), Hint: 20, Run: f.submit, Why: f.whyNot}
	}
	list := []kit.Action{
		f.submitAction(),
		accept,
		{Key: k.Next, Hint: 30, Run: func() tea.Cmd { return f.move(f.form.Next) }},
		{Key: k.Prev, Run: func() tea.Cmd { return f.move(f.form.Prev) }},
		{Key: k.Curl, Title: "Show the request as curl", Hint: 40, Run: f.curl},
		{Key: k.Raw, Title: "Show what the server said", Hint: f.rawHint(), Run: f.raw, Why: func() string {
			if f.trouble() == nil {
				return "Nothing went wrong so far."
			}
			return ""
		}},
		{Key: k.Reload, Title: "Read the lists of users and apps again", Run: f.reload},
		{Key: kit.WithDesc(f.shell.Keys().Global.Back, "back, keeps the draft"), Hint: 50, Run: f.shell.Back},
	}
	if end, waits := kit.EndWait(f.shell, f.ticket); waits {
		list = append(list, end)
	}
	return append(list, f.arrows()...)
}

func (f *Form) rawHint() int {
	if f.trouble() == nil {
		return 0
	}
	return 45
}

// arrows move where the focused row has something to move in, and between the
// rows elsewhere.
func (f *Form) arrows() []kit.Action {
	k := f.shell.Keys().Form
	up, down := func() tea.Cmd { return f.move(f.form.Prev) }, func() tea.Cmd { return f.move(f.form.Next) }
	switch in := f.form.Current().Input.(type) {
	case *widget.Picker:
		up, down = func() tea.Cmd { in.Up(); return nil }, func() tea.Cmd { in.Down(); return nil }
	case *widget.Preset:
		return []kit.Action{
			{Key: k.Up, Run: up},
			{Key: k.Down, Run: down},
			{Key: k.Left, Hint: 25, Run: func() tea.Cmd { in.Step(-1); return f.changed() }},
			{Key: k.Right, Hint: 26, Run: func() tea.Cmd { in.Step(1); return f.changed() }},
		}
	}
	return []kit.Action{{Key: k.Up, Run: up}, {Key: k.Down, Run: down}}
}

// accept takes the proposal and goes on to the next row.
func (f *Form) accept() tea.Cmd {
	if p, ok := f.form.Current().Input.(*widget.Picker); ok {
		if why := p.Accept(); why != "" {
			f.form.Current().Error = kit.Sentence(why)
			return nil
		}
	}
	f.form.Current().Error = ""
	f.form.Next()
	return f.changed()
}

// move goes to another row. A search that is left without a choice is given up.
func (f *Form) move(by func()) tea.Cmd {
	left := f.form.Current()
	left.Error = ""
	why, kept := f.settle()
	by()
	cmd := f.changed()
	switch {
	case why != "":
		left.Error = kit.Sentence(why)
	case kept:
		left.Error = fmt.Sprintf("Nothing was chosen, so it stays as it was. %s takes a proposal.", kit.Name(f.shell.Keys().Form.Accept))
	}
	return cmd
}

// Click goes to a row, takes a proposal or presses the button.
func (f *Form) Click(_, y int) tea.Cmd {
	switch {
	case f.ticket != 0:
		return nil
	case y == f.buttonAt:
		return f.shell.Do(f.submitAction())
	}
	return kit.ClickForm(f.form, y-f.top, f.accept, f.move)
}

func (f *Form) submitAction() kit.Action {
	return kit.Action{Key: f.shell.Keys().Form.Submit, Title: "Issue this token", Hint: 10, Run: f.submit, Why: f.whyNot}
}

func (f *Form) reload() tea.Cmd {
	f.usersErr, f.appsErr, f.usersRead, f.appsRead = nil, nil, false, false
	return f.read(true)
}

// curl shows the request. It holds neither the key nor a token.
func (f *Form) curl() tea.Cmd {
	_, _ = f.settle()
	req, err := f.request()
	if err != nil {
		f.fail(err)
		return nil
	}
	text, err := kit.Curl(f.shell, req)
	if err != nil {
		f.shell.Say(kit.LevelBad, "The request cannot be shown: "+err.Error())
		return nil
	}
	return f.shell.Open(kit.NewTextDialog(f.shell, "The request as curl", kit.CurlNote, text))
}

// raw shows what is known of the last failure beyond its words for people.
func (f *Form) raw() tea.Cmd { return f.shell.Open(kit.NewRawDialog(f.shell, f.trouble())) }
