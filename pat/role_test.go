package pat_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// member is a person of the sandbox with three tokens in a workspace.
func member(t *testing.T, r *rig, user, workspace string, apps ...string) (pat.User, pat.Membership, []pat.Token) {
	t.Helper()
	for _, app := range apps {
		req := request()
		req.User, req.App = user, app
		r.issue(t, req)
	}
	u, m, err := r.FindMember(t.Context(), user, workspace)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := r.TokensOf(t.Context(), u, m)
	if err != nil || len(tokens) != len(apps) {
		t.Fatalf("%d tokens, %v", len(tokens), err)
	}
	return u, m, tokens
}

// roleNow is the role of a person on the server.
func roleNow(r *rig, user, workspaceID string) string {
	for _, u := range r.server.Users() {
		for _, m := range u.Memberships {
			if u.Email == user && m.WorkspaceID == workspaceID {
				return m.Role
			}
		}
	}
	return ""
}

// carry carries a run out and returns the states of its steps by their first
// letters, the first failure, and the exit code.
func carry(t *testing.T, r *rig, run *pat.Run) (states string, exit int, first error) {
	t.Helper()
	if err := r.Record(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	var tally pat.Tally
	for s := range run.Steps(t.Context()) {
		states += string(s.State[0])
		tally.Add(s)
		if first == nil {
			first = s.Err
		}
	}
	return states, tally.Exit, first
}

const rolePath = "update-user-role"

// Ensure a role change with re-issue ends where it must, says why, issues nothing
// that rests on a failure, and leaves what was not sent to be taken up again.
func TestRole(t *testing.T) {
	t.Parallel()
	three := []string{"orders", "returns", "invoices"}
	tests := []struct {
		name, user, workspace, role string
		apps                        []string
		options                     sandbox.Options
		fault                       sandbox.Fault
		states                      string
		exit                        int
		id                          pat.ID
		says                        []string
		role2                       string // on the server afterwards
		again                       string // states when it is taken up again without the fault, "-" = nothing waits
	}{
		{name: "promote and re-issue three", role: "builder", states: "ooooo", role2: "builder", again: "-"},
		{name: "v1 only", role: "builder", options: sandbox.Options{NoV2: true}, states: "ooooo", role2: "builder", again: "-"},
		{name: "v2 only", role: "builder", options: sandbox.Options{NoV1Role: true}, states: "ooooo", role2: "builder", again: "-"},
		{name: "the same role", role: "end-user", states: "ooo", role2: "end-user", again: "-"},
		{
			name: "owner of two apps", user: "cy@example.com", workspace: "operations", role: "end-user", apps: []string{"stock", "visits", "zaiko"},
			states: "fssss", exit: 6, id: pat.IDAppsOwned, says: []string{"Warehouse map, Delivery slots", "nothing was changed"}, role2: "builder", again: "fssss",
		},
		{name: "no seat", role: "builder", options: sandbox.Options{Builders: 8}, states: "fssss", exit: 5, id: pat.IDNoSeat, says: []string{"nothing was changed"}, role2: "end-user", again: "fssss"},
		{name: "no licence", role: "builder", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Match: rolePath, Status: 451, Body: `"Oops! Your current plan doesn't have access to this feature."`, Times: 1}, states: "fssss", exit: 5, id: pat.IDPlanLacks, role2: "end-user", again: "ooooo"},
		{name: "lost change", role: "builder", fault: sandbox.Fault{Kind: sandbox.FaultDropAfter, Match: rolePath, Times: 1}, states: "ussss", exit: 7, id: pat.IDRoleLost, says: []string{"may have changed", "connection lost"}, role2: "builder", again: "oooo"},
		{name: "lost before it was done", role: "builder", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Match: rolePath, Status: 502, Body: "<html>Bad gateway</html>", Times: 1}, states: "ussss", exit: 7, id: pat.IDRoleLost, role2: "end-user", again: "fsss"},
		{name: "read back fails", role: "builder", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Match: "GET /apps/api/ext/user/", Status: 500, Body: `"boom"`, Times: 1}, states: "ofsss", exit: 6, id: pat.IDServerError, role2: "builder", again: "oooo"},
		{name: "refused at request 3 of 5", role: "builder", fault: status1(422, `"Already exists!"`), states: "oofss", exit: 6, id: pat.IDRefusedData, role2: "builder", again: "oooo"},
		{name: "lost at request 3 of 5", role: "builder", fault: sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1}, states: "oouss", exit: 7, id: pat.IDConnectionLost, role2: "builder", again: "ooo"},
		{name: "server error at request 3 of 5", role: "builder", fault: status1(500, `"boom"`), states: "oouss", exit: 7, id: pat.IDServerError, role2: "builder", again: "ooo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.options)
				defer r.History.Close()
				user, workspace, apps := tt.user, tt.workspace, tt.apps
				if user == "" {
					user, workspace, apps = "ana@example.com", "sales", three
				}
				u, m, tokens := member(t, r, user, workspace, apps...)
				made := executions(r)
				plan, err := r.PlanRole(t.Context(), u, m, tt.role, tokens)
				if err != nil || len(plan) != len(tt.states) {
					t.Fatalf("%d tasks, %v", len(plan), err)
				}
				if tt.fault.Kind != "" {
					r.server.Inject(tt.fault)
				}
				run := pat.NewRun(pat.RunRole, plan)
				states, exit, first := carry(t, r, run)
				x := pat.Explain(first)
				if states != tt.states || exit != tt.exit || x.ID != tt.id {
					t.Errorf("states %s, exit %d, %q: %v", states, exit, x.ID, first)
				}
				for _, want := range tt.says {
					if !strings.Contains(x.Title+x.Cause, want) {
						t.Errorf("no %q in %q, %q", want, x.Title, x.Cause)
					}
				}
				if has := roleNow(r, user, m.WorkspaceID); has != tt.role2 {
					t.Errorf("the role is %s, want %s", has, tt.role2)
				}
				checkAgain(t, r, run.ID, tt.again)
				if n := executions(r) - made; n > 3 {
					t.Errorf("%d tokens were made for three rows", n)
				}
			})
		})
	}
}

func status1(code int, body string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, Body: body, Times: 1}
}

// checkAgain takes a run up in the next process.
func checkAgain(t *testing.T, r *rig, id, want string) {
	t.Helper()
	if err := r.History.Close(); err != nil {
		t.Fatal(err)
	}
	r.History = r.open(t)
	waiting, err := r.Waiting(t.Context())
	if err != nil || (len(waiting) == 1) != (want != "-") {
		t.Errorf("%d runs wait, %v", len(waiting), err)
	}
	run, err := r.Resume(t.Context(), id, false)
	if want == "-" {
		if pat.Explain(err).ID != pat.IDNoSuchRun {
			t.Errorf("taken up again: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if states, _, first := carry(t, r, run); states != want {
		t.Errorf("taken up again: %s, want %s, %v", states, want, first)
	}
}

// Ensure that what stands for a pair is the newest token that may still open something:
// no proof of the unit and no newer one that has ended hides it, and neither is what a
// new token repeats.
func TestTokensOf_WhatMayStillOpen(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		reads  pat.Unit
		before func(t *testing.T, r *rig) // after the first token of eight hours
		want   int64
		state  pat.State
	}{
		"alone":                {pat.Seconds, func(*testing.T, *rig) {}, 1, pat.OK},
		"proof, seconds":       {pat.Seconds, proveUnit, 1, pat.OK},
		"proof, minutes":       {pat.Minutes, proveUnit, 1, pat.OK},
		"proven twice":         {pat.Seconds, func(t *testing.T, r *rig) { proveUnit(t, r); proveUnit(t, r) }, 1, pat.OK},
		"a newer one lives":    {pat.Seconds, func(t *testing.T, r *rig) { another(t, r, time.Hour) }, 2, pat.OK},
		"a newer one ended":    {pat.Seconds, func(t *testing.T, r *rig) { proveUnit(t, r); another(t, r, time.Minute); time.Sleep(time.Hour) }, 1, pat.Older},
		"all ended":            {pat.Seconds, func(t *testing.T, r *rig) { another(t, r, time.Minute); proveUnit(t, r); time.Sleep(24 * time.Hour) }, 2, pat.Expired},
		"ended as documented?": {pat.Minutes, func(_ *testing.T, _ *rig) { time.Sleep(9 * time.Hour) }, 1, pat.Ended},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{Unit: sandbox.Unit(tt.reads)})
				defer r.History.Close()
				another(t, r, 8*time.Hour)
				tt.before(t, r)
				u, m, err := r.FindMember(t.Context(), "ana@example.com", "sales")
				if err != nil {
					t.Fatal(err)
				}
				tokens, err := r.TokensOf(t.Context(), u, m)
				if err != nil || len(tokens) != 1 || tokens[0].ID != tt.want || tokens[0].State(r.Now()) != tt.state {
					t.Fatalf("%+v, %v", tokens, err)
				}
				// All that the history has of the pair, as marks would have it.
				page, err := r.History.Page(t.Context(), pat.Query{Sort: pat.SortIssued, Now: r.Now(), Limit: 9})
				if err != nil {
					t.Fatal(err)
				}
				plan, err := r.PlanReissue(t.Context(), page.Entries, 0)
				if err != nil || len(plan) != 1 || plan[0].Life < time.Minute {
					t.Errorf("a plan of all: %+v, %v", plan, err)
				}
			})
		})
	}
}

// another issues one more token for ana and orders.
func another(t *testing.T, r *rig, life time.Duration) {
	t.Helper()
	req := request()
	req.Life, req.Again = life, true
	r.issue(t, req)
	time.Sleep(2 * time.Second)
}

func proveUnit(t *testing.T, r *rig) {
	t.Helper()
	if _, _, err := r.ProveUnit(t.Context(), "ana@example.com", "orders"); err != nil {
		t.Fatal(err)
	}
}

// Ensure a role that reads back as another one issues nothing, and that the plan
// goes on once it is right.
func TestRole_ReadBackDiffers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		u, m, tokens := member(t, r, "ana@example.com", "sales", "orders")
		plan, err := r.PlanRole(t.Context(), u, m, "builder", tokens)
		if err != nil {
			t.Fatal(err)
		}
		run := pat.NewRun(pat.RunRole, plan)
		if err := r.Record(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		states, made := "", executions(r)
		for s := range run.Steps(t.Context()) {
			states += string(s.State[0])
			if s.N == 0 { // somebody else is at it, too
				if err := r.server.SetMembership("ana@example.com", "sales", "active", "admin"); err != nil {
					t.Fatal(err)
				}
			}
			if x := pat.Explain(s.Err); s.N == 1 && (x.ID != pat.IDRoleDiffers || x.Exit != pat.ExitRejected || !strings.Contains(x.Cause, "is admin in")) {
				t.Errorf("%+v", x)
			}
		}
		if states != "ofs" || executions(r) != made {
			t.Errorf("states %s, %d tokens", states, executions(r)-made)
		}
		if err := r.server.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
			t.Fatal(err)
		}
		checkAgain(t, r, run.ID, "oo")
	})
}

// Ensure what cannot go well is said before anything is sent.
func TestPlanRole_Refused(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	defer r.History.Close()
	for _, set := range [][3]string{{"ana@example.com", "sales", "archived"}, {"jon@example.org", "sales", "invited"}} {
		if err := r.server.SetMembership(set[0], set[1], set[2], "end-user"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		user, workspace string
		id              pat.ID
		says            string
	}{
		{"ana@example.com", "sales", pat.IDNotActive, "ana@example.com is archived in Sales"},
		{"jon@example.org", "", pat.IDNotActive, "is invited in Sales"},
		{"dana@example.com", "", pat.IDBadField, "several workspaces: Sales, Support"},
		{"dana@example.com", "operations", pat.IDBadField, `no workspace "operations", but in: Sales, Support`},
		{"dana@exmaple.com", "sales", pat.IDNotFoundThere, "Closest: dana@example.com"},
	} {
		u, m, err := r.FindMember(t.Context(), tt.user, tt.workspace)
		if err == nil {
			_, err = r.PlanRole(t.Context(), u, m, "builder", nil)
		}
		if x := pat.Explain(err); x.ID != tt.id || !strings.Contains(x.Cause, tt.says) {
			t.Errorf("%s in %q: %s %q", tt.user, tt.workspace, x.ID, x.Cause)
		}
	}
	if err := r.server.SetMembership("ana@example.com", "sales", "active", "end-user"); err != nil {
		t.Fatal(err)
	}
	u, m, tokens := member(t, r, "  ANA@example.com ", "Sales", "orders")
	r.Settings.ReadOnly = true
	if _, err := r.PlanRole(t.Context(), u, m, "builder", tokens); pat.Explain(err).ID != pat.IDReadOnlyProfile {
		t.Errorf("read-only: %v", err)
	}
	if slices.ContainsFunc(r.server.Requests(), func(q sandbox.Request) bool { return q.Method == "PUT" || q.Method == "PATCH" }) {
		t.Error("a change was sent")
	}
}

// Ensure what may exist is sent again only when a person says so, then once.
func TestResume_Unknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 3})
		run := pat.NewRun(pat.RunBulk, reissuePlan(t, r, 5))
		if states, exit, _ := carry(t, r, run); states != "uuuss" || exit != pat.ExitUnknown {
			t.Fatalf("states %s, exit %d", states, exit)
		}
		checkAgain(t, r, run.ID, "oo")
		_, err := r.Resume(t.Context(), run.ID, false)
		if x := pat.Explain(err); x.ID != pat.IDNoSuchRun || !strings.Contains(x.Cause, "outcome of 3 is unknown") {
			t.Errorf("%+v", x)
		}
		again, err := r.Resume(t.Context(), run.ID, true)
		if err != nil || len(again.Plan) != 3 || again.Plan[0].Row != 1 || len(again.Plan[0].Alive) == 0 {
			t.Fatalf("%+v, %v", again, err)
		}
		if states, _, first := carry(t, r, again); states != "ooo" {
			t.Errorf("states %s, %v", states, first)
		}
		if _, err := r.Resume(t.Context(), run.ID, true); err == nil {
			t.Error("something is left")
		}
	})
}

// reissuePlan is a plan of n requests for n apps, as a list gives it.
func reissuePlan(t *testing.T, r *rig, n int) []pat.Task {
	t.Helper()
	apps := []string{"orders", "returns", "invoices", "stock", "visits", "tickets"}
	var tokens []pat.Token
	for _, app := range apps[:n] {
		tokens = append(tokens, pat.Token{UserEmail: "gil@example.com", AppSlug: app, Life: time.Hour, IdleMinutes: 60})
	}
	plan, err := r.PlanReissue(t.Context(), tokens, 0)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// Ensure two processes that take the same run up send each row once.
func TestResume_TwoAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		run := pat.NewRun(pat.RunBulk, reissuePlan(t, r, 4))
		if err := r.Record(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		other, err := r.Resume(t.Context(), "", false)
		if err != nil || other.ID != run.ID {
			t.Fatalf("%v, %v", other, err)
		}
		if states, _, _ := carry(t, r, run); states != "oooo" {
			t.Errorf("the first: %s", states)
		}
		if states, _, first := carry(t, r, other); states != "fsss" || pat.Explain(first).ID != pat.IDRunTaken {
			t.Errorf("the second: %s, %v", states, first)
		}
		if n := executions(r); n != 4 {
			t.Errorf("%d tokens for 4 rows", n)
		}
		if _, err := r.Resume(t.Context(), "no-such-run", false); pat.Explain(err).ID != pat.IDNoSuchRun {
			t.Error(err)
		}
		if _, err := r.Resume(t.Context(), "", false); !errors.As(err, new(*pat.Problem)) {
			t.Error(err)
		}
	})
}
