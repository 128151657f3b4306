package pat_test

import (
	"testing"
	"time"

	"patdesk/pat"
)

func TestThreshold(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	token := func(left, life time.Duration) pat.Token {
		return pat.Token{Outcome: pat.Issued, Expires: now.Add(left), WorstExpires: now.Add(60 * left), Life: life}
	}
	const h = time.Hour
	for _, c := range []struct {
		text string
		tok  pat.Token
		due  bool
	}{
		{"25%", token(15*time.Minute, h), true},
		{"25%", token(15*time.Minute+time.Second, h), false},
		{"<25 %", token(time.Second, h), true},
		{"100%", token(h, h), true},
		{"0.5%", token(2*h, 400*h), true},
		{"0.5%", token(3*h, 400*h), false},
		{"2h", token(2*h, 100*h), true},
		{"<2h", token(2*h+time.Second, 100*h), false},
		{"1w", token(24*h, 100*h), true},
		// Ended by the documented end, whatever the other unit says; and no token at all.
		{"25%", token(0, h), false},
		{"25%", token(-time.Minute, h), false},
		{"100%", pat.Token{Outcome: pat.Unknown, Expires: now.Add(h), Life: h}, false},
	} {
		th, err := pat.ParseThreshold(c.text)
		if err != nil || th.Due(c.tok, now) != c.due {
			t.Errorf("%s of %v: %v, want %v", c.text, c.tok.Expires.Sub(now), err, c.due)
		}
	}
	for _, bad := range []string{"", "%", "0%", "-5%", "101%", "NaN%", "Inf%", "1M", "25", "1.5h", "a%"} {
		if _, err := pat.ParseThreshold(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// Ensure a prompt's words never promise more than is left.
func TestShortNext(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for left, want := range map[time.Duration]string{
		30*time.Minute + 59*time.Second: "cy 30m", 59*time.Minute + 59*time.Second: "cy 59m", 25 * time.Hour: "cy 1d", 90 * time.Second: "cy 1m",
		1900 * time.Millisecond: "cy 1s", -time.Hour: "cy 0s",
	} {
		if got := pat.ShortNext(pat.Token{UserEmail: "cy@example.com", Expires: now.Add(left)}, now); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}
