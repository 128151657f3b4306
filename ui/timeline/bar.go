package timeline

import (
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// bar is a token on an axis: what is sure of it, and the doubtful rest.
type bar struct{ sure, doubt string }

// barOf draws a token from its issue to its documented end, and on to its latest end
// while the unit is not proven. What is known to be a worst case only is doubtful all
// the way. Beyond the axis an arrow goes on.
func barOf(t pat.Token, a axis, g kit.TimeGlyphs) bar {
	end := pat.EndOf(t)
	begin := t.Issued
	if begin.IsZero() {
		begin = t.Begun
	}
	if end.Latest.IsZero() || a.width <= 0 {
		return bar{}
	}
	if t.Outcome != pat.Issued {
		lead, rest := stretch(a, begin, end.Latest, g.Doubt, g.DoubtEnd, g)
		return bar{sure: lead, doubt: rest}
	}
	lead, sure := stretch(a, begin, end.Likely, g.Line, g.End, g)
	b := bar{sure: lead + sure}
	if !end.Open() || a.cell(end.Likely) >= a.width {
		return b
	}
	gap, doubt := stretch(a, end.Likely, end.Latest, g.Doubt, g.DoubtEnd, g)
	switch at := a.cell(end.Likely); {
	case at < 0: // its documented end is before the axis
		b = bar{sure: gap, doubt: doubt}
	case a.cell(end.Latest) > at:
		b.doubt = strings.TrimPrefix(doubt, g.Doubt) // that cell has the documented end
	}
	return b
}

// stretch draws what lies between two moments, and the blanks before it.
func stretch(a axis, from, to time.Time, line, end string, g kit.TimeGlyphs) (lead, drawn string) {
	first, last := a.cell(from), a.cell(to)
	switch {
	case last < 0:
		return "", g.Before
	case first >= a.width:
		return strings.Repeat(" ", a.width-1), g.After
	}
	first = max(first, 0)
	lead = strings.Repeat(" ", first)
	if last >= a.width {
		return lead, strings.Repeat(line, a.width-1-first) + g.After
	}
	return lead, strings.Repeat(line, max(0, last-first)) + end
}
