// Package issue is the room with the form for a new token.
package issue

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/paste"
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

	appsFor  string    // the user whose apps come first
	opens    pat.Opens // which apps the user of opensFor may open
	opensFor string    // their id
	opensAsk string    // the id of the one who is being asked about
	pair     [2]string // whose live tokens are known or being looked up
	seq      int       // of that look-up
	live     []pat.Token
	looked   bool
	problem  error     // what kept the last request from giving a token, see trouble
	marked   bool      // it left an error at a field
	about    kit.Draft // what that request asked for
	ticket   int       // of the request under way, 0 = none
	lists    int       // of the reading of the lists
	begun    time.Time // when it was sent
	w, h     int
	top      int // line of the form's first row
	buttonAt int // line of the button, -1 = none
}

// New returns the form for a new token, with the draft of the last one; for another
// user if one is named here.
func New(s kit.Shell, user string) *Form {
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
	f.user.Clean, f.app.Clean = paste.User, f.cleanApp
	f.user.Near, f.app.Near = f.nearUsers, f.nearApps
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
	if user != "" && user != f.user.Value() && f.ticket == 0 {
		f.user.SetValue(user)
		f.app.SetValue("")
		f.form.Focus(rowApp)
		f.keep()
	}
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
	d := f.asked()
	d.Ticket, d.Begun, d.Problem = f.ticket, f.begun, f.trouble()
	if d.User == "" && d.App == "" && d.Note == "" && d.Ticket == 0 {
		f.shell.Requests().Draft = nil
		return
	}
	f.shell.Requests().Draft = &d
}

// asked is what stands in the fields.
func (f *Form) asked() kit.Draft {
	return kit.Draft{User: f.user.Value(), App: f.app.Value(), Life: f.life.Value(), Idle: f.idle.Value(), Note: f.note.Value()}
}

// trouble is what kept the request that stands in the fields from giving a token. It
// belongs to that one alone, and goes when another is asked for.
func (f *Form) trouble() error {
	now := f.asked()
	now.Note = f.about.Note // a note changes nothing about it
	if now != f.about {
		return nil
	}
	return f.problem
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

// WaitsFor implements Waiter.
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
			if _, pasted := m.(tea.PasteMsg); pasted {
				f.judgePaste()
			}
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
			f.offerApps()
		}
		return f.changed()
	case opensMsg:
		if m.user == f.opensAsk {
			f.opens, f.opensFor = m.opens, m.user
			if !f.app.Open() {
				f.offerApps()
			}
		}
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
	if f.appsFor != f.user.Value() && !f.user.Open() && f.usersRead {
		f.offerApps()
	}
	if f.marked && f.trouble() == nil {
		f.unmark()
	}
	f.keep()
	return tea.Batch(f.lookUp(), f.foresee())
}

// foresee asks which apps the user may open, once the user is settled.
func (f *Form) foresee() tea.Cmd {
	u := f.pickedUser()
	if u == nil || u.ID == "" || u.ID == f.opensAsk || f.user.Open() {
		return nil
	}
	f.opensAsk, f.opens, f.opensFor = u.ID, pat.Opens{}, ""
	return loadOpens(f.ctx, f.shell.Issuer(), *u)
}

// mayOpen reports whether a user may open an app, where the server tells.
func (f *Form) mayOpen(u *pat.User, a pat.App) (through string, may, known bool) {
	if u == nil || f.opensFor != u.ID || !f.opens.Known {
		return "", false, false
	}
	through, may = f.opens.May(a.ID)
	return through, may, true
}

// unmark takes away what the last request left at fields that were not edited since.
func (f *Form) unmark() {
	f.marked = false
	for i, r := range f.form.Rows {
		if i != f.form.Index() {
			r.Error = ""
		}
	}
}

// judgePaste says at once what is wrong with a user or an app that was pasted.
func (f *Form) judgePaste() {
	row := f.form.Current()
	r := pat.Request{}
	switch row.Input {
	case f.user:
		r.User = f.user.Field.Value()
	case f.app:
		r.App = f.app.Field.Value()
	}
	if _, err := f.shell.Issuer().Clean(r); err != nil {
		for field, reason := range pat.Explain(err).Fields {
			f.form.Rows[rowOf[field]].Error = reason
		}
	}
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
