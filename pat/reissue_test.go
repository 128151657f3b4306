package pat_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure a re-issue is for the person of the earlier row, whoever has the address
// of that row by now, and by the address only where no id is known.
func TestReissue_ForThePersonNotTheAddress(t *testing.T) {
	t.Parallel()
	const ana, bo = "ana@example.com", "bo@partner.example"
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, r *rig)
	}{
		{"nothing changed", func(*testing.T, *rig) {}},
		{"another address", func(t *testing.T, r *rig) { rename(t, r, ana, "ana.ruiz@example.com") }},
		{"the address in capitals", func(t *testing.T, r *rig) { rename(t, r, ana, strings.ToUpper(ana)) }},
		{"the address given away", func(t *testing.T, r *rig) {
			rename(t, r, ana, "ana.ruiz@example.com")
			rename(t, r, bo, ana)
		}},
		{"addresses changed about", func(t *testing.T, r *rig) {
			rename(t, r, ana, "someone@example.com")
			rename(t, r, bo, ana)
			rename(t, r, "someone@example.com", bo)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			old := r.issue(t, request()).Token
			if old.UserID == "" {
				t.Fatal("the id was not learned")
			}
			tt.change(t, r)
			g, err := r.Reissue(t.Context(), old.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			if g.Token.UserID != old.UserID || g.Token.Older != old.ID {
				t.Errorf("issued for %s after %s, older #%d", g.Token.UserID, old.UserID, g.Token.Older)
			}
			made := r.server.Ledger()
			if last := made[len(made)-1]; !strings.EqualFold(last.UserID, old.UserID) {
				t.Errorf("the server made it for %s, not for %s", last.UserID, old.UserID)
			}
		})
	}
}

func rename(t *testing.T, r *rig, user, email string) {
	t.Helper()
	if err := r.server.SetUserEmail(user, email); err != nil {
		t.Fatal(err)
	}
}

// Ensure a re-issue that comes to nothing is known by the names of the earlier row, also
// where a run asks for it, and one that succeeds by what the server says now.
func TestReissue_KeepsTheNames(t *testing.T) {
	t.Parallel()
	const name = "Orders portal"
	for _, tt := range []struct {
		kind    string
		outcome pat.Outcome
	}{
		{sandbox.FaultStatus, pat.Unknown}, {sandbox.FaultDropAfter, pat.Unknown}, {sandbox.FaultRefuse, pat.Rejected},
	} {
		r := newRig(t, sandbox.Options{})
		req := request()
		req.App = seeded(t, r, "orders").ID
		old := r.issue(t, req).Token
		r.server.Inject(sandbox.Fault{Kind: tt.kind, Times: -1})
		g, err := r.Reissue(t.Context(), old.ID, 0)
		if row := g.Token; err == nil || row.Outcome != tt.outcome || pat.AppOf(row) != name || row.UserName != old.UserName || row.Workspace != old.Workspace || row.Role != "" {
			t.Errorf("%s: %v: %s %q of %q in %q, %q", tt.kind, err, row.Outcome, pat.AppOf(row), row.UserName, row.Workspace, row.Role)
		}
		plan, err := r.PlanReissue(t.Context(), []pat.Token{old}, 0)
		if err != nil {
			t.Fatal(err)
		}
		run := pat.NewRun(pat.RunReissue, plan)
		if err := r.Record(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		again, err := r.Resume(t.Context(), run.ID, false)
		if err != nil {
			t.Fatal(err)
		}
		if g, err := again.Plan[0].Do(t.Context()); err == nil || pat.AppOf(g.Token) != name {
			t.Errorf("%s, of a run: %v, %q", tt.kind, err, pat.AppOf(g.Token))
		}
		r.server.Clear()
		if err := r.server.RenameApp("orders", "Orders of today"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Apps(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if g, err := r.Reissue(t.Context(), old.ID, 0); err != nil || pat.AppOf(g.Token) != "Orders of today" {
			t.Errorf("%v, %q", err, pat.AppOf(g.Token))
		}
	}
}
