package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/pat"
)

// tokensOf issues a token for each of these apps.
func tokensOf(user string, apps ...string) func(d *driver) {
	return func(d *driver) {
		for _, app := range apps {
			if _, err := d.issuer.Issue(d.ctx, pat.Request{User: user, App: app, Life: time.Hour, Idle: time.Hour}); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

var anasThree = tokensOf("ana@example.com", "orders", "returns", "invoices")

// roleOf is the role of a person on the server.
func roleOf(d *driver, email, workspace string) string {
	for _, u := range d.box.Users() {
		for _, m := range u.Memberships {
			for _, w := range d.box.Workspaces() {
				if u.Email == email && w.ID == m.WorkspaceID && w.Slug == workspace {
					return m.Role
				}
			}
		}
	}
	return ""
}

// Ensure a role change with three tokens takes R, one arrow, enter, enter, shows its
// plan first at every size, sends nothing before the second enter, and ends with a
// receipt without a token.
func TestRole_PromoteAndReissueThree(t *testing.T) {
	t.Parallel()
	for n, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}} {
		server := []sandbox.Options{{}, {NoV2: true}, {NoV1Role: true}}[n] // both, and either version of the API
		story(t, stage{w: size[0], h: size[1], seed: anasThree, sandbox: server}, func(d *driver) {
			sent := len(d.box.Ledger())
			d.press("R")
			d.rest()
			d.sees("Role change: ana@example.com", "[ end-user ]", "Sales", "[x] ", "PLAN (3 requests, about 1s")
			d.press("right")
			d.rest()
			d.sees("[ builder ]", "PLAN (5 requests, about 2s; nothing has been sent)", "role end-user -> builder", "new token for Orders portal")
			d.press("ctrl+s") // it submits from anywhere, as enter does here
			d.sees("Make ana@example.com builder in")
			d.press("esc", "enter")
			d.sees("Make ana@example.com builder in")
			if len(d.box.Ledger()) != sent || roleOf(d, "ana@example.com", "sales") != "end-user" {
				t.Fatal("something was sent before yes")
			}
			d.press("enter")
			d.sleep(6 * time.Second)
			d.sees("3 issued, 0 failed, 0 unsure, 0 not sent.", "✓ done", "✓ #")
			if role := roleOf(d, "ana@example.com", "sales"); role != "builder" {
				t.Errorf("the role is %s", role)
			}
			d.press("m")
			d.rest()
			receipt := d.clip()
			for _, want := range []string{"Role of ana@example.com in Sales", "role end-user -> builder: ok", "ok, #", "Lives on, and cannot be revoked"} {
				if !strings.Contains(receipt, want) {
					t.Errorf("no %q in the receipt:\n%s", want, receipt)
				}
			}
			if strings.Contains(receipt, "pat_") {
				t.Error("the receipt holds a token")
			}
			d.press("esc")
			d.rest()
			d.misses("wait")
		})
	}
}

// Ensure the same role means re-issue only, that ticks choose, and that nothing
// chosen is nothing to do.
func TestRole_Choices(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: anasThree}, func(d *driver) {
		sent := len(d.box.Ledger())
		d.press("R")
		d.rest()
		d.press("space")
		d.rest()
		d.sees("[ ] ", "PLAN (2 requests, about 1s")
		d.press("space")
		d.rest()
		d.sees("PLAN (1 request, about 1s")
		d.press("a", "a")
		d.rest()
		d.sees("Nothing would change")
		d.press("enter")
		d.sees("choose another role, or tick a token")
		d.press("left")
		d.rest()
		d.sees("[ end-user ]")
		d.press("right", "right", "right")
		d.rest()
		d.sees("[ admin ]", "PLAN (2 requests")
		d.press("tab")
		d.rest()
		d.sees("Operations", "No token of theirs")
		d.press("tab", "space")
		d.rest()
		d.press("enter", "enter")
		d.sleep(5 * time.Second)
		d.sees("2 issued, 0 failed")
		if n := len(d.box.Ledger()) - sent; n != 2 || roleOf(d, "ana@example.com", "sales") != "end-user" {
			t.Errorf("%d tokens", n)
		}
	})
}

// Ensure that the token which proved the unit hides no other: what a person has is
// ticked for a new token, and nothing of it is said to be older.
func TestRole_AfterTheUnitWasProven(t *testing.T) {
	t.Parallel()
	proven := func(d *driver) {
		anasThree(d)
		if _, _, err := d.issuer.ProveUnit(d.ctx, "ana@example.com", "orders"); err != nil {
			d.t.Fatal(err)
		}
	}
	story(t, stage{seed: proven}, func(d *driver) {
		d.press("R")
		d.rest()
		d.sees("[x] Orders portal", "[x] Returns", "[x] Invoices", "PLAN (3 requests", "re-issue, 1h")
		d.misses("re-issue, 1s")
		d.press("esc", "u", "x")
		d.rest()
		d.sees("something of theirs works until", "(proven unit)", "Orders portal")
		d.misses("OLDER")
	})
}

// Ensure each way to fail says so where it stops, and that the rest is a draft that
// goes on after a restart.
func TestRole_FailsAndGoesOn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, user string
		apps       []string
		keys       []string
		options    sandbox.Options
		fault      sandbox.Fault
		says       []string
		mend       func(d *driver)
		again      string
	}{
		{
			name: "demotion refused with two apps named", user: "cy@example.com", apps: []string{"stock", "visits"}, keys: []string{"left"},
			says: []string{"Owner of apps cannot become an end-user", "Warehouse map, Delivery slots", "3 not sent"},
			mend: func(d *driver) {
				for _, app := range []string{"Warehouse map", "Delivery slots"} {
					for _, a := range d.box.Apps() {
						if a.Name == app {
							_ = d.box.SetOwner(a.ID, "pia@example.com")
						}
					}
				}
			}, again: "2 issued",
		},
		{
			name: "seat missing", options: sandbox.Options{Builders: 8}, keys: []string{"right"}, says: []string{"No free seat for that role"},
			mend: func(d *driver) { d.box.Reconfigure(func(o *sandbox.Options) { o.Builders = 9 }) }, again: "3 issued",
		},
		{
			name: "read-back differs", keys: []string{"right"}, fault: sandbox.Fault{Kind: sandbox.FaultStatus, Match: "update-user-role", Status: 200, Times: 1},
			says: []string{"is end-user in Sales, not", "0 issued, 1 failed, 0 unsure, 3 not sent"},
			mend: func(d *driver) { _ = d.box.SetMembership("ana@example.com", "sales", "active", "builder") }, again: "3 issued",
		},
		{
			name: "server fails at request 3 of 5", keys: []string{"right"}, fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1},
			says: []string{"0 issued, 1 failed, 0 unsure, 2 not sent", "Server refused the data"}, again: "3 issued",
		},
		{
			name: "lost answer in the middle", keys: []string{"right"}, fault: sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1},
			says: []string{"0 issued, 0 failed, 1 unsure, 2 not sent", "may exist"}, again: "2 issued",
		},
		{
			name: "lost change of the role", keys: []string{"right"}, fault: sandbox.Fault{Kind: sandbox.FaultDropAfter, Match: "update-user-role", Times: 1},
			says: []string{"may have changed", "4 not sent"}, again: "3 issued",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			user, apps := tt.user, tt.apps
			if user == "" {
				user, apps = "ana@example.com", []string{"orders", "returns", "invoices"}
			}
			story(t, stage{seed: tokensOf(user, apps...), sandbox: tt.options}, func(d *driver) {
				sent := len(d.box.Ledger())
				if tt.fault.Kind != "" {
					d.box.Inject(tt.fault)
				}
				d.press("R")
				d.rest()
				d.press(tt.keys...)
				d.rest()
				d.press("enter", "enter")
				d.sleep(8 * time.Second)
				d.sees(tt.says...)
				if tt.mend != nil {
					tt.mend(d)
				}
				d.again()
				d.sees("1 run waits", "1 run is not finished: W opens what is left.")
				d.press("W")
				d.misses("W opens what is left")
				d.rest()
				d.sees("Runs that wait", "role change")
				d.press("enter")
				d.rest()
				d.sees("Nothing is sent yet.")
				d.press("enter")
				d.press("y")
				d.sleep(8 * time.Second)
				d.sees(tt.again, "0 not sent")
				d.press("esc")
				d.rest()
				d.sees("No run waits")
				d.press("esc")
				d.misses("run waits")
				if n := len(d.box.Ledger()) - sent; n != len(apps) {
					t.Errorf("%d tokens were made for %d rows", n, len(apps))
				}
			})
		})
	}
}

// again ends the console and starts it anew with the same history and server.
func (d *driver) again() {
	d.t.Helper()
	o, theme, w, h := d.s.opts, d.s.theme, d.s.width, d.s.height
	d.end()
	for len(d.inbox) > 0 {
		<-d.inbox
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.issuer, d.store = d.open(stage{profile: o.Profile})
	o.Issuer = d.issuer
	d.s = newShell(d.ctx, o, theme)
	d.run(d.s.Init())
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.settle()
}

// Ensure a production server wants the person's name, and that a person who is not
// there is told with the way on.
func TestRole_ProductionAndNobody(t *testing.T) {
	t.Parallel()
	prod := &config.Profile{Name: "acme-prod", URL: "https://tooljet.example.com", Production: true}
	story(t, stage{seed: anasThree, profile: prod}, func(d *driver) {
		d.press("R")
		d.rest()
		d.press("right")
		d.rest()
		d.press("enter", "enter")
		d.sees("Type ana to go on")
		if roleOf(d, "ana@example.com", "sales") != "end-user" {
			t.Fatal("the role was changed without the name")
		}
		d.typeText("ana")
		d.press("enter")
		d.sleep(6 * time.Second)
		d.sees("3 issued, 0 failed")
		if err := d.box.DeleteUser("ana@example.com"); err != nil {
			t.Fatal(err)
		}
		d.press("esc")
		d.rest()
		d.press("R")
		d.rest()
		d.sees("No such user here")
		d.press("enter")
		d.sees("not read yet")
	})
}

// Ensure a run can be dropped from the list, and that its rows stay.
func TestRuns_Drop(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: anasThree}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1})
		d.press("R")
		d.rest()
		d.press("right")
		d.rest()
		d.press("enter", "enter")
		d.sleep(8 * time.Second)
		d.press("esc")
		d.rest()
		d.sees("1 run waits")
		d.press(":")
		d.typeText("runs")
		d.press("enter")
		d.rest()
		d.press("x")
		d.sees("Drop this run?", "What it did stays as it is")
		d.press("y")
		d.rest()
		d.sees("No run waits")
		d.press("esc")
		d.rest()
		d.misses("run waits")
	})
}
