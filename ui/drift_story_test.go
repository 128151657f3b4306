package ui

import "testing"

// Ensure that a token which is opened says what differs by the lists that were just
// read.
func TestDrift_ToldWhenATokenIsOpened(t *testing.T) {
	story(t, stage{seed: issuedFor("ana@example.com orders")}, func(d *driver) {
		if err := d.box.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.issuer.Lists(d.ctx, true); err != nil {
			t.Fatal(err)
		}
		d.press("enter")
		d.sees("DRIFT", "The role was end-user at issue and is builder now")
	})
}
