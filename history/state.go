package history

import (
	"strings"
	"time"
)

// State is how a row is shown, at one moment of the server's clock.
type State string

// The states, in lower case as in JSON and filters.
const (
	// OK has more than a quarter of its life left.
	OK State = "ok"
	// Soon has a quarter of its life left or less, and at most seven days.
	Soon State = "soon"
	// Urgent has a tenth of its life left or less, and at most a day.
	Urgent State = "urgent"
	// Expired has ended by the server's clock.
	Expired State = "expired"
	// Older has a newer token for the same user and app, and works on until its own end.
	Older State = "older"
	// Unsure has an unknown outcome, until the worst-case end.
	Unsure State = "unsure"
	// Drift differs on the server now from what was true at issue.
	Drift State = "drift"
	// Failed was rejected.
	Failed State = "failed"
)

// States lists all states, most pressing first.
func States() []State {
	return []State{Urgent, Soon, Drift, OK, Unsure, Older, Expired, Failed}
}

// Word is the state as shown on screens, in upper case.
func (s State) Word() string { return strings.ToUpper(string(s)) }

// Warnings never come earlier than these before the end, however long a token lives.
const (
	soonestSoon   = 7 * 24 * time.Hour
	soonestUrgent = 24 * time.Hour
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

// marks are the moments at which a live token changes its state, in unix
// milliseconds of the server's clock.
type marks struct{ soon, urgent, end int64 }

func marksOf(expires time.Time, life time.Duration) marks {
	return marks{
		soon:   expires.Add(-min(life/4, soonestSoon)).UnixMilli(),
		urgent: expires.Add(-min(life/10, soonestUrgent)).UnixMilli(),
		end:    expires.UnixMilli(),
	}
}

// State returns the state at now, a moment of the server's clock.
func (e Entry) State(now time.Time) State {
	m, at := marksOf(e.Expires, e.Life), now.UnixMilli()
	c := classOf(e.Outcome, e.Newer)
	switch {
	case c == classFailed:
		return Failed
	case at >= m.end:
		return Expired
	case c == classUnsure:
		return Unsure
	case c == classOlder:
		return Older
	case e.Drift != "":
		return Drift
	case at >= m.urgent:
		return Urgent
	case at >= m.soon:
		return Soon
	}
	return OK
}

// Left is the time until the end at now, a moment of the server's clock; never
// negative, and 0 for a rejected request.
func (e Entry) Left(now time.Time) time.Duration {
	if e.Outcome == Rejected {
		return 0
	}
	return max(0, e.Expires.Sub(now))
}

// NextChange is the next moment after now at which State gives something else,
// on the server's clock. It is zero when the passing of time changes nothing more.
func (e Entry) NextChange(now time.Time) time.Time {
	at, m := now.UnixMilli(), marksOf(e.Expires, e.Life)
	steps := []int64{m.end}
	switch e.State(now) {
	case Expired, Failed:
		return time.Time{}
	case OK, Soon:
		steps = []int64{m.soon, m.urgent, m.end}
	case Urgent, Drift, Older, Unsure:
	}
	for _, s := range steps {
		if s > at {
			return time.UnixMilli(s).UTC()
		}
	}
	return time.Time{}
}
