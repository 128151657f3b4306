package users

import (
	"os"
	"testing"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
)

// Ensure that hostile names of people, apps, groups and events are text, in the list and
// on the page of a person.
func TestHostile_PeopleAreText(t *testing.T) {
	peopleAreText(t, kittest.Corpus())
}

// Ensure the same where a text has a megabyte.
func TestHostile_PeopleAreText_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	peopleAreText(t, termtest.Corpus())
}

func peopleAreText(t *testing.T, corpus []termtest.Hostile) {
	t.Helper()
	for _, h := range corpus {
		s := kittest.NewShell(t)
		person := pat.Person{
			Listed: true, Known: true, Tokens: 1, Until: s.Clock.Add(time.Hour), Worth: pat.WorthSession,
			User: pat.User{
				ID: "1", Email: h.Value, Name: h.Value, Status: "active", Groups: []string{h.Value},
				Memberships: []pat.Membership{{WorkspaceID: "w", Workspace: h.Value, Role: h.Value}},
			},
			Pairs: []pat.LivePair{{AppName: h.Value, WorkspaceID: "w", Tokens: 1, Until: s.Clock.Add(time.Hour)}},
		}
		list, page := New(s), NewPerson(s, h.Value)
		list.seq, page.seq = 1, 1
		gone := person
		gone.User.Status = h.Value
		list.Update(peopleMsg{seq: 1, people: []pat.Person{person, gone}})
		page.Update(personMsg{seq: 1, exposure: pat.Exposure{Person: person, Alive: []pat.Token{{
			ID: 7, Outcome: pat.Issued, AppName: h.Value, Note: h.Value, Life: time.Hour, Issued: s.Clock, Expires: s.Clock.Add(time.Hour), UnitProven: true,
		}}}, events: []pat.Event{{ID: 1, Action: "copied", Actor: h.Value, Detail: h.Value, AppName: h.Value, Entry: 7}}})
		for _, w := range []int{60, 120} {
			list.SetSize(w, 24)
			page.SetSize(w, 24)
			kittest.Quiet(t, list, "users", h.Value)
			kittest.Quiet(t, page, "person", h.Value)
		}
		list.find.SetValue(h.Value)
		list.narrow()
		kittest.Quiet(t, list, "users found", h.Value)
	}
}
