package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
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

	pair    [2]string // whose live tokens are known or being looked up
	seq     int       // of that look-up
	live    []pat.Token
	looked  bool
	problem error     // what kept the last request from giving a token
	ticket  int       // of the request under way, 0 = none
	begun   time.Time // when it was sent
	w, h    int
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
	f.note.Placeholder = "where it is used; helps whoever rotates it later (optional)"
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
	return config.FormatLife(of(p))
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
	return tea.Batch(loadUsers(ctx, f.shell.issuer, 0, false), loadApps(ctx, f.shell.issuer, 0, false), f.lookUp())
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
		return "Quit while a token is being issued? Its outcome is recorded."
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

// request is what the form asks for. The error is an InvalidError.
func (f *issue) request() (pat.Request, error) {
	r := pat.Request{
		User: f.user.Value(), App: f.app.Value(), Note: strings.TrimSpace(f.note.Value()),
		UserInfo: f.pickedUser(), AppInfo: f.pickedApp(),
	}
	var err error
	if r.Life, err = config.ParseLife(f.life.Value(), f.shell.local()); err != nil {
		return r, &pat.InvalidError{Field: pat.FieldLife, Reason: err.Error()}
	}
	if r.Idle, err = config.ParseLife(f.idle.Value(), f.shell.local()); err != nil {
		return r, &pat.InvalidError{Field: pat.FieldIdle, Reason: err.Error()}
	}
	// Older tokens of the pair stand beside the form: sending is the answer.
	r.Again = f.looked && f.pair == [2]string{r.User, r.App}
	return r, r.Validate(f.shell.issuer.Settings)
}

func (f *issue) pickedUser() *pat.User {
	if i := f.user.Chosen(); i >= 0 && i < len(f.users) {
		return &f.users[i]
	}
	return pat.FindUser(f.users, f.user.Value())
}

func (f *issue) pickedApp() *pat.App {
	if i := f.app.Chosen(); i >= 0 && i < len(f.apps) {
		return &f.apps[i]
	}
	return pat.FindApp(f.apps, f.app.Value())
}

// whyNot is why nothing can be sent at all, or "". Everything else that the
// checks say is for the person to judge.
func (f *issue) whyNot() string {
	switch {
	case f.ticket != 0:
		return "A request is under way; its result is told wherever you are."
	case f.shell.issuer.Settings.ReadOnly:
		return "This profile is read-only: its settings forbid issuing."
	case f.keyRefused() != nil:
		return pat.Explain(f.keyRefused()).Title + ": " + pat.Explain(f.keyRefused()).Next + "."
	}
	if u := f.pickedUser(); u != nil && u.Status == "archived" {
		return "This user is archived: ToolJet issues no token for them."
	}
	return ""
}

// keyRefused is the answer that says the admin key is not accepted, or nil.
func (f *issue) keyRefused() error {
	for _, err := range []error{f.usersErr, f.appsErr} {
		if err == nil {
			continue
		}
		if id := pat.Explain(err).ID; id == "H403t" || id == "H401" {
			return err
		}
	}
	return nil
}

// submit sends the form, after the question that a guard asks for.
func (f *issue) submit() tea.Cmd {
	if why := f.settle(); why != "" {
		f.form.Current().Error = why
		return nil
	}
	look := f.lookUp()
	req, err := f.request()
	if err != nil {
		f.fail(err)
		return look
	}
	for _, r := range f.form.Rows {
		r.Error = ""
	}
	send := func() tea.Cmd { return f.send(req) }
	if q, ask := guard(f.shell, req, f.doubt(req)); ask {
		return tea.Batch(look, f.shell.ask(q, send))
	}
	return tea.Batch(look, send())
}

// settle takes the proposal of a picker that is still open.
func (f *issue) settle() (why string) {
	for i, p := range map[int]*widget.Picker{rowUser: f.user, rowApp: f.app} {
		if f.form.Index() == i && p.Open() {
			return p.Accept()
		}
	}
	return ""
}

// doubt reports whether the last request for this pair may have made a token
// that nobody holds.
func (f *issue) doubt(pat.Request) bool {
	return f.problem != nil && pat.Explain(f.problem).Retry == pat.RetryAsk
}

func (f *issue) send(req pat.Request) tea.Cmd {
	f.shell.kept.tickets++
	f.ticket, f.begun, f.problem = f.shell.kept.tickets, f.shell.now, nil
	f.keep()
	return f.shell.write(issueToken(f.shell.ctx, f.shell.issuer, f.ticket, 0, req))
}

// issued takes the outcome of this form's request.
func (f *issue) issued(m issuedMsg) tea.Cmd {
	if !f.waitsFor(m.ticket) {
		if m.err == nil {
			f.pair = [2]string{} // another token may be live now
			return f.lookUp()
		}
		return nil
	}
	f.ticket = 0
	if m.err == nil || unsaved(m.err) {
		f.shell.kept.draft = nil
		return f.shell.replace(f, newIssued(f.shell, m))
	}
	f.fail(m.err)
	f.keep()
	if pat.Explain(m.err).Retry == pat.RetryAsk || pat.Explain(m.err).ID == "live" {
		f.pair = [2]string{}
		return f.lookUp()
	}
	return nil
}

// fail puts an error where it belongs: at its field, or below the form.
func (f *issue) fail(err error) {
	x := pat.Explain(err)
	for _, r := range f.form.Rows {
		r.Error = ""
	}
	for field, reason := range x.Fields {
		f.form.Rows[rowOf[field]].Error = reason
	}
	f.problem = nil
	if !f.form.Errors() || x.ID != "field" {
		f.problem = err
	}
}
