package cli

import (
	"testing"
	"time"
)

// Ensure a TZ that says its rules itself is read as the C library reads it, and nothing
// that says none is guessed at.
func TestPosixZone(t *testing.T) {
	t.Parallel()
	winter, summer := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)
	for tz, want := range map[string]struct{ winter, summer string }{
		"CET-1":                         {"13:00 CET", "13:00 CET"},
		"CET-1CEST":                     {"13:00 CET", "14:00 CEST"},
		"CET-1CEST,M3.5.0,M10.5.0/3":    {"13:00 CET", "14:00 CEST"},
		"UTC+3":                         {"09:00 UTC", "09:00 UTC"}, // west of Greenwich, as POSIX has it
		"IST-5:30":                      {"17:30 IST", "17:30 IST"},
		"<+0545>-5:45":                  {"17:45 +0545", "17:45 +0545"},
		"AEST-10AEDT,M10.1.0,M4.1.0/3":  {"23:00 AEDT", "22:00 AEST"},
		"Europe/Berlin":                 {"", ""}, // Go reads it
		"":                              {"", ""},
		"Mars/Base":                     {"", ""},
		"/etc/localtime":                {"", ""},
		":CET-1":                        {"", ""},
		"X-1":                           {"", ""},
		"CET-1CEST,M3.5.0":              {"", ""}, // half of a rule
		"CET-1\nCEST":                   {"", ""},
		"\x1b[31m":                      {"", ""},
		"CET-99":                        {"", ""},
		"CET-1CEST,../../../etc/passwd": {"", ""},
	} {
		zone := posixZone(tz)
		got := struct{ winter, summer string }{}
		if zone != nil {
			got.winter, got.summer = winter.In(zone).Format("15:04 MST"), summer.In(zone).Format("15:04 MST")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", tz, got, want)
		}
	}
}
