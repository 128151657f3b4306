package pat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"patdesk/client"
	"patdesk/history"
	"patdesk/secret"
)

// LivePairError says that the pair has tokens that may still work. Issuing one
// more does not end them, so a person decides.
type LivePairError struct {
	User, App string
	Tokens    []Token
}

// Error implements error.
func (e *LivePairError) Error() string {
	return fmt.Sprintf("%d live token(s) for this user and app", len(e.Tokens))
}

// appName is what people call the app: the name that its newest row has, else what
// was asked for.
func (e *LivePairError) appName() string {
	for _, t := range e.Tokens {
		if t.AppName != "" {
			return t.AppName
		}
	}
	return e.App
}

// UnsavedError says that ToolJet issued a token and the history could not keep
// it. The token must be shown once: nobody else holds it.
type UnsavedError struct {
	Grant Grant
	Err   error
}

// Error implements error.
func (e *UnsavedError) Error() string { return "issued, but not saved: " + e.Err.Error() }

// Unwrap returns what kept the history from saving.
func (e *UnsavedError) Unwrap() error { return e.Err }

// ReadOnlyError says that the profile forbids changes.
type ReadOnlyError struct{ Profile string }

// Error implements error.
func (e *ReadOnlyError) Error() string { return "profile " + e.Profile + " is read-only" }

// Issue asks ToolJet for a token and remembers it.
//
// The row is committed as pending before the request leaves, and finished as
// issued, rejected or unknown after it, so that no crash, time-out or lost
// answer can lose a token silently. The request is never repeated once it may
// have been executed. The row is returned with every error that comes after the
// row exists. Errors: InvalidError, ReadOnlyError, DeniedError, LivePairError (nothing was
// sent), history.Error (nothing was sent), StageError around client.Error (the
// row says what is known), UnsavedError (issued, show it now).
func (i *Issuer) Issue(ctx context.Context, r Request) (Grant, error) {
	r, err := i.checked(r)
	if err != nil {
		return Grant{}, err
	}
	if err := i.permitIssue(ctx, r); err != nil {
		return Grant{}, err
	}
	if !r.Again {
		live, err := i.LivePair(ctx, r.User, r.App)
		if err != nil {
			return Grant{}, i.stage(StageIssue, r.User, r.App, err)
		}
		if len(live) > 0 {
			return Grant{}, &LivePairError{r.User, r.App, live}
		}
	}
	set, at := i.Current(), placeOf(ctx)
	draft := i.draft(r, set)
	draft.Run, draft.RunRow, draft.AfterUnknown, draft.Alone = at.run, at.row, r.AfterUnknown, !r.Again
	row, err := i.History.Begin(ctx, draft)
	if errors.Is(err, history.ErrLive) { // since it was looked up
		live, lerr := i.LivePair(ctx, r.User, r.App)
		if lerr == nil {
			return Grant{}, &LivePairError{r.User, r.App, live}
		}
		err = lerr
	}
	if err != nil {
		return Grant{}, i.stage(StageIssue, r.User, r.App, err)
	}
	wire := r.Wire(set)
	wire.RequestID = row.RequestID
	made, err := i.Client.CreateToken(ctx, wire)
	var g Grant
	if err != nil {
		g, err = i.finishFailed(ctx, r, row, err)
	} else {
		g, err = i.finishIssued(ctx, r, row, made)
	}
	g.Token = i.readAnew(ctx, g.Token)
	return g, err
}

// readAnew reads a row that was under way while the unit was proven by that proof.
func (i *Issuer) readAnew(ctx context.Context, row Token) Token {
	u, proven := i.Unit()
	if !proven || row.UnitProven || row.ID == 0 || row.Outcome != Issued && row.Outcome != Unknown {
		return row
	}
	if err := i.prove(ctx, u); err != nil {
		return row // as it is, it says the worst
	}
	rctx, cancel := recordContext(ctx)
	defer cancel()
	if t, err := i.History.Get(rctx, row.ID); err == nil {
		return t
	}
	return row
}

// Check reports what forbids a request, cleaned as Clean does, before anything is
// recorded or sent. Errors: InvalidError, ReadOnlyError.
func (i *Issuer) Check(r Request) error {
	_, err := i.checked(r)
	return err
}

// checked is the request as it will be sent.
func (i *Issuer) checked(r Request) (Request, error) {
	if i.Settings.ReadOnly {
		return r, &ReadOnlyError{i.Settings.Profile}
	}
	r, err := i.Clean(r)
	if err != nil {
		return r, err
	}
	return r, r.Validate(i.Current())
}

// LivePair returns the tokens of a pair that may still work, newest first. User
// and app are cleaned as Clean does.
func (i *Issuer) LivePair(ctx context.Context, user, app string) ([]Token, error) {
	if r, err := i.Clean(Request{User: user, App: app}); err == nil {
		user, app = r.User, r.App
	}
	return i.History.Live(ctx, i.Server(), user, app, i.Now())
}

// draft is what the history keeps before anything is sent.
func (i *Issuer) draft(r Request, set Settings) history.Draft {
	n, life := set.Unit.Number(r.Life)
	worst := i.Now().Add(worst(set.Unit, set.UnitProven, n, life))
	clock := i.Clock()
	d := history.Draft{
		Profile: set.Profile, Server: i.Server(), Host: i.Client.Host(),
		Life: life, IdleMinutes: int64(r.Idle / time.Minute),
		SentExpiry: n, Unit: string(set.Unit), UnitProven: set.UnitProven,
		Expires: worst, WorstExpires: worst,
		ClockOffset: clock.Offset, ClockUncertainty: clock.Uncertainty,
		Note: r.Note,
	}
	if IsID(r.User) {
		d.UserID = r.User
	} else {
		d.UserID, d.UserEmail = r.UserID, r.User
	}
	if IsID(r.App) {
		d.AppID = r.App
	} else {
		d.AppSlug = r.App
	}
	fill := details(r.UserInfo, r.AppInfo)
	d.UserID, d.UserEmail = first(d.UserID, fill.UserID), first(d.UserEmail, fill.UserEmail)
	d.AppID, d.AppSlug = first(d.AppID, fill.AppID), first(d.AppSlug, fill.AppSlug)
	d.UserName, d.AppName = first(fill.UserName, r.Names.UserName), first(fill.AppName, r.Names.AppName)
	d.AppSlug = first(d.AppSlug, r.Names.AppSlug)
	d.WorkspaceID, d.Workspace, d.Role = first(fill.WorkspaceID, r.Names.WorkspaceID), first(fill.Workspace, r.Names.Workspace), fill.Role
	return d
}

// worst is the longest life that a number sent in a unit can mean on a server.
func worst(u Unit, proven bool, n int64, life Life) Life {
	if proven {
		return life
	}
	return max(life, u.Worst(n))
}

// worstOf is the longest life that a row may have, as it was sent.
func worstOf(row Token) Life { return worst(Unit(row.Unit), row.UnitProven, row.SentExpiry, row.Life) }

// finishFailed records why no token is in hand: rejected when ToolJet surely
// made none, unknown when it may have.
func (i *Issuer) finishFailed(ctx context.Context, r Request, row Token, cause error) (Grant, error) {
	cause = i.stage(StageIssue, r.User, r.App, cause)
	x := Explain(cause)
	text, err := json.Marshal(x)
	if err != nil {
		return Grant{Token: row}, errors.Join(cause, err)
	}
	res := history.Result{
		Outcome: Rejected, ErrorID: string(x.ID), ErrorTitle: x.Title, ErrorText: string(text), Status: x.Status,
		ClockOffset: i.Clock().Offset, ClockUncertainty: i.Clock().Uncertainty,
	}
	var ce *client.Error
	if !errors.As(cause, &ce) || ce.MaybeExecuted() {
		// The token, if there is one, was made at the latest now.
		res.Outcome = Unknown
		res.Expires = i.Now().Add(worstOf(row))
		res.WorstExpires = res.Expires
	}
	rctx, cancel := recordContext(ctx)
	defer cancel()
	done, err := i.History.Finish(rctx, row.ID, res)
	if err != nil {
		return Grant{Token: row}, errors.Join(cause, i.stage(StageIssue, r.User, r.App, err))
	}
	cause = i.suggest(ctx, r, cause)
	if near := Explain(cause); near.Title != x.Title || near.Cause != x.Cause {
		done = i.reword(ctx, done, near)
	}
	return Grant{Token: done}, cause
}

// reword gives a row that was refused the words that its person reads, with what may
// have been meant in them. Where that cannot be recorded, it keeps those it has.
func (i *Issuer) reword(ctx context.Context, row Token, x Explanation) Token {
	text, err := json.Marshal(x)
	if err != nil {
		return row
	}
	rctx, cancel := recordContext(ctx)
	defer cancel()
	if t, err := i.History.SetError(rctx, row.ID, x.Title, string(text)); err == nil {
		return t
	}
	return row
}

// lateAnswer is how long after its request an answer may be dated and still tell
// when the token was made.
const lateAnswer = 2 * time.Second

// issuedAt is the moment from which a token's life counts, on the server's clock:
// the date of the answer, or of the request where the answer came late.
func (i *Issuer) issuedAt(g client.TokenGrant) time.Time {
	switch {
	case g.ServerTime.IsZero():
		return i.Now()
	case !g.Wrote.IsZero() && g.ServerTime.Sub(g.Wrote) > lateAnswer:
		return g.Wrote
	}
	return g.ServerTime
}

// notYetShared is said of an outcome that the database of the history could not take yet.
const notYetShared = "The token is not yet in the shared history, whose database is away: it waits, sealed, on this computer until the database is back"

// finishIssued records the token.
func (i *Issuer) finishIssued(ctx context.Context, r Request, row Token, g client.TokenGrant) (Grant, error) {
	issued := i.issuedAt(g)
	grant := Grant{Token: row, Secrets: Secrets{Token: g.Token, URL: g.URL}, Warnings: g.Notes}
	res := history.Result{
		Outcome: Issued, Token: g.Token, URL: g.URL, AppID: g.AppID,
		Issued: issued, Expires: issued.Add(row.Life), WorstExpires: issued.Add(worstOf(row)),
		ClockOffset: g.Clock.Offset, ClockUncertainty: g.Clock.Uncertainty, Status: g.Status, URLMissing: g.URLMissing,
	}
	res.URLWarning = urlWarning(g, i.Client.Host())
	rctx, cancel := recordContext(ctx)
	defer cancel()
	done, err := i.History.Finish(rctx, row.ID, res)
	if err != nil {
		grant.Token.Issued, grant.Token.Expires, grant.Token.Last4 = res.Issued, res.Expires, g.Token.Last4()
		grant.Token.URLMissing, grant.Token.URLWarning = res.URLMissing, res.URLWarning
		grant.Warnings = append(grant.Warnings, URLFaults(grant.Token)...)
		return grant, &UnsavedError{Grant: grant, Err: i.stage(StageIssue, r.User, r.App, err)}
	}
	grant.Token = done
	if done.Spooled {
		grant.Warnings = append(grant.Warnings, notYetShared)
	} else if r.UserInfo == nil || r.AppInfo == nil {
		grant.Token = i.enrich(ctx, done, r.App)
	} else if t, err := i.CompareToken(rctx, done); err == nil {
		grant.Token = t
	}
	if grant.Secrets.URL.IsZero() {
		grant.Secrets.URL = i.builtURL(grant.Token, g.Token)
	}
	grant.Warnings = append(grant.Warnings, URLFaults(grant.Token)...)
	return grant, nil
}

// Reissue asks for a new token for the pair of an earlier one, with the same
// settings, or with another life if life is not zero. The earlier token is not
// ended by it.
func (i *Issuer) Reissue(ctx context.Context, id int64, life Life) (Grant, error) {
	old, err := i.History.Get(ctx, id)
	if err != nil {
		return Grant{}, i.stage(StageIssue, "", "", err)
	}
	return i.Issue(ctx, Again(old, life))
}

// Again is the Request that repeats an earlier one, for the same person even if
// the address of the earlier row belongs to somebody else now.
func Again(old Token, life Life) Request {
	r := Request{
		User: first(old.UserEmail, old.UserID), App: first(old.AppID, old.AppSlug),
		Life: old.Life, Idle: time.Duration(old.IdleMinutes) * time.Minute, Note: old.Note, Again: true,
		Names: history.Details{UserName: old.UserName, AppName: old.AppName, WorkspaceID: old.WorkspaceID, Workspace: old.Workspace},
	}
	if secret.Within(r.Note) != "" {
		r.Note = "" // of an earlier version, which kept it
	}
	if old.AppName == "" {
		r.Names.AppSlug = old.AppSlug // it may be another by now, which the answer does not tell
	}
	if IsID(old.UserID) {
		r.UserID = strings.ToLower(old.UserID)
	}
	if life > 0 {
		r.Life = life
	}
	return r
}

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}
