package ui

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure that the form says before issuing whether the user may open the app and
// through what, that the apps they may open come first, and that a server which does
// not tell is told plainly.
func TestForesee_WhoMayOpenTheApp(t *testing.T) {
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
