package ui

import (
	"testing"

	"patdesk/ui/kit"
)

// Ensure that two apps of one name can be told apart in every list of tokens and in a
// plan, at every width: by workspace and slug, and by the slug where no more has room.
func TestTwins_ToldApart(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{140, 45}, {100, 30}, {60, 20}} {
		seed := func(d *driver) {
			if err := d.box.RenameApp("returns", "Orders portal"); err != nil {
				d.t.Fatal(err)
			}
			issuedFor("ana@example.com orders", "ana@example.com returns")(d)
			if _, err := d.issuer.Lists(d.ctx, true); err != nil {
				d.t.Fatal(err)
			}
		}
		story(t, stage{w: size[0], h: size[1], seed: seed}, func(d *driver) {
			both := func() {
				d.t.Helper()
				d.lineWith("returns")
				d.sees("orders", "returns")
			}
			both()
			d.toTab(kit.Timeline{})
			d.rest()
			if size[0] > 60 {
				both()
			}
			d.toTab(kit.Users{})
			d.rest()
			d.press("enter")
			d.rest()
			both()
			d.press("esc", "1", "a")
			d.rest()
			d.press("r")
			d.rest()
			d.sees("2 requests")
			both()
		})
	}
}
