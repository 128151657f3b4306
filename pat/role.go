package pat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"patdesk/client"
	"patdesk/history"
)

// RoleChange is a change of a person's role in a workspace.
type RoleChange struct {
	UserID, WorkspaceID, Workspace string
	Role, Was                      string // admin, builder or end-user
}

// Roles are the roles of ToolJet, the least powerful first (contract, 4).
func Roles() []string { return []string{"end-user", "builder", "admin"} }

// FindMember reads a person from the server, and the membership that a workspace
// (its id or name) means; an empty one means the only one. Errors: StageError
// around client.Error, with the closest names where nobody is called so; Problem.
func (i *Issuer) FindMember(ctx context.Context, user, workspace string) (User, Membership, error) {
	u, err := i.findUser(ctx, user)
	if err != nil {
		return u, Membership{}, err
	}
	var names []string
	for _, m := range u.Memberships {
		if m.WorkspaceID == workspace || strings.EqualFold(m.Workspace, workspace) || workspace == "" && len(u.Memberships) == 1 {
			return u, m, nil
		}
		names = append(names, m.Workspace)
	}
	who := first(u.Email, u.ID)
	switch {
	case len(names) == 0:
		return u, Membership{}, &Problem{ID: IDNotActive, Cause: who + " is in no workspace"}
	case workspace == "":
		return u, Membership{}, &Problem{ID: IDBadField, Cause: fmt.Sprintf("%s is in several workspaces: %s", who, strings.Join(names, ", ")), Next: "Name one of them with --workspace", OnConsole: "Choose one of them"}
	}
	return u, Membership{}, &Problem{ID: IDBadField, Cause: fmt.Sprintf("%s is in no workspace %q, but in: %s", who, workspace, strings.Join(names, ", "))}
}

// findUser reads a person by e-mail address or id. Older servers take ids only
// (contract, 4.1): there the list is read.
func (i *Issuer) findUser(ctx context.Context, who string) (User, error) {
	who = i.cleanUser(who)
	u, err := i.Client.GetUser(ctx, who)
	if err == nil {
		return u, nil
	}
	if e, ok := errors.AsType[*client.Error](err); ok && e.Status == http.StatusUnprocessableEntity && !IsID(who) {
		users, err := i.Users(ctx, false)
		if err != nil {
			return u, err
		}
		if found := FindUser(users, who); found != nil {
			return *found, nil
		}
		return u, &Problem{ID: IDNotFoundThere, Cause: fmt.Sprintf("no ToolJet user %s in this instance (or archived)", who)}
	}
	return u, i.suggest(ctx, Request{User: who}, i.stage(StageRole, who, "", err))
}

// cleanUser is a user as typed or pasted, without what is around it.
func (i *Issuer) cleanUser(who string) string {
	if r, err := i.Clean(Request{User: who, App: "app"}); err == nil {
		return r.User
	}
	return who
}

// TokensOf are the tokens of a person that stand for their pairs with the apps of a
// workspace, by time left: of each pair the newest that may still open something, also
// beside a newer one that has ended, or the newest if none does. Apps whose workspace is
// not known count.
func (i *Issuer) TokensOf(ctx context.Context, u User, m Membership) ([]Token, error) {
	now := i.Now()
	q := Query{Filter: Filter{Server: i.Server(), ExactUser: first(u.Email, u.ID)}, Sort: SortLeft, Now: now, Limit: 200}
	var live, over []Token
	for {
		page, err := i.History.Page(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Entries {
			switch {
			case t.Outcome != Issued || t.IsProof() || t.WorkspaceID != "" && t.WorkspaceID != m.WorkspaceID:
			case Lives(t, now):
				live = append(live, t)
			default:
				over = append(over, t)
			}
		}
		if !page.More {
			return append(newestOfPairs(live), newestOfPairs(withoutPairs(over, live))...), nil
		}
		q.After = page.Cursor(len(page.Entries) - 1)
	}
}

// Lives reports whether a token may still open its app at a moment of the
// server's clock, in the longer unit while none is proven.
func Lives(t Token, now time.Time) bool { return EndOf(t).Latest.After(now) }

// PlanRole is the plan of a role change and of new tokens for the pairs of these
// ones: the change, its read-back, and a request for each. Everything after a
// failure is left. The role that a person has already is not changed, so that
// only the requests for tokens are left. Nothing is sent. Errors: Problem for a person
// who is not active there, ReadOnlyError, InvalidError, history.Error.
func (i *Issuer) PlanRole(ctx context.Context, u User, m Membership, role string, tokens []Token) ([]Task, error) {
	who := first(u.Email, u.ID)
	if i.Settings.ReadOnly {
		return nil, &ReadOnlyError{i.Settings.Profile}
	}
	if err := i.permit(ctx, RoleAdmin, "change a role"); err != nil {
		return nil, err
	}
	if state := inactive(u, m); state != "" {
		return nil, &Problem{ID: IDNotActive, Cause: fmt.Sprintf("%s is %s; nothing was sent", who, state)}
	}
	issues, err := i.PlanReissue(ctx, tokens, 0)
	if err != nil {
		return nil, err
	}
	var plan []Task
	if role != m.Role {
		change := RoleChange{UserID: u.ID, WorkspaceID: m.WorkspaceID, Workspace: m.Workspace, Role: role, Was: m.Role}
		plan = append(plan, i.roleTask(who, change), i.readBackTask(who, change))
	}
	plan = append(plan, issues...)
	for n := range plan {
		plan[n].Needed = true
	}
	return plan, nil
}

// inactive says what keeps a person from opening apps of a workspace, or "".
func inactive(u User, m Membership) string {
	for _, s := range []struct{ status, where string }{{u.Status, "on this server"}, {m.Status, "in " + m.Workspace}} {
		if s.status == "archived" || s.status == "invited" {
			return s.status + " " + s.where
		}
	}
	return ""
}

func (i *Issuer) roleTask(who string, c RoleChange) Task {
	return Task{Action: ActRole, User: who, Change: c, Do: func(ctx context.Context) (Grant, error) { return Grant{}, i.changeRole(ctx, who, c) }}
}

func (i *Issuer) readBackTask(who string, c RoleChange) Task {
	return Task{Action: ActReadBack, User: who, Change: c, Do: func(ctx context.Context) (Grant, error) { return Grant{}, i.readBack(ctx, who, c) }}
}

// changeRole changes a role, once. That it may have been changed is on the disk
// before the request leaves.
func (i *Issuer) changeRole(ctx context.Context, who string, c RoleChange) error {
	at := placeOf(ctx)
	if err := i.markRow(ctx, at, history.RowUnknown); err != nil {
		return i.stage(StageRole, who, "", err)
	}
	err := i.Client.SetRole(ctx, c.WorkspaceID, c.UserID, c.Role)
	state := history.RowOK
	if e, ok := errors.AsType[*client.Error](err); ok && e.MaybeExecuted() {
		state = history.RowUnknown
	} else if err != nil {
		state = history.RowFailed
	}
	return i.stage(StageRole, who, "", errors.Join(err, i.markRow(ctx, at, state)))
}

// readBack asks which role a person has now. Until it is the one that was asked
// for, nothing rests on it; once it is, the change is known to be done.
func (i *Issuer) readBack(ctx context.Context, who string, c RoleChange) error {
	at := placeOf(ctx)
	u, err := i.Client.GetUser(ctx, c.UserID)
	if err != nil {
		return i.stage(StageRole, who, "", errors.Join(err, i.markRow(ctx, at, history.RowFailed)))
	}
	if has := RoleIn(&u, c.WorkspaceID); has != c.Role {
		cause := fmt.Sprintf("ToolJet says that %s is %s in %s, not %s; nothing was issued", who, first(has, "without a role"), c.Workspace, c.Role)
		return errors.Join(&Problem{ID: IDRoleDiffers, Cause: cause}, i.markRow(ctx, at, history.RowFailed))
	}
	i.learn(ctx, u)
	change := place{at.run, at.row - 1}
	return i.stage(StageRole, who, "", errors.Join(i.markRow(ctx, change, history.RowOK), i.markRow(ctx, at, history.RowOK)))
}

func (i *Issuer) markRow(ctx context.Context, at place, state history.RowState) error {
	if at.run == "" {
		return nil
	}
	ctx, cancel := recordContext(ctx)
	defer cancel()
	return i.History.MarkRow(ctx, at.run, at.row, state)
}
