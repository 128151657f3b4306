package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/widget"
)

// The rows of the form.
const (
	rowUser = iota
	rowApp
	rowLife
	rowIdle
	rowNote
)

var rowOf = map[pat.Field]int{
	pat.FieldUser: rowUser, pat.FieldApp: rowApp, pat.FieldLife: rowLife, pat.FieldIdle: rowIdle, pat.FieldNote: rowNote,
}

// draft is what a person has typed into the form. It survives esc, and it
// remembers the request that is under way, so that coming back shows it.
type draft struct {
	user, app, life, idle, note string
	ticket                      int
	begun                       time.Time
	problem                     error
}

// issue is the form for a new token.
type issue struct {
	shell *shell
	ctx   context.Context
	form  *widget.Form
	user  *widget.Picker
	app   *widget.Picker
	life  *widget.Preset
	idle  *widget.Preset
	note  *widget.Field

	users               []pat.User
	apps                []pat.App
	usersErr, appsErr   error
	usersRead, appsRead bool

	pair     [2]string // whose live tokens are known or being looked up
	seq      int       // of that look-up
	live     []pat.Token
	looked   bool
	problem  error     // what kept the last request from giving a token
	ticket   int       // of the request under way, 0 = none
	lists    int       // of the reading of the lists
	begun    time.Time // when it was sent
	w, h     int
	top      int // line of the form's first row
	buttonAt int // line of the button, -1 = none
}

func newIssue(s *shell) *issue {
	st := s.theme.Form
	f := &issue{
		shell: s, note: widget.NewField(st, 500),
		user: widget.NewPicker(st, "two or three letters of the name, or an e-mail address"),
		app:  widget.NewPicker(st, "two or three letters of the app, its id or slug"),
		life: widget.NewPreset(st, "15m", "1h", "8h", "1d", "7d", "30d"),
		idle: widget.NewPreset(st, "15m", "60m", "4h", "8h"),
	}
	f.user.Shorter = []string{"letters of the name, or an address", "letters, or an address"}
	f.app.Shorter = []string{"letters of the app, its id or slug", "letters, id or slug"}
	f.note.Placeholder = "where it is used; helps whoever rotates it later (optional)"
	f.note.Shorter = []string{"where it is used (optional)"}
	f.user.Own = func(v string) bool { return pat.IsEmail(v) || pat.IsID(v) }
	f.app.Own = pat.IsID
	f.form = widget.NewForm(st,
		&widget.Row{Label: "1 User", Short: "User", Input: f.user},
		&widget.Row{Label: "2 App", Short: "App", Input: f.app},
		&widget.Row{Label: "3 Life", Short: "Life", Input: f.life},
		&widget.Row{Label: "4 Idle time", Short: "Idle", Input: f.idle},
		&widget.Row{Label: "5 Used at", Short: "Used at", Input: f.note},
	)
	f.form.Rows[rowUser].More = func(w, limit int) []string { return openRows(f.user, w, limit) }
	f.form.Rows[rowApp].More = func(w, limit int) []string { return openRows(f.app, w, limit) }
	f.form.Rows[rowUser].Point, f.form.Rows[rowApp].Point = f.user.Point, f.app.Point
	f.restore()
	return f
}

func openRows(p *widget.Picker, w, limit int) []string {
	if !p.Open() {
		return nil
	}
	return p.Rows(w, limit)
}

// restore fills the form with the draft, or with the profile's defaults.
func (f *issue) restore() {
	f.life.SetValue(lifeText(f.shell.profile, func(p *config.Profile) time.Duration { return p.DefaultLife.Duration }, "1h"))
	f.idle.SetValue(lifeText(f.shell.profile, func(p *config.Profile) time.Duration { return p.DefaultIdle.Duration }, "60m"))
	d := f.shell.kept.draft
	if d == nil {
		return
	}
	f.user.SetValue(d.user)
	f.app.SetValue(d.app)
	f.life.SetValue(d.life)
	f.idle.SetValue(d.idle)
	f.note.SetValue(d.note)
	f.ticket, f.begun = d.ticket, d.begun
	if d.problem != nil {
		f.fail(d.problem)
	}
}

// lifeText writes a default of the profile as a person would type it.
func lifeText(p *config.Profile, of func(*config.Profile) time.Duration, otherwise string) string {
	if p == nil || of(p) <= 0 {
		return otherwise
	}
	if of(p) == time.Hour {
		return otherwise // 1h or 60m, as the presets have it
	}
	return span.Format(of(p))
}

// keep remembers the draft; one without any text is none.
func (f *issue) keep() {
	d := &draft{
		user: f.user.Value(), app: f.app.Value(), life: f.life.Value(), idle: f.idle.Value(), note: f.note.Value(),
		ticket: f.ticket, begun: f.begun, problem: f.problem,
	}
	if d.user == "" && d.app == "" && d.note == "" && d.ticket == 0 {
		d = nil
	}
	f.shell.kept.draft = d
}

// Title implements Screen.
func (f *issue) Title() string { return "New token" }

// Init implements Screen.
func (f *issue) Init(ctx context.Context) tea.Cmd {
	f.ctx = ctx
	return tea.Batch(f.read(false), f.lookUp())
}

// read reads the lists of users and apps.
func (f *issue) read(fresh bool) tea.Cmd {
	f.lists = f.shell.newTicket()
	return tea.Batch(
		withWaits(f.ctx, f.lists, func(ctx context.Context) tea.Cmd { return loadUsers(ctx, f.shell.issuer, 0, fresh) }),
		withWaits(f.ctx, f.lists, func(ctx context.Context) tea.Cmd { return loadApps(ctx, f.shell.issuer, 0, fresh) }),
	)
}

// SetSize implements Screen.
func (f *issue) SetSize(w, h int) { f.w, f.h = w, h }

// Typing implements Screen.
func (f *issue) Typing() bool { return true }

func (f *issue) waitsFor(ticket int) bool { return f.ticket == ticket && ticket != 0 }

// busy implements busyer.
func (f *issue) busy() bool { return f.ticket != 0 }

// quitting implements quitter.
func (f *issue) quitting() string {
	if f.ticket != 0 {
		return f.shell.quitWords(f.ticket)
	}
	return ""
}

// Update implements Screen.
func (f *issue) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if f.ticket != 0 {
			return nil
		}
		if f.form.Current().Input.Update(m) {
			f.form.Current().Error = ""
			return f.changed()
		}
	case usersMsg:
		if f.usersErr, f.usersRead = m.err, true; m.err == nil {
			f.users = m.users
			f.user.SetChoices(userChoices(m.users))
		}
		return f.changed()
	case appsMsg:
		if f.appsErr, f.appsRead = m.err, true; m.err == nil {
			f.apps = m.apps
			f.app.SetChoices(appChoices(m.apps))
		}
		return f.changed()
	case liveMsg:
		if m.seq == f.seq {
			f.live, f.looked = m.tokens, m.err == nil
		}
	case issuedMsg:
		return f.issued(m)
	}
	return nil
}

// changed keeps the draft and looks up what is new about the pair.
func (f *issue) changed() tea.Cmd {
	f.keep()
	return f.lookUp()
}

// lookUp asks for the live tokens of the pair, once both are settled.
func (f *issue) lookUp() tea.Cmd {
	pair := [2]string{f.user.Value(), f.app.Value()}
	if pair == f.pair || pair[0] == "" || pair[1] == "" || f.user.Open() || f.app.Open() {
		return nil
	}
	f.seq++
	f.pair, f.live, f.looked = pair, nil, false
	return loadLive(f.ctx, f.shell.issuer, f.seq, pair[0], pair[1])
}
