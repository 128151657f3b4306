package issue

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// request is what the form asks for. The error is an InvalidError.
func (f *Form) request() (pat.Request, error) {
	r := pat.Request{
		User: f.user.Value(), App: f.app.Value(), Note: strings.TrimSpace(f.note.Value()),
		UserInfo: f.pickedUser(), AppInfo: f.pickedApp(),
	}
	var err error
	if r.Life, err = span.ParseLife(f.life.Value(), f.today()); err != nil {
		return r, &pat.InvalidError{Field: pat.FieldLife, Reason: err.Error()}
	}
	if r.Idle, err = span.ParseLife(f.idle.Value(), f.today()); err != nil {
		return r, &pat.InvalidError{Field: pat.FieldIdle, Reason: err.Error()}
	}
	// Older tokens of the pair stand beside the form: sending is the answer.
	r.Again = f.looked && f.pair == [2]string{r.User, r.App}
	if r, err = f.shell.Issuer().Clean(r); err != nil {
		return r, err
	}
	return r, r.Validate(f.shell.Issuer().Current())
}

// today is the local clock in the person's zone, for lives that are typed as dates.
func (f *Form) today() time.Time { return f.shell.Local().In(f.shell.Zone()) }

func (f *Form) pickedUser() *pat.User {
	if i := f.user.Chosen(); i >= 0 && i < len(f.users) {
		return &f.users[i]
	}
	return pat.FindUser(f.users, f.user.Value())
}

func (f *Form) pickedApp() *pat.App {
	if i := f.app.Chosen(); i >= 0 && i < len(f.apps) {
		return &f.apps[i]
	}
	return pat.FindApp(f.apps, f.app.Value())
}

// whyNot is why nothing can be sent at all, or "". Everything else that the
// checks say is for the person to judge.
func (f *Form) whyNot() string {
	switch {
	case f.ticket != 0:
		return "A request is under way; its result is told wherever you are."
	case f.shell.Issuer().WhyNotChange() != "":
		return f.shell.Issuer().WhyNotChange()
	case f.keyRefused() != nil:
		return pat.Explain(f.keyRefused()).Title + ": " + pat.Explain(f.keyRefused()).Next + "."
	}
	if words := pat.ArchivedWords(f.pickedUser()); words != "" {
		return kit.Sentence(words)
	}
	return ""
}

// keyRefused is the answer that says the admin key is not accepted, or nil.
func (f *Form) keyRefused() error {
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
func (f *Form) submit() tea.Cmd {
	switch why, kept := f.settle(); {
	case why != "":
		f.form.Current().Error = kit.Sentence(why)
		return nil
	case kept:
		f.form.Current().Error = fmt.Sprintf("Nothing was chosen, so it stays as it was. %s issues for it.", kit.Name(f.shell.Keys().Form.Submit))
		return f.changed()
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
	if q, ask := kit.IssueQuestion(f.shell.Profile(), req, f.doubt(), f.unlisted()); ask {
		return tea.Batch(look, f.shell.Ask(q, send))
	}
	return tea.Batch(look, send())
}

// settle ends the search of a picker that is still open. It returns why that cannot
// be, and whether something typed gave way to what was picked before.
func (f *Form) settle() (why string, kept bool) {
	for i, p := range map[int]*widget.Picker{rowUser: f.user, rowApp: f.app} {
		if f.form.Index() == i && p.Open() {
			return p.Leave()
		}
	}
	return "", false
}

// doubt reports whether the last request for this pair may have made a token
// that nobody holds.
func (f *Form) doubt() bool {
	return f.problem != nil && pat.Explain(f.problem).Retry == pat.RetryAsk &&
		f.about.User == f.user.Value() && f.about.App == f.app.Value()
}

func (f *Form) send(req pat.Request) tea.Cmd {
	f.ticket, f.begun, f.problem = f.shell.Requests().NewTicket(), f.shell.Now(), nil
	f.keep()
	return kit.RequestToken(f.shell, f.ticket, 0, req)
}

// issued takes the outcome of this form's request.
func (f *Form) issued(m kit.IssuedMsg) tea.Cmd {
	if !f.WaitsFor(m.Ticket) {
		if m.Err == nil {
			f.pair = [2]string{} // another token may be live now
			return f.lookUp()
		}
		return nil
	}
	f.ticket = 0
	if m.Err == nil || kit.Unsaved(m.Err) {
		f.shell.Requests().Draft = nil
		return f.shell.Replace(f, kit.Issued{Fact: m})
	}
	if live, is := errors.AsType[*pat.LivePairError](m.Err); is {
		return f.askAgain(m.Request, live.Tokens)
	}
	f.fail(m.Err)
	f.keep()
	if pat.Explain(m.Err).Retry == pat.RetryAsk {
		f.pair = [2]string{}
		return f.lookUp()
	}
	return nil
}

// askAgain asks whether the pair shall have one more token, where the form was sent
// before its older ones could stand beside it.
func (f *Form) askAgain(req pat.Request, live []pat.Token) tea.Cmd {
	f.keep()
	f.pair, f.live, f.looked = [2]string{f.user.Value(), f.app.Value()}, live, true
	q := kit.Question{Title: "Issue one more?", Yes: "Issue", Lines: []string{f.olderWords(live)}}
	return f.shell.Ask(q, func() tea.Cmd {
		req.Again = true
		return f.send(req)
	})
}

// fail puts an error where it belongs: at its field, or below the form.
func (f *Form) fail(err error) {
	x := pat.Explain(err)
	for _, r := range f.form.Rows {
		r.Error = ""
	}
	for field, reason := range x.Fields {
		f.form.Rows[rowOf[field]].Error = reason
	}
	f.problem, f.about, f.marked = nil, f.asked(), len(x.Fields) > 0
	if !f.form.Errors() || x.ID != "field" {
		f.problem = err
	}
	f.reopen(x)
}

// reopen proposes the closest names where the server does not know one that was
// typed.
func (f *Form) reopen(x pat.Explanation) {
	for field, p := range map[pat.Field]*widget.Picker{pat.FieldUser: f.user, pat.FieldApp: f.app} {
		read := map[pat.Field]bool{pat.FieldUser: f.usersRead, pat.FieldApp: f.appsRead}[field]
		if read && x.Fields[field] != "" && p.Chosen() < 0 && f.form.Index() == rowOf[field] {
			p.Search()
		}
	}
}

// unlisted says which names are not in the lists that were read, and what is near.
func (f *Form) unlisted() []string {
	var lines []string
	if f.usersRead && f.usersErr == nil && f.user.Value() != "" && f.pickedUser() == nil {
		lines = append(lines, kit.NotListed(f.user.Value(), len(f.users), "user", pat.Suggestion{Users: pat.ClosestUsers(f.users, f.user.Value())}))
	}
	if f.appsRead && f.appsErr == nil && f.app.Value() != "" && f.pickedApp() == nil {
		lines = append(lines, kit.NotListed(f.app.Value(), len(f.apps), "app", pat.Suggestion{Apps: pat.ClosestApps(f.apps, f.app.Value())}))
	}
	return lines
}
