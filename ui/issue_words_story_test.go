package ui

import (
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that a life is explained before anything is sent: a date is the end of that
// day here, and what could be a month is none.
func TestIssue_ExplainsTheLifeBeforeSending(t *testing.T) {
	t.Parallel()
	for typed, says := range map[string][]string{
		"2026-12-01": {"2026-12-01 is the end of that day, 23:59:59 CET", "1 Dec 23:59 your time = 22:59Z"},
		"2027-07-01": {"2027-07-01 is the end of that day, 23:59:59 CEST"},
		"1M":         {"1M could be a minute or a month: write 1m for minutes, or 30d"},
		"9":          {"add a unit, as in 9s, 9m, 9h or 9d"},
		"1.5h":       {"no fractions"},
		"11y":        {"years differ in length"},
	} {
		t.Run(typed, func(t *testing.T) {
			for _, size := range [][2]int{{100, 30}, {60, 20}} {
				story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
					d.fill("ana", "ord")
					d.typeText(typed)
					if size[0] < 100 {
						says = says[:1]
					}
					d.says(says...)
					if n := len(d.box.Ledger()); n != 0 {
						t.Errorf("%d tokens issued", n)
					}
				})
			}
		})
	}
}

// Ensure that the form says what else the holder of an admin's or a builder's token
// can do, and nothing of it for others.
func TestIssue_SaysWhatABuildersTokenCanDo(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("dana@example.com", "ord")
		d.says("dana@example.com is a builder: whoever holds this token can act as them in workspace Sales")
		d.press("shift+tab", "shift+tab")
		d.typeText("ana@example.com")
		d.press("enter")
		d.misses("whoever holds this token")
	})
}

// Ensure that ToolJet's words stand in the form where its refusal is told, behind
// what patdesk knows, and what its log is searched by beside them.
func TestIssue_ToolJetsWordsStandInTheForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault sandbox.Fault
		says  []string
	}{
		"refused":  {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `{"message":"Seat limit of this plan is reached"}`}, []string{"The answer says “Seat limit of this plan is reached”"}},
		"conflict": {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 409, Body: `{"statusCode":409,"message":"A record of this kind exists"}`}, []string{"Conflict with existing data", "The answer says “A record of this kind exists”"}},
		"failed":   {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Body: `{"message":"Internal server error"}`}, []string{"token may exist", "The answer says “Internal server error”", "status 500", "server time 2026-11-19T19:10"}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				d.box.Inject(c.fault)
				d.fill("ana", "ord")
				d.press("ctrl+s")
				d.says(c.says...)
			})
		})
	}
}

// Ensure that the words beside the number are right for each unit.
func TestIssue_UnitIsSaidAsItIs(t *testing.T) {
	t.Parallel()
	for unit, says := range map[pat.Unit]string{
		pat.Seconds:      "sends patExpiry 3600 seconds, as documented, not proven here",
		pat.Minutes:      "sends patExpiry 60 minutes, as ToolJet's newer source says, not proven here",
		pat.Milliseconds: "sends patExpiry 3600000 milliseconds, as the profile says, not proven here",
	} {
		story(t, stage{seed: func(d *driver) { d.issuer.Settings.Unit = unit }}, func(d *driver) {
			d.press("n")
			d.says(says)
		})
	}
}
