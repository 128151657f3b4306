package history

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Counts is the number of rows per state.
type Counts struct {
	// Live is everything issued that may still open something: OK, Soon, Urgent,
	// Drift, Older and Ended together. Unsure is not among it: nobody is known to
	// hold such a token.
	Live                                                           int64
	OK, Soon, Urgent, Ended, Expired, Older, Unsure, Drift, Failed int64
	Total                                                          int64
}

// Counts is how many rows are in each state at now, the server's clock. An
// empty server means all.
func (s *Records) Counts(ctx context.Context, server string, now time.Time) (Counts, error) {
	c, err := s.counts(ctx, Query{Filter: Filter{Server: server}, Now: now})
	return c, s.fail(ctx, "count the history", err)
}

func (s *Records) counts(ctx context.Context, q Query) (c Counts, err error) {
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return c, err
	}
	in := ` WHERE server_id IN ` + list(p.servers)
	left := `SELECT count(*) FROM entries INDEXED BY entries_left` + in + ` AND forked IN (0, 1) AND `
	last := `SELECT count(*) FROM entries INDEXED BY entries_last` + in + ` AND forked = 1 AND `
	drift := `SELECT count(*) FROM entries INDEXED BY entries_drift` + in + ` AND ` + p.state(Drift) + ` AND `
	// Rows whose documented end is to come, and those that it has passed.
	coming, over := fmt.Sprintf(` AND ends > %d`, p.now), fmt.Sprintf(`ends <= %d`, p.now)
	var newest, older, passed, driftNewest, driftOlder, driftPassed int64
	numbers := []struct {
		n     *int64
		query string
	}{
		{&c.Total, `SELECT coalesce(sum(n), 0) FROM tally` + in},
		{&c.Failed, `SELECT coalesce(sum(n), 0) FROM tally` + in + ` AND class = 3`},
		{&newest, left + `class = 0` + coming},
		{&older, left + `class = 2` + coming},
		{&passed, last + fmt.Sprintf(`class IN (0, 2) AND last > %d AND `, p.now) + over},
		{&c.Unsure, left + p.state(Unsure)},
		{&c.Soon, left + p.state(Soon)},
		{&c.Urgent, left + p.state(Urgent)},
		{&driftNewest, drift + `class = 0` + coming},
		{&driftOlder, drift + `class = 2` + coming},
		{&driftPassed, drift + over},
	}
	var queries []string
	var into []any
	for _, n := range numbers {
		queries, into = append(queries, n.query), append(into, n.n)
	}
	if err := s.read.QueryRowContext(ctx, `SELECT (`+strings.Join(queries, `), (`)+`)`).Scan(into...); err != nil {
		return c, err
	}
	c.Live = newest + older + passed
	c.Drift = driftNewest + driftOlder + driftPassed
	c.OK = newest - driftNewest - c.Soon - c.Urgent
	c.Older, c.Ended = older-driftOlder, passed-driftPassed
	c.Expired = c.Total - c.Failed - c.Live - c.Unsure
	return c, err
}

// changeHorizon is how far NextChange and Ahead look ahead.
const changeHorizon = time.Hour

// NextChange is the next moment after now, the server's clock, at which a row
// changes its state and with it the Counts of a server. It looks an hour ahead
// and returns the end of that hour if nothing changes before.
func (s *Records) NextChange(ctx context.Context, server string, now time.Time) (time.Time, error) {
	next, err := s.nextChange(ctx, Query{Filter: Filter{Server: server}, Now: now})
	return next, s.fail(ctx, "look ahead in the history", err)
}

func (s *Records) nextChange(ctx context.Context, q Query) (time.Time, error) {
	p, err := s.plan(ctx, q)
	if err != nil {
		return time.Time{}, err
	}
	end := p.now + changeHorizon.Milliseconds()
	var looks []string
	for _, id := range p.servers {
		for _, c := range p.changes(id, end) {
			looks = append(looks, `SELECT min(`+c.key+`) AS t`+c.from)
		}
	}
	if len(looks) == 0 {
		return time.UnixMilli(end).UTC(), nil
	}
	first, err := one(ctx, s.read, fmt.Sprintf(`SELECT coalesce(min(t), %d) FROM (`, end)+strings.Join(looks, ` UNION ALL `)+`) e`)
	return time.UnixMilli(min(first, end)).UTC(), err
}

// turnKind is one way in which rows change their state by themselves.
type turnKind struct {
	key      string // the column that says when
	from     string // the rest of a query for those that will
	was, now State
	drifted  bool // rows that differ are among them, which change from Drift to Expired
}

// changes are the ways in which rows of a server change their state after now. Marks
// are looked for until end, which they have to be for an index to bound them.
func (p *plan) changes(server, end int64) (all []turnKind) {
	add := func(c turnKind, index string, of class, forked int, more string) {
		c.from = fmt.Sprintf(` FROM entries INDEXED BY %s WHERE server_id = %d AND class = %d AND forked = %d AND `,
			index, server, of, forked) + more
		all = append(all, c)
	}
	ahead := fmt.Sprintf(`ends > %d`, p.now)
	for of, was := range []State{classLive: Urgent, classUnsure: Unsure, classOlder: Older} {
		of := class(of)
		add(turnKind{key: `ends`, was: was, now: Expired, drifted: of != classUnsure}, `entries_left`, of, 0, ahead)
		if of == classUnsure {
			continue
		}
		add(turnKind{key: `ends`, was: was, now: Ended}, `entries_left`, of, 1, ahead+` AND drifted = 0`)
		add(turnKind{key: `last`, was: Ended, now: Expired, drifted: true}, `entries_last`, of, 1, fmt.Sprintf(`last > %d`, p.now))
	}
	for forked := range 2 {
		for _, mark := range []struct {
			turnKind
			before time.Duration
		}{
			{turnKind{key: `soon_at`, was: OK, now: Soon}, soonestSoon},
			{turnKind{key: `urgent_at`, was: Soon, now: Urgent}, soonestUrgent},
		} {
			add(mark.turnKind, `entries_left`, classLive, forked,
				fmt.Sprintf(`%s AND drifted = 0 AND ends <= %d AND %s > %d`, ahead, end+mark.before.Milliseconds(), mark.key, p.now))
		}
	}
	return all
}
