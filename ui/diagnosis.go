package ui

import (
	"context"
	"iter"
	"sync"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// run is a diagnosis and what it brought so far.
type run struct {
	seq    int
	ticket int // of its requests
	checks []pat.Check
	going  bool
	stop   context.CancelFunc
}

// start begins anew; what an earlier run still brings is ignored.
func (r *run) start(ctx context.Context, s Shell, i *pat.Issuer) tea.Cmd {
	r.end()
	ctx, r.stop = context.WithCancel(ctx)
	r.checks, r.going, r.ticket = nil, true, s.Requests().NewTicket()
	return diagnose(ctx, i, r.seq, r.ticket)
}

// end stops the run that is going on.
func (r *run) end() {
	if r.stop != nil {
		r.stop()
	}
	r.seq++
	r.going, r.stop = false, nil
}

// took takes a check and asks for the next one.
func (r *run) took(m checkedMsg) tea.Cmd {
	if m.seq != r.seq || !r.going {
		return nil
	}
	if !m.more {
		r.end()
		return nil
	}
	r.checks = append(r.checks, m.check)
	return m.next.step(r.seq)
}

// worst is the gravest level so far; not knowing is no fault.
func (r *run) worst() pat.Level {
	level := pat.Good
	for _, c := range r.checks {
		if c.Level == pat.Bad || c.Level == pat.Warn && level == pat.Good {
			level = c.Level
		}
	}
	return level
}

// diagnosis is a run of checks, pulled one by one. It ends with its context.
type diagnosis struct{ pull func() (pat.Check, bool) }

// diagnose begins a run of checks and tells of its waits. The first check is its
// message; that one brings the next.
func diagnose(ctx context.Context, i *pat.Issuer, seq, ticket int) tea.Cmd {
	ctx, waits := watchWaits(ctx)
	return tea.Batch(newDiagnosis(ctx, i).step(seq), nextWait(ctx, ticket, waits))
}

// newDiagnosis begins a run of checks. Pulling and ending exclude each other, as
// iter.Pull demands.
func newDiagnosis(ctx context.Context, i *pat.Issuer) diagnosis {
	next, stop := iter.Pull(i.Diagnose(ctx))
	var mu sync.Mutex
	context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		stop()
	})
	return diagnosis{pull: func() (pat.Check, bool) {
		mu.Lock()
		defer mu.Unlock()
		return next()
	}}
}

// step brings the next check.
func (d diagnosis) step(seq int) tea.Cmd {
	return func() tea.Msg {
		c, more := d.pull()
		return checkedMsg{seq: seq, check: c, more: more, next: d}
	}
}
