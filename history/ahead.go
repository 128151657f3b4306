package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ahead is what the passing of time alone will do to the Counts of a server, so that
// they can be told for an hour without counting anything again. The zero value knows
// nothing.
type Ahead struct {
	from, until int64 // unix milliseconds of the server's clock: after from, until included
	turns       []turn
}

// turn is a moment at which n rows change their state from one to another.
type turn struct {
	at       int64
	was, now State
	n        int64
}

// mostTurns is how many moments an Ahead holds: more than come within an hour among a
// million rows that were issued in two years.
const mostTurns = 1000

// Ahead is how the Counts of a server will change within an hour after now, its clock,
// if nothing is written meanwhile. An empty server means all.
func (s *Records) Ahead(ctx context.Context, server string, now time.Time) (Ahead, error) {
	a, err := s.ahead(ctx, Query{Filter: Filter{Server: server}, Now: now}, mostTurns)
	return a, s.fail(ctx, "look ahead in the history", err)
}

// ahead is Ahead, with how many moments it may hold.
func (s *Records) ahead(ctx context.Context, q Query, most int) (a Ahead, err error) {
	p, err := s.plan(ctx, q)
	if err != nil {
		return a, err
	}
	a = Ahead{from: p.now, until: p.now + changeHorizon.Milliseconds()}
	var kinds [][2]State
	var looks []string
	for _, id := range p.servers {
		for _, c := range p.changes(id, a.until) {
			kind := number(int64(len(kinds)))
			kinds = append(kinds, [2]State{c.was, c.now})
			if c.drifted {
				kind += ` + drifted`
				kinds = append(kinds, [2]State{Drift, Expired})
			}
			looks = append(looks, `SELECT `+c.key+` AS t, `+kind+` AS kind`+c.from+` AND `+c.key+` <= `+number(a.until))
		}
	}
	if len(looks) == 0 {
		return a, nil
	}
	rows, err := s.read.QueryContext(ctx, fmt.Sprintf(`SELECT t, kind, count(*) FROM (%s) e GROUP BY t, kind ORDER BY t LIMIT %d`,
		strings.Join(looks, ` UNION ALL `), most+1))
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var t turn
		var kind int
		if err := rows.Scan(&t.at, &kind, &t.n); err != nil {
			return a, err
		}
		t.was, t.now = kinds[kind][0], kinds[kind][1]
		a.turns = append(a.turns, t)
	}
	if len(a.turns) > most { // more of the last moment may follow
		a.until = a.turns[most].at - 1
		a.turns = slices.DeleteFunc(a.turns, func(t turn) bool { return t.at > a.until })
	}
	return a, rows.Err()
}

// At is what becomes of counts that were read together with it, and what is ahead then.
// It is false where it cannot tell: now is before they were read, or too far ahead.
func (a Ahead) At(c Counts, now time.Time) (Counts, Ahead, bool) {
	at := now.UnixMilli()
	if at < a.from || at > a.until {
		return c, a, false
	}
	for len(a.turns) > 0 && a.turns[0].at <= at {
		t := a.turns[0]
		c.add(t.was, -t.n)
		c.add(t.now, t.n)
		a.turns = a.turns[1:]
	}
	a.from = at
	return c, a, true
}

// Next is when the counts change next, or cannot be told any more; zero if they cannot
// be told at all.
func (a Ahead) Next() time.Time {
	switch {
	case len(a.turns) > 0:
		return time.UnixMilli(a.turns[0].at).UTC()
	case a.until == 0:
		return time.Time{}
	default:
		return time.UnixMilli(a.until + 1).UTC()
	}
}

// add notes that n more rows are in a state.
func (c *Counts) add(s State, n int64) {
	*map[State]*int64{
		OK: &c.OK, Soon: &c.Soon, Urgent: &c.Urgent, Ended: &c.Ended, Expired: &c.Expired,
		Older: &c.Older, Unsure: &c.Unsure, Drift: &c.Drift, Failed: &c.Failed,
	}[s] += n
	if s != Expired && s != Unsure && s != Failed {
		c.Live += n
	}
}
