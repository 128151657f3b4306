package ui

import (
	"context"
	"testing"
	"time"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// Ensure the doctor proves the unit with a test pair, asks for the name on
// production, tells the profile, and that what was issued before is counted by it.
func TestDoctor_ProvesTheUnit(t *testing.T) {
	t.Parallel()
	for _, production := range []bool{false, true} {
		var kept []string
		st := stage{
			profile: &config.Profile{Name: "acme", URL: "https://tooljet.example.com", Production: production},
			options: func(_ *driver, o *Options) {
				o.KeepUnit = func(_ context.Context, _ *pat.Issuer, profile string, unit pat.Unit) error {
					kept = append(kept, profile+" "+string(unit))
					return nil
				}
			},
			seed: func(d *driver) {
				if _, err := d.issuer.Issue(d.ctx, pat.Request{User: "bo@partner.example", App: "orders", Life: time.Hour, Idle: time.Hour}); err != nil {
					d.t.Fatal(err)
				}
			},
		}
		story(t, st, func(d *driver) {
			d.toTab(kit.Doctor{})
			d.sees("not proven here", "Prove it on a test pair (ctrl+u)")
			d.misses("patdesk doctor") // a command is of no use here
			d.press("ctrl+u")
			d.sees("Prove the unit of patExpiry", "test@example.com")
			d.press("enter", "enter")
			d.sees("name a user by e-mail address or id")
			d.paste("ana@example.com\u200b\n")
			d.press("enter", "enter")
			d.sees("name an app by id or slug")
			d.paste("orders")
			d.press("enter")
			d.sees("Issue a token of one unit?", "ana@example.com on orders")
			if len(d.box.Ledger()) != 1 {
				t.Error("sent before the answer")
			}
			if production {
				d.paste("ana")
			}
			d.press("enter")
			d.sees("five seconds")
			d.sleep(8 * time.Second)
			d.sees("Proven: this server reads patExpiry in seconds", "seconds, proven on this server")
			d.press("1")
			row, err := d.store.Get(d.ctx, 1)
			if err != nil || !row.UnitProven || pat.EndOf(row).Open() {
				t.Errorf("the row before it: %+v, %v", row, err)
			}
			d.press("n")
			d.press("tab", "tab")
			d.sees("proven on this server")
		})
		if len(kept) != 1 || kept[0] != "acme seconds" {
			t.Errorf("production %v: kept %v", production, kept)
		}
	}
}

// Ensure a read-only profile says why it proves nothing, and esc proves nothing.
func TestDoctor_ProvesNothingUnasked(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.toTab(kit.Doctor{})
		d.press("ctrl+u", "esc")
		d.misses("test@example.com")
		d.issuer.Settings.ReadOnly = true
		d.press("ctrl+u")
		d.sees("read-only")
		if n := len(d.box.Ledger()); n != 0 {
			t.Errorf("%d tokens", n)
		}
	})
}

// Ensure the first run goes on to the proof of the unit, and not before the person
// has said where the key shall live.
func TestFirstRun_GoesOnToTheProof(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.paste("https://tooljet.example.com")
		d.press("enter")
		d.paste(d.box.Key())
		d.sleep(2 * time.Second)
		d.press("ctrl+u") // clears what was typed, as in every field
		d.misses("accepted", "Say first")
		d.paste(d.box.Key())
		d.sleep(2 * time.Second)
		d.press("tab", "ctrl+u") // where the key lives is a choice: nothing to clear
		d.sees("Prove the unit of patExpiry", "Doctor")
		d.press("esc")
		d.sees("not proven here")
	})
	if len(saved) != 1 {
		t.Errorf("saved %v", saved)
	}
}
