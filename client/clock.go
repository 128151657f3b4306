package client

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Clock is one measurement of the server's clock.
type Clock struct {
	Offset      time.Duration // server = local + Offset
	Uncertainty time.Duration // half the round trip, and the second a Date header rounds off
	At          time.Time     // local time of the measurement
	Known       bool
}

// Now is the server's time when this computer's clock shows local.
func (c Clock) Now(local time.Time) time.Time {
	return local.Round(0).Add(c.Offset)
}

const (
	// clockAge is how long a sharp measurement is preferred to newer, vaguer ones.
	clockAge = 10 * time.Minute

	// clockSane is the largest offset taken for a clock and not for nonsense.
	clockSane = 50 * 365 * 24 * time.Hour
)

// Clock returns the best recent measurement of the server's clock. Known is
// false before the first answer with a Date header.
func (c *Client) Clock() Clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock
}

// observe takes a measurement in and returns the one to use now.
func (c *Client) observe(m Clock) Clock {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock = better(c.clock, m)
	return c.clock
}

// better chooses between the measurement kept so far and a new one. The new one
// wins when it is sharper, when the old one is old, and when the two cannot both
// be right, because then one of the clocks was set in between.
func better(old, m Clock) Clock {
	switch {
	case !m.Known:
		return old
	case !old.Known,
		m.Uncertainty <= old.Uncertainty,
		m.At.Sub(old.At).Abs() > clockAge,
		(m.Offset - old.Offset).Abs() > m.Uncertainty+old.Uncertainty:
		return m
	}
	return old
}

// measure compares a date the server wrote between two local times. The wall
// clock is used for the result, since Go's monotonic clock stands still while a
// computer sleeps; the longer of both spans goes into the uncertainty.
func measure(wrote, answered, date time.Time) Clock {
	if date.IsZero() {
		return Clock{}
	}
	begin, end := wrote.Round(0), answered.Round(0)
	span := end.Sub(begin)
	offset := date.Sub(begin.Add(span / 2))
	if offset.Abs() > clockSane {
		return Clock{}
	}
	trip := max(span.Abs(), answered.Sub(wrote))
	return Clock{Offset: offset, Uncertainty: trip/2 + time.Second, At: end, Known: true}
}

// dateRounding is how far two dates of one answer may be apart and still agree: each
// is cut off to a second, and a proxy writes its own a little later.
const dateRounding = 2 * time.Second

// serverDate reads the Date header in UTC; zero if there is none to be used. Of
// several, which a gateway that adds its own leaves behind, none is believed unless all
// agree: nothing tells whose clock is right. That of an answer out of a cache is of when
// it was made (RFC 9111, 5.1). odd says why dates that came are not used, or is "".
func serverDate(h http.Header) (date time.Time, odd string) {
	if age, err := strconv.ParseInt(strings.TrimSpace(h.Get("Age")), 10, 64); err == nil && age > 0 {
		return time.Time{}, ""
	}
	for _, v := range h.Values("Date") {
		t, err := http.ParseTime(v)
		switch readable := err == nil && t.Year() >= 1970 && t.Year() <= 9999; {
		case len(h.Values("Date")) == 1 && !readable:
			return time.Time{}, ""
		case !readable, !date.IsZero() && t.Sub(date).Abs() > dateRounding:
			return time.Time{}, "The answer has dates that contradict each other: none of them is taken for the server's clock."
		case date.IsZero():
			date = t.UTC()
		}
	}
	return date, ""
}
