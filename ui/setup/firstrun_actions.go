package setup

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Actions implements Screen.
func (f *firstRun) Actions() []kit.Action {
	k := f.shell.Keys()
	list := []kit.Action{
		{Key: kit.WithDesc(k.Form.Accept, "accept"), Hint: 10, Run: f.accept},
		{Key: k.Form.Next, Hint: 20, Run: func() tea.Cmd { return f.move(f.form.Next) }},
		{Key: k.Form.Prev, Hint: 30, Run: func() tea.Cmd { return f.move(f.form.Prev) }},
		f.saveAction(),
		{Key: k.FirstRun.Again, Title: "Check address and key again", Run: f.again},
		{Key: k.FirstRun.Sandbox, Title: "Try it without a server", Hint: 40, Run: func() tea.Cmd { return toSandbox(f.shell) }},
	}
	if f.choosing() {
		list = append(list, kit.Action{Key: k.FirstRun.Prove, Title: "Save and prove the unit of patExpiry", Hint: 16, Run: f.saveAndProve, Why: f.whyNot})
	}
	up, down := func() tea.Cmd { return f.move(f.form.Prev) }, func() tea.Cmd { return f.move(f.form.Next) }
	if f.form.Current().Input == widget.Input(f.keep) {
		up, down = func() tea.Cmd { f.keep.Up(); return f.reshape() }, func() tea.Cmd { f.keep.Down(); return f.reshape() }
	}
	list = append(list, kit.Action{Key: k.Form.Up, Run: up}, kit.Action{Key: k.Form.Down, Run: down})
	if f.form.Current().Input == widget.Input(f.guard) {
		list = append(list, kit.Action{Key: key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("space", "on or off")), Run: func() tea.Cmd {
			f.guard.On = !f.guard.On
			return nil
		}})
	}
	return list
}

func (f *firstRun) saveAction() kit.Action {
	save := func() tea.Cmd { return f.save(false) }
	return kit.Action{Key: f.shell.Keys().FirstRun.Save, Title: "Save and issue the first token", Hint: 15, Run: save, Why: f.whyNot}
}

// Click goes to a row, takes a choice, switches the guard or presses the button.
func (f *firstRun) Click(_, y int) tea.Cmd {
	if f.saving {
		return nil
	}
	if y == f.buttonAt {
		return f.shell.Do(f.saveAction())
	}
	if row, _, ok := f.form.At(y - f.top); ok && f.form.Rows[row].Input == widget.Input(f.guard) {
		f.guard.On = !f.guard.On
	}
	return kit.ClickForm(f.form, y-f.top, f.accept, f.move)
}

// reshape shows the field for a command only where it is needed.
func (f *firstRun) reshape() tea.Cmd {
	f.said = false
	at := f.form.Index()
	was := f.form.Rows
	f.form.Rows = f.rows()
	for _, r := range was {
		if n := f.row(r.Input); f.form.Rows[n].Input == r.Input {
			f.form.Rows[n].Error = r.Error
		}
	}
	f.form.Focus(at)
	return nil
}

// move goes to another row. Leaving the choice of where the key shall live says it.
func (f *firstRun) move(by func()) tea.Cmd {
	if f.form.Current().Input == widget.Input(f.keep) && f.keep.Off() == "" {
		f.said = true
	}
	by()
	return nil
}

// accept checks the focused row and goes on; at the last one it saves.
func (f *firstRun) accept() tea.Cmd {
	row := f.form.Current()
	if row.Input == widget.Input(f.url) {
		if cmd, ok := f.takeOffer(); ok {
			return tea.Batch(cmd, f.move(f.form.Next))
		}
	}
	if row.Error = f.fault(row.Input); row.Error != "" {
		return nil
	}
	if f.form.Last() {
		if why := f.whyNot(); why != "" {
			f.shell.Say(kit.LevelWarn, why)
			return nil
		}
		return f.save(false)
	}
	return f.move(f.form.Next)
}

// fault says what is wrong with an input, or "".
func (f *firstRun) fault(in widget.Input) string {
	switch in {
	case f.url:
		return f.urlFault()
	case f.key:
		return f.keyFault()
	case f.keep:
		return f.keep.Off()
	case f.command:
		if strings.TrimSpace(f.command.Value()) == "" {
			return "Which command prints the key?"
		}
	case f.name:
		return f.nameFault()
	}
	return ""
}

func (f *firstRun) nameFault() string {
	name := strings.TrimSpace(f.name.Value())
	switch {
	case name == "":
		return "A name tells servers apart, for example acme-prod."
	case config.CheckProfileName(name) != nil:
		return "Letters, digits, - and _, at most 40, beginning with a letter or digit."
	case f.shell.Config().Profiles[name] != nil:
		return "There is a profile of this name."
	}
	return ""
}

func (f *firstRun) whyNot() string {
	switch {
	case f.saving:
		return "It is being saved."
	case f.shell.Servers().Save == nil:
		return "Nothing can be saved here."
	default:
		return ""
	}
}

// choosing reports whether the row is no text: there the key that clears one may do
// something else.
func (f *firstRun) choosing() bool {
	_, text := f.form.Current().Input.(*widget.Field)
	return !text
}

// saveAndProve saves, and goes on to the proof of the unit: it needs a history to
// keep its token in, and nothing is written before the person has said where.
func (f *firstRun) saveAndProve() tea.Cmd { return f.save(true) }

// save keeps everything where the person chose, after the first thing that is
// missing or wrong was mended, and goes on to the first token or to the proof of
// the unit.
func (f *firstRun) save(prove bool) tea.Cmd {
	if f.form.Current().Input == widget.Input(f.keep) && f.keep.Off() == "" {
		f.said = true
	}
	for i, r := range f.form.Rows {
		if r.Error = f.fault(r.Input); r.Error != "" {
			f.form.Focus(i)
			return nil
		}
	}
	if !f.said {
		f.form.Focus(f.row(f.keep))
		f.shell.Say(kit.LevelInfo, "Say first where the key shall live: nothing is written before.")
		return nil
	}
	send := func() tea.Cmd {
		f.saving, f.problem = true, nil
		return f.shell.Write(saveCandidate(f.shell.Context(), f.shell.Servers().Save, f.candidate(), prove))
	}
	if f.refused != nil || f.run.Worst() == pat.Bad {
		return f.shell.Ask(kit.Question{Title: "Save although a check failed?", Lines: []string{f.failure()}, Yes: "Save"}, send)
	}
	return send()
}

// failure is the first check that failed, in words.
func (f *firstRun) failure() string {
	if f.refused != nil {
		x := pat.Explain(f.refused)
		return x.Title + ": " + x.Cause + "."
	}
	for _, c := range f.run.Checks {
		if c.Level == pat.Bad {
			return c.Text + "."
		}
	}
	return ""
}
