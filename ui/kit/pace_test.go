package kit

import (
	"testing"
	"time"

	"patdesk/pat"
)

// Ensure a still screen is drawn anew on whole minutes and at a state's own moment, and
// that what it says of a time left is so to the minute.
func TestPace_Still(t *testing.T) {
	end := time.Date(2026, 11, 19, 12, 0, 17, 0, time.UTC)
	tok := pat.Token{Outcome: pat.Issued, Expires: end, Life: time.Hour, UnitProven: true}
	still := Pace{still: true}
	states := map[time.Time]bool{end: true, end.Add(-15 * time.Minute): true, end.Add(-6 * time.Minute): true} // of 60: SOON, URGENT
	n := 0
	for now := end.Add(-time.Hour); now.Before(end.Add(5 * time.Minute)); n++ {
		next := still.TokenChange(tok, now, 20)
		if !next.After(now) {
			t.Fatalf("at %v: next change %v", now, next)
		}
		if next.Second() != 0 && !states[next] {
			t.Errorf("it changes at %s", next.Format("15:04:05"))
		}
		now = next
	}
	if n < 60 || n > 70 {
		t.Errorf("%d changes in 65 minutes", n)
	}
	for left, want := range map[time.Duration]string{
		time.Nanosecond: "<1m", 59 * time.Second: "<1m", time.Minute: "01m", 59*time.Minute + 59*time.Second: "59m",
		time.Hour: "01h 00m", 26 * time.Hour: "01d 02h",
	} {
		if got := still.Countdown(left); got != want {
			t.Errorf("%v left: %q, want %q", left, got, want)
		}
		if got := pat.LeftToMinute(tok, end.Add(-left), "≤"); got != want {
			t.Errorf("%v left: the list says %q, want %q", left, got, want)
		}
	}
	for over, want := range map[time.Duration]string{0: "just now", 59 * time.Second: "just now", time.Minute: "1m ago"} {
		if got := pat.LeftToMinute(tok, end.Add(over), "≤"); got != want {
			t.Errorf("over for %v: %q, want %q", over, got, want)
		}
	}
}
