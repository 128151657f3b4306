package ui

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"patdesk/ui/kit"
)

// overNight fills a history with tokens in every state, and with some that end in the
// night, one of them perhaps much later.
func overNight(d *driver) {
	everyState(d)
	for _, r := range []row{
		{user: "kit@example.com", app: "Orders portal", life: 9 * time.Hour, age: time.Hour},
		{user: "lou@example.com", app: "Returns", life: 10 * time.Hour, age: time.Hour, unproven: true},
		{user: "max@example.com", app: "Returns", life: time.Hour, age: 2 * time.Hour, unproven: true},
	} {
		d.add(r)
	}
}

// Ensure that the timeline zooms, moves and comes back to now, and that rows and counts
// are those of the time in view.
func TestTimeline_ZoomAndMove(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: overNight, profile: nightly()}, func(d *driver) {
		d.toTab(kit.Timeline{})
		d.sees("Thu 19 Nov 20:00 to Fri 20 Nov 20:00", "expire per hour", "↓ now", "next  ana 04m 12s   bo 05m 40s   cy 41m 00s", "just ended  ivy 3m ago")
		for _, row := range []struct{ user, end string }{{"lou", "┫┄"}, {"max", "┄›"}, {"hal", "┄┤"}, {"gil", "━›"}, {"kit", "━┫"}} {
			if line := d.lineWith(" " + row.user + " "); !strings.Contains(line, row.end) {
				t.Errorf("%s: %s", row.user, line)
			}
		}
		d.press("+")
		d.sees("This is the shortest time.")
		d.press("-")
		d.sees("Thu 19 Nov 18:00 to Thu 26 Nov 18:00", "expire per 12 hours", "Sat 21")
		d.press("-")
		d.sees("Thu 19 Nov 00:00 to Sat 19 Dec 00:00", "expire per 2 days", "23 Nov")
		d.press("right")
		d.sees("Thu 26 Nov 00:00 to Sat 26 Dec 00:00")
		d.misses("↓ now")
		if row := d.cursorRow(); !strings.Contains(row, "gil") {
			t.Errorf("the first to end in view is not under the cursor: %s", row)
		}
		d.press("left", "left")
		d.sees("Thu 12 Nov 00:00 to Sat 12 Dec 00:00", "↓ now")
		d.press("0")
		d.sees("Thu 19 Nov 00:00 to Sat 19 Dec 00:00")
		d.press("+", "+", "left", "left", "left", "left")
		d.sees("Wed 18 Nov 20:00 to Thu 19 Nov 20:00")
		if row := d.cursorRow(); strings.Contains(row, "ana") {
			t.Errorf("the past shows what is to end: %s", row)
		}
	})
}

// Ensure that the axis follows the clock: hours go by, rows end, and the counts are of
// what is in view then.
func TestTimeline_FollowsTheClock(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: overNight, profile: nightly()}, func(d *driver) {
		d.toTab(kit.Timeline{})
		d.sleep(2 * time.Hour)
		d.sees("Thu 19 Nov 22:00 to Fri 20 Nov 22:00", "just ended  cy 1h ago", "next  dee 03h 00m")
		if line := d.lineWith("expire per hour"); strings.Count(line, "1") != 4 { // ana's older, dee, kit and lou; eve, hal
			t.Errorf("the counts did not follow: %s", line)
		}
	})
}

// Ensure that what ends while nobody is on shift is counted, marked by one key, and
// re-issued by one plan; and that there is nothing to mark when they are re-issued.
func TestTimeline_MarksWhatEndsUnwatched(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: issuedFor("ana@example.com orders", "bo@partner.example orders", "ana@example.com stock"), profile: nightly()}, func(d *driver) {
		d.toTab(kit.Timeline{})
		d.sees("3 tokens end while nobody is on shift (22:00 to 20 Nov 07:00): ", "m marks them, r re-issues")
		d.press("m")
		d.sees("3 marked")
		d.press("r")
		d.sees("Re-issue", "ana@example.com", "bo@partner.exa", "Nothing is sent yet")
		d.press("ctrl+s", "y")
		d.sleep(time.Minute)
		if n := len(d.box.Ledger()); n != 6 {
			t.Errorf("%d tokens were issued in all", n)
		}
		d.press("esc")
		d.misses("3 marked")
	})
	// Under a filter only what is seen is marked.
	story(t, stage{seed: issuedFor("ana@example.com orders", "bo@partner.example orders", "ana@example.com stock"), profile: nightly()}, func(d *driver) {
		d.press("/")
		d.typeText("user:ana")
		d.rest()
		d.press("enter")
		d.toTab(kit.Timeline{})
		d.press("m")
		d.sees("2 marked")
		d.sees("marks those shown")
	})
	story(t, stage{seed: everyState}, func(d *driver) {
		d.toTab(kit.Timeline{})
		d.misses("on shift")
		d.press("m")
		d.sees("quiet_hours =")
	})
}

// Ensure that the ends to come are written as a calendar into a private file, which is
// never written over.
func TestTimeline_WritesACalendar(t *testing.T) {
	t.Chdir(t.TempDir())
	story(t, stage{seed: everyState}, func(d *driver) {
		d.toTab(kit.Timeline{})
		d.press("E")
		d.sees("Calendar written to patdesk-20261119-201005.ics, for you alone.")
		files, err := filepath.Glob("patdesk-*.ics")
		if err != nil || len(files) != 1 {
			t.Fatalf("%v, %v", files, err)
		}
		b, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(files[0]); err != nil || st.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%v, %v", st, err)
		}
		if n := strings.Count(string(b), "BEGIN:VEVENT"); n < 5 || !strings.Contains(string(b), "Embed token ends: ana@example.com") || strings.Contains(string(b), "pat_") {
			t.Errorf("%d events:\n%s", n, b)
		}
		d.press("E") // in the same second
		d.sees("The output could not be written")
	})
}

// Ensure that both nights on which the clock is set are drawn as long as they are.
func TestTimeline_DaylightChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		at    time.Time
		hours float64 // of the night
		says  string
	}{
		{"forward", time.Date(2027, 3, 27, 19, 10, 5, 0, time.UTC), 8, "Sat 27 Mar 20:00 to Sun 28 Mar 21:00, clocks change from CET to CEST"},
		{"back", time.Date(2027, 10, 30, 18, 10, 5, 0, time.UTC), 10, "Sat 30 Oct 20:00 to Sun 31 Oct 19:00, clocks change from CEST to CET"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seed := func(d *driver) {
				time.Sleep(time.Until(tt.at))
				d.add(row{user: "kit@example.com", app: "Orders portal", life: 9 * time.Hour, age: time.Hour})
			}
			story(t, stage{seed: seed, profile: nightly()}, func(d *driver) {
				d.toTab(kit.Timeline{})
				d.sees(tt.says, "1 token ends while nobody is on shift (22:00 to ")
				night := strings.Count(d.lineWith("quiet hours"), "░")
				if want := tt.hours / 24 * 52; float64(night) < want-1 || float64(night) > want+1 {
					t.Errorf("the night takes %d cells, not %.1f", night, want)
				}
			})
		})
	}
}

// lineWith is the first line of the screen with a text.
func (d *driver) lineWith(text string) string {
	d.t.Helper()
	for l := range strings.SplitSeq(d.screen(), "\n") {
		if strings.Contains(l, text) {
			return l
		}
	}
	d.t.Fatalf("no line has %q:\n%s", text, d.screen())
	return ""
}

// Ensure that the timeline shows what the filter of the list leaves, and says so, that
// marks of one are those of the other, and that another server begins with neither.
func TestTimeline_SharesFilterAndMarks(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("/")
		d.typeText("user:ana")
		d.rest()
		d.press("enter", "space")
		d.sees("1 marked")
		d.toTab(kit.Timeline{})
		d.sees("only user:ana, the filter of Tokens; the counts are of all", "1 marked", "ana")
		d.misses("Field vi") // eve's
		d.press("down", "space")
		d.press("1")
		d.sees("user:ana", "2 marked")
		d.press("/", "esc")
		d.rest()
		d.toTab(kit.Timeline{})
		d.misses("the filter of Tokens")
		d.sees("Field vi")
		d.press("1")
		d.press("/")
		d.typeText("user:nobody")
		d.rest()
		d.press("enter")
		d.toTab(kit.Timeline{})
		d.sees("The filter of Tokens leaves none of them")
		d.run(d.s.enter(kit.Session{Issuer: d.issuer, Profile: d.s.profile}))
		d.settle()
		d.misses("marked")
		d.toTab(kit.Timeline{})
		d.misses("the filter of Tokens", "marked")
	})
}

// Ensure that a wide timeline writes names out, in its rows and in the lines below, and
// that a narrow one cuts them rather than leaving one out.
func TestTimeline_NamesHaveTheRoomThereIs(t *testing.T) {
	t.Parallel()
	const who, app = "maximiliana.long@example.com", "Northern warehouse"
	seed := func(d *driver) {
		d.add(row{user: who, app: app, life: time.Hour, age: 50 * time.Minute})
		d.add(row{user: "bartholomew.longer@example.com", app: app, life: 9 * time.Hour, age: time.Hour})
		d.add(row{user: "constantine.ended@example.com", app: app, life: time.Hour, age: 61 * time.Minute})
	}
	for width, names := range map[int][]string{
		140: {who, app, "next  maximiliana.long ", "just ended  constantine.ended ", ": bartholomew.longer"},
		100: {"next  maximiliana.long ", "just ended  constantine.ended "},
		60:  {"next  maximiliana.long "},
	} {
		story(t, stage{w: width, h: 45, seed: seed, profile: nightly()}, func(d *driver) {
			d.toTab(kit.Timeline{})
			d.sees(names...)
		})
	}
}
