package history

import (
	"strings"
	"time"
)

// State is how a row is shown, at one moment of the server's clock.
type State string

// The states, in lower case as in JSON and filters.
const (
	// OK has more time left than Soon and Urgent.
	OK State = "ok"
	// Soon has a quarter of its life left or less, and at most seven days; or less
	// than an hour of a life longer than two.
	Soon State = "soon"
	// Urgent has a tenth of its life left or less, and at most a day; or less than
	// five minutes of a life longer than ten.
	Urgent State = "urgent"
	// Ended has passed its documented end, and lives on if the server reads
	// patExpiry in the longer unit.
	Ended State = "ended"
	// Expired has ended by the server's clock in every unit that the server may read.
	Expired State = "expired"
	// Older has a newer token for the same user and app, and works on until its own end.
	Older State = "older"
	// Unsure has an unknown outcome, until the worst-case end.
	Unsure State = "unsure"
	// Drift differs on the server now from what was true at issue, or was refused
	// by the server, and has not ended in every unit.
	Drift State = "drift"
	// Failed was rejected.
	Failed State = "failed"
)

// States lists all states, most pressing first.
func States() []State {
	return []State{Urgent, Soon, Drift, OK, Ended, Unsure, Older, Expired, Failed}
}

// Word is the state as shown on screens, in upper case. What is not certain has a
// question mark.
func (s State) Word() string {
	if s == Ended {
		return "ENDED?"
	}
	return strings.ToUpper(string(s))
}

// Warnings never come earlier than these before the end, however long a token
// lives, and not later than the latest ones, if it lives longer than twice that.
const (
	soonestSoon   = 7 * 24 * time.Hour
	soonestUrgent = 24 * time.Hour
	latestSoon    = time.Hour
	latestUrgent  = 5 * time.Minute
)

// class groups rows by what does not depend on the time. It is stored, so that
// each state is a range of an index.
type class int64

const (
	classLive   class = 0 // issued, the newest of its pair
	classUnsure class = 1 // pending or unknown
	classOlder  class = 2 // issued, a newer one exists
	classFailed class = 3 // rejected
)

func classOf(o Outcome, newer int64) class {
	switch {
	case o == Rejected:
		return classFailed
	case o != Issued:
		return classUnsure
	case newer != 0:
		return classOlder
	}
	return classLive
}

// marks are the moments at which a token changes its state, in unix milliseconds
// of the server's clock. They are in order.
type marks struct{ soon, urgent, end, last int64 }

func marksOf(expires, last time.Time, life time.Duration) marks {
	urgent := warning(life, life/10, soonestUrgent, latestUrgent)
	soon := max(urgent, warning(life, life/4, soonestSoon, latestSoon))
	return marks{
		soon:   expires.Add(-soon).UnixMilli(),
		urgent: expires.Add(-urgent).UnixMilli(),
		end:    expires.UnixMilli(),
		last:   last.UnixMilli(),
	}
}

// warning is how long before the end a warning comes.
func warning(life, share, soonest, latest time.Duration) time.Duration {
	before := min(share, soonest)
	if life > 2*latest {
		before = max(before, latest)
	}
	return before.Truncate(time.Millisecond) // as it is stored
}

func (e Entry) marks() marks {
	life := e.Life
	if !e.Issued.IsZero() {
		life = e.Expires.Sub(e.Issued)
	}
	return marksOf(e.Expires, e.Latest(), life)
}

// Latest is the last moment at which the token can work, by the server's clock:
// its end in the longer unit while the unit is not proven.
func (e Entry) Latest() time.Time {
	if e.Outcome != Issued || e.UnitProven {
		return e.Expires
	}
	return later(e.Expires, e.WorstExpires)
}

// State returns the state at now, a moment of the server's clock.
func (e Entry) State(now time.Time) State {
	m, at := e.marks(), now.UnixMilli()
	c := classOf(e.Outcome, e.Newer)
	switch {
	case c == classFailed:
		return Failed
	case at >= m.last:
		return Expired
	case c == classUnsure:
		return Unsure
	case e.Drift != "":
		return Drift
	case at >= m.end:
		return Ended
	case c == classOlder:
		return Older
	case at >= m.urgent:
		return Urgent
	case at >= m.soon:
		return Soon
	}
	return OK
}

// Left is the time until the documented end at now, a moment of the server's
// clock; for an unknown outcome until the worst-case end. It is never negative,
// and 0 for a rejected request.
func (e Entry) Left(now time.Time) time.Duration {
	if e.Outcome == Rejected {
		return 0
	}
	return max(0, e.Expires.Sub(now))
}

// NextChange is the next moment after now at which State gives something else,
// on the server's clock. It is zero when the passing of time changes nothing more.
func (e Entry) NextChange(now time.Time) time.Time {
	m := e.marks()
	for _, at := range []int64{m.soon, m.urgent, m.end, m.last} {
		if t := time.UnixMilli(at).UTC(); t.After(now) && e.State(t) != e.State(now) {
			return t
		}
	}
	return time.Time{}
}
