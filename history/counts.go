package history

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Counts is the number of rows per state.
type Counts struct {
	Live                                                    int64 // OK, Soon, Urgent and Drift together
	OK, Soon, Urgent, Expired, Older, Unsure, Drift, Failed int64
	Total                                                   int64
}

// Counts is how many rows are in each state at now, the server's clock. An
// empty profile means all.
func (s *Store) Counts(ctx context.Context, profile string, now time.Time) (Counts, error) {
	c, err := s.counts(ctx, Query{Filter: Filter{Profile: profile}, Now: now})
	return c, s.fail(ctx, "count the history", err)
}

func (s *Store) counts(ctx context.Context, q Query) (c Counts, err error) {
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return c, err
	}
	in := ` WHERE profile_id IN ` + list(p.profiles)
	var live, unsure, older int64 // not ended
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE class = 3), 0) FROM tally`+in).
		Scan(&c.Total, &c.Failed)
	if err != nil {
		return c, err
	}
	for _, r := range []struct {
		n     *int64
		where string
	}{
		{&live, fmt.Sprintf(` AND class = 0 AND ends > %d`, p.now)},
		{&unsure, ` AND ` + p.state(Unsure)},
		{&older, ` AND ` + p.state(Older)},
		{&c.Soon, ` AND ` + p.state(Soon)},
		{&c.Urgent, ` AND ` + p.state(Urgent)},
	} {
		if *r.n, err = one(ctx, s.read, `SELECT count(*) FROM entries INDEXED BY entries_left`+in+r.where); err != nil {
			return c, err
		}
	}
	c.Drift, err = one(ctx, s.read, `SELECT count(*) FROM entries INDEXED BY entries_drift`+in+` AND `+p.state(Drift))
	c.Live, c.Unsure, c.Older = live, unsure, older
	c.OK = live - c.Soon - c.Urgent - c.Drift
	c.Expired = c.Total - c.Failed - live - unsure - older
	return c, err
}

// changeHorizon is how far NextChange looks ahead.
const changeHorizon = time.Hour

// NextChange is the next moment after now, the server's clock, at which a row
// changes its state and with it the Counts of a profile. It looks an hour ahead
// and returns the end of that hour if nothing changes before.
func (s *Store) NextChange(ctx context.Context, profile string, now time.Time) (time.Time, error) {
	next, err := s.nextChange(ctx, Query{Filter: Filter{Profile: profile}, Now: now})
	return next, s.fail(ctx, "look ahead in the history", err)
}

func (s *Store) nextChange(ctx context.Context, q Query) (time.Time, error) {
	p, err := s.plan(ctx, q)
	if err != nil {
		return time.Time{}, err
	}
	end := p.now + changeHorizon.Milliseconds()
	var looks []string
	for _, id := range p.profiles {
		in := fmt.Sprintf(` FROM entries INDEXED BY entries_left WHERE profile_id = %d`, id)
		for c := classLive; c < classFailed; c++ {
			looks = append(looks, fmt.Sprintf(`SELECT min(ends) AS t%s AND class = %d AND ends > %d`, in, c, p.now))
		}
		for mark, ahead := range map[string]time.Duration{"soon_at": soonestSoon, "urgent_at": soonestUrgent} {
			looks = append(looks, fmt.Sprintf(`SELECT min(%s) AS t%s AND class = %d AND drifted = 0 AND ends > %d AND ends <= %d AND %[1]s > %[4]d`,
				mark, in, classLive, p.now, end+ahead.Milliseconds()))
		}
	}
	if len(looks) == 0 {
		return time.UnixMilli(end).UTC(), nil
	}
	first, err := one(ctx, s.read, fmt.Sprintf(`SELECT coalesce(min(t), %d) FROM (`, end)+strings.Join(looks, ` UNION ALL `)+`)`)
	return time.UnixMilli(min(first, end)).UTC(), err
}
