package span

import (
	"strings"
	"testing"
	"time"
)

// berlin is a zone with daylight saving; now is an hour before midnight in it.
func berlin(t *testing.T) (time.Time, *time.Location) {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zone data here: ", err)
	}
	return time.Date(2026, 11, 21, 23, 0, 0, 500, loc), loc
}

// Ensure a span is one number for each unit, the longest first, within what a
// sum can hold.
func TestParse(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "1W2d": 9 * 24 * time.Hour, "36530d": 36530 * 24 * time.Hour, "5218w4d": 36530 * 24 * time.Hour,
		"": 0, "0s": 0, "m": 0, "90": 0, "30m2h": 0, "1h1h": 0, "1.5h": 0, " 1h": 0, "1 h": 0, "-1h": 0, "1y": 0,
		"1M": 0, "1h30M": 0, "2M5s": 0, "1H30m5S": 90*time.Minute + 5*time.Second, "1D": 24 * time.Hour,
		"36531d": 0, "36530d1s": 0, "5218w36530d876720h52603200m999999999s": 0, "9999999999s": 0,
	} {
		if got, ok := Parse(in); got != want || ok != (want > 0) {
			t.Errorf("%q: %v, %v, want %v", in, got, ok, want)
		}
	}
}

func TestParseLife(t *testing.T) {
	now, _ := berlin(t)
	const day = 24 * time.Hour
	for in, want := range map[string]time.Duration{
		"1s": time.Second, "90m": 90 * time.Minute, "2h30m": 150 * time.Minute, "7d": 7 * day, "1w": 7 * day, "1d12h": 36 * time.Hour,
		"1w2d3h4m5s": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second, " 1H ": time.Hour, "3653d": 3653 * day, "0h1s": time.Second, "90s": 90 * time.Second,
		// A date is its last second, less the fraction of a second of now.
		"2026-11-21":          time.Hour - 2*time.Second,
		"2026-11-22":          day + time.Hour - 2*time.Second,
		"2026-12-01":          10*day + time.Hour - 2*time.Second,
		"2026-12-01T10:00":    9*day + 11*time.Hour - time.Second,
		"2026-12-01 10:00":    9*day + 11*time.Hour - time.Second,
		"2026-11-21T23:00:02": time.Second,
		"2026-11-21T23:30Z":   90*time.Minute - time.Second,
		// Summer time takes an hour from that day.
		"2027-03-28": 127*day + time.Hour - time.Hour - 2*time.Second,
	} {
		got, err := ParseLife(in, now)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", in, got, err, want)
		}
	}
}

func TestParseLife_Faults(t *testing.T) {
	now, _ := berlin(t)
	for in, want := range map[string]string{
		"":                       "say how long: 90m, 2h30m, 7d or a date such as 2026-12-01",
		"1x":                     "1x: use 90m, 2h30m, 7d or a date such as 2026-12-01",
		"60":                     "60: add a unit, as in 60s, 60m, 60h or 60d",
		"0060":                   "0060: add a unit, as in 60s",
		"0":                      "0: use 90m, 2h30m, 7d or a date such as 2026-12-01",
		"0s":                     "0s: use 90m",
		"0M":                     "0M: use 90m",
		"1M":                     "1M could be a minute or a month: write 1m for minutes, or 30d for months of 30 days",
		"3M":                     "3M could be a minute or a month: write 3m for minutes, or 90d for",
		"1 M":                    "1 M could be a minute or a month",
		"1h30M":                  "1h30M could be a minute or a month: write 30m",
		"1d2H3M4s":               "1d2H3M4s could be a minute or a month",
		"99999999999999999999M":  "99999999999999999999M could be a minute or a month",
		"-1h":                    "-1h: a length of time has no sign",
		"+1h":                    "+1h: a length of time has no sign",
		"1 h":                    "1 h: write 1h",
		"1h 30m":                 "1h 30m: write 1h30m",
		"2 d\t12 h":              "2 d?12 h: write 2d12h",
		"99999 d":                "99999 d: ten years is the longest",
		"1 h 1 h":                "1 h 1 h: use 90m",
		"1 30m":                  "1 30m: use 90m",
		"-5 minutes":             "-5 minutes: a length of time has no sign",
		"-1.5h":                  "-1.5h: a length of time has no sign",
		"1.5h":                   "1.5h: no fractions; write 90m",
		"0,5 days":               "0,5 days: no fractions",
		"90 minutes":             "90 minutes: write 90m",
		"2hours":                 "2hours: write 2h",
		"1 Hour":                 "1 Hour: write 1h",
		"10 SECS":                "10 SECS: write 10s",
		"2 weeks":                "2 weeks: write 2w",
		"1 month":                "1 month: months differ in length; write 30d, or the date of the end",
		"6mo":                    "6mo: months differ in length; write 180d",
		"1y":                     "1y: years differ in length; write 365d",
		"2 years":                "2 years: years differ in length",
		"30m2h":                  "30m2h: use 90m",
		"1h1h":                   "1h1h: use 90m",
		"h":                      "h: use 90m",
		"1h30":                   "1h30: use 90m",
		"P1M":                    "P1M: use 90m",
		"3654d":                  "3654d: ten years is the longest",
		"999999999w":             "999999999w: ten years is the longest",
		"99999999999999999999s":  "99999999999999999999s: ten years is the longest",
		"2026-11-20":             "2026-11-20: this is not in the future",
		"2026-11-21T23:00":       "2026-11-21T23:00: this is not in the future",
		"1020-01-01":             "1020-01-01: this is not in the future",
		"2037-01-01":             "2037-01-01: ten years is the longest",
		"9999-12-31":             "9999-12-31: ten years is the longest",
		"2026-13-01":             "2026-13-01: use 90m",
		"2026-11-21T23:00:01":    "",
		"\x1b[2J":                "?[2J: use 90m",
		strings.Repeat("y", 500): "yyyyyyyyyyyyyyyyyyyyyyyy…: use 90m",
	} {
		got, err := ParseLife(in, now)
		if want == "" {
			// Less than a second is left: the fraction counts.
			if err == nil || !strings.Contains(err.Error(), "one second is the shortest") {
				t.Errorf("%q: %v, %v", in, got, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", in, got, err, want)
		}
	}
}

func TestFormat(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", -time.Hour: "0", time.Second: "1s", 45 * time.Second: "45s", time.Hour: "1h", 90 * time.Minute: "1h30m", 36 * time.Hour: "1d12h",
		7 * 24 * time.Hour: "7d", Max: "3653d", 1500 * time.Millisecond: "1s",
	} {
		if got := Format(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// Ensure the end of a day is its last second, also where clocks change in it.
func TestEndOfDay(t *testing.T) {
	for _, c := range []struct{ zone, in, want string }{
		{"UTC", "2026-12-01", "2026-12-01T23:59:59Z"},
		{"UTC", " 2028-02-29 ", "2028-02-29T23:59:59Z"},
		{"Europe/Berlin", "2026-10-25", "2026-10-25T23:59:59+01:00"},
		{"Europe/Berlin", "2027-03-28", "2027-03-28T23:59:59+02:00"},
		// Back at midnight: the last hour of the day comes twice.
		{"Africa/Cairo", "2026-10-29", "2026-10-29T23:59:59+02:00"},
		{"Pacific/Kiritimati", "2026-12-01", "2026-12-01T23:59:59+14:00"},
		{"UTC", "2026-02-30", ""},
		{"UTC", "2026-12-01T10:00", ""},
		{"UTC", "26-12-01", ""},
		{"UTC", "", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skip("no time zone data here: ", err)
		}
		end, ok := EndOfDay(c.in, time.Date(2026, 11, 21, 12, 0, 0, 0, zone))
		got := ""
		if ok {
			got = end.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %s: %s, want %s", c.zone, c.in, got, c.want)
		}
	}
}

func FuzzParseLife(f *testing.F) {
	for _, s := range []string{"90m", "2h30m", "7d", "1w", "1d12h", "2026-12-01", "2026-12-01T10:00", "2026-12-01 10:00:05", "2026-12-01T10:00:00+05:30", "1x", "", "60", "999999999w"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 21, 23, 0, 0, 500, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseLife(s, now)
		if err != nil {
			if d != 0 || len(err.Error()) > 200 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r != '…' && (r < 0x20 || r > 0x7e) }) {
				t.Fatalf("%q: %v, %q", s, d, err)
			}
			return
		}
		if d < Min || d > Max || d%time.Second != 0 {
			t.Fatalf("%q: %v is out of range", s, d)
		}
		if again, err := ParseLife(Format(d), now); err != nil || again != d {
			t.Fatalf("%q: %v is written %s and read %v, %v", s, d, Format(d), again, err)
		}
	})
}
