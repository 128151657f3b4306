package history

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// job is a write that waits for its batch.
type job struct {
	ctx  context.Context //nolint:containedctx // the job is the call that waits for it
	do   func(context.Context, Work) error
	err  error
	done chan struct{}
}

// maxBatch is how many writes share a commit at most, so that nobody waits long
// for the work of others.
const maxBatch = 64

// Write implements Engine. It waits for other processes until the end of its context, or
// five seconds without one. Writes of several goroutines
// that meet share one transaction and its one fsync, each behind a savepoint, so
// that one which fails undoes only itself.
func (lite *engine) Write(ctx context.Context, f func(context.Context, Work) error) error {
	s := lite.store
	j := &job{ctx: ctx, done: make(chan struct{}), do: f}
	s.queue.Lock()
	s.jobs = append(s.jobs, j)
	s.queue.Unlock()
	select {
	case s.came <- struct{}{}:
	default: // whoever waits for it looks at all jobs
	}

	// One writes for all that wait by then. The others go on as soon as theirs is done,
	// whoever leads next.
	select {
	case <-j.done:
		return j.err
	case s.lead <- struct{}{}:
	}
	defer func() { <-s.lead }()
	select {
	case <-j.done:
		return j.err
	default:
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	for {
		s.gather()
		batch := s.take()
		s.commit(batch)
		s.company.size, s.company.at = len(batch)+s.waiting(), time.Now()
		for _, b := range batch {
			close(b.done)
		}
		select {
		case <-j.done:
			return j.err
		default: // more than a batch was waiting before this job
		}
	}
}

// company is what is known of those who write at the same time.
type company struct {
	size int           // how many there were when the last batch was done
	at   time.Time     // when that was
	sync time.Duration // how long the disk took for it
}

// leastSync is how long the disk must take for a commit that others are waited for.
const leastSync = time.Millisecond

// near reports whether it is worth a wait for those who wrote: the disk is slow, and it was
// a moment ago.
func (c company) near(now time.Time) bool {
	return c.sync >= leastSync && now.Sub(c.at) <= c.sync
}

// gather waits for those who wrote a moment ago, for half of the time that the disk takes
// for a commit at most. Workers who send requests in between would else be served in two
// halves, one of which waits while the other one's commit is written. Where requests take
// longer than commits nobody is waited for, nor by a writer who is alone.
func (s *Store) gather() {
	c := s.company
	if !c.near(time.Now()) {
		return
	}
	over := time.NewTimer(c.sync / 2)
	defer over.Stop()
	for s.waiting() < min(c.size, maxBatch) {
		select {
		case <-s.came:
		case <-over.C:
			return
		}
	}
}

// waiting is the number of jobs in the queue.
func (s *Store) waiting() int {
	s.queue.Lock()
	defer s.queue.Unlock()
	return len(s.jobs)
}

// take removes the jobs of the next batch from the queue.
func (s *Store) take() []*job {
	s.queue.Lock()
	defer s.queue.Unlock()
	n := min(len(s.jobs), maxBatch)
	batch := s.jobs[:n:n]
	s.jobs = append([]*job(nil), s.jobs[n:]...)
	return batch
}

// commit runs a batch in one transaction and gives each job its result.
func (s *Store) commit(batch []*job) {
	left := batch[:0:0]
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err == nil {
			left = append(left, j)
		}
	}
	if len(left) == 0 {
		return
	}
	// One job keeps its own context while it waits for the lock; of several,
	// none may end the wait of the others.
	ctx := left[0].ctx
	if len(left) > 1 {
		ctx = context.WithoutCancel(ctx)
	}
	if err := s.run(ctx, left); err != nil {
		for _, j := range left {
			if j.err == nil {
				j.err = err
			}
		}
	}
}

// run is the transaction of a batch. Its error is one of the whole batch.
func (s *Store) run(ctx context.Context, batch []*job) error {
	if s.closed {
		return errClosed
	}
	if err := s.unmoved(ctx); err != nil {
		return err
	}
	if s.write == nil {
		w := connect(s.path, writeRows, 1)
		if err := useLog(ctx, w); err != nil {
			return errors.Join(err, w.Close())
		}
		s.write = w
	}
	tx, err := s.begin(ctx, batch)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := s.hold(ctx); err != nil {
		return err
	}
	if err := s.stays(ctx, tx); err != nil {
		return err
	}
	w := Work{Tx: tx, Run: s.runID, Now: time.Now(), ids: &s.ids}
	s.ids.forget()
	// The wait was for the lock. What follows is short, and a context that can
	// end costs a goroutine for each statement; Commit looks at it again.
	ctx = context.WithoutCancel(ctx)
	if w.Run == 0 {
		if w.Run, err = register(ctx, w, s.self()); err != nil {
			return err
		}
	}
	if len(batch) == 1 {
		// Alone it needs no savepoint: its error ends the transaction.
		if err := batch[0].do(ctx, w); err != nil {
			batch[0].err = err
			return err
		}
	} else if err := runEach(ctx, w, batch); err != nil {
		return err
	}
	if err := mark(ctx, w.Tx); err != nil {
		return err
	}
	begun := time.Now()
	if err := tx.Commit(); err != nil {
		return err
	}
	s.company.sync = time.Since(begun)
	s.runID = w.Run
	s.ids.keep()
	s.writes.Add(1)
	// What was written where nobody finds it must not be taken for recorded.
	return s.unmoved(ctx)
}

// begin waits for the lock as long as one of the jobs does: SQLite alone gives up
// after five seconds, and an outcome that is not recorded is lost. A job without a
// deadline is content with that.
func (s *Store) begin(ctx context.Context, batch []*job) (*sql.Tx, error) {
	var last time.Time
	for _, j := range batch {
		if end, ok := j.ctx.Deadline(); ok && end.After(last) {
			last = end
		}
	}
	var busy error
	for {
		tx, err := s.write.BeginTx(ctx, nil)
		switch {
		case err == nil:
			return tx, nil
		case isBusy(err):
			busy = err
		case busy == nil || ctx.Err() == nil:
			return nil, err
		}
		if ctx.Err() != nil || !time.Now().Before(last) {
			return nil, busy // who is in the way says more than that time is over
		}
	}
}

// runEach runs the jobs of a batch one after the other. A job that fails is
// undone alone.
func runEach(ctx context.Context, w Work, batch []*job) error {
	for _, j := range batch {
		if _, err := w.ExecContext(ctx, `SAVEPOINT job`); err != nil {
			return err
		}
		if j.err = j.do(ctx, w); j.err != nil {
			w.ids.forget()
			if _, err := w.ExecContext(ctx, `ROLLBACK TO job`); err != nil {
				// A full or broken disk makes SQLite undo the whole transaction by
				// itself; its reason is that of every job.
				return errors.Join(j.err, err)
			}
		}
		if _, err := w.ExecContext(ctx, `RELEASE job`); err != nil {
			return err
		}
	}
	return nil
}
