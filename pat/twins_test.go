package pat_test

import (
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure two apps that share a name are told apart wherever a token names its app, from
// the moment the lists tell of both, and no longer than they do; the name alone stands for
// an app that has it for itself, whatever is like it.
func TestAppOf_TwoOfOneName(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		renamed string // the app "returns"
		want    string
	}{
		"the same":         {"Orders portal", "Orders portal (orders, Sales)"},
		"in capitals":      {"ORDERS PORTAL", "Orders portal"},
		"a longer one":     {"Orders portal 2", "Orders portal"},
		"its slug":         {"orders", "Orders portal"},
		"nothing changed":  {"Returns", "Orders portal"},
		"white space more": {"Orders  portal", "Orders portal"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			id := r.issue(t, request()).Token.ID
			if got := pat.AppOf(r.row(t, id)); got != "Orders portal" {
				t.Fatalf("before: %q", got)
			}
			rename := func(to string) {
				if err := r.server.RenameApp("returns", to); err != nil {
					t.Fatal(err)
				}
				if _, err := r.Apps(t.Context(), true); err != nil {
					t.Fatal(err)
				}
			}
			rename(tt.renamed)
			if got := pat.AppOf(r.row(t, id)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			plan, err := r.PlanReissue(t.Context(), []pat.Token{r.row(t, id)}, 0)
			if err != nil || plan[0].App != tt.want || pat.AppOf(plan[0].Alive[0]) != tt.want {
				t.Errorf("planned for %+v, %v", plan, err)
			}
			if v := pat.ViewOf(r.row(t, id), r.Now()); v.AppName != "Orders portal" {
				t.Errorf("app_name is %q", v.AppName)
			}
			rename("Returns")
			if got := pat.AppOf(r.row(t, id)); got != "Orders portal" {
				t.Errorf("afterwards: %q", got)
			}
		})
	}
}
