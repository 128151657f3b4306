package kit

import (
	"fmt"
	"time"

	"patdesk/pat"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Countdowns are rounded up to the second, so that nothing shows zero before it
// is over, and the value at a moment is also the value drawn by the tick that was
// due then.

// Seconds is d in whole seconds, rounded up, never negative.
func Seconds(d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return int64((d + time.Second - 1) / time.Second)
}

// step is the unit in which a countdown of secs changes.
func step(secs int64) int64 {
	switch {
	case secs >= 24*3600:
		return 3600
	case secs >= 3600:
		return 60
	default:
		return 1
	}
}

// Left writes a time left, in at most 8 cells.
func Left(d time.Duration) string { return pat.Countdown(d) }

// LeftChange is when left of the time until end changes next; zero if end is over.
func LeftChange(end, now time.Time) time.Time {
	s := Seconds(end.Sub(now))
	if s == 0 {
		return time.Time{}
	}
	u := step(s)
	return end.Add(-time.Duration(s/u*u-1) * time.Second)
}

// CountdownChange is when a countdown to end in whole units, rounded up, changes.
func CountdownChange(end, now time.Time, unit time.Duration) time.Time {
	d := end.Sub(now)
	if d <= 0 {
		return time.Time{}
	}
	n := (d + unit - 1) / unit
	return end.Add(-(n - 1) * unit)
}

// agoUnit is in how many of which unit pat.Ago counts.
func agoUnit(d time.Duration) (int64, string) {
	s := max(0, int64(d/time.Second))
	switch {
	case s < 60:
		return s, "s"
	case s < 3600:
		return s / 60, "m"
	case s < 24*3600:
		return s / 3600, "h"
	default:
		return s / (24 * 3600), "d"
	}
}

// agoChange is when ago of the time since end changes next.
func agoChange(end, now time.Time) time.Time {
	n, u := agoUnit(now.Sub(end))
	unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[u]
	return end.Add(time.Duration(n+1) * unit)
}

// InkState is the state whose colour a token has: OLDER is coloured by its time
// left, as if it were the only one of its pair.
func InkState(t pat.Token, now time.Time) pat.State {
	if t.State(now) == pat.Older {
		t.Newer = 0
	}
	return t.State(now)
}

// EndWords is the end of a token on the server's clock and in the words of
// pat.EndWords: "20:14:17Z = 21:14 your time". An end on another day has its date.
func EndWords(t pat.Token, now time.Time, zone *time.Location) string {
	end := pat.EndOf(t).Likely
	if end.IsZero() {
		return "no token was made"
	}
	form := "2 Jan 15:04"
	switch e, n := end.UTC(), now.UTC(); {
	case e.Year() == n.Year() && e.YearDay() == n.YearDay():
		form = "15:04:05"
	case e.Sub(n).Abs() >= 180*24*time.Hour:
		form = "2006-01-02 15:04"
	}
	return end.UTC().Format(form) + "Z = " + pat.EndWords(t, now, zone) + " your time"
}

// TokenChange is when what the list shows of a token changes next; zero = never.
func TokenChange(t pat.Token, now time.Time, steps int64) time.Time {
	end := pat.EndOf(t)
	switch t.State(now) {
	case pat.Failed:
		return time.Time{}
	case pat.Expired:
		return agoChange(end.Latest, now)
	case pat.Ended:
		return Soonest(LeftChange(end.Latest, now), t.NextChange(now))
	default:
		return Soonest(LeftChange(end.Likely, now), LeftChange(end.Latest, now), t.NextChange(now), barChange(t, now, steps))
	}
}

// barChange is when a life bar of so many steps loses its next one.
func barChange(t pat.Token, now time.Time, steps int64) time.Time {
	if steps <= 0 || t.Life <= 0 {
		return time.Time{}
	}
	n := int64(ShareLeft(t, now) * float64(steps))
	if n <= 0 {
		return time.Time{}
	}
	// A millisecond later the share is surely below n steps. Bars wait for the next
	// whole second, in which times change too: each on its own would draw the
	// screen many times a second.
	at := t.Expires.Add(-time.Duration(float64(n)/float64(steps)*float64(t.Life)) + time.Millisecond)
	if whole := at.Truncate(time.Second); whole.Before(at) {
		return whole.Add(time.Second)
	}
	return at
}

// ShareLeft is the part of its life that a token has left, 0 to 1.
func ShareLeft(t pat.Token, now time.Time) float64 {
	if t.Life <= 0 {
		return 0
	}
	return min(1, float64(t.Left(now))/float64(t.Life))
}

// Soonest is the earliest of the times that are not zero.
func Soonest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// UserOf names the user of a token, as foreign text.
func UserOf(t pat.Token) string { return pat.UserOf(t) }

// AppOf names the app of a token, as foreign text.
func AppOf(t pat.Token) string { return pat.AppOf(t) }

// AppCell is the app of a token in a column of width cells. Where two share a name and
// there is no room to tell them apart by more, it is the slug.
func AppCell(t pat.Token, width int) string {
	if !t.AppTwin {
		return term.CleanWidth(AppOf(t), width).String()
	}
	slug := FirstOf(t.AppSlug, t.AppID)
	return widget.FitWords(width, AppOf(t), slug+", "+t.Workspace, slug)
}

// FirstOf returns the first word that is not empty, or "".
func FirstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// ClockTime writes a moment as people read it beside now, see pat.ClockTime.
func ClockTime(t, now time.Time, zone *time.Location) string { return pat.ClockTime(t, now, zone) }

// Who issued a token: "you" if it was this person on this machine.
func Who(s Shell, t pat.Token) string {
	return s.Issuer().Who(t.By, t.Machine)
}

// RoleIn is a role in a workspace, as far as both are known.
func RoleIn(t pat.Token) string {
	if t.Role == "" || t.Workspace == "" {
		return t.Role + t.Workspace
	}
	return t.Role + " in " + t.Workspace
}

// PluralOf counts things: "1 token", "2 tokens", "3 more".
func PluralOf(n int, what string) string {
	if what == "more" {
		return fmt.Sprintf("%d more", n)
	}
	return pat.Plural(n, what)
}

// UnitShort is the sign of a unit behind a number.
func UnitShort(u pat.Unit) string {
	return map[pat.Unit]string{pat.Seconds: "s", pat.Minutes: "min", pat.Milliseconds: "ms"}[u]
}

// Sentence gives words the looks of a sentence, see pat.AsSentence.
func Sentence(s string) string { return pat.AsSentence(s) }

// FirstTime returns the first time that is set, or the zero time.
func FirstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// AtLatest says that a token may end before its latest end.
func AtLatest(t pat.Token) string {
	if pat.EndOf(t).Open() {
		return " at the latest"
	}
	return ""
}
