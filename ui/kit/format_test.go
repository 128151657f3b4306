package kit

import (
	"testing"
	"time"

	"patdesk/pat"
)

// Ensure left and its next change agree at every second of a life: between two
// changes the text stays, and at each change it is a new one.
func TestFormat_LeftChangesWhenItSays(t *testing.T) {
	end := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
	for _, begin := range []time.Duration{100 * time.Second, 3*time.Hour + 7*time.Second, 51 * time.Hour, 1001 * 24 * time.Hour} {
		now := end.Add(-begin)
		for range 500 {
			next := LeftChange(end, now)
			if next.IsZero() {
				break
			}
			if !next.After(now) {
				t.Fatalf("%v before the end: next change is not in the future", end.Sub(now))
			}
			before, just, at := Left(end.Sub(now)), Left(end.Sub(next)+time.Nanosecond), Left(end.Sub(next))
			if before != just {
				t.Fatalf("%q became %q before its change", before, just)
			}
			if at == before && begin < 1000*24*time.Hour {
				t.Fatalf("%q does not change when it says", before)
			}
			now = next
		}
	}
	tok := pat.Token{Outcome: pat.Issued, Expires: end, Life: time.Hour}
	for now := end.Add(-time.Hour); now.Before(end.Add(2 * time.Hour)); {
		next := TokenChange(tok, now, 20)
		if next.IsZero() || !next.After(now) {
			t.Fatalf("at %v: next change %v", now, next)
		}
		now = next
	}
}
