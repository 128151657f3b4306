package ui

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// shownLeft reads the column LEFT of the cursor's row back as seconds, with the
// unit it is written in.
func (d *driver) shownLeft() (left, unit time.Duration) {
	d.t.Helper()
	f := strings.Fields(strings.TrimPrefix(d.cursorRow(), "▌"))
	if len(f) < 4 {
		d.t.Fatalf("no row: %q", d.cursorRow())
	}
	var a, b int
	var ua, ub rune
	if _, err := fmt.Sscanf(f[2]+" "+f[3], "%d%c %d%c", &a, &ua, &b, &ub); err != nil {
		d.t.Fatalf("%q: %v", d.cursorRow(), err)
	}
	size := map[rune]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}
	return time.Duration(a)*size[ua] + time.Duration(b)*size[ub], size[ub]
}

// Ensure the countdown of a day is right within a second of the server's truth
// at every moment at which it is looked at, with a local clock that is 26 hours
// off in either direction, and never negative.
func TestCountdown_ADayWithAWrongClock(t *testing.T) {
	t.Parallel()
	for _, behind := range []time.Duration{0, 26 * time.Hour, -26 * time.Hour} {
		story(t, stage{behind: behind, seed: func(d *driver) {
			d.add(row{user: "ana@example.com", app: "Orders portal", life: 24 * time.Hour})
		}}, func(d *driver) {
			end := time.Now().Add(behind).Add(24 * time.Hour) // by the server's clock
			pause := 7 * time.Second
			for {
				truth := end.Sub(time.Now().Add(behind))
				if truth <= 0 {
					break
				}
				got, unit := d.shownLeft()
				if off := truth - got; off < -time.Second || off >= unit+time.Second {
					t.Fatalf("%v left in truth, shown %v in %v", truth, got, unit)
				}
				d.sleep(pause)
				if pause = pause * 5 / 3; pause > 11*time.Minute {
					pause = 1234567 * time.Microsecond
				}
			}
			d.sees("EXPIRED", " ago")
			d.misses("-0", " 00m 00s")
		})
	}
}

// Ensure that after eight hours of sleep, in which the monotonic clock stands
// still, the screen shows the truth as soon as the person is back.
func TestCountdown_Suspend(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.sees("▲ URGENT   04m 12s", "● OK       22h 48m")
		d.jump = 8 * time.Hour
		d.sleep(1100 * time.Millisecond) // the next tick
		d.rest()
		d.sees("● OK       14h 4", "○ EXPIRED  7h ago")
		d.misses("URGENT   0")
	})
}

// Ensure both changes of daylight saving leave the countdown alone and move only
// the local time of the end.
func TestCountdown_DaylightSaving(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		start time.Time
		ends  string
	}{
		{time.Date(2027, 3, 27, 23, 0, 0, 0, time.UTC), "28 Mar 03:00Z = 05:00 your time"},
		{time.Date(2027, 10, 30, 23, 0, 0, 0, time.UTC), "31 Oct 03:00Z = 04:00 your time"},
	} {
		story(t, stage{seed: func(d *driver) {
			time.Sleep(time.Until(c.start))
			if _, err := d.issuer.Client.GetConfig(d.ctx); err != nil {
				t.Fatal(err)
			}
			d.add(row{user: "ana@example.com", app: "Orders portal", life: 4 * time.Hour})
		}}, func(d *driver) {
			end := c.start.Add(4 * time.Hour)
			d.sees(c.ends)
			for time.Now().Before(end) {
				truth := time.Until(end)
				got, unit := d.shownLeft()
				if off := truth - got; off < -time.Second || off >= unit+time.Second {
					t.Fatalf("%v left in truth, shown %v", truth, got)
				}
				d.sleep(3 * time.Minute)
			}
			d.sees("EXPIRED")
		})
	}
}

// Ensure rows move when their state changes while the cursor stays on its token,
// and that the counts follow.
func TestCountdown_RowsMoveTheCursorStays(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("down", "down") // cy, 41 minutes left
		d.sees("2 urgent")
		d.sleep(6 * time.Minute)
		if row := d.cursorRow(); !strings.Contains(row, "cy@example.com") || !strings.Contains(row, "35m") {
			t.Fatalf("the cursor is on %q", row)
		}
		lines := strings.Split(d.screen(), "\n")
		if !strings.Contains(lines[5], "cy@example.com") {
			t.Errorf("what dies next is not first:\n%s", d.screen())
		}
		d.misses("2 urgent")
		d.sees("6 live, 1 of them older")
		d.press("g")
		d.sleep(36 * time.Minute)
		if row := d.cursorRow(); !strings.Contains(row, "EXPIRED") || !strings.Contains(row, "cy@example.com") {
			t.Errorf("the cursor did not follow its token to the expired ones: %q", row)
		}
	})
}

// Ensure a history whose tokens end one after the other each second is read anew a few
// times a minute, and not for each of them: what a frame says is of its own moment.
func TestCountdown_ManyEndsInARow(t *testing.T) { endsInARow(t, 0) }

// Ensure that two thousand other tokens of the pair, or ten, each second one of which is
// SOON, make no more of it.
func TestCountdown_ManyEndsInARow_Sweep(t *testing.T) {
	t.Parallel()
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("PATDESK_LONG=1 fills a history with thousands of tokens of a pair")
	}
	others := 2_000
	if full() {
		others = 10_000
	}
	endsInARow(t, others)
}

// endsInARow watches a minute in which a token ends each second, beside others of its
// pair that change their states.
func endsInARow(t *testing.T, others int) {
	t.Helper()
	story(t, stage{w: 120, h: 60, seed: func(d *driver) { // high enough to hold all that end
		for i := range others {
			d.add(row{user: "ana@example.com", app: "Orders portal", life: 4 * time.Hour, age: 3*time.Hour - time.Duration(i%3600)*time.Second})
		}
		for i := range 90 {
			d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Hour, age: 59*time.Minute - time.Duration(i)*time.Second})
		}
	}}, func(d *driver) {
		d.sleep(70 * time.Second) // a token ends each second now
		before := maps.Clone(d.kinds)
		d.sleep(60 * time.Second)
		for kind, most := range map[string]int{ // queries: the rows, their place and count, the pair, the states
			"kit.TickMsg": 61, "tokens.tokensMsg": 12, "tokens.placeMsg": 12, "tokens.countMsg": 12, "tokens.pairMsg": 13, "tokens.countsMsg": 7,
		} {
			if n := d.kinds[kind] - before[kind]; n > most {
				t.Errorf("%d of %s in a minute, want %d at most", n, kind, most)
			}
		}
		// Among many the cursor goes with its row to those that have ended, where nothing moves.
		if n := d.kinds["tokens.tokensMsg"] - before["tokens.tokensMsg"]; n < 5 && others == 0 {
			t.Errorf("the rows were read %d times in a minute", n)
		}
		d.sleep(40 * time.Second) // the last one has ended
		if others == 0 {
			d.sees("0 live", "no other live token of this pair is known")
		}
	})
}

// Ensure nothing wakes up and nothing is drawn while nothing on the screen
// changes within the next minute: one tick is due, and it is far away.
func TestTick_IdleMeansIdle(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: func(d *driver) {
		d.add(row{user: "gil@example.com", app: "Stock desk", life: 30 * 24 * time.Hour, age: 10 * time.Minute})
	}}, func(d *driver) {
		d.rest()
		before, screen := d.updates, d.screen()
		d.sleep(45 * time.Minute)
		if d.updates != before {
			t.Errorf("%d messages in 45 minutes in which nothing changes", d.updates-before)
		}
		if d.screen() != screen {
			t.Error("the screen changed")
		}
		d.sleep(10 * time.Minute) // one hour less
		if got := d.updates - before; got == 0 || got > 3 {
			t.Errorf("%d messages for one change", got)
		}
		d.sees("29d 22h")
	})
}

// Ensure a list that ticks each second does so exactly once a second.
func TestTick_OncePerSecond(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: func(d *driver) {
		d.add(row{user: "ana@example.com", app: "Orders portal", life: 50 * time.Minute})
	}}, func(d *driver) {
		d.rest()
		before := d.updates
		d.sleep(20 * time.Second)
		if got := d.updates - before; got < 19 || got > 23 {
			t.Errorf("%d messages in 20 seconds", got)
		}
	})
}

// Ensure a window without the focus does not tick and catches up on focus.
func TestTick_BlurredWindowsStop(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.rest()
		d.send(tea.BlurMsg{})
		d.settle()
		before := d.updates
		d.sleep(2 * time.Hour)
		if d.updates != before {
			t.Errorf("%d messages while blurred", d.updates-before)
		}
		d.send(tea.FocusMsg{})
		d.settle()
		d.rest()
		d.sees("● OK       20h 4", "EXPIRED  1h ago")
	})
}

// Ensure no toast wipes a newer one, and an older one that lasts longer is seen
// again.
func TestToast_NewerStays(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.s.Say(kit.LevelWarn, "the older one")
		d.sleep(5 * time.Second)
		d.s.Say(kit.LevelGood, "the newer one")
		d.sleep(5500 * time.Millisecond) // the older one has ended by now
		d.sees("the newer one")
		d.s.Say(kit.LevelBad, "a long one")
		d.s.Say(kit.LevelInfo, "a short one\x1b]52;c;eA==\a")
		d.sees("a short one")
		d.misses("\x1b]52")
		d.sleep(7 * time.Second)
		d.sees("a long one")
		d.sleep(20 * time.Second)
		d.sees("a long one") // what failed stays until a key is pressed
		d.press("down")
		d.misses("a long one")
	})
}

// Ensure the header tells of a change of a row that is not on the screen, soon
// after it, and that nothing wakes the console before.
func TestCountdown_HeaderTellsOfRowsElsewhere(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 30, seed: everyState}, func(d *driver) {
		d.press("/")
		d.typeText("state:expired")
		d.rest()
		d.press("enter")
		d.sees("1–1 of 1", "2 urgent", "1 soon") // the next to end has 04m 12s left
		d.sleep(4 * time.Minute)
		d.sees("2 urgent")
		calm := d.updates
		d.sleep(10 * time.Second)
		if n := d.updates - calm; n > 3 {
			t.Errorf("%d messages in ten seconds in which nothing happens", n)
		}
		d.sleep(20 * time.Second)
		d.sees("1 urgent", "7 live, 1 of them older")
	})
}
