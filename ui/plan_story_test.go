package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"patdesk/config"
	"patdesk/pat"
)

// marked issues a token for each of n users, adds one for an app that the server
// does not know, and marks all.
func marked(n int) func(d *driver) {
	return func(d *driver) {
		for i := range n {
			u, a := d.box.Users()[i], d.box.Apps()[0]
			if _, err := d.issuer.Issue(d.ctx, pat.Request{User: u.Email, App: a.ID, Life: time.Hour, Idle: time.Hour}); err != nil {
				d.t.Fatal(err)
			}
		}
		d.add(row{user: d.box.Users()[0].Email, app: "Gone", life: 8 * time.Hour})
	}
}

// Ensure re-issue with marks shows the plan, sends nothing before it is confirmed
// once, shows what becomes of each row, and tries only what failed again.
func TestPlan_ShownConfirmedCarriedOut(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}} {
		story(t, stage{w: size[0], h: size[1], seed: marked(3)}, func(d *driver) {
			sent := len(d.box.Ledger())
			d.press("a")
			d.rest()
			d.press("r")
			d.rest()
			d.sees("Re-issue 4 marked", "USER", "RESULT", "4 requests, 2 a second, about 2s", "Old tokens cannot be revoked: 4 older", "Nothing is sent yet.")
			if size[0] >= 100 {
				d.sees("LIFE", "STAYS ALIVE", "1 older until")
			}
			d.press("ctrl+s")
			d.sees("Issue 4 tokens?", "Sends patExpiry in", "not proven")
			d.press("enter") // no is where the focus is
			d.rest()
			if n := len(d.box.Ledger()); n != sent {
				t.Fatalf("%d requests were sent before yes", n-sent)
			}
			d.press("ctrl+s", "y")
			d.sees("waits")
			d.sleep(5 * time.Second)
			d.sees("3 issued, 1 failed, 0 unsure, 0 not sent.", "✗ ", "✓ #")
			d.press("r")
			d.sees("1 request,", "Nothing is sent yet.", "Gone")
			d.press("esc")
			d.rest()
			d.misses("marked")
			d.sees("7 of 7")
		})
	}
}

// Ensure the new tokens of a run that is over are handed over from its page: a line for
// each, or the one there is, which can be looked at, too. Only what failed is tried again.
func TestPlan_HandsOverWhatItIssued(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n      int
		key    string
		copied string // in each line
		sees   string
	}{
		{1, "i", "<iframe", "HTML iframe"},
		{1, "y", "https://", "Embed URL"},
		{1, "t", "pat_", "Token alone"},
		{1, "enter", "", "Tokens › Re-issue 1 marked › Token"},
		{1, "r", "", "Nothing failed."},
		{3, "i", "<iframe", "HTML iframe of 3 tokens"},
		{3, "t", "pat_", "Token alone of 3 tokens"},
		{3, "enter", "", "Several were issued"},
	} {
		t.Run(fmt.Sprint(c.n, c.key), func(t *testing.T) {
			story(t, stage{w: 140, h: 30, seed: marked(c.n)}, func(d *driver) {
				for range c.n {
					d.press("space")
				}
				d.press("r")
				d.rest()
				d.press("ctrl+s", "y")
				d.sleep(5 * time.Second)
				d.sees(fmt.Sprintf("%d issued, 0 failed", c.n))
				d.misses("try what failed again")
				d.press(c.key)
				d.rest()
				d.sees(c.sees)
				if c.copied == "" {
					return
				}
				lines := strings.Split(strings.TrimSpace(d.clip()), "\n")
				if n := len(lines); c.n > 1 && n != c.n {
					t.Errorf("%d lines of %d tokens", n, c.n)
				}
				for _, l := range lines[max(0, len(lines)-c.n):] {
					if !strings.Contains(l, c.copied) {
						t.Errorf("copied %q", l)
					}
				}
			})
		})
	}
}

// Ensure a plan stops after the request under way, and that the rest is not sent.
func TestPlan_StopsAfterTheOneUnderWay(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: marked(3)}, func(d *driver) {
		sent := len(d.box.Ledger())
		d.press("a")
		d.rest()
		d.press("r")
		d.rest()
		d.press("ctrl+s", "y")
		d.sleep(600 * time.Millisecond)
		d.sees("waits")
		d.press("esc")
		d.sleep(3 * time.Second)
		d.sees("not sent.", "not sent")
		if n := len(d.box.Ledger()) - sent; n < 1 || n > 2 {
			t.Errorf("%d tokens were issued", n)
		}
		d.misses("0 not sent.")
		now := len(d.box.Ledger())
		d.sleep(5 * time.Second)
		if n := len(d.box.Ledger()); n != now {
			t.Errorf("%d more were issued after the stop", n-now)
		}
		d.press("esc")
		d.rest()
		issued := now - sent
		d.sees("1 Tokens", fmt.Sprintf("✓ %d marked", 4-issued)) // what was not sent stays marked
		d.press("r")
		d.rest()
		d.sees(fmt.Sprintf("Re-issue %d marked", 4-issued))
	})
}

// Ensure a plan that is left half done takes the marks of what had its turn, and no
// other.
func TestPlan_LeftHalfDoneKeepsTheOtherMarks(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: marked(3)}, func(d *driver) {
		sent := len(d.box.Ledger())
		d.press("a")
		d.rest()
		d.press("r")
		d.rest()
		d.press("ctrl+s", "y")
		d.sleep(600 * time.Millisecond)
		d.s.Pop() // the way out after the question
		d.sleep(3 * time.Second)
		issued := len(d.box.Ledger()) - sent
		if issued < 1 || issued > 2 {
			t.Fatalf("%d tokens were issued", issued)
		}
		d.misses("✓ 4 marked")
		d.sees("marked")
	})
}

// Ensure production wants its name typed, once for all.
func TestPlan_ProductionWantsTheName(t *testing.T) {
	t.Parallel()
	prod := &config.Profile{Name: "acme-prod", URL: "https://tooljet.example.com", Production: true}
	story(t, stage{seed: marked(2), profile: prod}, func(d *driver) {
		sent := len(d.box.Ledger())
		d.press("a")
		d.rest()
		d.press("r")
		d.rest()
		d.press("ctrl+s")
		d.sees("type acme-prod")
		d.press("enter")
		d.sees("Type acme-prod to go on")
		if len(d.box.Ledger()) != sent {
			t.Fatal("tokens were issued without the name")
		}
		d.typeText("acme-prod")
		d.press("enter")
		d.sleep(5 * time.Second)
		d.sees("2 issued, 1 failed")
	})
}

// Ensure the re-issue of four marked rows takes seven keys at most.
func TestPlan_FourMarkedInSevenKeys(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: marked(4)}, func(d *driver) {
		sent := len(d.box.Ledger())
		keys := []string{"shift+down", "shift+down", "shift+down", "r", "enter", "y"}
		for _, k := range keys {
			d.press(k)
			d.rest()
		}
		d.sleep(6 * time.Second)
		if n := len(d.box.Ledger()) - sent; n != 4 || len(keys) > 7 {
			t.Errorf("%d tokens with %d keys:\n%s", n, len(keys), d.screen())
		}
		d.sees("4 issued")
	})
}
