package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/ui/kit"
)

// Ensure that news end after six seconds, errors with the next key, and both with
// the screen that they were said on; what was said while it changed stays.
func TestToasts_End(t *testing.T) {
	t.Parallel()
	for _, level := range []kit.Level{kit.LevelInfo, kit.LevelGood, kit.LevelWarn} {
		story(t, stage{seed: everyState}, func(d *driver) {
			d.s.Say(level, "Some news.")
			d.press("down")
			d.sees("Some news.")
			d.sleep(5 * time.Second)
			d.sees("Some news.")
			d.sleep(2 * time.Second)
			d.misses("Some news.")

			d.s.Say(level, "Of the list.")
			d.press("?")
			d.sees("Of the list.")
			d.press("esc")
			d.toTab(kit.Doctor{})
			d.misses("Of the list.")
			d.press("1")
			d.misses("Of the list.")
		})
	}
	story(t, stage{seed: everyState}, func(d *driver) {
		d.s.Say(kit.LevelBad, "An error.")
		d.rest()
		d.sleep(time.Hour)
		d.sees("An error.")
		d.press("down")
		d.misses("An error.")

		d.press("n")
		d.s.Say(kit.LevelBad, "An error on the way.")
		d.s.Pop()
		d.send(kit.TouchedMsg{})
		d.s.Say(kit.LevelInfo, "News on the way.")
		d.sees("News on the way.")
		d.sleep(7 * time.Second)
		d.sees("An error on the way.")
	})
}

// Ensure that a sentence which is too long for a line is read to its end, in two, and that
// the keys stay in view beside it.
func TestToast_LongInTwoLines(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {80, 24}, {140, 45}} {
		story(t, stage{w: size[0], h: size[1], seed: issuedFor("ana@example.com orders")}, func(d *driver) {
			d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: "<html>no</html>", Match: "/api/", Times: -1})
			d.press("V")
			lines := strings.Split(d.screen(), "\n")
			foot := strings.Join(strings.Fields(strings.Join(lines[len(lines)-3:], " ")), " ")
			if !strings.Contains(foot, "Not verified: Something in front of ToolJet refused this (403). Ask whoever runs it to let /api/ext through, or for a direct address.") || !strings.Contains(foot, "n new") {
				t.Errorf("the foot at %v is %q", size, foot)
			}
			d.sleep(7 * time.Second)
			d.press("down")
			d.misses("Not verified")
		})
	}
}
