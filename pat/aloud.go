package pat

import (
	"fmt"
	"strings"
	"time"
)

// The words of a console that is read aloud: sentences in place of columns, lengths of
// time spelled out, no sign that a voice leaves out.

// aloudStates are the states as a sentence says them.
var aloudStates = map[State]string{
	OK: "ok", Soon: "soon", Urgent: "urgent", Ended: "perhaps ended", Expired: "expired",
	Older: "older", Unsure: "unsure", Drift: "drift", Failed: "failed",
}

// Aloud is a token in the words of a list that is read aloud: "ana at example.com,
// Orders portal, urgent, ends in 4 minutes". Its ends are those that LeftOf shows; while
// the unit is not proven, the later one follows. It is foreign text.
func Aloud(t Token, now time.Time) string {
	s := t.State(now)
	return fmt.Sprintf("%s, %s, %s, %s", AloudName(UserOf(t)), AppOf(t), aloudStates[s], aloudEnd(t, s, now))
}

// AloudName is a person in a sentence: the sign in an address is a word.
func AloudName(user string) string {
	if !IsEmail(user) {
		return user
	}
	at := strings.LastIndexByte(user, '@')
	return user[:at] + " at " + user[at+1:]
}

// aloudEnd says when a token in a state ends.
func aloudEnd(t Token, s State, now time.Time) string {
	end := EndOf(t)
	switch s {
	case Failed:
		if t.ErrorTitle != "" {
			return "there is no token: " + t.ErrorTitle
		}
		return "there is no token"
	case Expired:
		return "ended " + AloudSpan(now.Sub(end.Latest), false) + " ago"
	case Unsure:
		return "may exist for at most " + AloudSpan(end.Latest.Sub(now), true)
	case OK, Soon, Urgent, Ended, Older, Drift:
	}
	if !now.Before(end.Likely) {
		return "may work for at most " + AloudSpan(end.Latest.Sub(now), true)
	}
	left := time.Duration(secondsUp(end.Likely.Sub(now))) * time.Second
	words := "ends in " + AloudSpan(left, false)
	if end.Open() {
		words += ", if this server reads minutes in " + AloudSpan(end.Latest.Sub(now), true)
	}
	return words
}

// AloudSpan spells a length of time out in at most two units: "4 minutes", "2 hours 5
// minutes". It is rounded up for what may last that long, and down for what lasts that
// long at least.
func AloudSpan(d time.Duration, up bool) string {
	round := func(to time.Duration) time.Duration {
		whole := d.Truncate(to)
		if up && whole < d {
			whole += to
		}
		return whole
	}
	d = max(0, d)
	switch minutes, hours := round(time.Minute), round(time.Hour); {
	case round(time.Second) < time.Minute:
		return Plural(int(round(time.Second)/time.Second), "second")
	case minutes < time.Hour:
		return Plural(int(minutes/time.Minute), "minute")
	case minutes < 24*time.Hour:
		return twoUnits(minutes, time.Hour, "hour", time.Minute, "minute")
	default:
		return twoUnits(hours, 24*time.Hour, "day", time.Hour, "hour")
	}
}

func twoUnits(d, large time.Duration, ofLarge string, small time.Duration, ofSmall string) string {
	words := Plural(int(d/large), ofLarge)
	if rest := d % large; rest > 0 {
		words += " " + Plural(int(rest/small), ofSmall)
	}
	return words
}
