package ui

import (
	"slices"
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure that the form says before issuing whether the user may open the app and
// through what, that the apps they may open come first, and that a server which does
// not tell is told plainly.
func TestForesee_WhoMayOpenTheApp(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 40}, func(d *driver) {
		d.fill("ana", "onboard")
		d.sees("may open it, through group Partners")
	})
	story(t, stage{w: 120, h: 40}, func(d *driver) {
		d.fill("dee@", "onboard")
		d.sees("dee@example.com may not open it")
	})
	story(t, stage{w: 120, h: 40}, func(d *driver) {
		d.press("n")
		d.typeText("dee@")
		d.press("enter")
		d.typeText("o")
		screen := d.screen()
		if orders, closed := strings.Index(screen, "Orders portal"), strings.Index(screen, "Partner onboarding"); orders < 0 || closed >= 0 && closed < orders {
			t.Errorf("what they may not open stands first:\n%s", screen)
		}
	})
	story(t, stage{w: 120, h: 40, sandbox: sandbox.Options{NoV2: true}}, func(d *driver) {
		d.fill("ana", "onboard")
		d.sees("may open it: known only when it loads")
	})
}

// Ensure that a re-issue which can open nothing says so before it is sent: by the lists
// that were read, or by what the row says, and never that such a token keeps working.
func TestForesee_ReissueOfWhatOpensNothing(t *testing.T) {
	t.Parallel()
	archive := func(d *driver) {
		if err := d.box.SetUserStatus("ana@example.com", "archived"); err != nil {
			d.t.Fatal(err)
		}
	}
	tests := map[string]struct {
		do   func(d *driver)
		says string
	}{
		"by the lists": {func(d *driver) {
			archive(d)
			if _, err := d.issuer.Lists(d.ctx, true); err != nil {
				d.t.Fatal(err)
			}
		}, "ana@example.com is archived: a token opens nothing for them until that is undone in ToolJet (as listed on 2026-11-19 at"},
		"by a check": {func(d *driver) {
			archive(d)
			d.press("V")
			d.sees("DRIFT")
		}, "the user is archived; it opens nothing until that is undone in ToolJet. No new token helps against that."},
		"no access": {func(d *driver) {
			if err := d.box.SetAccess("ana@example.com", "orders", false); err != nil {
				d.t.Fatal(err)
			}
			d.press("V")
			d.sees("DRIFT")
		}, "it opens nothing until the user is let into the app. No new token helps against that."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			story(t, stage{w: 120, h: 40, seed: issuedFor("ana@example.com orders")}, func(d *driver) {
				tt.do(d)
				d.press("r")
				flat := strings.Join(strings.Fields(strings.ReplaceAll(d.screen(), "│", " ")), " ")
				if !strings.Contains(flat, tt.says) || strings.Contains(flat, "keeps working until") {
					t.Errorf("it asks:\n%s", d.screen())
				}
			})
		})
	}
}

// Ensure that the question before a re-issue names what else of the pair keeps working,
// in the list and on the page of the token.
func TestForesee_ReissueNamesTheOthers(t *testing.T) {
	t.Parallel()
	for n, want := range []string{"", "1 other token of this pair keeps working until", "2 other tokens of this pair keep working, the last until"} {
		pairs := append([]string{"bo@partner.example returns"}, slices.Repeat([]string{"ana@example.com orders"}, n+1)...)
		story(t, stage{w: 120, h: 40, seed: issuedFor(pairs...)}, func(d *driver) {
			d.press("/")
			d.typeText("ana")
			d.press("enter")
			for _, way := range [][]string{{"r"}, {"enter", "r"}} {
				d.press(way...)
				flat := strings.Join(strings.Fields(strings.ReplaceAll(d.screen(), "│", " ")), " ")
				if !strings.Contains(flat, "Re-issue with the same settings?") || !strings.Contains(flat, want) || want == "" && strings.Contains(flat, "of this pair keep") {
					t.Errorf("%d others, by %q:\n%s", n, way, d.screen())
				}
				d.press("esc")
			}
		})
	}
}
