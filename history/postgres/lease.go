package postgres

import (
	"context"
	"encoding/json"

	"patdesk/history"
)

// losing is what lose_entries takes.
type losing struct {
	Actor actor  `json:"actor"`
	Now   int64  `json:"now"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// lose turns pending rows into unknown ones: those given, or with nil all whose lease is
// over by the database's clock. It returns how many it were.
func (s *Store) lose(ctx context.Context, ids []int64) (n int64, err error) {
	arg, err := json.Marshal(losing{s.actor(ctx), millis(s.now()), history.LostTitle, history.LostText})
	if err != nil {
		return 0, err
	}
	err = s.steady(ctx, func() error { return s.pool.QueryRow(ctx, `SELECT lose_entries($1, $2)`, string(arg), ids).Scan(&n) })
	return n, err
}

// Tidy makes unknown what other processes left pending when they died, once the lease of
// the row is over. Who looks at the history calls it about once a second.
func (s *Store) Tidy(ctx context.Context) error {
	_, err := s.lose(ctx, nil)
	return s.fail(ctx, "tidy the history", err)
}

// renew moves the leases of this Store's pending rows on, but for those that somebody is at:
// to wait for one while it has others would be to wait in a circle with who finishes them.
func (s *Store) renew(ctx context.Context) error {
	ids := s.own()
	if len(ids) == 0 {
		return nil
	}
	return s.steady(ctx, func() error {
		_, err := s.pool.Exec(ctx, `UPDATE entries SET lease = clock_timestamp() + $1 * interval '1 millisecond' WHERE id = ANY (ARRAY(
			SELECT id FROM entries WHERE id = ANY ($2) AND outcome = 'pending' FOR UPDATE SKIP LOCKED))`,
			s.opts.times.lease.Milliseconds(), ids)
		return err
	})
}
