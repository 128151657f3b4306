//go:build linux

package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"patdesk/e2e/tty"
)

// room is a screen of the first row beside the list.
type room struct {
	key  string
	full func(*tty.Screen) bool // whether its screen is complete
	row  func(*tty.Screen) string
}

var (
	states   = regexp.MustCompile(`(URGENT|SOON|OK|OLDER|DRIFT|UNSURE|EXPIRED|ENDED\?) `)
	endings  = regexp.MustCompile(`expire per \w+ .*\d`)
	timeLeft = regexp.MustCompile(`≤?\d+[smhd]( \d+[smhd])?( ago)?`) // changes by itself
)

var timeline = room{
	key: "2",
	full: func(s *tty.Screen) bool {
		return endings.MatchString(s.String()) && linesWith(s, states.MatchString) >= 15
	},
	row: func(s *tty.Screen) string { return timeLeft.ReplaceAllString(underCursor(s), "") },
}

var activity = room{
	key: "4",
	full: func(s *tty.Screen) bool {
		return strings.Contains(s.String(), "RESULT") && linesWith(s, func(l string) bool { return strings.Contains(l, " › ") }) >= 20
	},
	row: underCursor,
}

func linesWith(s *tty.Screen, is func(string) bool) (n int) {
	for _, l := range s.Lines() {
		if is(l) {
			n++
		}
	}
	return n
}

// underCursor is the selected row with its place.
func underCursor(s *tty.Screen) string {
	for y, l := range s.Lines() {
		if strings.HasPrefix(l, "▌") {
			return fmt.Sprint(y, l)
		}
	}
	return ""
}

// rooms measures the screens that are pages over all tokens and all events: how long each
// takes to open, the keys that scroll it, and the zoom of the axis.
func (b *bench) rooms(t *tty.Terminal, f *figures) (err error) {
	var times []float64
	if f.timeline, times, err = timeline.measure(t, b.keys); err != nil {
		return fmt.Errorf("timeline: %w", err)
	}
	f.timelineScroll = quantile(times, .95)
	if f.zoom, err = zooms(t); err != nil {
		return fmt.Errorf("zoom: %w", err)
	}
	if f.activity, times, err = activity.measure(t, b.keys); err != nil {
		return fmt.Errorf("activity: %w", err)
	}
	f.activityScroll = quantile(times, .95)
	t.Type("1")
	t.Settle(500*time.Millisecond, 5*time.Second)
	return nil
}

// measure opens a room as often as a reader opens it in a day, and scrolls it then.
func (r room) measure(t *tty.Terminal, keys int) (open float64, scroll []float64, err error) {
	var opens []float64
	for range 20 {
		t.Type("1")
		if _, err := t.Wait(patience, func(s *tty.Screen) bool { return rowsOf(s) >= 20 }); err != nil {
			return 0, nil, err
		}
		t.Settle(300*time.Millisecond, 5*time.Second)
		took, err := until(t, r.key, r.full)
		if err != nil {
			return 0, nil, err
		}
		opens = append(opens, took)
	}
	for range keys {
		var was string
		t.Look(func(s *tty.Screen) { was = r.row(s) })
		took, err := until(t, "j", func(s *tty.Screen) bool { now := r.row(s); return now != "" && now != was })
		if err != nil {
			return 0, nil, err
		}
		scroll = append(scroll, took)
	}
	return median(opens), scroll, nil
}

// zooms goes out to a month and back to a day.
func zooms(t *tty.Terminal) (float64, error) {
	var times []float64
	span := func(s *tty.Screen) string {
		for _, l := range s.Lines() {
			if strings.Contains(l, "your time") {
				return l
			}
		}
		return ""
	}
	for range 10 {
		for _, key := range []string{"-", "-", "+", "+"} {
			var was string
			t.Look(func(s *tty.Screen) { was = span(s) })
			took, err := until(t, key, func(s *tty.Screen) bool { return span(s) != was && timeline.full(s) })
			if err != nil {
				return 0, err
			}
			times = append(times, took)
		}
	}
	return quantile(times, .95), nil
}

// until types a key at a moment that has nothing to do with frames, and measures how long
// the screen takes to be what is wanted.
func until(t *tty.Terminal, key string, wanted func(*tty.Screen) bool) (float64, error) {
	pause()
	begin := time.Now()
	t.Type(key)
	at, err := t.Wait(patience, wanted)
	if err != nil {
		return 0, fmt.Errorf("key %q: %w", key, err)
	}
	return ms(at.Sub(begin)), nil
}
