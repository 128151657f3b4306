package pat

import (
	"fmt"
	"time"
)

// End is when a token stops working, by the server's clock.
type End struct {
	// Likely is the documented end. For an unknown outcome it is Latest.
	Likely time.Time
	// Latest is the last moment at which the token can work: the end if the
	// server reads patExpiry in the longer unit.
	Latest time.Time
	// Proven says that the unit of patExpiry is proven on the server; then both
	// ends are one.
	Proven bool
}

// EndOf is the end of a token. It is zero for a request that was rejected.
func EndOf(t Token) End {
	if t.Outcome == Rejected {
		return End{}
	}
	return End{Likely: t.Expires, Latest: t.Latest(), Proven: t.UnitProven}
}

// Open reports whether the two ends differ: whether it matters that the unit is
// not proven.
func (e End) Open() bool { return e.Latest.After(e.Likely) }

// LeftOf is what a list says of the time a token has left: 04m 12s, 05h 12m,
// 29d 11h, 3651d; 3m ago once it has ended in every unit; behind atMost where only
// the latest end is sure; "-" for a request that was rejected.
func LeftOf(t Token, now time.Time, atMost string) string {
	return leftOf(t, now, atMost, Countdown, Ago)
}

// LeftToMinute is LeftOf without seconds: 04m, <1m, 05h 12m; just now where LeftOf
// would say 42s ago.
func LeftToMinute(t Token, now time.Time, atMost string) string {
	return leftOf(t, now, atMost, CountdownToMinute, AgoToMinute)
}

func leftOf(t Token, now time.Time, atMost string, left, ago func(time.Duration) string) string {
	end := EndOf(t)
	switch t.State(now) {
	case Failed:
		return "-"
	case Expired:
		return ago(now.Sub(end.Latest))
	case Unsure, Ended:
		return atMost + left(end.Latest.Sub(now))
	default:
		if !now.Before(end.Likely) {
			return atMost + left(end.Latest.Sub(now))
		}
		return left(end.Likely.Sub(now))
	}
}

// EndVerb is the word before EndWords: the end is to come or has passed.
func EndVerb(t Token, now time.Time) string {
	if s := t.State(now); s == Expired || s == Ended {
		return "ended"
	}
	return "ends"
}

// SentWords is the number that was sent as patExpiry, with its unit and whether
// that is proven: "3600 seconds (not proven)".
func SentWords(t Token) string {
	proof := "not proven"
	if t.UnitProven {
		proof = "proven"
	}
	return fmt.Sprintf("%d %s (%s)", t.SentExpiry, t.Unit, proof)
}

// Countdown writes a time left in at most 8 cells: 04m 12s, 05h 12m, 29d 11h,
// 3651d. It is rounded up to the second, so that nothing shows zero before it is
// over, and never negative.
func Countdown(d time.Duration) string {
	s := secondsUp(d)
	switch {
	case s >= 1000*24*3600:
		return fmt.Sprintf("%dd", s/(24*3600))
	case s >= 24*3600:
		return fmt.Sprintf("%02dd %02dh", s/(24*3600), s/3600%24)
	case s >= 3600:
		return fmt.Sprintf("%02dh %02dm", s/3600, s/60%60)
	default:
		return fmt.Sprintf("%02dm %02ds", s/60, s%60)
	}
}

// CountdownToMinute is Countdown without seconds: 04m, and <1m in the last minute.
func CountdownToMinute(d time.Duration) string {
	switch s := secondsUp(d); {
	case s >= 3600:
		return Countdown(d)
	case s >= 60:
		return fmt.Sprintf("%02dm", s/60)
	default:
		return "<1m"
	}
}

// secondsUp is a time left in whole seconds, rounded up and never negative.
func secondsUp(d time.Duration) int64 { return int64(max(0, (d+time.Second-1)/time.Second)) }

// Ago writes how long something is over: 42s ago, 3m ago, 5h ago, 12d ago.
func Ago(d time.Duration) string {
	switch s := max(0, int64(d/time.Second)); {
	case s < 60:
		return fmt.Sprintf("%ds ago", s)
	case s < 3600:
		return fmt.Sprintf("%dm ago", s/60)
	case s < 24*3600:
		return fmt.Sprintf("%dh ago", s/3600)
	default:
		return fmt.Sprintf("%dd ago", s/(24*3600))
	}
}

// AgoToMinute is Ago without seconds: just now in the first minute.
func AgoToMinute(d time.Duration) string {
	if d < time.Minute {
		return "just now"
	}
	return Ago(d)
}
