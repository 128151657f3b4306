package aloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/kit"
)

// lists are the users and apps of the server, as far as they could be read.
type lists struct {
	users             []pat.User
	apps              []pat.App
	usersErr, appsErr error
}

// readLists asks the server for its users and apps, or takes them as they were read
// a short while ago.
func (t *talk) readLists(ctx context.Context) lists {
	var l lists
	t.await(ctx, "reading users and apps", func(ctx context.Context) {
		if l.users, l.usersErr = t.i.Users(ctx, false); l.usersErr == nil {
			l.apps, l.appsErr = t.i.Apps(ctx, false)
		} else {
			l.appsErr = l.usersErr
		}
	})
	if l.appsErr != nil && ctx.Err() == nil {
		x := pat.Explain(l.appsErr)
		t.say("Lists cannot be read: %s Type the address and the app's id or slug yourself.", x.Sentence(pat.Console))
	}
	return l
}

// issue asks the five questions of the form, reads the plan, and sends it after a yes.
func (t *talk) issue(ctx context.Context, who string) error {
	l := t.readLists(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	req := pat.Request{Life: time.Hour, Idle: time.Hour}
	if t.profile != nil && t.profile.DefaultLife.Duration > 0 {
		req.Life, req.Idle = t.profile.DefaultLife.Duration, t.profile.DefaultIdle.Duration
	}
	for _, of := range []pat.Field{pat.FieldUser, pat.FieldApp, pat.FieldLife, pat.FieldIdle, pat.FieldNote} {
		if err := t.fill(ctx, &req, of, l, who); err != nil {
			return err
		}
	}
	for {
		clean, err := t.i.Clean(req)
		if err == nil {
			err = clean.Validate(t.i.Current())
		}
		invalid, is := errors.AsType[*pat.InvalidError](err)
		switch {
		case err == nil:
			return t.send(ctx, clean, l)
		case !is:
			return err
		}
		t.say("%s: %s", kit.Sentence(string(invalid.Field)), kit.Sentence(invalid.Reason))
		if err := t.fill(ctx, &req, invalid.Field, l, ""); err != nil {
			return err
		}
	}
}

// fill puts one question of the form.
func (t *talk) fill(ctx context.Context, req *pat.Request, of pat.Field, l lists, who string) (err error) {
	switch of {
	case pat.FieldUser:
		req.User, req.UserInfo, err = t.pickUser(ctx, l, who)
	case pat.FieldApp:
		req.App, req.AppInfo, err = t.pickApp(ctx, l)
	case pat.FieldLife:
		req.Life, err = t.askSpan(ctx, "Life: how long is the token valid?", req.Life)
	case pat.FieldIdle:
		req.Idle, err = t.askSpan(ctx, "Idle time: after how long without use does the app sign out?", req.Idle)
	case pat.FieldNote:
		req.Note, err = t.answer(ctx, "Note: what is it for? An empty line leaves it out.")
	}
	return err
}

func (t *talk) pickUser(ctx context.Context, l lists, typed string) (string, *pat.User, error) {
	if u := pat.FindUser(l.users, typed); typed != "" && u != nil {
		return kit.FirstOf(u.Email, u.ID), u, nil
	}
	list := make([]choice, len(l.users))
	for n, u := range l.users {
		words := pat.AloudName(kit.FirstOf(u.Email, u.ID))
		if u.Name != "" {
			words += ", " + u.Name
		}
		if u.Status != "" && u.Status != "active" {
			words += ", " + u.Status
		}
		list[n] = choice{words: words, names: []string{u.Email, u.ID, u.Name}}
	}
	own := func(s string) bool { return pat.IsEmail(s) || pat.IsID(s) || l.usersErr != nil }
	if len(list) == 0 {
		text, err := t.answer(ctx, "User? An e-mail address or an id.")
		return text, nil, err
	}
	at, text, err := t.choose(ctx, "User?", list, own)
	if err != nil || at < 0 {
		return text, nil, err
	}
	u := l.users[at]
	return kit.FirstOf(u.Email, u.ID), &u, nil
}

func (t *talk) pickApp(ctx context.Context, l lists) (string, *pat.App, error) {
	list := make([]choice, len(l.apps))
	for n, a := range l.apps {
		words := kit.FirstOf(a.Name, a.Slug, a.ID)
		if a.Workspace != "" {
			words += ", in " + a.Workspace
		}
		list[n] = choice{words: words, names: []string{a.ID, a.Slug, a.Name}}
	}
	own := func(s string) bool { return strings.Contains(s, "/") || pat.IsID(s) || l.appsErr != nil }
	if len(list) == 0 {
		text, err := t.answer(ctx, "App? An id, a slug or its address.")
		return text, nil, err
	}
	at, text, err := t.choose(ctx, "App?", list, own)
	if err != nil || at < 0 {
		return text, nil, err
	}
	a := l.apps[at]
	return a.ID, &a, nil
}

// askSpan asks for a length of time; an empty line takes the usual one.
func (t *talk) askSpan(ctx context.Context, question string, usual time.Duration) (time.Duration, error) {
	for {
		text, err := t.answer(ctx, fmt.Sprintf("%s An empty line means %s.", question, pat.AloudSpan(usual, true)))
		if err != nil || text == "" {
			return usual, err
		}
		today := time.Now().In(t.o.Zone)
		d, err := span.ParseLife(text, today)
		if err == nil {
			if words := pat.LifeWords(text, today); words != "" {
				t.say("%s", kit.Sentence(words))
			}
			return d, nil
		}
		t.say("%s", kit.Sentence(err.Error()))
	}
}

// send reads the plan, asks, and sends it.
func (t *talk) send(ctx context.Context, req pat.Request, l lists) error {
	alive, err := t.i.LivePair(ctx, req.User, req.App)
	if err != nil {
		return err
	}
	app := kit.FirstOf(kit.AppWord(req), req.App)
	unit, proven := t.i.Unit()
	n, life := unit.Number(req.Life)
	t.say("The plan: a token for %s on %s, for %s, idle time %s.", pat.AloudName(req.User), app, pat.AloudSpan(life, true), pat.AloudSpan(req.Idle, true))
	t.say("It sends patExpiry %d, in %s.", n, pat.UnitWords(unit, proven))
	if worst := unit.Worst(n); !proven && worst > life {
		t.say("If this server reads minutes, it lives for %s.", pat.AloudSpan(worst, true))
	}
	t.sayDoubts(req)
	if len(alive) > 0 {
		t.say("%s", kit.Sentence(pat.AliveWords(alive, t.i.Now(), t.o.Zone)+" on this pair; it cannot be revoked"))
	}
	q, ask := kit.IssueQuestion(t.profile, req, false, t.unlisted(req, l))
	if !ask {
		q.Title = "Issue it?"
		if len(alive) > 0 {
			q.Title = "Issue one more?"
		}
	}
	yes, err := t.confirm(ctx, q)
	if err != nil {
		return err
	}
	if !yes {
		t.say("Nothing was sent.")
		return nil
	}
	req.Again = true // those that live were read out
	return t.request(ctx, req, func(ctx context.Context) (pat.Grant, error) { return t.i.Issue(ctx, req) })
}

// sayDoubts says what speaks against a plan, and what else its token can do.
func (t *talk) sayDoubts(req pat.Request) {
	u, a := req.UserInfo, req.AppInfo
	if words := pat.ArchivedWords(u); words != "" {
		t.say("%s.", words)
	} else if u != nil && u.Status != "" && u.Status != "active" {
		t.say("%s is %s, not active.", pat.AloudName(u.Email), u.Status)
	}
	if u == nil || a == nil {
		return
	}
	switch role := pat.RoleIn(u, a.WorkspaceID); {
	case role == "":
		t.say("%s is in no role in workspace %s: the app will not open for them.", pat.AloudName(u.Email), a.Workspace)
	default:
		if power := pat.PowerOf(u.Email, role, a.Workspace); power != "" {
			t.say("%s.", power)
		}
	}
}

// unlisted says which names the lists that were read do not have.
func (t *talk) unlisted(req pat.Request, l lists) []string {
	var out []string
	if l.usersErr == nil && len(l.users) > 0 && req.UserInfo == nil && pat.FindUser(l.users, req.User) == nil {
		out = append(out, kit.NotListed(req.User, len(l.users), "user", pat.Suggestion{Users: pat.ClosestUsers(l.users, req.User)}))
	}
	if l.appsErr == nil && len(l.apps) > 0 && req.AppInfo == nil && pat.FindApp(l.apps, req.App) == nil {
		out = append(out, kit.NotListed(req.App, len(l.apps), "app", pat.Suggestion{Apps: pat.ClosestApps(l.apps, req.App)}))
	}
	return out
}

// request asks for a token and reads out what came of it.
func (t *talk) request(ctx context.Context, req pat.Request, do func(context.Context) (pat.Grant, error)) error {
	t.say("Asking ToolJet for the token.")
	var g pat.Grant
	var err error
	t.await(ctx, "asking ToolJet for the token", func(ctx context.Context) { g, err = do(ctx) })
	t.outcome(kit.IssuedMsg{Request: req, Grant: g, Err: err})
	return nil
}

// outcome reads out what came of a request for a token.
func (t *talk) outcome(m kit.IssuedMsg) {
	token, now := m.Grant.Token, t.i.Now()
	if unsaved, lost := errors.AsType[*pat.UnsavedError](m.Err); lost {
		token = unsaved.Grant.Token
		t.unsaved[token.ID], t.fresh[token.ID] = unsaved.Grant.Secrets, pat.UserOf(token)
	}
	if token.ID != 0 {
		t.current = token
	}
	if m.Err != nil {
		t.explain(m.Err)
		switch {
		case t.unsaved[token.ID].Token.IsZero() && token.Outcome == pat.Unknown:
			t.say("It is recorded as token #%d, unsure; it may exist until %s.", token.ID, kit.ClockTime(pat.EndOf(token).Latest, now, t.o.Zone))
		case token.ID != 0 && token.Outcome == pat.Rejected:
			t.say("It is recorded as #%d, failed.", token.ID)
		}
		return
	}
	_, words := m.Announce()
	t.say("%s", words)
	t.fresh[token.ID] = pat.UserOf(token)
	t.say("It is token #%d: %s. It ends %s your time.", token.ID, pat.Aloud(token, now), pat.EndWords(token, now, t.o.Zone))
	for _, w := range m.Grant.Warnings {
		t.say("%s", kit.Sentence(w))
	}
	k := t.keys.Token
	t.say("Its secret is not read out: %s copies the URL, %s the iframe, %s reads the secret.", kit.Name(k.URL), kit.Name(k.IFrame), kit.Name(k.Reveal))
}

// reissue repeats a token with its settings, or several as a plan.
func (t *talk) reissue(ctx context.Context, words string) error {
	if fields := strings.Fields(words); len(fields) > 1 {
		return t.reissueAll(ctx, fields)
	}
	old, ok, err := t.token(ctx, words)
	if err != nil || !ok {
		return err
	}
	if pat.UserOf(old) == "?" || pat.AppOf(old) == "?" {
		t.say("This row names no user and app to issue for.")
		return nil
	}
	yes, err := t.confirm(ctx, kit.ReissueQuestion(old, t.i.ListsAtHand(), t.profile, t.i.Now(), t.o.Zone))
	if err != nil {
		return err
	}
	if !yes {
		t.say("Nothing was sent.")
		return nil
	}
	return t.request(ctx, pat.Again(old, 0), func(ctx context.Context) (pat.Grant, error) { return t.i.Reissue(ctx, old.ID, 0) })
}
