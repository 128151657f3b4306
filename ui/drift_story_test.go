package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that a token which is opened says what differs by the lists that were just
// read.
func TestDrift_ToldWhenATokenIsOpened(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		if err := d.box.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.issuer.Lists(d.ctx, true); err != nil {
			t.Fatal(err)
		}
		d.press("enter")
		d.sees("DRIFT", "The role was end-user at issue and is builder now", "permissions are read at each", "A new token helps: r issues it for the same pair")
	})
}

// Ensure that ctrl+r on the list compares every live token by one reading of the
// server's lists, says what it came to, and that the page of a token says what it means
// and which key helps; and that without the server nothing is lost.
func TestDrift_RefreshOfTheList(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}} {
		story(t, stage{w: size[0], h: size[1], seed: issuedFor("ana@example.com orders", "bo@partner.example orders", "ana@example.com returns")}, func(d *driver) {
			if err := d.box.SetUserStatus("ana@example.com", "archived"); err != nil {
				t.Fatal(err)
			}
			before := len(d.box.Requests())
			d.press("ctrl+r")
			d.sees("3 live tokens compared, 2 drift", "DRIFT")
			few := len(d.box.Requests()) - before
			for range 20 {
				if _, err := d.issuer.Issue(d.ctx, pat.Request{User: "bo@partner.example", App: "orders", Life: time.Hour, Idle: time.Hour, Again: true}); err != nil {
					t.Fatal(err)
				}
			}
			before = len(d.box.Requests())
			d.press("f5")
			d.sees("23 live tokens compared, 2 drift")
			if many := len(d.box.Requests()) - before; many != few {
				t.Errorf("%d requests for 23 tokens, %d for 3", many, few)
			}
			d.press("/")
			d.typeText("state:drift")
			d.press("enter")
			d.rest()
			d.press("enter")
			d.sees("The user is archived; it opens nothing until that is", "No new token helps; V asks again when that is mended")
			d.press("esc")
			d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Unauthorized"`, Match: "/api/ext/users", Times: -1})
			d.press("ctrl+r")
			d.sees("Not compared with the server", "DRIFT")
		})
	}
}

// Ensure that a refusal which stays on a row has the key that asks again beside it: on the
// list, in the token, and until ToolJet accepts the token.
func TestDrift_RefusedNamesTheKeyThatAsksAgain(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {140, 45}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1], seed: issuedFor("ana@example.com orders")}, func(d *driver) {
			sees := func(text string) {
				if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(d.screen(), "│", " ")), " "), text) {
					d.t.Errorf("%v does not show %q:\n%s", size, text, d.screen())
				}
			}
			d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Body: `"Invalid or expired personal access token"`, Match: "users/session"})
			d.press("V")
			d.rest()
			const help = "helps: r issues one; V asks again"
			d.sees("DRIFT")
			if size[0] > 60 { // a short strip has its end alone
				sees(help)
			}
			d.press("enter")
			if size[0] == 60 {
				d.press("G")
			}
			sees(help)
			d.press("V")
			d.rest()
			d.press("esc")
			d.misses("DRIFT", "asks again")
		})
	}
}
