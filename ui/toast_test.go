package ui

import (
	"testing"
	"time"

	"patdesk/ui/kit"
)

// Ensure that news end after six seconds, errors with the next key, and both with
// the screen that they were said on; what was said while it changed stays.
func TestToasts_End(t *testing.T) {
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
