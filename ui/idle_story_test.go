package ui

import (
	"testing"
	"time"
)

// Ensure a console that nobody touches hides what it shows, rests, and ends; a key brings
// it back and does nothing else, and each key puts the end off.
func TestIdle_HidesAndEnds(t *testing.T) {
	t.Parallel()
	left := func(_ *driver, o *Options) { o.Idle = Idle{Hide: 5 * time.Minute, End: 30 * time.Minute} }
	story(t, stage{w: 100, h: 30, seed: issuedFor("ana@example.com orders"), options: left}, func(d *driver) {
		d.sleep(4 * time.Minute)
		d.press("down")
		d.sleep(4*time.Minute + 50*time.Second)
		d.sees("ana@example.com")
		d.sleep(20 * time.Second)
		d.misses("ana@example.com", "orders")
		d.sees("Hidden: nobody pressed a key for 5m", "ends after 30m")
		before := d.updates
		d.sleep(10 * time.Minute)
		if n := d.updates - before; n > 1 {
			t.Errorf("%d updates while it is hidden", n)
		}
		d.press("n")
		d.sees("ana@example.com")
		d.misses("New token", "Hidden")
		d.sleep(4 * time.Minute)
		d.misses("Hidden")
		d.sleep(2 * time.Minute)
		d.sees("Hidden")
		d.press("n", "n")
		d.sees("New token")
		d.press("esc")
		d.sleep(29 * time.Minute)
		d.sees("Hidden")
		if d.quit {
			t.Fatal("it ended early")
		}
		d.sleep(2 * time.Minute)
		if !d.quit || !d.s.idle.over {
			t.Error("it does not end")
		}
	})
}

// Ensure a console without an end is hidden each time that nobody touches it, and the
// usual console never is.
func TestIdle_WithoutEnd(t *testing.T) {
	t.Parallel()
	for _, hide := range []time.Duration{0, 5 * time.Minute} {
		left := func(_ *driver, o *Options) { o.Idle = Idle{Hide: hide} }
		story(t, stage{w: 100, h: 30, seed: issuedFor("ana@example.com orders"), options: left}, func(d *driver) {
			for range 3 {
				d.sleep(6 * time.Minute)
				if hide == 0 {
					d.misses("Hidden")
					continue
				}
				d.sees("Hidden")
				d.press("down")
				d.sees("ana@example.com")
			}
			d.sleep(3 * 24 * time.Hour)
			if d.quit {
				t.Error("it ended")
			}
		})
	}
}
