package pat

import (
	"encoding/json"
	"testing"
	"time"
)

// Ensure one end is told everywhere: state, time left, JSON and warnings, at each
// side of both ends, whatever else is known of the row.
func TestEnd_IsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	issued := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	ends, latest := issued.Add(time.Hour), issued.Add(60*time.Hour)
	row := func(o Outcome, proven bool) Token {
		t := Token{Outcome: o, Life: time.Hour, Expires: ends, WorstExpires: latest, UnitProven: proven}
		if o == Issued {
			t.Issued = issued
		}
		if o == Unknown {
			t.Expires = latest
		}
		return t
	}
	older, refused := row(Issued, false), row(Issued, false)
	older.Newer, refused.Drift = 7, "refused"
	for _, c := range []struct {
		name   string
		t      Token
		at     time.Duration // after issue
		state  State
		left   string
		secs   int64
		latest *time.Time
		warned bool
	}{
		{"unproven", row(Issued, false), 0, OK, "01h 00m", 3600, &latest, true},
		{"unproven, a second before its end", row(Issued, false), time.Hour - time.Second, Urgent, "00m 01s", 1, &latest, true},
		{"unproven, at its end", row(Issued, false), time.Hour, Ended, "≤02d 11h", 0, &latest, true},
		{"unproven, before the longer end", row(Issued, false), 60*time.Hour - time.Second, Ended, "≤00m 01s", 0, &latest, true},
		{"unproven, after the longer end", row(Issued, false), 60*time.Hour + 3*time.Minute, Expired, "3m ago", 0, &latest, false},
		{"proven", row(Issued, true), time.Hour, Expired, "0s ago", 0, &ends, false},
		{"older, unproven", older, time.Minute, Older, "59m 00s", 3540, &latest, true},
		{"older, unproven, at its end", older, time.Hour, Ended, "≤02d 11h", 0, &latest, true},
		{"refused, unproven, at its end", refused, time.Hour, Drift, "≤02d 11h", 0, &latest, true},
		{"unknown", row(Unknown, false), time.Hour, Unsure, "≤02d 11h", 59 * 3600, &latest, true},
		{"rejected", row(Rejected, false), time.Hour, Failed, "-", 0, nil, false},
	} {
		now := issued.Add(c.at)
		v := ViewOf(c.t, now)
		if v.State != c.state || v.LeftSeconds != c.secs {
			t.Errorf("%s: %s with %d s left, want %s with %d s", c.name, v.State, v.LeftSeconds, c.state, c.secs)
		}
		if got := LeftOf(c.t, now, "≤"); got != c.left {
			t.Errorf("%s: %q left, want %q", c.name, got, c.left)
		}
		if (v.EndsLatest == nil) != (c.latest == nil) || c.latest != nil && !v.EndsLatest.Equal(*c.latest) {
			t.Errorf("%s: ends at the latest %v, want %v", c.name, v.EndsLatest, c.latest)
		}
		if warned := len(v.Warnings) > 0; warned != c.warned {
			t.Errorf("%s: warnings %q", c.name, v.Warnings)
		}
		var fields map[string]any
		if b, err := json.Marshal(v); err != nil || json.Unmarshal(b, &fields) != nil || fields["state"] != string(c.state) {
			t.Errorf("%s: JSON %s, %v", c.name, b, err)
		}
	}
}

func TestParseState_TakesEachWordAsShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]State{
		"ended": Ended, "ENDED?": Ended, "en": Ended, "expired": Expired, "ex": Expired, "OLDER": Older, "ok": OK, "?": "", "": "", "dead": "",
	} {
		if got, err := ParseState(text); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}
