package pat_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure a re-issue is for the person of the earlier row, whoever has the address
// of that row by now, and by the address only where no id is known.
func TestReissue_ForThePersonNotTheAddress(t *testing.T) {
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
