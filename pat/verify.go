package pat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"patdesk/client"
	"patdesk/history"
	"patdesk/secret"
)

// Verification is the result of asking ToolJet about a token.
type Verification struct {
	Token   Token
	Verdict Verdict
	// AskedAt is when ToolJet was asked, by its clock.
	AskedAt time.Time
	// SessionUser and SessionApp are the e-mail address, or id, and the app's id that
	// the session of the exchange was for; empty without one.
	SessionUser, SessionApp string
	// Drift says what differs from the time of issue, or is empty.
	Drift string
	// Warnings are sentences about the verification, such as a session that
	// could not be ended.
	Warnings []string
}

// Reveal returns the text of a token and its embed URL. If ToolJet answered
// without a URL, the URL is built from the app's id.
// Errors: history.ErrNotFound, history.ErrNoSecret, secret.ErrSealed, DeniedError.
func (i *Issuer) Reveal(ctx context.Context, id int64) (Secrets, error) {
	if i.rights() != nil {
		t, err := i.History.Get(ctx, id)
		if err != nil {
			return Secrets{}, err
		}
		if err := i.permitReveal(ctx, t); err != nil {
			return Secrets{}, err
		}
	}
	return i.reveal(ctx, id)
}

// reveal is Reveal for what patdesk does with a secret that nobody sees.
func (i *Issuer) reveal(ctx context.Context, id int64) (Secrets, error) {
	s, err := i.History.Reveal(ctx, id)
	if err != nil || !s.URL.IsZero() {
		return s, err
	}
	t, err := i.History.Get(ctx, id)
	if err != nil {
		return s, err
	}
	s.URL = i.builtURL(t, s.Token)
	return s, nil
}

// Verify asks ToolJet whether a token still opens its app, by the exchange that
// the embed page makes, and ends the session it opened. It writes a row into the
// server's session table each time, so it is done only when a person asks. The
// verdict is recorded. Errors: a Problem for a text that is no embed token, which is
// not sent; DeniedError; StageError around client.Error with status 401 (verdict Refused or
// Archived) or 403 (verdict NoAccess), which come with a Verification, joined with
// a history.Error where that was not recorded; UnrecordedError for an acceptance that was
// not; any other error comes without a verdict.
func (i *Issuer) Verify(ctx context.Context, id int64) (Verification, error) {
	t, err := i.History.Get(ctx, id)
	if err != nil {
		return Verification{}, err
	}
	v := Verification{Token: t}
	if err := i.permit(ctx, RoleIssue, fmt.Sprintf("verify #%d", id)); err != nil {
		return v, err
	}
	s, err := i.reveal(ctx, id)
	if err != nil {
		return v, err
	}
	if other := OtherToken(s.Token.Reveal(secret.ForChecking)); other != "" {
		return v, &Problem{ID: IDTokenInvalid, Cause: other, Next: "Issue an embed token"}
	}
	v.AskedAt = i.Now()
	defer i.keepClock(ctx)
	session, err := i.Client.CreateSession(ctx, t.AppID, s.Token)
	var warn []string
	switch ce, _ := errors.AsType[*client.Error](err); {
	case err == nil:
		v.Verdict, v.SessionUser, v.SessionApp = Valid, first(session.Email, session.UserID), session.AppID
		if err := i.Client.EndSession(ctx, session); err != nil {
			warn = append(warn, "the session opened for the check could not be ended; it ends by itself when idle")
		}
	case ce != nil:
		v.Verdict = verdictOf(ce)
	}
	var at *StageError
	if err != nil {
		at = &StageError{Stage: StageVerify, User: first(t.UserEmail, t.UserID), App: first(t.AppName, t.AppSlug, t.AppID), KeySource: i.Settings.KeySource, Clock: i.Clock(), Token: &t, Err: err}
		err = at
	}
	if v.Verdict == "" {
		return v, err
	}
	now := i.Now()
	notes := i.drift(ctx, t, session)
	kind, drift := refusal(v.Verdict, now, notes)
	if away := slices.IndexFunc(notes, func(n note) bool { return n.kind == DriftArchived }); away >= 0 && at != nil {
		v.Verdict, at.Away = Archived, notes[away].text
	} else if saysArchived(at) {
		v.Verdict = Archived
	}
	v.Drift, v.Warnings = drift, warn
	rctx, cancel := recordContext(ctx)
	defer cancel()
	if v.Verdict == Valid && i.provesMinutes(t, now) {
		if rerr := i.prove(ctx, Minutes); rerr != nil {
			return v, &UnrecordedError{rerr}
		}
		v.Warnings = append(v.Warnings, "it works after its documented end, so this server reads patExpiry in minutes; all its tokens are counted by that now")
	}
	if rerr := i.History.MarkVerified(rctx, id, now, verdictWord(v.Verdict, t, now), string(kind), v.Drift); rerr != nil {
		v.heard(kind)
		if err != nil {
			return v, errors.Join(err, rerr)
		}
		return v, &UnrecordedError{rerr}
	}
	if t, rerr := i.History.Get(rctx, id); rerr == nil {
		v.Token = t
	}
	return v, err
}

// proofMargin is how long after its documented end a token must work to prove the
// longer unit: more than a Date header and a slow answer are off.
const proofMargin = 5 * time.Second

// provesMinutes reports whether a token that was accepted at a moment of the
// server's clock can only live by the longer unit. As much time must have gone by here
// too: a server whose clock jumps, or several behind one address whose clocks differ,
// date an answer after the end of a token that has just begun.
func (i *Issuer) provesMinutes(t Token, at time.Time) bool {
	end := EndOf(t)
	if time.Since(t.Begun) < t.Life+proofMargin {
		return false
	}
	return t.Outcome == Issued && !end.Proven && end.Open() && at.Add(-proofMargin-i.Clock().Uncertainty).After(end.Likely)
}

// drift compares what the server says now with what was true at issue. Look-ups
// that fail say nothing.
func (i *Issuer) drift(ctx context.Context, t Token, s client.Session) []note {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	var notes []note
	if s.AppID != "" && t.AppID != "" && !strings.EqualFold(s.AppID, t.AppID) {
		notes = append(notes, note{DriftRefused, fmt.Sprintf("the server says it is for the app %s", s.AppID)})
	}
	var known Lists
	row, address := driftRowOf(t), t.UserEmail
	row.Drift = "" // what was said before is no reason to say it again
	if u, err := i.Client.GetUser(ctx, first(t.UserID, t.UserEmail)); err == nil {
		i.learn(ctx, u)
		known.Users, row.UserID = []User{u}, u.ID
		address = first(u.Email, address) // theirs may have changed since
	}
	if s.Email != "" && address != "" && !strings.EqualFold(s.Email, address) {
		notes = append(notes, note{DriftRefused, fmt.Sprintf("the server says it belongs to %s", s.Email)})
	}
	if a, err := i.Apps(ctx, false); err == nil {
		known.Apps = a
		i.learned().directory.mu.Lock()
		known.Workspaces = i.learned().directory.lists.Workspaces
		i.learned().directory.mu.Unlock()
	}
	return append(notes, newStanding(known, i.Current()).of(row)...)
}

// driftRowOf is what is compared of a token.
func driftRowOf(t Token) history.DriftRow {
	return history.DriftRow{
		ID: t.ID, UserID: t.UserID, UserEmail: t.UserEmail, AppID: t.AppID, AppSlug: t.AppSlug, WorkspaceID: t.WorkspaceID,
		Workspace: t.Workspace, Role: t.Role, Unit: t.Unit, UnitProven: t.UnitProven, Begun: t.Begun, Newest: t.Newer == 0,
		Kind: t.DriftKind, Drift: t.Drift,
	}
}

// provePause is how long to wait before the exchange of a one-unit token: more
// than a second, much less than a minute.
const provePause = 5 * time.Second

// ProofRequest is the request with which ProveUnit begins.
func ProofRequest(user, app string) Request {
	return Request{User: user, App: app, Life: time.Second, Idle: time.Minute, Note: "proof of the unit of patExpiry", Again: true}
}

// ProveUnit finds out in which unit this server reads patExpiry: it issues a
// token with the number 1 for a test pair and tries the exchange at once and
// after five seconds. Accepted and then refused means seconds, accepted twice
// means minutes; any other answer proves nothing. The token is recorded in the
// history like any other, and all rows of the server are read by the proof. It is
// opt-in, because builds exist in which a new token ends the older one of the
// pair. Errors: those of Issue, a Problem when the token was
// refused at once, StageError.
func (i *Issuer) ProveUnit(ctx context.Context, user, app string) (Unit, Token, error) {
	probe := NewIssuer(i.Client, i.History, i.Settings)
	probe.Settings.Unit, probe.Settings.UnitProven = Seconds, false
	r := ProofRequest(user, app)
	r.UserInfo, r.AppInfo = &User{}, &App{} // names are looked up afterwards: the token lives a second
	g, err := probe.Issue(ctx, r)
	if err != nil {
		return "", g.Token, err
	}
	failed := func(err error) error {
		return &StageError{Stage: StageVerify, User: user, App: app, KeySource: i.Settings.KeySource, Clock: i.Clock(), Err: err}
	}
	if accepted, err := i.accepts(ctx, g); !accepted {
		g.Token = i.enrich(ctx, g.Token, r.App)
		if ce, _ := errors.AsType[*client.Error](err); ce != nil && verdictOf(ce) != "" {
			return "", g.Token, &Problem{ID: IDTokenInvalid, Cause: "it was refused at once, so a refusal after its end would prove nothing", Next: "Prove the unit with a user who may open the app", Err: failed(err)}
		}
		return "", g.Token, failed(err)
	}
	pause := time.NewTimer(provePause)
	defer pause.Stop()
	g.Token = i.enrich(ctx, g.Token, r.App)
	select {
	case <-pause.C:
	case <-ctx.Done():
		return "", g.Token, ctx.Err()
	}
	unit := Minutes
	if accepted, err := i.accepts(ctx, g); !accepted {
		ce, _ := errors.AsType[*client.Error](err)
		if ce == nil || verdictOf(ce) != Refused {
			return "", g.Token, failed(err)
		}
		unit = Seconds
	}
	return unit, g.Token, i.prove(ctx, unit)
}

// accepts reports whether ToolJet opens a session for a token, and ends it again.
func (i *Issuer) accepts(ctx context.Context, g Grant) (bool, error) {
	s, err := i.Client.CreateSession(ctx, g.Token.AppID, g.Secrets.Token)
	if err != nil {
		return false, err
	}
	_ = i.Client.EndSession(ctx, s) // it is idle and ends by itself
	return true, nil
}
