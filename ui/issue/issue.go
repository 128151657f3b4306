// Package issue is the room with the form for a new token.
package issue

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/kit"
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

// Form is the form for a new token.
type Form struct {
	shell kit.Shell
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

func New(s kit.Shell) *Form {
	st := s.Theme().Form
	f := &Form{
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
func (f *Form) restore() {
	f.life.SetValue(lifeText(f.shell.Profile(), func(p *config.Profile) time.Duration { return p.DefaultLife.Duration }, "1h"))
	f.idle.SetValue(lifeText(f.shell.Profile(), func(p *config.Profile) time.Duration { return p.DefaultIdle.Duration }, "60m"))
	d := f.shell.Requests().Draft
	if d == nil {
		return
	}
	f.user.SetValue(d.User)
	f.app.SetValue(d.App)
	f.life.SetValue(d.Life)
	f.idle.SetValue(d.Idle)
	f.note.SetValue(d.Note)
	f.ticket, f.begun = d.Ticket, d.Begun
	if d.Problem != nil {
		f.fail(d.Problem)
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
func (f *Form) keep() {
	d := &kit.Draft{
		User: f.user.Value(), App: f.app.Value(), Life: f.life.Value(), Idle: f.idle.Value(), Note: f.note.Value(),
		Ticket: f.ticket, Begun: f.begun, Problem: f.problem,
	}
	if d.User == "" && d.App == "" && d.Note == "" && d.Ticket == 0 {
		d = nil
	}
	f.shell.Requests().Draft = d
}

// Title implements Screen.
func (f *Form) Title() string { return "New token" }

// Init implements Screen.
func (f *Form) Init(ctx context.Context) tea.Cmd {
	f.ctx = ctx
	return tea.Batch(f.read(false), f.lookUp())
}

// read reads the lists of users and apps.
func (f *Form) read(fresh bool) tea.Cmd {
	f.lists = f.shell.Requests().NewTicket()
	return tea.Batch(
		kit.WithWaits(f.ctx, f.lists, func(ctx context.Context) tea.Cmd { return loadUsers(ctx, f.shell.Issuer(), fresh) }),
		kit.WithWaits(f.ctx, f.lists, func(ctx context.Context) tea.Cmd { return loadApps(ctx, f.shell.Issuer(), fresh) }),
	)
}

// SetSize implements Screen.
func (f *Form) SetSize(w, h int) { f.w, f.h = w, h }

// Typing implements Screen.
func (f *Form) Typing() bool { return true }

func (f *Form) WaitsFor(ticket int) bool { return f.ticket == ticket && ticket != 0 }

// Busy implements Busy.
func (f *Form) Busy() bool { return f.ticket != 0 }

// Quitting implements QuitGuard.
func (f *Form) Quitting() (kit.Question, bool) {
	return kit.QuitQuestion(f.shell, f.ticket), f.ticket != 0
}

// Update implements Screen.
func (f *Form) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		if f.ticket != 0 {
			return nil
		}
		if f.form.Current().Input.Update(m) {
			f.form.Current().Error = ""
			return f.changed()
		}
	case UsersMsg:
		if f.usersErr, f.usersRead = m.err, true; m.err == nil {
			f.users = m.Users
			f.user.SetChoices(userChoices(m.Users))
		}
		return f.changed()
	case AppsMsg:
		if f.appsErr, f.appsRead = m.err, true; m.err == nil {
			f.apps = m.Apps
			f.app.SetChoices(appChoices(m.Apps))
		}
		return f.changed()
	case liveMsg:
		if m.seq == f.seq {
			f.live, f.looked = m.tokens, m.err == nil
		}
	case kit.IssuedMsg:
		return f.issued(m)
	}
	return nil
}

// changed keeps the draft and looks up what is new about the pair.
func (f *Form) changed() tea.Cmd {
	f.keep()
	return f.lookUp()
}

// lookUp asks for the live tokens of the pair, once both are settled.
func (f *Form) lookUp() tea.Cmd {
	pair := [2]string{f.user.Value(), f.app.Value()}
	if pair == f.pair || pair[0] == "" || pair[1] == "" || f.user.Open() || f.app.Open() {
		return nil
	}
	f.seq++
	f.pair, f.live, f.looked = pair, nil, false
	return loadLive(f.ctx, f.shell.Issuer(), f.seq, pair[0], pair[1])
}
