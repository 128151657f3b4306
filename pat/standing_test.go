package pat_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
)

// counted is a history that counts how often it is counted.
type counted struct {
	pat.Ledger
	counts, rows atomic.Int64
	slow         time.Duration
	err          error
}

func (c *counted) Counts(ctx context.Context, server string, now time.Time) (history.Counts, error) {
	c.counts.Add(1)
	time.Sleep(c.slow)
	if c.err != nil {
		return history.Counts{}, c.err
	}
	return c.Ledger.Counts(ctx, server, now)
}

func (c *counted) Count(ctx context.Context, q history.Query) (int64, error) {
	c.rows.Add(1)
	return c.Ledger.Count(ctx, q)
}

func (c *counted) CountTo(ctx context.Context, q history.Query, most int64) (history.Number, error) {
	c.rows.Add(1)
	return c.Ledger.CountTo(ctx, q, most)
}

// desk are issuers of people who share one.
func deskOf(base *pat.Issuer, people int) (all []*pat.Issuer) {
	for n := range people {
		all = append(all, base.For(pat.Actor{Name: fmt.Sprint("member-", n)}, base.Settings))
	}
	return all
}

// Ensure a hundred consoles that count all the time count once a second together, and each
// sees what it has just done.
func TestStanding_CountedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		c := &counted{Ledger: r.History}
		r.History = c
		const people, seconds = 100, 10
		ctx, stop := context.WithTimeout(t.Context(), seconds*time.Second+time.Second/2)
		defer stop()
		var asked atomic.Int64
		var all sync.WaitGroup
		for n, i := range deskOf(r.Issuer, people) {
			all.Go(func() {
				time.Sleep(time.Duration(n) * 7 * time.Millisecond)
				for ctx.Err() == nil {
					_, err := i.Standing(ctx, i.Now())
					rows, rerr := i.CountOf(ctx, pat.Query{Filter: pat.Filter{Server: i.Server()}, FoldFailed: n%2 == 0, Now: i.Now()})
					if ctx.Err() == nil && (err != nil || rerr != nil || rows.N != 0) {
						t.Error(err, rerr, rows)
					}
					asked.Add(1)
					time.Sleep(50 * time.Millisecond)
				}
			})
		}
		all.Wait()
		if n := c.counts.Load(); n < seconds-1 || n > seconds+2 {
			t.Errorf("counted %d times in %d s for %d answers", n, seconds, asked.Load())
		}
		if n := c.rows.Load(); n > 4*(seconds+2) { // with and without those that failed, and elsewhere
			t.Errorf("counted rows %d times", n)
		}
		if n := asked.Load(); n < people*(seconds/2-1) {
			t.Errorf("only %d answers", n)
		}
		time.Sleep(time.Minute)

		i := deskOf(r.Issuer, 1)[0]
		begun := time.Now()
		for n := range 3 {
			req := request()
			req.Again = true
			if _, err := i.Issue(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			s, err := i.Standing(t.Context(), i.Now())
			rows, rerr := i.CountOf(t.Context(), pat.Query{Filter: pat.Filter{Server: i.Server()}, Now: i.Now()})
			if err != nil || rerr != nil || s.Counts.Total != int64(n+1) || rows.N != int64(n+1) || s.Next().IsZero() {
				t.Errorf("after %d tokens: %+v, %d rows, %v, %v", n+1, s, rows.N, err, rerr)
			}
		}
		if d := time.Since(begun); d > 3*time.Second {
			t.Errorf("three answers took %v", d)
		}
		// A filter of a person's own is counted for them alone, at once.
		before, begun := c.rows.Load(), time.Now()
		for range 5 {
			if n, err := i.CountOf(t.Context(), pat.Query{Filter: pat.Filter{Server: i.Server(), User: []pat.Term{{Text: "ana"}}}, Now: i.Now()}); err != nil || n.N != 3 {
				t.Error(n, err)
			}
		}
		if c.rows.Load()-before != 5 || time.Since(begun) > 0 {
			t.Errorf("%d times, in %v", c.rows.Load()-before, time.Since(begun))
		}
	})
}

// Ensure who leaves spoils no count of the others, that an error reaches all who asked, and
// that countings do not overlap however slow they are.
func TestStanding_LeavingAndFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		c := &counted{Ledger: r.History}
		r.History = c
		people := deskOf(r.Issuer, 3)
		if _, err := people[0].Standing(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		c.slow = 3 * time.Second
		gone, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { // asks first
			if _, err := people[0].Standing(gone, time.Now()); !errors.Is(err, context.Canceled) {
				t.Errorf("who left: %v", err)
			}
		})
		synctest.Wait()
		for _, i := range people[1:] {
			all.Go(func() {
				if _, err := i.Standing(t.Context(), time.Now()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		all.Wait()
		if n := c.counts.Load(); n != 2 {
			t.Errorf("counted %d times", n)
		}
		c.err = errFull
		for _, i := range people {
			all.Go(func() {
				if _, err := i.Standing(t.Context(), time.Now()); !errors.Is(err, errFull) {
					t.Errorf("an error: %v", err)
				}
			})
		}
		all.Wait()
		if n := c.counts.Load(); n > 4 { // the first may have begun when the others asked
			t.Errorf("counted %d times", n)
		}
		// Who shares nothing waits for nobody.
		c.err, c.slow = nil, 0
		begun, before := time.Now(), c.counts.Load()
		for range 5 {
			if _, err := r.Standing(t.Context(), time.Now()); err != nil {
				t.Error(err)
			}
		}
		if time.Since(begun) > 0 || c.counts.Load()-before != 5 {
			t.Errorf("alone: %v, %d times", time.Since(begun), c.counts.Load()-before)
		}
	})
}

// Ensure the runs of several people at one server of a desk keep one pace together, also
// when the server asks them to slow down, and that of a person alone is their own.
func TestRun_OnePaceForADesk(t *testing.T) {
	for _, shared := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			const people, each = 4, 5
			issuers := []*pat.Issuer{r.Issuer, r.Issuer, r.Issuer, r.Issuer}
			if shared {
				issuers = deskOf(r.Issuer, people)
			}
			begun := time.Now()
			var sent []time.Duration
			var mu sync.Mutex
			var all sync.WaitGroup
			for _, i := range issuers {
				all.Go(func() {
					var plan []pat.Task
					for range each {
						plan = append(plan, pat.Task{Action: pat.ActIssue, Do: func(context.Context) (pat.Grant, error) {
							mu.Lock()
							defer mu.Unlock()
							sent = append(sent, time.Since(begun))
							return pat.Grant{}, nil
						}})
					}
					run := pat.NewRun(pat.RunBulk, plan)
					if err := i.Record(t.Context(), run); err != nil {
						t.Error(err)
					}
					for range run.Steps(t.Context()) {
					}
				})
			}
			all.Wait()
			took, want := time.Since(begun), time.Duration(each-1)*time.Second/2
			if shared {
				want = time.Duration(people*each-1) * time.Second / 2
			}
			if took < want || took > want+time.Second/2 || len(sent) != people*each {
				t.Errorf("shared %v: %d requests took %v, want %v: %v", shared, len(sent), took, want, sent)
			}
		})
	}
}
