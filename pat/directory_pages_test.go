package pat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
)

// crowd is a seed with so many people in two workspaces, with groups and roles.
func crowd(t *testing.T, n int) *sandbox.Seed {
	t.Helper()
	type m map[string]any
	var users []m
	for i := range n {
		in := []m{{"workspace": "sales", "role": []string{"end-user", "builder"}[i%2], "groups": []string{"Partners"}}}
		if i%3 == 0 {
			in = append(in, m{"workspace": "ops", "role": "end-user", "status": "archived"})
		}
		users = append(users, m{"email": fmt.Sprintf("user%03d@example.com", i), "name": fmt.Sprintf("User %d", i), "memberships": in})
	}
	b, err := json.Marshal(m{"workspaces": []m{{"slug": "sales", "name": "Sales", "groups": []string{"Partners"}}, {"slug": "ops", "name": "Ops"}}, "users": users})
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sandbox.ReadSeed(b)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// Ensure users are read in pages, whole and with their roles, where the one answer with all
// of them cannot be had, and that an older server, or another failure, is told as it is.
func TestUsers_ByPageWhereOneAnswerCannotBeHad(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault sandbox.Fault
		old   bool // a server without the second version
		pages bool
	}{
		{name: "too large", fault: sandbox.Fault{Kind: sandbox.FaultHuge}, pages: true},
		{name: "broke off", fault: sandbox.Fault{Kind: sandbox.FaultTruncate}, pages: true},
		{name: "too slow for us", fault: sandbox.Fault{Kind: sandbox.FaultHang}, pages: true},
		{name: "too slow for a gateway", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 504, Body: "upstream timed out"}, pages: true},
		{name: "no such call", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"Cannot GET /api/ext/users"`}, pages: true},
		{name: "too slow, older server", fault: sandbox.Fault{Kind: sandbox.FaultHang}, old: true},
		{name: "key refused", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Unauthorized"`}},
		{name: "in trouble", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{NoV2: tt.old, Seed: crowd(t, 230)})
				want, err := r.Users(t.Context(), true)
				if err != nil {
					t.Fatal(err)
				}
				tt.fault.Match = "GET /apps/api/ext/users"
				for range 4 { // tries
					r.server.Inject(tt.fault)
				}
				sent := len(r.server.Requests())
				later := pat.NewIssuer(r.Client, r.History, r.Settings)
				got, err := later.Users(t.Context(), true)
				if !tt.pages {
					e, is := errors.AsType[*client.Error](err)
					if !is || tt.fault.Status != 0 && e.Status != tt.fault.Status || len(got) > 0 {
						t.Errorf("%d users, %v", len(got), err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, list := range [][]pat.User{want, got} {
					for n := range list {
						slices.SortFunc(list[n].Memberships, func(a, b pat.Membership) int { return strings.Compare(a.WorkspaceID, b.WorkspaceID) })
					}
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("by page they differ (-one answer +pages):\n%s", d)
				}
				if n := len(r.server.Requests()) - sent; n > 20 {
					t.Errorf("%d requests", n)
				}
				last, err := later.LastLists(t.Context())
				if err != nil || len(last.Users) != len(want) || time.Since(last.UsersAt) > time.Hour {
					t.Errorf("%d users are kept, %v", len(last.Users), err)
				}
			})
		})
	}
}
