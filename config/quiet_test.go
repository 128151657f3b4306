package config

import (
	"testing"
	"time"
)

func TestProfile_Quiet(t *testing.T) {
	for _, tt := range []struct {
		hours, clock string
		want         bool
	}{
		{"22-07", "21:59", false},
		{"22-07", "22:00", true},
		{"22-07", "03:00", true},
		{"22-07", "06:59", true},
		{"22-07", "07:00", false},
		{"12:30-13:15", "12:29", false},
		{"12:30-13:15", "12:30", true},
		{"12:30-13:15", "13:15", false},
		{"22-07 Europe/Berlin", "20:59", false}, // one hour later there
		{"22-07 Europe/Berlin", "21:00", true},
		{"22-07   UTC", "22:00", true},
	} {
		at, err := time.Parse("2006-01-02 15:04", "2026-01-15 "+tt.clock)
		if err != nil {
			t.Fatal(err)
		}
		q, ok := (&Profile{QuietHours: tt.hours}).Quiet()
		if got := q.Holds(at, time.UTC); !ok || got != tt.want {
			t.Errorf("%s at %s: %v, %v", tt.hours, tt.clock, got, ok)
		}
	}
	if _, ok := (&Profile{}).Quiet(); ok {
		t.Error("a profile without quiet hours has some")
	}
}

// Ensure that a window ends when the clock on the wall says so, on the nights on which
// it is set as well.
func TestQuietHours_WindowOverDaylightChanges(t *testing.T) {
	for _, tt := range []struct {
		hours, at, from, to string
		length              time.Duration
	}{
		{"22-07 Europe/Berlin", "2026-11-19T12:00:00Z", "2026-11-19T21:00:00Z", "2026-11-20T06:00:00Z", 9 * time.Hour},
		{"22-07 Europe/Berlin", "2026-11-20T05:59:59Z", "2026-11-19T21:00:00Z", "2026-11-20T06:00:00Z", 9 * time.Hour},
		{"22-07 Europe/Berlin", "2026-11-20T06:00:00Z", "2026-11-20T21:00:00Z", "2026-11-21T06:00:00Z", 9 * time.Hour},
		{"22-07 Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z", 8 * time.Hour},
		{"22-07 Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z", 10 * time.Hour},
		{"02-03 Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z", time.Hour}, // there is no such hour on the 29th
		{"12-13", "2026-11-19T12:00:00Z", "2026-11-20T03:00:00Z", "2026-11-20T04:00:00Z", time.Hour},               // in Tokyo, where it is nine hours later
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParseQuietHours(tt.hours)
		if err != nil {
			t.Fatal(err)
		}
		tokyo, err := time.LoadLocation("Asia/Tokyo")
		if err != nil {
			t.Fatal(err)
		}
		from, to := q.Window(at, tokyo)
		if f, e := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339); f != tt.from || e != tt.to || to.Sub(from) != tt.length {
			t.Errorf("%s at %s: %s to %s, not %s to %s", tt.hours, tt.at, f, e, tt.from, tt.to)
		}
	}
}

func TestParseQuietHours_Refused(t *testing.T) {
	for _, s := range []string{"", "22", "22-", "-07", "25-07", "22-07-08", "07-07", "22-07 Nowhere/Land", "22-07 \x1b[31m", "22-07 ../../etc/passwd"} {
		if q, err := ParseQuietHours(s); err == nil {
			t.Errorf("%q is %+v", s, q)
		}
	}
}
