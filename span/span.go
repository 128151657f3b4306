// Package span reads and writes lengths of time as people type them: 90m, 2h30m,
// 7d, 1w. It is the one notation of the form, the flags, the filter and the
// configuration.
package span

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Min and Max are the shortest and the longest life of a token that may be asked
// for. ToolJet takes whole numbers from 1 on and declares no end, its session
// column is a 32-bit integer, and ten years (with their leap days) are more than
// anyone needs of a token that cannot be revoked.
const (
	Min = time.Second
	Max = 3653 * 24 * time.Hour
)

// Format returns the form in which a person would write d: 45s, 1h, 2h30m,
// 7d, 1d12h. Fractions of a second are dropped; nothing and less is "0".
func Format(d time.Duration) string {
	var b strings.Builder
	for _, u := range units[1:] {
		if n := d / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%c", n, u.letter)
			d -= n * u.size
		}
	}
	if b.Len() == 0 {
		return "0"
	}
	return b.String()
}

// units are the units of a span, longest first.
var units = []struct {
	letter byte
	size   time.Duration
}{
	{'w', 7 * 24 * time.Hour},
	{'d', 24 * time.Hour},
	{'h', time.Hour},
	{'m', time.Minute},
	{'s', time.Second},
}

// Parse reads a number with a unit, or several from the longest unit to the
// shortest, each at most once: 90m, 2h30m, 7d, 1w. Units may be written in capital
// letters but for M, which is a month to ISO 8601 and to most tools. Fractions are
// not understood. ok is false for anything else, for nothing, and for more than a
// hundred years; Fault says why.
func Parse(s string) (_ time.Duration, ok bool) {
	var total time.Duration
	units := units
	for s != "" {
		digits := 0
		for digits < len(s) && '0' <= s[digits] && s[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 9 || digits == len(s) {
			return 0, false
		}
		n, err := strconv.Atoi(s[:digits])
		if err != nil || s[digits] == 'M' {
			return 0, false
		}
		letter := s[digits] | 0x20 // lower case
		i := 0
		for i < len(units) && units[i].letter != letter {
			i++
		}
		if i == len(units) || time.Duration(n) > longest/units[i].size {
			return 0, false
		}
		if total += time.Duration(n) * units[i].size; total > longest {
			return 0, false
		}
		units = units[i+1:]
		s = s[digits+1:]
	}
	return total, total > 0
}

// longest is the longest span that is understood: twice of it still fits.
const longest = 10 * Max

// dateForms are the forms of a time, read in local time, and with a zone.
var dateForms = []string{
	"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
	time.RFC3339, "2006-01-02T15:04Z07:00",
}

// ParseLife reads how long a token shall live: 90m, 2h30m, 7d, 1w, 1d12h, or a
// date or time at which it shall end, as 2026-12-01 or 2026-12-01T10:00. A date
// without a time is the end of that day (see EndOfDay). Without a zone it is read
// in the zone of now. The result is whole seconds, from 1 second to ten years.
func ParseLife(s string, now time.Time) (time.Duration, error) {
	text := strings.TrimSpace(s)
	if d, ok := Parse(text); ok {
		if d > Max {
			return 0, fmt.Errorf("%s: ten years is the longest", quoted(text))
		}
		return d, nil
	}
	end, ok := moment(text, now)
	// Compared before subtracting: a difference of centuries does not fit.
	switch {
	case !ok:
		return 0, Fault(text)
	case !end.After(now):
		return 0, fmt.Errorf("%s: this is not in the future", quoted(text))
	case end.After(now.Add(Max)):
		return 0, fmt.Errorf("%s: ten years is the longest", quoted(text))
	case end.Sub(now) < Min:
		return 0, fmt.Errorf("%s: one second is the shortest", quoted(text))
	}
	return end.Sub(now).Truncate(time.Second), nil
}

// moment reads a date or time.
func moment(text string, now time.Time) (time.Time, bool) {
	if end, ok := EndOfDay(text, now); ok {
		return end, true
	}
	for _, form := range dateForms {
		if at, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// EndOfDay reads a date without a time, such as 2026-12-01, and returns the last
// second of that day in the zone of now. ok is false for anything else.
func EndOfDay(s string, now time.Time) (end time.Time, ok bool) {
	day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(s), now.Location())
	if err != nil {
		return time.Time{}, false
	}
	end = time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, now.Location())
	// Where clocks go back at midnight the day has this second twice.
	if again := end.Add(time.Hour); again.Day() == end.Day() {
		end = again
	}
	return end, true
}

// quoted returns what was typed, short and printable, for use in a sentence.
func quoted(s string) string {
	const most = 24
	out := make([]rune, 0, most)
	for _, r := range s {
		if len(out) == most {
			return string(out) + "…"
		}
		if r < 0x20 || r > 0x7e {
			r = '?'
		}
		out = append(out, r)
	}
	return string(out)
}
