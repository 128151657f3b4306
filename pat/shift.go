package pat

import (
	"time"

	"patdesk/history"
)

// EndingBetween asks for the tokens of a server that end between two moments, which are
// not both past, and that no newer token has taken the place of: what somebody has to
// re-issue before, if nobody is there then. It goes by the documented end: early is the
// safe side, while the unit is not proven.
func EndingBetween(server string, now, from, to time.Time) Query {
	q := Query{Filter: Filter{Server: server, State: Coming()}, Sort: SortLeft, Now: now}
	q.Filter.LeftUnder = to.Sub(now)
	if from.After(now) {
		q.Filter.LeftOver = from.Sub(now) - time.Millisecond // what ends as it begins is among them
	}
	return q
}

// Ending is where the order by time left is at a moment, see history.Ending.
func Ending(at, now time.Time) *Cursor { return history.Ending(at, now) }
