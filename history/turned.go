package history

import (
	"context"
	"fmt"
	"time"
)

// Turns is what changed its state in a stretch of time: tokens that are the newest of
// their pair, each in one of the two states only.
type Turns struct {
	Urgent, Expired           []Entry // the first of them, soonest end first
	UrgentCount, ExpiredCount int64
}

// Any reports whether there is anything to tell.
func (t Turns) Any() bool { return t.UrgentCount+t.ExpiredCount > 0 }

// Turned is what became URGENT, or EXPIRED, after since and at now at the latest, both
// by the server's clock. At most named rows of each are read.
func (s *Records) Turned(ctx context.Context, server string, since, now time.Time, named int) (Turns, error) {
	t, err := s.turned(ctx, Query{Filter: Filter{Server: server}, Now: now}, since, named)
	return t, s.fail(ctx, "look for what ends", err)
}

func (s *Records) turned(ctx context.Context, q Query, since time.Time, named int) (t Turns, err error) {
	p, err := s.plan(ctx, q)
	if err != nil || p.never {
		return t, err
	}
	within := func(column string) string {
		return fmt.Sprintf(`%[1]s > %[2]d AND %[1]s <= %[3]d`, column, millis(since), p.now)
	}
	in := ` WHERE server_id IN ` + list(p.servers)
	urgent := `FROM entries INDEXED BY entries_left` + in + ` AND forked IN (0, 1) AND ` + p.state(Urgent) + ` AND ` + within(`urgent_at`)
	expired := `FROM (SELECT id, ends AS ended FROM entries INDEXED BY entries_left` + in + ` AND class = 0 AND forked = 0 AND ` + within(`ends`) +
		` UNION ALL SELECT id, last FROM entries INDEXED BY entries_last` + in + ` AND class = 0 AND forked = 1 AND ` + within(`last`) + `) e`
	for _, part := range []struct {
		from, order string
		count       *int64
		rows        *[]Entry
	}{
		{urgent, `ends, id`, &t.UrgentCount, &t.Urgent},
		{expired, `ended, id`, &t.ExpiredCount, &t.Expired},
	} {
		if *part.count, err = one(ctx, s.read, `SELECT count(*) `+part.from); err != nil {
			return t, err
		}
		ids, err := numbers(ctx, s.read, `SELECT id `+part.from+` ORDER BY `+part.order+` LIMIT `+number(int64(named)))
		if err != nil {
			return t, err
		}
		if *part.rows, err = entriesByID(ctx, s.read, ids); err != nil {
			return t, err
		}
	}
	return t, nil
}
