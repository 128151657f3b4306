package pat_test

import (
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// exposureOf is what is exposed of a person by fresh lists.
func (r *rig) exposureOf(t *testing.T, who string) pat.Exposure {
	t.Helper()
	lists, err := r.Lists(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Exposures(t.Context(), lists, who)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d people, %v", len(list), err)
	}
	return list[0]
}

// Ensure that a leaver goes to zero: their tokens are counted in every state that may
// still work, open nothing once they are archived, ToolJet says so token by token,
// and at their ends nothing is left. With and without the second version of the API.
func TestExposure_LeaverToZero(t *testing.T) {
	t.Parallel()
	for _, old := range []bool{false, true} {
		r := newRig(t, sandbox.Options{NoV2: old})
		first := r.issue(t, request()).Token
		for _, life := range []time.Duration{time.Hour, 8 * time.Hour} {
			req := request()
			req.Life, req.Again = life, true
			r.issue(t, req)
		}
		other := request()
		other.App = "stock"
		r.issue(t, other)
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
		other.Again = true
		if _, err := r.Issue(t.Context(), other); err == nil {
			t.Fatal("the answer was not lost")
		}
		e := r.exposureOf(t, "ANA@example.com")
		if e.Tokens != 5 || e.Older != 2 || e.Unsure != 1 || len(e.Alive) != 5 || len(e.Pairs) != 2 || e.Worth != pat.WorthSession || e.Proven {
			t.Errorf("%d tokens, %d older, %d unsure, %d alive, worth %s, proven %v", e.Tokens, e.Older, e.Unsure, len(e.Alive), e.Worth, e.Proven)
		}
		// 28,800 sent as seconds may be minutes: twenty days.
		if left := e.Until.Sub(r.Now()); left < 479*time.Hour || !e.Until.Equal(pat.EndOf(e.Alive[0]).Latest) {
			t.Errorf("until %v", e.Until)
		}
		if says := e.Words(r.Now(), time.UTC); !strings.Contains(says, "at the latest") || e.Stop() == "" {
			t.Errorf("it says %q", says)
		}
		if err := r.server.SetUserStatus("ana@example.com", "archived"); err != nil {
			t.Fatal(err)
		}
		if e = r.exposureOf(t, "ana@example.com"); e.Worth != pat.WorthNothing || e.Tokens != 5 || e.Stop() != "" || !e.Archived() {
			t.Errorf("archived: worth %s, %d tokens", e.Worth, e.Tokens)
		}
		if v, _ := r.Verify(t.Context(), first.ID); v.Verdict != pat.Archived {
			t.Errorf("ToolJet says %q", v.Verdict)
		}
		if err := r.server.DeleteUser("ana@example.com"); err != nil {
			t.Fatal(err)
		}
		if e = r.exposureOf(t, "ana@example.com"); e.Worth != pat.WorthNothing || e.Listed || !strings.Contains(e.Words(r.Now(), time.UTC), "gone") {
			t.Errorf("deleted: %s", e.Words(r.Now(), time.UTC))
		}
		if bo := r.exposureOf(t, "bo@partner.example"); bo.Tokens != 0 || !bo.Until.IsZero() || bo.Worth != pat.WorthNothing {
			t.Errorf("somebody without a token: %+v", bo.Person)
		}
	}
}

// Ensure that the worth of tokens is that of the role in the workspaces of their
// apps, now and not at issue, and of nothing where the person may not enter.
func TestExposure_Worth(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		role string // of ana in Sales, "" leaves it
		is   string // her membership
		want pat.Worth
	}{
		{name: "end user", want: pat.WorthSession},
		{name: "builder", role: "builder", is: "active", want: pat.WorthBuilder},
		{name: "admin", role: "admin", is: "active", want: pat.WorthAdmin},
		{name: "archived there", role: "admin", is: "archived", want: pat.WorthNothing},
	}
	for _, tt := range tests {
		r := newRig(t, sandbox.Options{})
		r.issue(t, request())
		if err := r.server.SetMembership("ana@example.com", "operations", "active", "admin"); err != nil {
			t.Fatal(err) // a role elsewhere is worth nothing here
		}
		if tt.role != "" {
			if err := r.server.SetMembership("ana@example.com", "sales", tt.is, tt.role); err != nil {
				t.Fatal(err)
			}
		}
		if e := r.exposureOf(t, "ana@example.com"); e.Worth != tt.want {
			t.Errorf("%s: worth %s, want %s", tt.name, e.Worth, tt.want)
		}
	}
}
