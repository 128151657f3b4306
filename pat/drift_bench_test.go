package pat_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/secret"
)

// BenchmarkDrift compares 100,000 live tokens of 5,000 users and 500 apps with lists
// that are there. Every hundredth user has another role than most of their tokens.
func BenchmarkDrift(b *testing.B) {
	const rows, users, apps = 100_000, 5000, 500
	path := filepath.Join(b.TempDir(), "data", "history.db")
	var key secret.Key
	const twoYears = 2 * 365 * 24 * time.Hour // over which the rows are spread: all of them live
	if err := historytest.Fill(b.Context(), path, historytest.Past{Rows: rows, Users: users, Apps: apps, Now: time.Now().Add(twoYears), Key: key}); err != nil {
		b.Fatal(err)
	}
	store, err := history.Open(b.Context(), history.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	i := pat.NewIssuer(nil, store, pat.Settings{Server: "https://tooljet.example.com", Unit: pat.Seconds, UnitProven: true})
	lists := func(role string) pat.Lists {
		var l pat.Lists
		for n := 1; n <= users; n++ {
			u := pat.User{ID: fmt.Sprintf("51000000-0000-4000-8000-%012d", n), Status: "active"}
			for w := range 4 {
				u.Memberships = append(u.Memberships, pat.Membership{WorkspaceID: fmt.Sprintf("w%d", w), Workspace: "Workspace", Status: "active"})
				if n%100 == 0 {
					u.Memberships[w].Role = role
				}
			}
			l.Users = append(l.Users, u)
		}
		for n := 1; n <= apps; n++ {
			l.Apps = append(l.Apps, pat.App{ID: fmt.Sprintf("8b000000-0000-4000-8000-%012d", n), Slug: fmt.Sprintf("app-%d", n), WorkspaceID: fmt.Sprintf("w%d", n%4)})
		}
		return l
	}
	roles := []pat.Lists{lists("builder"), lists("admin")}
	n := 0
	for b.Loop() {
		report, err := i.CompareLists(b.Context(), roles[n%2])
		if err != nil || report.Compared < rows*9/10 || report.Drifting == 0 {
			b.Fatalf("%+v, %v", report, err)
		}
		n++
	}
}
