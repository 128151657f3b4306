package kit

import (
	"fmt"
	"time"

	"patdesk/pat"
)

// Pace is how often a screen is drawn anew because time passes. Each second, as far
// as seconds are shown; or, where the person wants a still screen (motion = "off"),
// on whole minutes, with no seconds that would be wrong until then. What changes its
// state is drawn at once in both.
type Pace struct{ still bool }

// PaceOf is the pace that the person has chosen.
func PaceOf(s Shell) Pace { return Pace{still: s.Config().Motion == "off"} }

// Still reports whether nothing may move between whole minutes.
func (p Pace) Still() bool { return p.still }

// Countdown writes a time left, in at most 8 cells.
func (p Pace) Countdown(d time.Duration) string {
	if p.still {
		return pat.CountdownToMinute(d)
	}
	return pat.Countdown(d)
}

// Ago writes how long something is over.
func (p Pace) Ago(d time.Duration) string {
	if p.still {
		return pat.AgoToMinute(d)
	}
	return pat.Ago(d)
}

// LeftOf is what a list says of the time that a token has left.
func LeftOf(s Shell, t pat.Token) string {
	if PaceOf(s).still {
		return pat.LeftToMinute(t, s.Now(), s.Theme().Glyphs.AtMost)
	}
	return pat.LeftOf(t, s.Now(), s.Theme().Glyphs.AtMost)
}

// TokenChange is when what the list shows of a token changes next, with a bar of so
// many steps; zero = never.
func (p Pace) TokenChange(t pat.Token, now time.Time, steps int64) time.Time {
	next := TokenChange(t, now, steps)
	if p.still {
		return Soonest(wholeMinute(next), t.NextChange(now))
	}
	return next
}

// LeftChange is when the countdown to end changes next; zero if end is over.
func (p Pace) LeftChange(end, now time.Time) time.Time {
	if p.still {
		return wholeMinute(LeftChange(end, now))
	}
	return LeftChange(end, now)
}

// EndChange is when the words of UntilWords change next; zero if end is over.
func (p Pace) EndChange(end, now time.Time) time.Time {
	switch {
	case !end.After(now):
		return time.Time{}
	case p.still:
		return end
	default:
		return CountdownChange(end, now, time.Second)
	}
}

// UntilWords say when something comes soon: "in 7s", or "at 20:10:15" on the person's
// clock where nothing may count.
func UntilWords(s Shell, end time.Time) string { return soonWords(s, end, "in ", "at ") }

// StaysWords say how long something stays: "for 7s" or "until 20:10:15".
func StaysWords(s Shell, end time.Time) string { return soonWords(s, end, "for ", "until ") }

func soonWords(s Shell, end time.Time, count, clock string) string {
	if PaceOf(s).still {
		return clock + s.Local().Add(end.Sub(s.Now())).Format("15:04:05")
	}
	return fmt.Sprintf("%s%ds", count, Seconds(end.Sub(s.Now())))
}

// TookChange is when the words of TookWords change next; zero = never.
func (p Pace) TookChange(now time.Time) time.Time {
	if p.still {
		return time.Time{}
	}
	return now.Truncate(time.Second).Add(time.Second)
}

// TookWords say for how long an answer is awaited, behind a space: " 7s"; "" where
// nothing may count.
func (p Pace) TookWords(took time.Duration) string {
	if p.still {
		return ""
	}
	return fmt.Sprintf(" %ds", Seconds(took))
}

// wholeMinute is t if it is a whole minute, else the next one; zero stays zero.
func wholeMinute(t time.Time) time.Time {
	if whole := t.Truncate(time.Minute); !t.IsZero() && whole.Before(t) {
		return whole.Add(time.Minute)
	}
	return t
}
