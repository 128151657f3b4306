package pat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
)

// Ensure each role may do what it may and nothing else, for its own apps and others,
// its own tokens and others'. What is denied sends nothing and exits 4.
func TestRights_RoleByAction(t *testing.T) {
	t.Parallel()
	const all = "view issue admin"
	r := newRig(t, sandbox.Options{})
	ctx := t.Context()
	own := func(req pat.Request, who string) int64 {
		g, err := r.Issue(history.WithActor(t.Context(), pat.Actor{Name: who}), req)
		if err != nil {
			t.Fatal(err)
		}
		return g.Token.ID
	}
	again := request()
	again.Again = true
	mine, others := own(request(), "ana"), own(again, "ben")
	foreign := request()
	foreign.App = "stock"
	otherApp := own(foreign, "ben")
	id := seeded(t, r, "orders").ID
	byID, byCase := again, again
	byID.App, byCase.App = id, strings.ToUpper(id)
	foreignByID := foreign
	foreignByID.App, foreignByID.Again = seeded(t, r, "stock").ID, true
	issue := func(req pat.Request) func() error {
		return func() error { _, err := r.Issue(ctx, req); return err }
	}
	reveal := func(id int64) func() error {
		return func() error { _, err := r.Reveal(ctx, id); return err }
	}
	plan := func(id int64) func() error {
		return func() error {
			row, err := r.History.Get(ctx, id)
			if err != nil {
				return err
			}
			_, err = r.PlanReissue(ctx, []pat.Token{row}, 0)
			return err
		}
	}
	for _, tt := range []struct {
		name   string
		reveal string
		do     func() error
		roles  string // that may
	}{
		{"read", "", func() error { _, err := r.History.Get(ctx, mine); return err }, all},
		{"issue for an own app", "", issue(again), "issue admin"},
		{"issue for an own app by id", "", issue(byID), "issue admin"},
		{"issue for an own app by id in capitals", "", issue(byCase), "issue admin"},
		{"issue for another app", "", issue(foreignByID), "admin"},
		{"plan for an own app", "", plan(mine), "issue admin"},
		{"plan for another app", "", plan(otherApp), "admin"},
		{"plan a list", "", func() error {
			_, err := r.PlanBatch(ctx, []pat.BatchRow{{Line: 2, User: "ana@example.com", App: "stock"}}, pat.Request{Life: time.Hour, Idle: time.Hour})
			return err
		}, "admin"},
		{"reveal an own token", "", reveal(mine), "issue admin"},
		{"reveal another's token", pat.RevealIssuer, reveal(others), "admin"},
		{"reveal another's token, by role", pat.RevealRole, reveal(others), "issue admin"},
		{"reveal another app's token, by role", pat.RevealRole, reveal(otherApp), "admin"},
		{"reveal for nobody", pat.RevealNobody, reveal(mine), ""},
		{"verify", "", func() error { _, err := r.Verify(ctx, others); return err }, "issue admin"},
		{"note", "", func() error { return r.SetNote(ctx, mine, "Kiosk") }, "issue admin"},
		{"tick off", "", func() error { return r.FinishHandover(ctx, 99) }, "issue admin"},
		{"drop a run", "", func() error { return r.Drop(ctx, "none") }, "issue admin"},
		{"change a role", "", func() error {
			u, m, err := r.FindMember(ctx, "ana@example.com", "sales")
			if err != nil {
				return err
			}
			_, err = r.PlanRole(ctx, u, m, "builder", nil)
			return err
		}, "admin"},
	} {
		for _, role := range []pat.Role{pat.RoleView, pat.RoleIssue, pat.RoleAdmin, "unknown"} {
			r.Settings.Rights = &pat.Rights{Name: "ana", Role: role, Apps: []string{"orders"}, Reveal: tt.reveal}
			ctx = history.WithActor(t.Context(), pat.Actor{Name: tt.name, Machine: string(role)}) // refusals of each are counted by themselves
			before := len(r.server.Ledger())
			err := tt.do()
			told, denied := errors.AsType[*pat.DeniedError](err)
			if may := slices.Contains(strings.Fields(tt.roles), string(role)) || tt.roles == all; may == denied {
				t.Errorf("%s as %s: %v", tt.name, role, err)
			}
			if denied && (len(r.server.Ledger()) != before || pat.Explain(err).ID != pat.IDDenied || pat.Explain(err).Exit != pat.ExitKey) {
				t.Errorf("%s as %s: %+v", tt.name, role, pat.Explain(err))
			}
			var want []string
			if denied {
				want = []string{told.What + ": " + told.Rule}
			}
			if got := deniedTo(t, r, tt.name, string(role)); !slices.Equal(got, want) {
				t.Errorf("%s as %s: recorded %q, want %q", tt.name, role, got, want)
			}
		}
	}
}

// deniedTo are the refusals that the history has of somebody.
func deniedTo(t *testing.T, r *rig, name, machine string) (all []string) {
	t.Helper()
	page, err := r.History.Events(t.Context(), history.EventFilter{Actions: []history.Action{history.WasDenied}}, 0, 1000)
	if err != nil || page.More {
		t.Fatal(page.More, err)
	}
	for _, e := range page.Events {
		if e.Actor == name && e.On == machine {
			all = append(all, e.Detail)
		}
	}
	return all
}

// unrecorded is a history that cannot record a refusal.
type unrecorded struct{ pat.Ledger }

var errFull = errors.New("the disk is full")

func (unrecorded) MarkDenied(context.Context, string) error { return errFull }

// Ensure a refusal that cannot be recorded is not told as one, that one which was recorded
// is not recorded again by who passes it on, and that a long one is cut.
func TestRights_RefusalIsRecordedOnceOrNotTold(t *testing.T) {
	r := newRig(t, sandbox.Options{})
	r.Settings.Rights = &pat.Rights{Name: "ana", Role: pat.RoleView}
	ctx := history.WithActor(t.Context(), pat.Actor{Name: "ana"})
	err := r.SetNote(ctx, 1, "x")
	if again := pat.RecordDenied(history.WithActor(ctx, pat.Actor{Name: "bo"}), r.History, err); !errors.Is(again, err) || len(deniedTo(t, r, "bo", "")) != 0 || len(deniedTo(t, r, "ana", "")) != 1 {
		t.Errorf("passed on: %v, %q", again, deniedTo(t, r, "bo", ""))
	}
	err = &pat.DeniedError{Actor: "ana", What: "run " + strings.Repeat("Ü", 300), Rule: "no"}
	if err = pat.RecordDenied(ctx, r.History, err); err == nil || len([]rune(deniedTo(t, r, "ana", "")[0])) != 200 {
		t.Errorf("a long one: %v, %q", err, deniedTo(t, r, "ana", ""))
	}
	for _, err := range []error{nil, errFull} {
		if got := pat.RecordDenied(ctx, unrecorded{r.History}, err); !errors.Is(got, err) {
			t.Errorf("no refusal: %v", got)
		}
	}
	sent := len(r.server.Ledger())
	r.History = unrecorded{r.History}
	if _, err := r.Issue(ctx, request()); !errors.Is(err, errFull) || len(r.server.Ledger()) != sent {
		t.Errorf("it cannot be recorded: %v", err)
	}
}

// Ensure what limits a member holds: the end of the membership, workspaces, the rate.
func TestRights_Limits(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	req := request()
	req.Again = true
	for _, tt := range []struct {
		name   string
		rights pat.Rights
		told   string // "" = may
	}{
		{"all apps", pat.Rights{Apps: []string{"*"}}, ""},
		{"an app by its id", pat.Rights{Apps: []string{strings.ToUpper(seeded(t, r, "orders").ID)}}, ""},
		{"a slug is what it is", pat.Rights{Apps: []string{"Orders"}}, "their apps are Orders"},
		{"a workspace", pat.Rights{Apps: []string{"*"}, Spaces: []string{seeded(t, r, "orders").WorkspaceID}}, ""},
		{"another workspace", pat.Rights{Apps: []string{"*"}, Spaces: []string{"Elsewhere"}}, "in workspace Elsewhere"},
		{"until tomorrow", pat.Rights{Apps: []string{"*"}, Until: time.Now().Add(24 * time.Hour)}, ""},
		{"until yesterday", pat.Rights{Apps: []string{"*"}, Until: time.Now().Add(-time.Second)}, "ended on"},
		{"a rate that others used", pat.Rights{Apps: []string{"*"}, Name: "ci", Rate: 1}, ""},
		{"a rate", pat.Rights{Apps: []string{"*"}, Rate: 1}, "1 request in a minute"},
	} {
		rights := tt.rights
		if rights.Role = pat.RoleIssue; rights.Name == "" {
			rights.Name = "kim" // who issues here
		}
		r.Settings.Rights = &rights
		_, err := r.Issue(t.Context(), req)
		if told := pat.Explain(err).Cause; err == nil != (tt.told == "") || err != nil && !strings.Contains(told, tt.told) {
			t.Errorf("%s: %v, %q", tt.name, err, told)
		}
	}
}

// looking is a history that counts how many pages of events are looked at.
type looking struct {
	pat.Ledger
	pages int
}

func (l *looking) Events(ctx context.Context, f history.EventFilter, before int64, limit int) (history.EventPage, error) {
	l.pages++
	return l.Ledger.Events(ctx, f, before, limit)
}

// Ensure a rate counts all requests of the last minute, however many others made since, and
// is no walk over all that ever were.
func TestRights_RateLooksAtTheLastMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		begin := func(who string, times int) {
			t.Helper()
			ctx := history.WithActor(t.Context(), history.Actor{Name: who, Machine: "ssh", Via: "command", Role: "issue"})
			for range times {
				d := history.Draft{Profile: "acme", Host: "https://tooljet.example.com", Server: r.Server(), UserEmail: "ana@example.com", AppSlug: "orders", Life: time.Hour}
				if _, err := r.History.Begin(ctx, d); err != nil {
					t.Fatal(err)
				}
			}
		}
		l := &looking{Ledger: r.History}
		r.History = l
		r.Settings.Rights = &pat.Rights{Name: "ci", Role: pat.RoleIssue, Apps: []string{"*"}, Rate: 3}
		req := request()
		req.Again = true
		begin("ci", 250)
		time.Sleep(61 * time.Second)
		if _, err := r.Issue(t.Context(), req); err != nil || l.pages != 1 {
			t.Errorf("after a minute: %v, %d pages", err, l.pages)
		}
		begin("ci", 3)
		begin("ana", 250)
		time.Sleep(59 * time.Second)
		if _, err := r.Issue(t.Context(), req); !strings.Contains(pat.Explain(err).Cause, "3 requests in a minute") {
			t.Errorf("behind those of others: %v", err)
		}
	})
}

// Ensure two people of one process share what was learned of the server, and neither
// their names nor their rights, which count as they are by the time of each request.
func TestIssuer_For(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	team := map[string]pat.Rights{
		"ana": {Name: "ana", Role: pat.RoleIssue, Apps: []string{"orders"}, MaxLife: pat.Life(2 * time.Hour)},
		"cy":  {Name: "cy", Role: pat.RoleView},
	}
	seated := func(name string) *pat.Issuer {
		set := r.Settings
		first := team[name]
		first.Now = func() *pat.Rights { now := team[name]; return &now }
		set.Rights = &first
		return r.For(pat.Actor{Name: name, Machine: "ssh 192.0.2.7"}, set)
	}
	ana, cy := seated("ana"), seated("cy")
	if _, err := ana.Apps(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if lists, err := cy.LastLists(t.Context()); err != nil || lists.AppsAt.IsZero() || len(lists.Apps) == 0 {
		t.Errorf("cy does not see what was read for ana: %v, %v", lists.AppsAt, err)
	}
	as := func(i *pat.Issuer) error {
		req := request()
		req.Again = true
		_, err := i.Issue(history.WithActor(t.Context(), i.Actor()), req)
		return err
	}
	if err := as(ana); err != nil {
		t.Error(err)
	}
	row, err := r.History.Get(t.Context(), 1)
	if err != nil || ana.Who(row.By, row.Machine) != "you" || cy.Who(row.By, row.Machine) != "ana" {
		t.Errorf("issued by %q on %q: to ana %q, to cy %q", row.By, row.Machine, ana.Who(row.By, row.Machine), cy.Who(row.By, row.Machine))
	}
	for _, tt := range []struct {
		name   string
		rights pat.Rights
		told   string
	}{
		{"another role", pat.Rights{Name: "ana", Role: pat.RoleView}, "role issue is needed"},
		{"other apps", pat.Rights{Name: "ana", Role: pat.RoleIssue, Apps: []string{"stock"}}, "their apps are stock"},
		{"a shorter life", pat.Rights{Name: "ana", Role: pat.RoleIssue, Apps: []string{"*"}, MaxLife: pat.Life(time.Minute)}, "the team of this desk allows at most 1m"},
		{"the end", pat.Rights{Name: "ana", Role: pat.RoleIssue, Apps: []string{"*"}, Until: time.Now().Add(-time.Second)}, "ended on"},
		{"no member", pat.Rights{Name: "ana", Over: "team.toml no longer names them"}, "no longer names them"},
	} {
		team["ana"] = tt.rights
		if err := as(ana); err == nil || !strings.Contains(pat.Explain(err).Cause, tt.told) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if why := ana.WhyNotChange(); (why == "") != (tt.rights.Role == pat.RoleIssue && tt.rights.Over == "" && tt.rights.Until.IsZero()) {
			t.Errorf("%s: the console says %q", tt.name, why)
		}
	}
	if _, err := ana.Reveal(t.Context(), 1); err == nil {
		t.Error("who is no member sees a secret")
	}
}
