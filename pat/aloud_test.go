package pat_test

import (
	"testing"
	"time"

	"patdesk/pat"
)

// Ensure a list that is read aloud says each state with its end, in words.
func TestAloud(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 19, 19, 10, 5, 0, time.UTC)
	token := func(o pat.Token) pat.Token {
		o.UserEmail, o.AppName, o.Life, o.UnitProven = "ana@example.com", "Orders portal", time.Hour, true
		return o
	}
	issued := func(left, worst time.Duration) pat.Token {
		return token(pat.Token{Outcome: pat.Issued, Expires: now.Add(left), WorstExpires: now.Add(worst)})
	}
	open := issued(4*time.Minute, 60*time.Hour)
	open.UnitProven = false
	ended := issued(-time.Minute, 59*time.Hour+time.Second)
	ended.UnitProven = false
	newer := issued(30*time.Minute, 30*time.Minute)
	newer.Newer = 9
	for _, c := range []struct {
		token pat.Token
		want  string
	}{
		{issued(4*time.Minute, 4*time.Minute), "ana at example.com, Orders portal, urgent, ends in 4 minutes"},
		{issued(4*time.Minute+59*time.Second, 0), "ana at example.com, Orders portal, urgent, ends in 4 minutes"},
		{issued(3*time.Minute+59*time.Second+time.Millisecond, 0), "ana at example.com, Orders portal, urgent, ends in 4 minutes"},
		{issued(time.Second, time.Second), "ana at example.com, Orders portal, urgent, ends in 1 second"},
		{open, "ana at example.com, Orders portal, urgent, ends in 4 minutes, if this server reads minutes in 2 days 12 hours"},
		{ended, "ana at example.com, Orders portal, perhaps ended, may work for at most 2 days 12 hours"},
		{issued(-3*time.Minute-59*time.Second, -3*time.Minute-59*time.Second), "ana at example.com, Orders portal, expired, ended 3 minutes ago"},
		{newer, "ana at example.com, Orders portal, older, ends in 30 minutes"},
		{token(pat.Token{Outcome: pat.Unknown, Expires: now.Add(time.Hour), WorstExpires: now.Add(time.Hour)}), "ana at example.com, Orders portal, unsure, may exist for at most 1 hour"},
		{token(pat.Token{Outcome: pat.Rejected, ErrorTitle: "User or app not found"}), "ana at example.com, Orders portal, failed, there is no token: User or app not found"},
	} {
		if got := pat.Aloud(c.token, now); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Ensure a length of time is rounded the way that is asked for, and its units carry.
func TestAloudSpan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d        time.Duration
		up, down string
	}{
		{0, "0 seconds", "0 seconds"},
		{59500 * time.Millisecond, "1 minute", "59 seconds"},
		{time.Minute + time.Second, "2 minutes", "1 minute"},
		{time.Hour - time.Second, "1 hour", "59 minutes"},
		{2*time.Hour + 4*time.Minute + 30*time.Second, "2 hours 5 minutes", "2 hours 4 minutes"},
		{24*time.Hour - time.Second, "1 day", "23 hours 59 minutes"},
		{25 * time.Hour, "1 day 1 hour", "1 day 1 hour"},
		{-time.Hour, "0 seconds", "0 seconds"},
	} {
		if up, down := pat.AloudSpan(c.d, true), pat.AloudSpan(c.d, false); up != c.up || down != c.down {
			t.Errorf("%s: %q and %q, want %q and %q", c.d, up, down, c.up, c.down)
		}
	}
}
