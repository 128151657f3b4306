package aloud

import (
	"context"
	"fmt"
	"strings"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// role changes the role of a person in a workspace, and re-issues their tokens: the
// plan is read, confirmed once and carried out.
func (t *talk) role(ctx context.Context, word string) error {
	who, ok, err := t.who(ctx, word)
	if err != nil || !ok {
		return err
	}
	user, member, err := t.member(ctx, who)
	if err != nil {
		return err
	}
	name := kit.FirstOf(user.Email, user.ID)
	t.say("%s is %s in %s.", pat.AloudName(name), kit.FirstOf(member.Role, "without a role"), member.Workspace)
	roles := pat.Roles()
	list := make([]choice, len(roles))
	for n, r := range roles {
		list[n] = choice{words: r}
	}
	at, _, err := t.choose(ctx, "Which role?", list, nil)
	if err != nil {
		return err
	}
	live, err := t.liveOf(ctx, user, member)
	if err != nil {
		return err
	}
	plan, err := t.i.PlanRole(ctx, user, member, roles[at], live)
	if err != nil {
		return err
	}
	if len(plan) == 0 {
		t.say("%s is %s in %s already; nothing to do.", pat.AloudName(name), roles[at], member.Workspace)
		return nil
	}
	if power := pat.PowerOf(name, roles[at], member.Workspace); power != "" && len(live) > 0 {
		t.say("%s.", power)
	}
	run := pat.NewRun(pat.RunRole, plan)
	return t.carryOut(ctx, run, pat.RoleQuestion(run))
}

// who is the person that a word means: a number, an address, or that of the token
// spoken of last.
func (t *talk) who(ctx context.Context, word string) (string, bool, error) {
	if word != "" && strings.Trim(word, "#0123456789") != "" {
		return word, true, nil
	}
	r, ok, err := t.row(ctx, word)
	if r.token.ID != 0 {
		r.user = kit.FirstOf(r.token.UserEmail, r.token.UserID)
	}
	return r.user, ok, err
}

// member reads a person from the server, with the workspace that is meant.
func (t *talk) member(ctx context.Context, who string) (u pat.User, m pat.Membership, err error) {
	find := func(workspace string) {
		t.await(ctx, "reading the person from ToolJet", func(ctx context.Context) { u, m, err = t.i.FindMember(ctx, who, workspace) })
	}
	if find(""); err == nil || len(u.Memberships) < 2 {
		return u, m, err
	}
	list := make([]choice, len(u.Memberships))
	for n, m := range u.Memberships {
		list[n] = choice{words: fmt.Sprintf("%s, %s there", m.Workspace, kit.FirstOf(m.Role, "without a role")), names: []string{m.Workspace, m.WorkspaceID}}
	}
	at, _, err := t.choose(ctx, "In which workspace?", list, nil)
	if err != nil {
		return u, m, err
	}
	return u, u.Memberships[at], nil
}

// liveOf are the tokens of a person that a new role is followed by: the newest of each
// pair that lives, if they shall be re-issued.
func (t *talk) liveOf(ctx context.Context, u pat.User, m pat.Membership) ([]pat.Token, error) {
	all, err := t.i.TokensOf(ctx, u, m)
	if err != nil {
		return nil, err
	}
	var live []pat.Token
	for _, token := range all {
		if pat.Lives(token, t.i.Now()) {
			live = append(live, token)
			t.say("Live there: %s.", pat.Aloud(token, t.i.Now()))
		}
	}
	if len(live) == 0 {
		t.say("No live token of theirs for an app there is known.")
		return nil, nil
	}
	yes, err := t.confirm(ctx, kit.Question{Title: fmt.Sprintf("Re-issue %s with the new role, too?", pat.Plural(len(live), "token")), Go: true})
	if err != nil || !yes {
		return nil, err
	}
	return live, nil
}
