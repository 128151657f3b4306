package postgres

import (
	"context"
	"time"
)

// The keeper is a goroutine of the Store that does what cannot wait for a call: it records
// what the spool holds, takes back what was given up, keeps the leases of pending rows and
// adds counts up. It begins with the first thing to do.

// wake starts the keeper, unless it runs or the Store is closed.
func (s *Store) wake() {
	s.waking.Do(func() {
		ctx, cancel := context.WithCancel(context.Background())
		stopped := make(chan struct{})
		s.guard.Lock()
		s.stop, s.stopped = cancel, stopped
		s.guard.Unlock()
		go func() {
			defer close(stopped)
			s.keep(ctx)
		}()
	})
}

// How many beats of the keeper lie between two of the same work.
const (
	foldBeats   = 10
	renewBeats  = 60
	forgetBeats = 3600
)

func (s *Store) keep(ctx context.Context) {
	beats := time.NewTicker(s.opts.times.beat)
	defer beats.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-beats.C:
		}
		// What fails is tried again with a later beat: all of it stays as it is until then.
		if s.drain(ctx) != nil || s.takeBack(ctx) != nil {
			continue
		}
		if n%renewBeats == 0 {
			_ = s.renew(ctx)
		}
		if s.opts.Stays && n%foldBeats == 0 {
			_, _ = s.pool.Exec(ctx, `SELECT fold_tally()`)
			_, _ = s.pool.Exec(ctx, `DELETE FROM touches WHERE id < (SELECT max(id) FROM touches) - $1`, 2*lateNumbers)
		}
		if s.opts.Stays && n%forgetBeats == 0 {
			_, _ = s.pool.Exec(ctx, `DELETE FROM intents WHERE at < $1`, millis(s.now().Add(-intentsKept)))
		}
	}
}

// intentsKept is how long a request id is known, so that Begin can be repeated.
const intentsKept = 7 * 24 * time.Hour
