package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// zoom is how much time the axis shows, in which steps it counts, and how it names its
// marks.
type zoom struct {
	name  string
	steps int                    // from one end to the other
	hours int                    // of a step
	jump  int                    // steps of a move
	mark  func(t time.Time) bool // whether a step begins with a mark
	form  string                 // of a mark
}

func zooms() []zoom {
	return []zoom{
		{"24h", 24, 1, 6, func(t time.Time) bool { return t.Hour()%3 == 0 }, "15"},
		{"7d", 28, 6, 4, func(t time.Time) bool { return t.Hour() == 0 }, "Mon 2"},
		{"30d", 30, 24, 7, func(t time.Time) bool { return t.Weekday() == time.Monday }, "2 Jan"},
	}
}

// floor is the beginning of the step in which a moment lies. Steps of an hour follow
// the sun; longer ones begin when the clock on the wall shows it, and are longer or
// shorter where that is set.
func (z zoom) floor(t time.Time) time.Time {
	if z.hours == 1 {
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour()/z.hours*z.hours, 0, 0, 0, t.Location())
}

// step is n steps after the beginning of one.
func (z zoom) step(t time.Time, n int) time.Time {
	if z.hours == 1 {
		return t.Add(time.Duration(n) * time.Hour)
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour()+n*z.hours, 0, 0, 0, t.Location())
}

// axis is a stretch of time over some cells.
type axis struct {
	zoom  zoom
	edges []time.Time // of its steps, in the person's zone
	width int         // cells
}

// newAxis begins with the step of a moment.
func newAxis(z zoom, at time.Time, width int) axis {
	first := z.floor(at)
	a := axis{zoom: z, edges: make([]time.Time, z.steps+1), width: width}
	for i := range a.edges {
		a.edges[i] = z.step(first, i)
	}
	return a
}

func (a axis) from() time.Time { return a.edges[0] }
func (a axis) to() time.Time   { return a.edges[len(a.edges)-1] }

// cell is the cell of a moment, below 0 or from width on if it is outside.
func (a axis) cell(t time.Time) int {
	past, whole := t.Sub(a.from()), a.to().Sub(a.from())
	cell := int(float64(past) / float64(whole) * float64(a.width))
	switch {
	case past < 0:
		return -1
	case !t.Before(a.to()):
		return a.width
	}
	return min(cell, a.width-1)
}

// labels are the names of the marks, each at its cell, as many as there is room for.
func (a axis) labels() string {
	var texts []label
	for _, t := range a.edges[:len(a.edges)-1] {
		if a.zoom.mark(t) {
			texts = append(texts, label{a.cell(t), t.Format(a.zoom.form)})
		}
	}
	return place(texts, a.width)
}

// least is the least number of cells that a count has to itself.
const least = 2

// together is how many steps are counted as one, so that each count has room.
func (a axis) together() int {
	n := 1
	for n < a.zoom.steps && n*a.width < least*a.zoom.steps {
		n++
	}
	return n
}

// per names the time that a count is of.
func (a axis) per() string {
	switch hours := a.together() * a.zoom.hours; {
	case hours == 1:
		return "expire per hour"
	case hours == 24:
		return "expire per day"
	case hours%24 == 0:
		return fmt.Sprintf("expire per %d days", hours/24)
	default:
		return fmt.Sprintf("expire per %d hours", hours)
	}
}

// counts writes the number of the steps that are counted as one where they begin, and
// what would touch the next one shorter.
func (a axis) counts(numbers []int64) string {
	type count struct {
		at int
		n  int64
	}
	var all []count
	for i := 0; i < len(numbers); i += a.together() {
		c := count{at: a.cell(a.edges[i])}
		for _, n := range numbers[i:min(len(numbers), i+a.together())] {
			c.n += n
		}
		if c.n > 0 {
			all = append(all, c)
		}
	}
	texts := make([]label, len(all))
	for i, c := range all {
		next := a.width + 1
		if i+1 < len(all) {
			next = all[i+1].at
		}
		texts[i] = label{c.at, short(c.n, next-1-c.at)}
	}
	return place(texts, a.width)
}

// holds writes a sign in each cell whose middle lies in a stretch that in tells.
func (a axis) holds(sign string, in func(time.Time) bool) string {
	var b strings.Builder
	whole := a.to().Sub(a.from())
	for i := range a.width {
		middle := a.from().Add(time.Duration((float64(i) + 0.5) / float64(a.width) * float64(whole)))
		if in(middle) {
			b.WriteString(sign)
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// dayCells is the number of cells that a day has.
func (a axis) dayCells() int { return 24 * a.width / (a.zoom.steps * a.zoom.hours) }

// label is a text that begins in a cell.
type label struct {
	at   int
	text string
}

// place writes labels into a line, and leaves out those that would touch the one
// before or go over the end.
func place(labels []label, width int) string {
	var b strings.Builder
	used := 0
	for _, l := range labels {
		if used > 0 && l.at <= used || l.at+len(l.text) > width {
			continue
		}
		b.WriteString(strings.Repeat(" ", l.at-used))
		b.WriteString(l.text)
		used = l.at + len(l.text)
	}
	b.WriteString(strings.Repeat(" ", max(0, width-used)))
	return b.String()
}

// short writes a count in so many cells: 7, 12, 1k, or + if it fits in no way.
func short(n int64, cells int) string {
	for _, unit := range []struct {
		of   int64
		sign string
	}{{1, ""}, {1000, "k"}, {1_000_000, "M"}} {
		if text := strconv.FormatInt(n/unit.of, 10) + unit.sign; n >= unit.of && len(text) <= cells {
			return text
		}
	}
	return "+"
}
