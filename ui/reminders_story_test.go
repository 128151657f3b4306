package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
)

// nightly is a profile with quiet hours in the zone of the stories.
func nightly() *config.Profile {
	return &config.Profile{Name: "acme", URL: "https://tooljet.example.com", QuietHours: "22:00-07:00 Europe/Berlin"}
}

// reminding chooses how reminders come, at a terminal that takes OSC 777.
func reminding(how string, names bool) func(d *driver, o *Options) {
	return func(_ *driver, o *Options) {
		o.Config.Notify, o.Config.NotifyNames = how, names
		o.Terminal.Getenv = func(name string) string { return map[string]string{"TERM": "foot"}[name] }
	}
}

// aWeek fills a history so that on each of seven days one token becomes urgent and ends
// in the night, one becomes urgent in the night and ends after it, and one does both by
// day.
func aWeek(d *driver) {
	now := d.issuer.Now()
	y, m, day := now.In(berlin(d.t)).Date()
	for k := 1; k <= 7; k++ {
		for n, at := range []time.Duration{3 * time.Hour, 7*time.Hour + 30*time.Minute, 13 * time.Hour} {
			end := time.Date(y, m, day+k, 0, 0, 0, 0, berlin(d.t)).Add(at)
			d.add(row{user: fmt.Sprintf("u%d-%d@example.com", k, n), app: "Orders portal", life: 10 * time.Hour, age: 10*time.Hour - end.Sub(now)})
		}
	}
}

// Ensure that over a week with quiet hours each change is told once, by day when it
// comes and at the end of the night in one sum, and never while somebody looks.
func TestReminders_AWeekWithQuietHours(t *testing.T) {
	t.Parallel()
	var want []string
	for range 7 {
		want = append(want, "1 token became urgent, and 1 token ended", "1 token ended", "1 token became urgent", "1 token ended")
	}
	story(t, stage{seed: aWeek, profile: nightly(), options: reminding("osc", false)}, func(d *driver) {
		d.send(tea.BlurMsg{})
		d.sleep(7*24*time.Hour + time.Hour)
		if got := told(d); !slices.Equal(got, want) {
			t.Errorf("%d reminders, not %d: %q", len(got), len(want), got)
		}
	})
	story(t, stage{seed: aWeek, profile: nightly(), options: reminding("osc", false)}, func(d *driver) {
		d.sleep(36 * time.Hour) // somebody looks
		d.send(tea.BlurMsg{})
		d.sleep(time.Hour)
		d.send(tea.FocusMsg{})
		d.sleep(24 * time.Hour)
		if got := told(d); len(got) > 0 {
			t.Errorf("told while somebody looked: %q", got)
		}
	})
	story(t, stage{seed: aWeek, profile: nightly(), options: reminding("off", false)}, func(d *driver) {
		d.send(tea.BlurMsg{})
		d.sleep(48 * time.Hour)
		if got := told(d); len(got) > 0 {
			t.Errorf("told though it is off: %q", got)
		}
	})
}

// told are the sentences that the terminal was asked to show.
func told(d *driver) []string {
	var all []string
	for _, raw := range d.raw {
		if text, ok := strings.CutPrefix(raw, "\x1b]777;notify;patdesk;"); ok {
			all = append(all, strings.TrimSuffix(strings.TrimSuffix(text, "\a"), "."))
		}
	}
	return all
}

// Ensure that names are told only where the person wants it, and that a bell says
// nothing at all.
func TestReminders_NamesOnlyWhereWanted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		how   string
		names bool
		want  string
	}{{"osc", true, "u1-2"}, {"osc", false, ""}, {"bell", true, ""}} {
		story(t, stage{seed: aWeek, options: reminding(tt.how, tt.names)}, func(d *driver) {
			d.send(tea.BlurMsg{})
			d.sleep(17 * time.Hour)
			all := strings.Join(d.raw, "\n")
			if tt.want != "" && !strings.Contains(all, tt.want) || tt.want == "" && strings.Contains(all, "u1-") {
				t.Errorf("%s, names %v: %q", tt.how, tt.names, all)
			}
			if tt.how == "bell" && strings.Trim(all, "\a\n") != "" || strings.Count(all, "\a") != 6 {
				t.Errorf("%s: %q", tt.how, all)
			}
		})
	}
}

// Ensure that what turns within a minute is told together, and names no more than three.
func TestReminders_ManyAtOnce(t *testing.T) {
	t.Parallel()
	seed := func(d *driver) {
		for n := range 5 {
			d.add(row{user: fmt.Sprintf("u%d@example.com", n), app: "Returns", life: 10 * time.Hour, age: 8*time.Hour + time.Duration(5*n)*time.Second})
		}
	}
	story(t, stage{seed: seed, options: reminding("osc", true)}, func(d *driver) {
		d.send(tea.BlurMsg{})
		d.sleep(90 * time.Minute)
		got := told(d)
		if len(got) != 2 || !strings.HasPrefix(got[0], "1 token became urgent: u4") || !strings.HasPrefix(got[1], "4 tokens became urgent: u3, u2, u1, …") {
			t.Errorf("%q", got)
		}
	})
}

func TestTurnWords(t *testing.T) {
	t.Parallel()
	ana := pat.Token{UserEmail: "ana@example.com"}
	for _, tt := range []struct {
		turns history.Turns
		named bool
		want  string
	}{
		{history.Turns{UrgentCount: 1, Urgent: []pat.Token{ana}}, false, "1 token became urgent."},
		{history.Turns{UrgentCount: 2, Urgent: []pat.Token{ana}}, true, "2 tokens became urgent: ana, …."},
		{history.Turns{ExpiredCount: 1, Expired: []pat.Token{ana}, UrgentCount: 3}, false, "3 tokens became urgent, and 1 token ended."},
	} {
		if got := pat.TurnWords(tt.turns, tt.named); got != tt.want {
			t.Errorf("%q, not %q", got, tt.want)
		}
	}
}
