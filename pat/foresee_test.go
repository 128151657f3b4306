package pat_test

import (
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that the lists say which apps a user may open and through what, where the
// server has them, and that nothing is said where it has not.
func TestOpens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		options   sandbox.Options
		user, app string
		known     bool
		may       bool
		through   string
	}{
		{name: "by role", user: "ana@example.com", app: "orders", known: true, may: true, through: "role end-user"},
		{name: "by group", user: "ana@example.com", app: "onboarding", known: true, may: true, through: "group Partners"},
		{name: "as owner", user: "dana@example.com", app: "onboarding", known: true, may: true, through: "owner"},
		{name: "not at all", user: "dee@example.com", app: "onboarding", known: true},
		{name: "older server", options: sandbox.Options{NoV2: true}, user: "ana@example.com", app: "orders"},
	}
	for _, tt := range tests {
		r := newRig(t, tt.options)
		l, err := r.Lists(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		o, err := r.Opens(t.Context(), *pat.FindUser(l.Users, tt.user))
		if err != nil || o.Known != tt.known {
			t.Fatalf("%s: known %v, %v", tt.name, o.Known, err)
		}
		if through, may := o.May(pat.FindApp(l.Apps, tt.app).ID); may != tt.may || through != tt.through {
			t.Errorf("%s: %v through %q", tt.name, may, through)
		}
	}
}
