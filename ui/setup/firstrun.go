// Package setup is the room in which servers are set up and switched: the first
// run and the list of profiles.
package setup

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// firstRun sets a server up: where it is, its admin key, where the key shall
// live, its name. What is typed is tried in the background. Nothing is written
// before the person has said where the key shall live.
type firstRun struct {
	shell   kit.Shell
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
	settled bool // typing has paused
	run     kit.Diagnosis
	tried   string // address and key that were tried last
	refused error  // what kept them from being tried
	saving  bool
	problem error
	w, h    int

	top, buttonAt int // lines of the form and of the button
}

// NewFirstRun returns the form for a server that is not set up yet. Address and
// key found in the environment are offered.
func NewFirstRun(s kit.Shell) kit.Screen { return newFirstRun(s) }

func newFirstRun(s kit.Shell) *firstRun {
	st := s.Theme().Form
	f := &firstRun{
		shell: s, found: map[*widget.Field]string{},
		url: widget.NewField(st, 300), key: widget.NewField(st, 5000), command: widget.NewField(st, 300),
		name: widget.NewField(st, 40), guard: widget.NewToggle(st, "production: red badge, and issuing asks for the user's name", "production: issuing asks for the name", "production server"),
	}
	f.url.Placeholder, f.command.Placeholder = "https://tooljet.example.com", "op read op://Ops/ToolJet/key"
	f.key.Placeholder, f.key.Shorter, f.key.Secret = "paste the server's EXTERNAL_API_ACCESS_TOKEN", []string{"paste the admin key"}, true
	f.keep = f.newKeep(st)
	f.form = widget.NewForm(st, f.rows()...)
	if s.Issuer() == nil {
		f.offer(f.url, "TOOLJET_HOST")
		f.offer(f.key, "TOOLJET_API_TOKEN")
	}
	f.derive()
	f.judge(f.key)
	return f
}

// offer fills a field with what the environment holds.
func (f *firstRun) offer(field *widget.Field, name string) {
	if v := f.shell.Getenv(name); v != "" {
		field.SetValue(v)
		f.found[field] = name
	}
}

// newKeep is the choice of where the key shall live.
func (f *firstRun) newKeep(st widget.Styles) *widget.Radio {
	off, short := "", "opens at your log-in"
	if !secret.KeyringAvailable(f.shell.Getenv) {
		off, short = "no keyring in this session", "none in this session"
	}
	entries := []widget.Entry{
		{Title: "system keyring", Note: "unlocked with your desktop session", Short: short, Off: off},
		{Title: "a command each time", Note: "asks your password manager, for example", Short: "a password manager"},
		{Title: "plain file, mode 0600", Note: "readable by anything that runs as you", Short: "read by all you run"},
		{Title: "only until I quit", Note: "asked for again next time", Short: "asked for next time"},
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
	rows[2].Point = func(line int) { f.keep.Point(line); f.reshape() }
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
	if f.shell.Issuer() == nil {
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

// Busy implements kit.Busy.
func (f *firstRun) Busy() bool { return f.saving }

// Update implements Screen.
func (f *firstRun) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		return f.typed(m)
	case settledMsg:
		if m.seq == f.seq {
			return f.paused()
		}
	case connectedMsg:
		if m.seq != f.seq {
			return nil
		}
		if f.trying, f.refused = false, m.err; m.err != nil {
			return nil
		}
		return f.run.Start(f.ctx, f.shell, m.issuer)
	case kit.CheckedMsg:
		if m.More && m.Check.ID == pat.CheckKey && f.sendable().IsZero() {
			f.run.End() // the key was not tried: its field says what is wrong with it
			return nil
		}
		return f.run.Took(m)
	case kit.SwitchedMsg:
		f.saving, f.problem = false, m.Err
	}
	return nil
}

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
		if _, pasted := msg.(tea.PasteMsg); pasted {
			f.judge(f.url)
		}
	case f.key:
		delete(f.found, f.key)
		f.judge(f.key)
	case f.name:
		f.ownName = f.name.Value() != ""
	}
	return f.retry()
}

// again tries the same once more.
func (f *firstRun) again() tea.Cmd {
	f.tried = ""
	return f.retry()
}

func (f *firstRun) candidate() kit.Candidate {
	server, err := f.server()
	if err != nil {
		server = f.url.Value()
	}
	c := kit.Candidate{
		Name: strings.TrimSpace(f.name.Value()), URL: server, Key: secret.New(f.key.Value()),
		Keep: f.keptBy(), Production: f.guard.On,
	}
	if c.Keep == secret.KindCommand {
		c.KeyCommand = strings.TrimSpace(f.command.Value())
	}
	return c
}
