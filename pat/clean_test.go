package pat_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure what sticks to a pasted user or app reaches neither ToolJet nor the
// history, and that the pair guard sees the same pair behind each spelling.
func TestIssue_Pasted(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	users := []string{
		" ana@example.com", "ana@example.com\u00a0", "\ufeffana@example.com", "ana@example.com\u200b", "Ana <ana@example.com>",
		"mailto:ana@example.com", "“ana@example.com”", "ana@example.com;\r\n",
	}
	apps := []string{
		"orders", "orders\u200b", "'orders'", rigURL + "/applications/orders/home", rigURL + "/sales/apps/orders", "/applications/orders",
		"tooljet.example.com/apps/embed-apps/orders?personal-access-token=", "<" + rigURL + "/applications/orders>",
	}
	for n, user := range users {
		req := pat.Request{User: user, App: apps[n], Life: time.Hour, Idle: time.Hour, Again: true}
		grant, err := r.Issue(t.Context(), req)
		if err != nil {
			t.Fatalf("%+q on %+q: %v", user, apps[n], err)
		}
		if grant.Token.UserEmail != "ana@example.com" || grant.Token.AppSlug != "orders" {
			t.Errorf("%+q on %+q: kept as %+q on %+q", user, apps[n], grant.Token.UserEmail, grant.Token.AppSlug)
		}
		if live, err := r.LivePair(t.Context(), user, apps[n]); err != nil || len(live) != n+1 {
			t.Errorf("%+q on %+q: %d live of the pair, want %d: %v", user, apps[n], len(live), n+1, err)
		}
	}
}

// Ensure what cannot be cleaned is named, and nothing is recorded or sent.
func TestIssue_PastedAndWrong(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	for _, tt := range []struct {
		user, app string
		field     pat.Field
		says      string
	}{
		{"ana\u200b@example.com", "orders", pat.FieldUser, "zero width space (U+200B)"},
		{"ana\u00a0b@example.com", "orders", pat.FieldUser, "no-break space (U+00A0)"},
		{"ana＠example.com", "orders", pat.FieldUser, "full-width @"},
		{"ana@example.com, bo@example.com", "orders", pat.FieldUser, "neither an e-mail"},
		{"ana@example.com", "or\u00adders", pat.FieldApp, "soft hyphen (U+00AD)"},
		{"ana@example.com", "https://other.example.net/applications/orders", pat.FieldApp, "another server"},
		{"ana@example.com", rigURL + "/sales", pat.FieldApp, "holds no app"},
		{"ana@example.com", rigURL, pat.FieldApp, "holds no app"},
	} {
		grant, err := r.Issue(t.Context(), pat.Request{User: tt.user, App: tt.app, Life: time.Hour, Idle: time.Hour})
		invalid, ok := errors.AsType[*pat.InvalidError](err)
		if !ok || invalid.Field != tt.field || !strings.Contains(invalid.Reason, tt.says) || grant.Token.ID != 0 {
			t.Errorf("%+q on %+q: %v, row %d", tt.user, tt.app, err, grant.Token.ID)
		}
	}
}
