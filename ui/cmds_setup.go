package ui

import (
	"context"
	"iter"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// settleFor is how long nothing is typed before what was typed is tried.
const settleFor = 400 * time.Millisecond

// connectTimeout bounds opening a server or a session.
const connectTimeout = 45 * time.Second

// settle waits until typing has paused.
func settle(ctx context.Context, seq int) tea.Cmd {
	return func() tea.Msg {
		if !plainSleep(ctx, settleFor) {
			return nil
		}
		return settledMsg{seq}
	}
}

// connect tries an address and a key; nothing is saved.
func connect(ctx context.Context, try func(context.Context, Candidate) (*pat.Issuer, error), seq int, c Candidate) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		i, err := try(ctx, c)
		return connectedMsg{seq: seq, issuer: i, err: err}
	}
}

// saveCandidate keeps a server where the person chose and opens it. It is a write.
func saveCandidate(ctx context.Context, save func(context.Context, Candidate) (Session, error), c Candidate) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		n, err := save(ctx, c)
		return switchedMsg{session: n, issue: true, err: err}
	}
}

// openProfile opens another profile.
func openProfile(ctx context.Context, open func(context.Context, string) (Session, error), name string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		n, err := open(ctx, name)
		return switchedMsg{session: n, err: err}
	}
}

// openSandbox opens the built-in ToolJet.
func openSandbox(ctx context.Context, open func(context.Context) (Session, error)) tea.Cmd {
	return func() tea.Msg {
		n, err := open(ctx)
		return switchedMsg{session: n, err: err}
	}
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
