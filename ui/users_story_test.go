package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// issued makes tokens for pairs before the console starts.
func issuedFor(pairs ...string) func(d *driver) {
	return func(d *driver) {
		for _, pair := range pairs {
			user, app, _ := strings.Cut(pair, " ")
			r := pat.Request{User: user, App: app, Life: 8 * time.Hour, Idle: time.Hour, Note: "Kiosk", Again: true}
			if _, err := d.issuer.Issue(d.ctx, r); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// keysOf presses keys and says how many they were.
func (d *driver) keysOf(names ...string) int {
	d.press(names...)
	return len(names)
}

// Ensure that "what can ana still open?" is answered by four keys, in the row and
// below it, with every state that may still work counted.
func TestUsers_WhatCanAnaStillOpen(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders", "ana@example.com orders", "ana@example.com stock", "bo@partner.example orders")}, func(d *driver) {
		d.toTab(kit.Users{})
		if n := 1 + d.keysOf("a", "n", "a"); n > 6 {
			t.Errorf("%d keys", n)
		}
		row := d.cursorRow()
		for _, part := range []string{"ana@example.com", "Ana Ruiz", "Sales end-user", " 3 ", "≤20d 00h", "session"} {
			if !strings.Contains(row, part) {
				t.Errorf("the row lacks %q: %s", part, row)
			}
		}
		d.sees("something of theirs works until 9 Dec 20:10 at the latest (unit not proven)", "Orders portal until", "Stock desk until", "1 older", "Partners", "41 users, 37 active")
		d.misses("bo@partner.example")
	})
}

// Ensure that a person's page shows roles, tokens and events, leads to each token and
// on to a new one, and that esc goes back step by step with what was typed kept.
func TestUsers_OnePerson(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders", "ana@example.com stock")}, func(d *driver) {
		d.toTab(kit.Users{})
		d.press("a", "n", "a", "enter")
		d.sees("Users › ana@example.com", "Sales end-user, Operations end-user", "Orders portal", "Stock desk", "Kiosk", "last events", "issued", "what an end user may open")
		d.press("R")
		d.sees("Role change: ana@example.com", "Sales")
		d.press("esc", "enter")
		d.sees("Users › ana@example.com › Token", "Used at   Kiosk")
		d.press("esc")
		d.press("n")
		d.sees("New token", "ana@example.com")
		d.typeText("ret")
		d.press("enter", "ctrl+s", "i", "esc")
		d.sees("last events", "#3 Returns")
		d.sees("Returns")
		d.press("esc")
		d.sees("find: ana")
	})
}

// Ensure that the list shows what was read last before the server answers, and that a
// server which cannot be asked keeps it.
func TestUsers_LastListsAtOnce(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: func(d *driver) {
		if _, err := d.issuer.Lists(d.ctx, true); err != nil {
			d.t.Fatal(err)
		}
		*d.issuer = pat.Issuer{Client: d.issuer.Client, History: d.issuer.History, Settings: d.issuer.Settings} // another start
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 20 * time.Second, Match: "/api/ext/users", Times: -1})
	}}, func(d *driver) {
		d.toTab(kit.Users{})
		d.sees("ana@example.com", "reading the lists")
		d.typeText("dana")
		d.sees("dana@example.com")
		d.sleep(25 * time.Second)
		d.misses("reading the lists")
		d.sees("dana@example.com")
	})
}

// Ensure that a leaver's list goes to nothing under the eyes of who archives them:
// the sentence says so after the next reading, and ToolJet proves it token by token.
func TestUsers_LeaverToZero(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders", "ana@example.com stock")}, func(d *driver) {
		d.toTab(kit.Users{})
		d.press("a", "n", "a", "enter", "x")
		d.sees("Exposure: ana@example.com", "something of theirs works until", "archive them in ToolJet to stop it now", "never")
		d.press("w")
		d.sees("https://tooljet.example.com/instance-settings/all-users")
		if err := d.box.SetUserStatus("ana@example.com", "archived"); err != nil {
			t.Fatal(err)
		}
		d.press("ctrl+r")
		d.sees("is archived in ToolJet: 2 tokens of theirs open nothing")
		d.misses("archive them in ToolJet to stop")
		d.press("V", "y")
		d.sees("refused")
		d.misses("never")
		d.sleep(21 * 24 * time.Hour)
		d.press("ctrl+r")
		d.sees("nothing that patdesk issued for them works any more")
	})
}

// Ensure that the address of the page on which people are archived can be read in full on
// a narrow screen where no browser can be opened.
func TestUsers_AddressOfThePageInFull(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 60, h: 20, seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		d.toTab(kit.Users{})
		d.press("a", "n", "a", "enter", "x", "w")
		if text := strings.Join(strings.Fields(d.screen()), ""); !strings.Contains(text, "https://tooljet.example.com/instance-settings/all-users") {
			t.Errorf("the address is cut:\n%s", d.screen())
		}
	})
}

// Ensure that ctrl+r compares what was issued with the lists, and that the exposure of
// everybody leaves out who has nothing.
func TestUsers_RefreshCompares(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		d.toTab(kit.Users{})
		if err := d.box.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
			t.Fatal(err)
		}
		d.press("ctrl+r")
		d.sees("1 live token compared, 1 drift", "builder!")
		d.press("esc", "esc")
		d.press(":")
		d.typeText("exposure for whom")
		d.press("enter")
		d.sees("Exposure", "ana@example.com")
		d.misses("dana@example.com")
	})
}

// Ensure that a token leads to its person, and that people are marked for a bulk.
func TestUsers_FromATokenAndMarked(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		d.press("enter", "u")
		d.sees("Token › ana@example.com", "Sales end-user", "last events")
		d.press("esc", "esc")
		d.toTab(kit.Users{})
		d.press("p", "a", "r", "t", "n", "e", "r", "esc", "space", "space", "B")
		d.sees("bo@partner.example")
		d.misses("ned@example.net")
	})
}

// Ensure that a place waits for the new snippet after a re-issue, that the snippet is
// one key away, and that the place leaves the list when it is ticked off.
func TestHandover_TickedOff(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders", "ana@example.com orders")}, func(d *driver) {
		d.press(":")
		d.typeText("hand-over")
		d.press("enter")
		d.sees("1 place to be given the new snippet", "Kiosk", "#1", "#2")
		d.press("i")
		d.sees("iframe")
		d.press("d")
		d.sees("Every place holds its newest snippet")
	})
}

// Ensure that a role which was changed here stands in the list of people at once, and
// after a new start, although the lists were read before.
func TestUsers_KnowTheRoleThatWasChangedHere(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 40, seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		d.toTab(kit.Users{})
		d.sees("ana@example.com", "Sales end-user", "session")
		d.press("esc", "R")
		d.rest()
		d.press("right")
		d.rest()
		d.press("enter", "enter")
		d.sleep(6 * time.Second)
		d.sees("1 issued")
		d.press("esc", "esc")
		d.toTab(kit.Users{})
		d.sees("Sales builder", "builder!")
		lists, err := pat.NewIssuer(d.issuer.Client, d.store, d.issuer.Settings).LastLists(d.ctx)
		if u := pat.FindUser(lists.Users, "ana@example.com"); err != nil || u == nil || u.Memberships[0].Role != "builder" {
			t.Errorf("after a new start: %+v, %v", u, err)
		}
	})
}
