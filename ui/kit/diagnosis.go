package kit

import (
	"context"
	"iter"
	"sync"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// Diagnosis is a diagnosis and what it brought so far.
type Diagnosis struct {
	seq    int
	Ticket int // of its requests
	Checks []pat.Check
	Going  bool
	stop   context.CancelFunc
}

// Start begins anew; what an earlier run still brings is ignored.
func (r *Diagnosis) Start(ctx context.Context, s Shell, i *pat.Issuer) tea.Cmd {
	r.End()
	ctx, r.stop = context.WithCancel(ctx)
	r.Checks, r.Going, r.Ticket = nil, true, s.Requests().NewTicket()
	return diagnose(ctx, i, r.seq, r.Ticket)
}

// End stops the run that is going on.
func (r *Diagnosis) End() {
	if r.stop != nil {
		r.stop()
	}
	r.seq++
	r.Going, r.stop = false, nil
}

// Took takes a check and asks for the next one.
func (r *Diagnosis) Took(m CheckedMsg) tea.Cmd {
	if m.seq != r.seq || !r.Going {
		return nil
	}
	if !m.More {
		r.End()
		return nil
	}
	r.Checks = append(r.Checks, m.Check)
	return m.next.step(r.seq)
}

// Worst is the gravest level so far; not knowing is no fault.
func (r *Diagnosis) Worst() pat.Level {
	level := pat.Good
	for _, c := range r.Checks {
		if c.Level == pat.Bad || c.Level == pat.Warn && level == pat.Good {
			level = c.Level
		}
	}
	return level
}

// checks is a run of checks, pulled one by one. It ends with its context.
type checks struct{ pull func() (pat.Check, bool) }

// diagnose begins a run of checks and tells of its waits. The first check is its
// message; that one brings the next.
func diagnose(ctx context.Context, i *pat.Issuer, seq, ticket int) tea.Cmd {
	ctx, waits := watchWaits(ctx)
	return tea.Batch(newDiagnosis(ctx, i).step(seq), nextWait(ctx, ticket, waits))
}

// newDiagnosis begins a run of checks. Pulling and ending exclude each other, as
// iter.Pull demands.
func newDiagnosis(ctx context.Context, i *pat.Issuer) checks {
	next, stop := iter.Pull(i.Diagnose(ctx))
	var mu sync.Mutex
	context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		stop()
	})
	return checks{pull: func() (pat.Check, bool) {
		mu.Lock()
		defer mu.Unlock()
		return next()
	}}
}

// step brings the next check.
func (d checks) step(seq int) tea.Cmd {
	return func() tea.Msg {
		c, more := d.pull()
		return CheckedMsg{seq: seq, Check: c, More: more, next: d}
	}
}
