package aloud

import (
	"context"
	"fmt"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// doctor looks at the server and reads each check as it comes.
func (t *talk) doctor(ctx context.Context, _ string) error {
	worst := pat.Good
	t.await(ctx, "looking at the server", func(ctx context.Context) { worst = t.readChecks(ctx, t.i) })
	switch worst {
	case pat.Bad, pat.Warn:
		t.say("There is something to look at.")
	default:
		t.say("All well.")
	}
	return nil
}

// prove finds out in which unit the server reads patExpiry, with a test pair.
func (t *talk) prove(ctx context.Context, who string) error {
	l := t.readLists(ctx)
	t.say("A user who may open the app, and an app that nobody waits for: builds exist in which a new token ends the older one of its pair.")
	user, _, err := t.pickUser(ctx, l, who)
	if err != nil {
		return err
	}
	app, _, err := t.pickApp(ctx, l)
	if err != nil {
		return err
	}
	req, err := t.i.Clean(pat.ProofRequest(user, app))
	if err == nil {
		err = t.i.Check(req)
	}
	if err != nil {
		return err
	}
	yes, err := t.confirm(ctx, kit.ProofQuestion(t.profile, req))
	if err != nil || !yes {
		return err
	}
	t.say("Proving the unit: this takes five seconds.")
	m := kit.ProvedMsg{}
	t.await(ctx, "proving the unit", func(ctx context.Context) {
		if m.Unit, _, m.Err = t.i.ProveUnit(ctx, req.User, req.App); m.Err == nil && t.o.Servers.KeepUnit != nil && t.profile != nil {
			m.Unkept = t.o.Servers.KeepUnit(ctx, t.i, t.profile.Name, m.Unit)
		}
	})
	_, words := m.Announce()
	t.say("%s", words)
	return nil
}

// runs reads the runs that wait, and goes on with one.
func (t *talk) runs(ctx context.Context, _ string) error {
	all, err := t.i.Waiting(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		t.say("No run waits.")
		return nil
	}
	list := make([]choice, len(all))
	for n, r := range all {
		v := pat.RunsViewOf(r)
		list[n] = choice{words: fmt.Sprintf("%s, begun %s by %s, %d done, %d failed, %d unsure, %d wait", r.Kind, kit.ClockTime(r.Begun, t.i.Now(), t.o.Zone), v.By, r.Done, r.Failed, r.Unknown, r.Waiting), names: []string{r.ID}}
	}
	at, _, err := t.choose(ctx, fmt.Sprintf("Go on with which run? %s leaves them.", kit.Name(t.keys.Global.Back)), list, nil)
	if err != nil {
		return err
	}
	run, err := t.i.Resume(ctx, all[at].ID, false)
	if err != nil {
		return err
	}
	question := fmt.Sprintf("Issue %s?", pat.Plural(run.Issues(), "token"))
	if run.Kind == pat.RunRole {
		question = pat.RoleQuestion(run)
	}
	return t.carryOut(ctx, run, question)
}
