package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
)

// Ensure that access lists say who may open an app and through what, on a server
// that has them, and ErrNotFound on one that has not.
func TestAccess_Sandbox(t *testing.T) {
	for _, old := range []bool{false, true} {
		s := sandbox.New(sandbox.Options{Key: testKey, NoV2: old})
		c := open(t, "https://tooljet.example.com", WithTransport(s.Transport()))
		app := s.Apps()[slices.IndexFunc(s.Apps(), func(a sandbox.App) bool { return a.Slug == "onboarding" })]
		users, err := c.ListAppUsers(t.Context(), app.WorkspaceID, app.ID)
		apps, err2 := c.ListUserApps(t.Context(), app.WorkspaceID, "ana@example.com")
		all, err3 := c.ListAllWorkspaces(t.Context())
		if old {
			if !errors.Is(err, ErrNotFound) || !errors.Is(err2, ErrNotFound) || !errors.Is(err3, ErrNotFound) {
				t.Errorf("a server without it: %v, %v, %v", err, err2, err3)
			}
			continue
		}
		if err != nil || err2 != nil || err3 != nil || len(all) != 3 {
			t.Fatal(err, err2, err3, len(all))
		}
		at := slices.IndexFunc(users, func(a Access) bool { return a.Email == "ana@example.com" })
		if at < 0 || !users[at].View || users[at].Edit || cmp.Diff([]AccessSource{{Group: "Partners"}}, users[at].Sources) != "" {
			t.Errorf("ana: %+v", users)
		}
		at = slices.IndexFunc(users, func(a Access) bool { return a.Email == "dana@example.com" })
		if at < 0 || !users[at].Edit || !users[at].Sources[0].Owner {
			t.Errorf("the owner: %+v", users)
		}
		if slices.ContainsFunc(users, func(a Access) bool { return a.Email == "dee@example.com" && a.View }) {
			t.Error("dee is in no group of it")
		}
		if !slices.ContainsFunc(apps, func(a Access) bool { return a.AppID == app.ID && a.View }) {
			t.Errorf("the apps of ana: %+v", apps)
		}
	}
}

// Ensure that all pages of a list are read, and no more than there are.
func TestAccess_Pages(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 101, 250} {
		asked := 0
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			var page, per int
			_, _ = fmt.Sscanf(r.URL.RawQuery, "page=%d&per_page=%d", &page, &per)
			var items []string
			for i := (page - 1) * per; i < min(n, page*per); i++ {
				items = append(items, fmt.Sprintf(`{"id":"u%d","email":"u%d@example.com","permissions":{"can_view":true}}`, i, i))
			}
			answering(200, "application/json", `{"data":[`+strings.Join(items, ",")+`],"pagination":{}}`).ServeHTTP(w, r)
		}))
		got, err := c.ListAppUsers(t.Context(), testApp, testApp)
		if err != nil || len(got) != n || asked != n/100+1 {
			t.Errorf("%d of %d after %d requests, %v", len(got), n, asked, err)
		}
	}
}
