package ui

import (
	"regexp"
	"testing"
	"time"

	"patdesk/config"
	"patdesk/ui/kit"
)

// Ensure that a screen with motion = "off" moves on whole minutes and where a token
// changes its state, and that one with motion = "on" counts the seconds, in ten minutes
// of each room that shows time.
func TestMotion_TenMinutes(t *testing.T) {
	t.Parallel()
	seed := func(d *driver) {
		d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Hour, age: 56*time.Minute - 12*time.Second})
		d.add(row{user: "bo@example.org", app: "Stock desk", life: 3 * time.Hour, age: 2*time.Hour + 11*time.Minute + 17*time.Second})
		d.add(row{user: "cy@example.com", app: "Returns", life: 30 * time.Hour, age: 11 * time.Second})
		d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, age: time.Hour + 7*time.Second})
	}
	for _, c := range []struct {
		name, motion string
		open         func(d *driver)
		least, most  int // screens in ten minutes
	}{
		{"Tokens", "on", func(*driver) {}, 590, 610},
		{"Tokens", "off", func(*driver) {}, 8, 12},
		{"Timeline", "off", func(d *driver) { d.toTab(kit.Timeline{}) }, 8, 12},
		{"Users", "off", func(d *driver) { d.toTab(kit.Users{}); d.rest() }, 5, 12},
		{"a token", "off", func(d *driver) { d.press("enter") }, 5, 12},
		{"the form", "off", func(d *driver) {
			d.press("n", "tab", "tab", "ctrl+u")
			d.typeText("5m")
		}, 5, 12},
	} {
		t.Run(c.name+", "+c.motion, func(t *testing.T) {
			t.Parallel()
			story(t, stage{w: 120, h: 40, seed: seed, options: moving(c.motion)}, func(d *driver) {
				c.open(d)
				ends := time.Now().Truncate(time.Second).Add(4*time.Minute + 12*time.Second) // ana's
				d.sleep(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute + 500*time.Millisecond)))
				moved := movesFor(d, 10*time.Minute)
				if n := len(moved); n < c.least || n > c.most {
					t.Errorf("%d screens in ten minutes, want %d to %d", n, c.least, c.most)
				}
				if c.motion == "on" {
					return
				}
				for _, at := range moved {
					if s := at.Second(); s != 0 && at.Sub(ends).Abs() > 2*time.Second {
						t.Errorf("the screen moved at %s", at.Format("15:04:05"))
					}
				}
				if seconds := regexp.MustCompile(`\b\d+s\b`).FindString(d.screen()); seconds != "" {
					t.Errorf("it shows %q:\n%s", seconds, d.screen())
				}
			})
		})
	}
}

// Ensure that a still screen says when a secret hides and the clipboard is cleared, in
// place of counting, and that both happen on time.
func TestMotion_OffHidesOnTime(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState, options: moving("off")}, func(d *driver) {
		d.press("y")
		d.sees("Clears at 20:10:5")
		d.press("v")
		d.sees("hides at 20:10:1", "pat_0")
		calm := d.updates
		d.sleep(9 * time.Second)
		if n := d.updates - calm; n > 1 {
			t.Errorf("%d messages in nine seconds", n)
		}
		d.sleep(2 * time.Second)
		d.misses("hides at")
		d.sleep(40 * time.Second)
		d.misses("Clears at")
		d.press("enter", "v")
		d.sees("Readable until 20:11:0")
		d.sleep(11 * time.Second)
		d.misses("Readable until")
	})
}

// moving sets motion.
func moving(to string) func(*driver, *Options) {
	return func(_ *driver, o *Options) {
		o.Config = config.Default("")
		o.Config.Motion = to
	}
}

// movesFor are the seconds of the time to come in which the screen became another: it
// is drawn after messages only.
func movesFor(d *driver, long time.Duration) []time.Time {
	d.t.Helper()
	var moved []time.Time
	screen, updates := d.screen(), d.updates
	for end := time.Now().Add(long); time.Now().Before(end); {
		at := time.Now().UTC()
		d.sleep(time.Second)
		if d.updates == updates {
			continue
		}
		updates = d.updates
		if now := d.screen(); now != screen {
			screen, moved = now, append(moved, at.Add(time.Second).Truncate(time.Second))
		}
	}
	return moved
}
