package issue

import (
	"context"
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
)

// largeForm is the form with 5,000 users and 500 apps.
func largeForm(tb testing.TB) *Form {
	tb.Helper()
	users, apps := make([]pat.User, 5000), make([]pat.App, 500)
	for n := range users {
		users[n] = pat.User{
			ID: fmt.Sprintf("51000000-0000-4000-8000-%012d", n), Email: fmt.Sprintf("user%d.ana@example.com", n), Name: fmt.Sprintf("Ana Number %d", n), Status: "active",
			Memberships: []pat.Membership{{WorkspaceID: "w", Workspace: "Sales", Status: "active", Role: "end-user"}},
		}
	}
	for n := range apps {
		apps[n] = pat.App{ID: fmt.Sprintf("8b000000-0000-4000-8000-%012d", n), Name: fmt.Sprintf("App number %d", n), Slug: fmt.Sprintf("app-%d", n), WorkspaceID: "w", Workspace: "Sales"}
	}
	f := New(kittest.NewShell(tb), "")
	f.ctx = context.Background()
	f.SetSize(100, 26)
	f.Update(UsersMsg{Users: users})
	f.Update(AppsMsg{Apps: apps})
	return f
}

// propose types a letter, up to the drawn proposals, and takes it back.
func propose(f *Form, r rune) {
	f.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	f.View()
}

// BenchmarkPropose is the first proposals for a key, up to the drawn screen. The goal is
// 50 ms at the 95th percentile.
func BenchmarkPropose(b *testing.B) {
	f := largeForm(b)
	for b.Loop() {
		for _, r := range "ana 42" {
			propose(f, r)
		}
		f.user.SetValue("")
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/6, "ms/key")
}

// Ensure that a key costs less than one new value for each user: no words of all of them
// are made anew.
func TestPropose_CostsLittle(t *testing.T) {
	f := largeForm(t)
	allocs := testing.AllocsPerRun(5, func() {
		for _, r := range "ana 42" {
			propose(f, r)
		}
		f.user.SetValue("")
	}) / 6
	if allocs > 5000 {
		t.Errorf("%.0f allocations a key, for 5,000 users", allocs)
	}
	t.Logf("%.0f allocations a key", allocs)
}
