package users

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
)

// manyPeople is a list of 5,000 people, every tenth with a live token.
func manyPeople(now time.Time) []pat.Person {
	people := make([]pat.Person, 5000)
	for n := range people {
		people[n] = pat.Person{Listed: true, Known: true, User: pat.User{
			ID: fmt.Sprint(n), Email: fmt.Sprintf("user%d.ana@example.com", n), Name: fmt.Sprintf("Ana Number %d", n), Status: "active",
			Memberships: []pat.Membership{{WorkspaceID: "w", Workspace: "Sales", Status: "active", Role: "end-user"}},
		}}
		if n%10 == 0 {
			people[n].Tokens, people[n].Until = 1, now.Add(time.Duration(n)*time.Minute)
		}
	}
	return people
}

// BenchmarkFind is a key typed into the list of 5,000 people, up to the drawn screen.
func BenchmarkFind(b *testing.B) {
	s := kittest.NewShell(b)
	p := New(s)
	p.SetSize(120, 36)
	p.seq = 1
	p.Update(peopleMsg{seq: 1, people: manyPeople(s.Now())})
	for b.Loop() {
		for _, r := range "ana 42" {
			p.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
			p.View()
		}
		p.find.SetValue("")
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/6, "ms/key")
}

// Ensure that every word that is typed narrows the list, that addresses which begin
// with it come first, and that no word is left out.
func TestFind_NarrowsByEveryWord(t *testing.T) {
	s := kittest.NewShell(t)
	p := New(s)
	p.SetSize(120, 36)
	p.seq = 1
	p.Update(peopleMsg{seq: 1, people: manyPeople(s.Now())})
	for typed, want := range map[string]int{"": 5000, "user42.": 1, "ana sales": 5000, "ana builder": 0, "NUMBER 4999": 1} {
		p.find.SetValue(typed)
		p.narrow()
		if got := p.list.Len(); got != want {
			t.Errorf("%q leaves %d, want %d", typed, got, want)
		}
	}
}
