package config

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones have names on computers without a list of them, too
)

// QuietHours is a window of each day, by the clock on a wall, in which nobody is on
// shift. It may go over midnight.
type QuietHours struct {
	From, To time.Duration  // since midnight
	Zone     *time.Location // where the clock hangs; nil = where this computer is
}

// ParseQuietHours reads a window of the day, as "22-07", "22:30-07:00" or "22-07
// Europe/Berlin"; the zone is a name of the IANA database.
func ParseQuietHours(s string) (QuietHours, error) {
	wrong := errors.New("must be two times of day, as 22-07 or 22:30-07:00 Europe/Berlin")
	first, rest, ok := strings.Cut(s, "-")
	if !ok {
		return QuietHours{}, wrong
	}
	second, zone, named := strings.Cut(strings.TrimSpace(rest), " ")
	var q QuietHours
	var err error
	if q.From, err = timeOfDay(first); err != nil {
		return QuietHours{}, wrong
	}
	if q.To, err = timeOfDay(second); err != nil {
		return QuietHours{}, wrong
	}
	if q.From == q.To {
		return QuietHours{}, errors.New("must be two different times of day, as 22-07")
	}
	if !named {
		return q, nil
	}
	if q.Zone, err = time.LoadLocation(strings.TrimSpace(zone)); err != nil {
		return QuietHours{}, fmt.Errorf("the zone %s is unknown: name it as Europe/Berlin or UTC", printable(strings.TrimSpace(zone)))
	}
	return q, nil
}

// timeOfDay reads 22:30 or 22.
func timeOfDay(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	if err != nil {
		t, err = time.Parse("15", strings.TrimSpace(s))
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// Window is the quiet time in which a moment lies, or the next one after it. local is
// the zone of quiet hours that name none.
func (q QuietHours) Window(at time.Time, local *time.Location) (from, to time.Time) {
	zone := q.Zone
	if zone == nil {
		zone = local
	}
	y, m, d := at.In(zone).Date()
	// A window of yesterday may still run, and one of today may be cut away by a
	// clock that is set forward.
	for day := d - 1; ; day++ {
		end := day
		if q.To <= q.From {
			end++
		}
		from, to = onWall(y, m, day, q.From, zone), onWall(y, m, end, q.To, zone)
		if from.Before(to) && to.After(at) {
			return from, to
		}
	}
}

// Holds reports whether a moment lies in the quiet hours.
func (q QuietHours) Holds(at time.Time, local *time.Location) bool {
	from, _ := q.Window(at, local)
	return !at.Before(from)
}

// onWall is when the clock of a zone shows a time of a day.
func onWall(y int, m time.Month, d int, at time.Duration, zone *time.Location) time.Time {
	return time.Date(y, m, d, int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, zone)
}

// Quiet are the quiet hours of the profile; ok = it has some.
func (p *Profile) Quiet() (q QuietHours, ok bool) {
	q, err := ParseQuietHours(p.QuietHours)
	return q, err == nil
}
