package ui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Actions implements Screen.
func (f *issue) Actions() []Action {
	k := f.shell.keys.Form
	accept := Action{Key: k.Accept, Hint: 20, Run: f.accept}
	if f.form.Last() {
		accept = Action{Key: withDesc(k.Accept, "issue"), Hint: 20, Run: f.submit, Why: f.whyNot}
	}
	list := []Action{
		f.submitAction(),
		accept,
		{Key: k.Next, Hint: 30, Run: func() tea.Cmd { return f.move(f.form.Next) }},
		{Key: k.Prev, Run: func() tea.Cmd { return f.move(f.form.Prev) }},
		{Key: k.Curl, Title: "Show the request as curl", Hint: 40, Run: f.curl},
		{Key: k.Raw, Title: "Show what the server said", Hint: f.rawHint(), Run: f.raw, Why: func() string {
			if f.problem == nil {
				return "Nothing went wrong so far."
			}
			return ""
		}},
		{Key: k.Reload, Title: "Read the lists of users and apps again", Run: f.reload},
		{Key: withDesc(f.shell.keys.Global.Back, "back, keeps the draft"), Hint: 50, Run: f.shell.back},
	}
	if end, waits := f.shell.endWait(f.ticket); waits {
		list = append(list, end)
	}
	return append(list, f.arrows()...)
}

func (f *issue) rawHint() int {
	if f.problem == nil {
		return 0
	}
	return 45
}

// arrows move where the focused row has something to move in, and between the
// rows elsewhere.
func (f *issue) arrows() []Action {
	k := f.shell.keys.Form
	up, down := func() tea.Cmd { return f.move(f.form.Prev) }, func() tea.Cmd { return f.move(f.form.Next) }
	switch in := f.form.Current().Input.(type) {
	case *widget.Picker:
		up, down = func() tea.Cmd { in.Up(); return nil }, func() tea.Cmd { in.Down(); return nil }
	case *widget.Preset:
		return []Action{
			{Key: k.Up, Run: up},
			{Key: k.Down, Run: down},
			{Key: k.Left, Hint: 25, Run: func() tea.Cmd { in.Step(-1); return f.changed() }},
			{Key: k.Right, Hint: 26, Run: func() tea.Cmd { in.Step(1); return f.changed() }},
		}
	}
	return []Action{{Key: k.Up, Run: up}, {Key: k.Down, Run: down}}
}

// accept takes the proposal and goes on to the next row.
func (f *issue) accept() tea.Cmd {
	if why := f.settle(); why != "" {
		f.form.Current().Error = "This user is " + why + "."
		return nil
	}
	f.form.Current().Error = ""
	f.form.Next()
	return f.changed()
}

// move goes to another row. What was typed into a picker is taken, if it can be.
func (f *issue) move(by func()) tea.Cmd {
	f.settle()
	by()
	return f.changed()
}

// click goes to a row, takes a proposal or presses the button.
func (f *issue) click(_, y int) tea.Cmd {
	switch {
	case f.ticket != 0:
		return nil
	case y == f.buttonAt:
		return f.shell.do(f.submitAction())
	}
	return clickForm(f.form, y-f.top, f.accept, f.move)
}

func (f *issue) submitAction() Action {
	return Action{Key: f.shell.keys.Form.Submit, Title: "Issue this token", Hint: 10, Run: f.submit, Why: f.whyNot}
}

func (f *issue) reload() tea.Cmd {
	f.usersErr, f.appsErr, f.usersRead, f.appsRead = nil, nil, false, false
	return f.read(true)
}

// curl shows the request. It holds neither the key nor a token.
func (f *issue) curl() tea.Cmd {
	f.settle()
	req, err := f.request()
	if err != nil {
		f.fail(err)
		return nil
	}
	set := f.shell.issuer.Settings
	n, _ := set.Unit.Number(req.Life)
	d := snippet.Data{
		BaseURL: f.shell.baseURL(), User: req.User, SentExpiry: n, Unit: string(set.Unit), IdleMinutes: int64(req.Idle.Minutes()),
	}
	if pat.IsID(req.App) {
		d.AppID = req.App
	} else {
		d.AppSlug = req.App
	}
	out, err := f.shell.opts.Snippets.Render("curl", d)
	if err != nil {
		f.shell.say(LevelBad, "The request cannot be shown: "+err.Error())
		return nil
	}
	return f.shell.open(newReader(f.shell, "The request as curl", "The admin key is read from the environment; it is never shown.", out.Text))
}

// raw shows what is known of the last failure beyond its words for people.
func (f *issue) raw() tea.Cmd { return f.shell.open(newRaw(f.shell, f.problem)) }

// unsaved reports whether a token came that the history could not keep.
func unsaved(err error) bool {
	_, is := errors.AsType[*pat.UnsavedError](err)
	return is
}

// guard is the question that a profile or a doubt puts before a request.
func guard(s *shell, req pat.Request, doubt bool) (question, bool) {
	q := question{Title: "Issue a token?", Yes: "Issue", Danger: true}
	var ask bool
	if doubt {
		q.Title, ask = "Issue one more?", true
		q.Lines = append(q.Lines, "The request before may have made a token that nobody holds. It cannot be seen or revoked, and it works until its own end.")
	}
	if s.profile != nil && s.profile.Production {
		q.Typed, ask = nameOf(req), true
		q.Lines = append(q.Lines, fmt.Sprintf("%s on %s, for %s, on the production server %s.", within(req.User), within(appWord(req)), pat.Span(req.Life), s.profile.Name))
	}
	return q, ask
}

// nameOf is what a person types to confirm a request for a user: the part of the
// address before the @.
func nameOf(req pat.Request) string {
	name := req.User
	if req.UserInfo != nil && req.UserInfo.Email != "" {
		name = req.UserInfo.Email
	}
	name, _, _ = strings.Cut(name, "@")
	return term.CleanWidth(name, 40).String()
}

func appWord(req pat.Request) string {
	if req.AppInfo != nil {
		return firstOf(req.AppInfo.Name, req.AppInfo.Slug)
	}
	return req.App
}

// within is a foreign name as a part of a sentence: what follows it must be read,
// too.
func within(name string) string { return term.CleanWidth(name, 60).String() }

// reissue asks for a fresh token for the pair of a row, with its settings.
func reissue(s *shell, t pat.Token) tea.Cmd {
	switch {
	case s.issuer.Settings.ReadOnly:
		s.say(LevelWarn, "This profile is read-only: its settings forbid issuing.")
		return nil
	case firstOf(t.UserEmail, t.UserID) == "" || firstOf(t.AppID, t.AppSlug) == "":
		s.say(LevelWarn, "This row names no user and app to issue for.")
		return nil
	}
	req := pat.Again(t, 0)
	q := question{
		Title: "Re-issue with the same settings?", Yes: "Re-issue", Go: true,
		Lines: []string{fmt.Sprintf("%s on %s, for %s, idle %d min.", within(userOf(t)), within(appOf(t)), pat.Span(t.Life), t.IdleMinutes)},
	}
	if t.Outcome == pat.Issued && t.Left(s.now) > 0 {
		q.Lines = append(q.Lines, fmt.Sprintf("The token of this row keeps working until %s: it cannot be revoked.", clockTime(t.Expires, s.now, s.zone)))
	}
	if s.profile != nil && s.profile.Production {
		q.Typed, q.Danger = nameOf(req), true
	}
	return s.ask(q, func() tea.Cmd {
		ticket := s.newTicket()
		return tea.Batch(s.push(newWaiting(s, t, ticket)), requestToken(s, ticket, t.ID, req))
	})
}
