package ui

import (
	"context"
	"regexp"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/widget"
)

// firstRun sets a server up: where it is, its admin key, where the key shall
// live, its name. What is typed is tried in the background. Nothing is written
// before the person has said where the key shall live.
type firstRun struct {
	shell   *shell
	ctx     context.Context
	form    *widget.Form
	url     *widget.Field
	key     *widget.Field
	keep    *widget.Radio
	command *widget.Field
	name    *widget.Field
	guard   *widget.Toggle

	keeps   []string // kinds of the radio's entries
	said    bool     // where the key shall live
	ownName bool     // the name was typed, not derived
	found   map[*widget.Field]string
	seq     int // of what is being tried
	trying  bool
	run     run
	tried   string // address and key that were tried last
	refused error  // what kept them from being tried
	saving  bool
	problem error
	w, h    int
}

// newFirstRun returns the form for a server that is not set up yet. Address and
// key found in the environment are offered.
func newFirstRun(s *shell) *firstRun {
	st := s.theme.Form
	f := &firstRun{
		shell: s, found: map[*widget.Field]string{},
		url: widget.NewField(st, 300), key: widget.NewField(st, 5000), command: widget.NewField(st, 300),
		name: widget.NewField(st, 40), guard: widget.NewToggle(st, "production: red badge, and issuing asks for the user's name"),
	}
	f.url.Placeholder, f.command.Placeholder = "https://tooljet.example.com", "op read op://Ops/ToolJet/key"
	f.key.Placeholder, f.key.Secret = "paste the server's EXTERNAL_API_ACCESS_TOKEN", true
	f.keep = f.newKeep(st)
	f.form = widget.NewForm(st, f.rows()...)
	if s.issuer == nil {
		f.offer(f.url, "TOOLJET_HOST")
		f.offer(f.key, "TOOLJET_API_TOKEN")
	}
	f.derive()
	return f
}

func (f *firstRun) getenv(name string) string {
	if f.shell.opts.Getenv == nil {
		return ""
	}
	return f.shell.opts.Getenv(name)
}

// offer fills a field with what the environment holds.
func (f *firstRun) offer(field *widget.Field, name string) {
	if v := f.getenv(name); v != "" {
		field.SetValue(v)
		f.found[field] = name
	}
}

// newKeep is the choice of where the key shall live.
func (f *firstRun) newKeep(st widget.Styles) *widget.Radio {
	off := ""
	if !secret.KeyringAvailable(f.getenv) {
		off = "no keyring in this session"
	}
	entries := []widget.Entry{
		{Title: "system keyring", Note: "unlocked with your desktop session", Off: off},
		{Title: "a command each time", Note: "asks your password manager, for example"},
		{Title: "plain file, mode 0600", Note: "readable by anything that runs as you"},
		{Title: "only until I quit", Note: "asked for again next time"},
	}
	f.keeps = []string{secret.KindKeyring, secret.KindCommand, secret.KindFile, secret.KindSession}
	r := widget.NewRadio(st, entries...)
	if off != "" {
		r.Select(2)
	}
	return r
}

func (f *firstRun) rows() []*widget.Row {
	rows := []*widget.Row{
		{Label: "1 Where is ToolJet?", Short: "1 ToolJet", Input: f.url},
		{Label: "2 Admin key", Short: "2 Key", Input: f.key},
		{Label: "3 Keep the key", Short: "3 Keep it", Input: f.keep, Flat: true},
	}
	if f.keptBy() == secret.KindCommand {
		rows = append(rows, &widget.Row{Label: "  Command", Short: "  Command", Input: f.command})
	}
	rows = append(rows,
		&widget.Row{Label: "4 Name", Short: "4 Name", Input: f.name},
		&widget.Row{Label: "5 Guard", Short: "5 Guard", Input: f.guard},
	)
	rows[2].More = func(w, limit int) []string { return f.keep.Rows(w, limit, true) }
	return rows
}

func (f *firstRun) keptBy() string { return f.keeps[f.keep.Index()] }

// row is the place of an input among the rows.
func (f *firstRun) row(in widget.Input) int {
	for i, r := range f.form.Rows {
		if r.Input == in {
			return i
		}
	}
	return 0
}

// Title implements Screen.
func (f *firstRun) Title() string {
	if f.shell.issuer == nil {
		return "First run"
	}
	return "New profile"
}

// Init implements Screen.
func (f *firstRun) Init(ctx context.Context) tea.Cmd {
	f.ctx = ctx
	return f.retry()
}

// SetSize implements Screen.
func (f *firstRun) SetSize(w, h int) { f.w, f.h = w, h }

// Typing implements Screen.
func (f *firstRun) Typing() bool { return true }

// busy implements busyer.
func (f *firstRun) busy() bool { return f.saving }

// Update implements Screen.
func (f *firstRun) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return f.typed(m)
	case settledMsg:
		if m.seq == f.seq {
			return connect(f.ctx, f.shell.opts.Connect, f.seq, f.candidate())
		}
	case connectedMsg:
		if m.seq != f.seq {
			return nil
		}
		if f.trying, f.refused = false, m.err; m.err != nil {
			return nil
		}
		return f.run.start(f.ctx, m.issuer)
	case checkedMsg:
		if m.more && m.check.Name == keyCheck && f.key.Value() == "" {
			f.run.end() // without a key there is nothing to say about it
			return nil
		}
		return f.run.took(m)
	case switchedMsg:
		f.saving, f.problem = false, m.err
	}
	return nil
}

// keyCheck is the name of the check that concerns the admin key.
const keyCheck = "Admin key"

// limitsCheck is the name of the check that is the same for every server.
const limitsCheck = "Not knowable"

// typed edits the focused field and tries what changed.
func (f *firstRun) typed(msg tea.Msg) tea.Cmd {
	row := f.form.Current()
	if f.saving || !row.Input.Update(msg) {
		return nil
	}
	row.Error, f.problem = "", nil
	switch row.Input {
	case f.url:
		delete(f.found, f.url)
		f.derive()
	case f.key:
		delete(f.found, f.key)
	case f.name:
		f.ownName = f.name.Value() != ""
	}
	return f.retry()
}

// derive names the profile after its server until the person names it.
func (f *firstRun) derive() {
	if !f.ownName && f.url.Value() != "" {
		f.name.SetValue(config.ProfileName(f.url.Value()))
	}
}

// retry tries address and key again once typing has paused, if they changed and
// look like what they should be.
func (f *firstRun) retry() tea.Cmd {
	what := f.url.Value() + "\x00" + f.key.Value()
	if what == f.tried || f.shell.opts.Connect == nil {
		return nil
	}
	f.tried, f.refused = what, nil
	f.seq++
	f.run.end()
	f.run.checks = nil
	_, err := config.ParseURL(f.url.Value())
	f.trying = err == nil && f.url.Value() != "" && (f.key.Value() == "" || f.badKey() == nil)
	if !f.trying {
		return nil
	}
	return settle(f.ctx, f.seq)
}

// again tries the same once more.
func (f *firstRun) again() tea.Cmd {
	f.tried = ""
	return f.retry()
}

func (f *firstRun) badKey() error { return secret.CheckAdminKey(secret.New(f.key.Value())) }

func (f *firstRun) candidate() Candidate {
	address, err := config.ParseURL(f.url.Value())
	if err != nil {
		address = f.url.Value()
	}
	c := Candidate{
		Name: strings.TrimSpace(f.name.Value()), URL: address, Key: secret.New(f.key.Value()),
		Keep: f.keptBy(), Production: f.guard.On,
	}
	if c.Keep == secret.KindCommand {
		c.KeyCommand = strings.TrimSpace(f.command.Value())
	}
	return c
}

// Actions implements Screen.
func (f *firstRun) Actions() []Action {
	k := f.shell.keys
	list := []Action{
		{Key: withDesc(k.Form.Accept, "accept"), Hint: 10, Run: f.accept},
		{Key: k.Form.Next, Hint: 20, Run: func() tea.Cmd { return f.move(f.form.Next) }},
		{Key: k.Form.Prev, Hint: 30, Run: func() tea.Cmd { return f.move(f.form.Prev) }},
		{Key: k.FirstRun.Save, Title: "Save and issue the first token", Hint: 15, Run: f.save, Why: f.whyNot},
		{Key: k.FirstRun.Again, Title: "Check address and key again", Run: f.again},
		{Key: k.FirstRun.Sandbox, Title: "Try it without a server", Hint: 40, Run: func() tea.Cmd { return toSandbox(f.shell) }},
	}
	up, down := func() tea.Cmd { return f.move(f.form.Prev) }, func() tea.Cmd { return f.move(f.form.Next) }
	if f.form.Current().Input == widget.Input(f.keep) {
		up, down = func() tea.Cmd { f.keep.Up(); return f.reshape() }, func() tea.Cmd { f.keep.Down(); return f.reshape() }
	}
	list = append(list, Action{Key: k.Form.Up, Run: up}, Action{Key: k.Form.Down, Run: down})
	if f.form.Current().Input == widget.Input(f.guard) {
		list = append(list, Action{Key: key.NewBinding(key.WithKeys("left", "right"), key.WithHelp("space", "on or off")), Run: func() tea.Cmd {
			f.guard.On = !f.guard.On
			return nil
		}})
	}
	return list
}

// reshape shows the field for a command only where it is needed.
func (f *firstRun) reshape() tea.Cmd {
	f.said = false
	at := f.form.Index()
	f.form.Rows = f.rows()
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
	if row.Error = f.fault(row.Input); row.Error != "" {
		return nil
	}
	if f.form.Last() {
		if why := f.whyNot(); why != "" {
			f.shell.say(LevelWarn, why)
			return nil
		}
		return f.save()
	}
	return f.move(f.form.Next)
}

// fault says what is wrong with an input, or "".
func (f *firstRun) fault(in widget.Input) string {
	var err error
	switch in {
	case f.url:
		if _, err = config.ParseURL(f.url.Value()); f.url.Value() == "" {
			return "Where is the server? For example https://tooljet.example.com"
		}
	case f.key:
		err = f.badKey()
	case f.keep:
		return f.keep.Off()
	case f.command:
		if strings.TrimSpace(f.command.Value()) == "" {
			return "Which command prints the key?"
		}
	case f.name:
		return f.nameFault()
	}
	if err != nil {
		return sentence(err.Error())
	}
	return ""
}

// plainName is what the configuration takes as the name of a profile.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

func (f *firstRun) nameFault() string {
	name := strings.TrimSpace(f.name.Value())
	switch {
	case name == "":
		return "A name tells servers apart, for example acme-prod."
	case !plainName.MatchString(name):
		return "Letters, digits, - and _, at most 40, beginning with a letter or digit."
	case f.shell.config.Profiles[name] != nil:
		return "There is a profile of this name."
	}
	return ""
}

func (f *firstRun) whyNot() string {
	switch {
	case f.saving:
		return "It is being saved."
	case f.shell.opts.Save == nil:
		return "Nothing can be saved here."
	default:
		return ""
	}
}

// save keeps everything where the person chose, after the first thing that is
// missing or wrong was mended.
func (f *firstRun) save() tea.Cmd {
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
		f.shell.say(LevelInfo, "Say first where the key shall live: nothing is written before.")
		return nil
	}
	send := func() tea.Cmd {
		f.saving, f.problem = true, nil
		return f.shell.write(saveCandidate(f.shell.ctx, f.shell.opts.Save, f.candidate()))
	}
	if f.refused != nil || f.run.worst() == pat.Bad {
		return f.shell.ask(question{Title: "Save although a check failed?", Lines: []string{f.failure()}, Yes: "Save"}, send)
	}
	return send()
}

// failure is the first check that failed, in words.
func (f *firstRun) failure() string {
	if f.refused != nil {
		x := pat.Explain(f.refused)
		return x.Title + ": " + x.Cause + "."
	}
	for _, c := range f.run.checks {
		if c.Level == pat.Bad {
			return c.Text + "."
		}
	}
	return ""
}
