package pat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"patdesk/history"
)

// Role is what somebody may do at a desk that several share.
type Role string

// The roles, from the least to the most.
const (
	RoleView  Role = "view"  // sees no secret in any way
	RoleIssue Role = "issue" // issues for its apps, and copies what it may see again
	RoleAdmin Role = "admin" // everything, changes of roles on the server too
)

// Who may see a secret again that somebody else issued.
const (
	RevealIssuer = "issuer" // who issued it, and admins
	RevealRole   = "role"   // whoever may issue for the app
	RevealNobody = "nobody" // nobody
)

// Rights are what somebody may do at a desk that several share. They hold for the
// issuer that has them in its Settings, whichever face asks; nil = everything.
type Rights struct {
	Name   string // of the person or machine
	Role   Role
	Apps   []string // ids or slugs; "*" = all
	Spaces []string // names or ids of workspaces; empty = all
	Until  time.Time
	// MaxLife is the longest life of a token, where it is shorter than the profile's.
	// 0 = none of their own.
	MaxLife Life
	Rate    int // requests in a minute, counted over the history; 0 = no limit
	// Reveal is who sees secrets again that others issued.
	Reveal string
	// Over says why nothing may be done any more, a clause; "" = it may.
	Over string
	// Now, if not nil, returns these rights as they are by now: the team may change
	// while somebody sits.
	Now func() *Rights
}

// rights are those of this person by now; nil = everything.
func (i *Issuer) rights() *Rights {
	r := i.Settings.Rights
	if r != nil && r.Now != nil {
		return r.Now()
	}
	return r
}

// DeniedError says that a role forbids something. Nothing was sent.
type DeniedError struct {
	Actor string
	What  string // as "issue for orders"
	Rule  string // a clause

	recorded bool // it is in the history
}

// Error implements error.
func (e *DeniedError) Error() string {
	return fmt.Sprintf("%s may not %s: %s", e.Actor, e.What, e.Rule)
}

func (r *Rights) deny(what, rule string) error {
	if r == nil {
		return nil
	}
	return &DeniedError{Actor: r.Name, What: what, Rule: rule}
}

// RecordDenied writes down in a history that somebody was refused, where an error says so
// and that was not done yet, before anybody is told. It returns the error, or that of the
// history: what cannot be recorded is not told either.
func RecordDenied(ctx context.Context, h Ledger, err error) error {
	e, ok := errors.AsType[*DeniedError](err)
	if !ok || e.recorded {
		return err
	}
	if err := h.MarkDenied(ctx, e.record()); err != nil {
		return err
	}
	e.recorded = true
	return err
}

// record is what the history keeps of a refusal. What a person typed is in it.
func (e *DeniedError) record() string {
	const most = 200
	text := []rune(e.What + ": " + e.Rule)
	return string(text[:min(len(text), most)])
}

// permit is what forbids something to a role below one. A refusal is recorded.
func (i *Issuer) permit(ctx context.Context, role Role, what string) error {
	return i.refused(ctx, i.rights().atLeast(role, what, time.Now()))
}

// refused records a refusal.
func (i *Issuer) refused(ctx context.Context, err error) error {
	return RecordDenied(ctx, i.History, err)
}

// ended is what forbids everything once a membership is over.
func (r *Rights) ended(what string, now time.Time) error {
	switch {
	case r == nil:
		return nil
	case r.Over != "":
		return r.deny(what, r.Over)
	case r.Until.IsZero() || now.Before(r.Until):
		return nil
	}
	return r.deny(what, "their time at this desk ended on "+r.Until.Add(-time.Second).Format(time.DateOnly))
}

// atLeast is what forbids something to roles below one.
func (r *Rights) atLeast(role Role, what string, now time.Time) error {
	if r == nil {
		return nil
	}
	if err := r.ended(what, now); err != nil {
		return err
	}
	order := []Role{RoleView, RoleIssue, RoleAdmin}
	if have := slices.Index(order, r.Role); have >= 0 && have >= slices.Index(order, role) {
		return nil
	}
	return r.deny(what, fmt.Sprintf("role %s is needed, theirs is %s", role, r.Role))
}

// has reports whether one of names stands in a list.
func has(list []string, names ...string) bool {
	return slices.ContainsFunc(list, func(v string) bool {
		return slices.ContainsFunc(names, func(n string) bool {
			return n != "" && (v == n || IsID(v) && strings.EqualFold(v, n))
		})
	})
}

// WhyNotChange says why nothing can be issued or changed here at all, as a sentence,
// or is "".
func (i *Issuer) WhyNotChange() string {
	if i.Settings.ReadOnly {
		return "This profile is read-only: its settings forbid issuing."
	}
	if err := i.rights().atLeast(RoleIssue, "issue", time.Now()); err != nil {
		return strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + "."
	}
	return ""
}

// permitIssue is what forbids a request to this person. The app is looked up where
// the words of the request do not decide it. A refusal is recorded. Errors: DeniedError;
// history.Error where the rate cannot be counted, or the refusal recorded.
func (i *Issuer) permitIssue(ctx context.Context, req Request) error {
	return i.refused(ctx, i.mayIssue(ctx, req))
}

func (i *Issuer) mayIssue(ctx context.Context, req Request) error {
	r := i.rights()
	if r == nil {
		return nil
	}
	what := "issue for " + first(req.App, "no app")
	if err := r.atLeast(RoleIssue, what, time.Now()); err != nil {
		return err
	}
	if r.Role != RoleAdmin && !i.mayUseApp(ctx, r, req) {
		rule := "their apps are " + strings.Join(r.Apps, ", ")
		if len(r.Spaces) > 0 {
			rule += ", in workspace " + strings.Join(r.Spaces, ", ")
		}
		return r.deny(what, rule)
	}
	return i.withinRate(ctx, r, what)
}

// mayUseApp reports whether the app of a request is one of those of the rights. An
// app that cannot be told is none.
func (i *Issuer) mayUseApp(ctx context.Context, r *Rights, req Request) bool {
	all := has(r.Apps, "*")
	if len(r.Spaces) == 0 && (all || has(r.Apps, req.App)) {
		return true
	}
	apps, err := i.Apps(ctx, false)
	if err != nil {
		return false
	}
	app := FindApp(apps, req.App)
	return app != nil && (all || has(r.Apps, app.ID, app.Slug)) &&
		(len(r.Spaces) == 0 || has(r.Spaces, app.WorkspaceID, app.Workspace))
}

// rateLook is how many of the newest requests are looked at in one step.
const rateLook = 100

// withinRate counts the requests of the last minute, also those of other processes. It
// looks back from the newest one until a step has none of the last minute: nothing else
// finds them without an index that every event would have to be written into.
func (i *Issuer) withinRate(ctx context.Context, r *Rights, what string) error {
	if r.Rate == 0 {
		return nil
	}
	n, before, since := 0, int64(0), time.Now().Add(-time.Minute)
	for {
		page, err := i.History.Events(ctx, history.EventFilter{Actions: []history.Action{history.Begun}}, before, rateLook)
		if err != nil {
			return i.stage(StageIssue, "", "", err)
		}
		recent := false
		for _, e := range page.Events {
			before = e.ID
			if e.At.Before(since) {
				continue
			}
			if recent = true; e.Actor == r.Name {
				n++
			}
		}
		switch {
		case n >= r.Rate:
			return r.deny(what, Plural(r.Rate, "request")+" in a minute may be made here, and as many were")
		case !page.More || !recent:
			return nil
		}
	}
}

// permitReveal is what forbids this person to get the secret of a token again. A refusal
// is recorded.
func (i *Issuer) permitReveal(ctx context.Context, t Token) error {
	return i.refused(ctx, i.mayReveal(ctx, t))
}

func (i *Issuer) mayReveal(ctx context.Context, t Token) error {
	r := i.rights()
	if r == nil {
		return nil
	}
	what := fmt.Sprintf("see the secret of #%d", t.ID)
	if err := r.atLeast(RoleIssue, what, time.Now()); err != nil {
		return err
	}
	switch {
	case r.Reveal == RevealNobody:
		return r.deny(what, "nobody sees a secret again at this desk; a new token is issued instead")
	case r.Role == RoleAdmin, t.By == r.Name:
		return nil
	case r.Reveal != RevealRole:
		return r.deny(what, "it was issued by "+first(t.By, "somebody else")+", and only who issued it sees it again")
	case !i.mayUseApp(ctx, r, Request{App: first(t.AppID, t.AppSlug)}):
		return r.deny(what, "their apps are "+strings.Join(r.Apps, ", "))
	}
	return nil
}

// SetNote changes the note of a token. Errors: DeniedError, InvalidError for a note with a
// secret in it, history.Error.
func (i *Issuer) SetNote(ctx context.Context, id int64, note string) error {
	if err := i.permit(ctx, RoleIssue, fmt.Sprintf("change the note of #%d", id)); err != nil {
		return err
	}
	if err := i.noSecret(FieldNote, note); err != nil {
		return err
	}
	return i.History.SetNote(ctx, id, note)
}
