package pat

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"sync"
	"time"

	"patdesk/client"
	"patdesk/literal"
)

// Action is what a task of a run does.
type Action string

// The actions of a Task.
const (
	ActRole     Action = "role"
	ActReadBack Action = "read_back"
	ActIssue    Action = "issue"
)

// StepState is how a step of a run ended.
type StepState string

// The states of a Step.
const (
	StepOK      StepState = "ok"
	StepFailed  StepState = "failed"
	StepUnknown StepState = "unknown"
	// StepSkipped: it was never sent.
	StepSkipped StepState = "skipped"
)

// Task is one row of the plan of a run.
type Task struct {
	Action Action
	// User and App name the pair as people know it, AppID is the app's id if known.
	User, App, AppID string
	// Row is its row of the run as it is written down, from 1.
	Row int
	// Request is what is asked for, of ActIssue.
	Request Request
	// Change is what ActRole and ActReadBack are about.
	Change RoleChange
	// Life is the life of the token that is asked for.
	Life Life
	// Old is the token that the new one follows, or zero.
	Old Token
	// Alive are the tokens of the pair that keep working beside a new one.
	Alive []Token
	// Needed ends the run if this task fails: what follows rests on it.
	Needed bool
	// Do carries it out, once.
	Do func(context.Context) (Grant, error)
}

// Step is a task of a run that is over.
type Step struct {
	Task
	// N counts from 0.
	N     int
	State StepState
	Grant Grant
	Err   error
}

// Run carries out a plan, one task after the other. The rows of the history are
// its checkpoint: each task commits what became of it before the next one begins.
type Run struct {
	// ID names the run, a UUID.
	ID   string
	Kind RunKind
	Plan []Task
	Pace *Pace
	// Watch is asked before each automatic wait, as WithWaits has it; nil waits.
	Watch func(Wait) bool
	// Graced says that the context of the run lets a request under way finish by
	// itself when it ends (WithGrace).
	Graced bool

	kept   Ledger // that has it: it was written down, or is taken up again
	common *Pace  // of all runs at its server in this process, beside its own; nil = there are no others
}

// NewRun is a run of a plan with a new id, at the usual pace.
func NewRun(kind RunKind, plan []Task) *Run {
	for n := range plan {
		plan[n].Row = n + 1
	}
	return &Run{ID: literal.UUID(), Kind: kind, Plan: plan, Pace: NewPace(0)}
}

// Again is the rest of a run that stopped: what was never sent, and what was surely
// refused, with the read-back of a role before it. Nil if nothing is left. What may have
// been done is not in it.
func (r *Run) Again(steps []Step) *Run {
	again, left := *r, false
	again.Plan, again.Pace = nil, NewPace(0)
	for _, s := range steps {
		_, unsaved := errors.AsType[*UnsavedError](s.Err)
		open := s.State == StepSkipped || s.State == StepFailed && !unsaved
		left = left || open
		if open || s.Action == ActReadBack {
			again.Plan = append(again.Plan, s.Task)
		}
	}
	if !left {
		return nil
	}
	return &again
}

// NameToType is what is typed on a production server before a run is begun: the
// name of its person, or of the profile if it is about several.
func (r *Run) NameToType(profile string) string {
	for _, t := range r.Plan {
		if t.User != r.Plan[0].User {
			return profile
		}
	}
	return NameToType(r.Plan[0].User)
}

// Issues counts the tokens that a run asks for.
func (r *Run) Issues() int {
	n := 0
	for _, t := range r.Plan {
		if t.Action == ActIssue {
			n++
		}
	}
	return n
}

// Stops of a run that is not worth going on with (safety D16).
const (
	maxUnknownInARow = 3
	maxServerInARow  = 5
)

// Steps carries the plan out and yields each task when it is over. The run ends
// early at an error that the next task would meet again (a wrong key, a full
// disk), at the failure of a Needed task, after 3 unknown outcomes or 5 server
// errors in a row, and when ctx ends; what was not sent then is yielded as
// skipped. ctx is looked at between the tasks only: the one under way is finished
// and recorded, its waits excepted, which end with ctx.
func (r *Run) Steps(ctx context.Context) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		var s streak
		left := false
		for n, task := range r.Plan {
			step := Step{Task: task, N: n, State: StepSkipped}
			if !s.over && r.Pace.wait(ctx) == nil && r.common.wait(ctx) == nil {
				step.Grant, step.Err = task.Do(r.watched(ctx, task))
				step.State = stateOf(step)
				s.add(step)
				r.Pace.over(step.Err == nil)
				r.common.over(step.Err == nil)
			}
			left = left || step.State == StepSkipped
			if !yield(step) {
				return
			}
		}
		if r.kept != nil && !left {
			rctx, cancel := recordContext(ctx)
			defer cancel()
			_ = r.kept.EndRun(rctx, r.ID) // it only spares the list a look at its rows
		}
	}
}

// watched is the context of one task: it outlives ctx, but its waits do not, and
// the pace learns from them.
func (r *Run) watched(ctx context.Context, t Task) context.Context {
	asked := withRun(ctx, place{r.ID, t.Row})
	if !r.Graced {
		asked = context.WithoutCancel(asked)
	}
	return client.WithWaits(asked, func(w client.Wait) bool {
		if w.Err != nil && w.Err.Status == http.StatusTooManyRequests {
			r.Pace.slow()
			r.common.slow()
		}
		if ctx.Err() != nil {
			return false
		}
		context.AfterFunc(ctx, w.Stop)
		return r.Watch == nil || r.Watch(w)
	})
}

// stateOf says how a task ended.
func stateOf(s Step) StepState {
	switch {
	case s.Err == nil:
		return StepOK
	case s.Grant.Token.Outcome == Unknown || Explain(s.Err).Exit == ExitUnknown:
		return StepUnknown
	default:
		return StepFailed
	}
}

// streak counts what ends a run.
type streak struct {
	unknown, server int
	over            bool
}

func (s *streak) add(step Step) {
	if step.Err == nil {
		*s = streak{}
		return
	}
	x := Explain(step.Err)
	s.unknown = counted(s.unknown, step.State == StepUnknown)
	s.server = counted(s.server, x.Status >= 500)
	_, unsaved := errors.AsType[*UnsavedError](step.Err)
	s.over = x.Stop || unsaved || step.Needed || s.unknown >= maxUnknownInARow || s.server >= maxServerInARow
}

func counted(n int, again bool) int {
	if again {
		return n + 1
	}
	return 0
}

// Tally adds up the steps of a run.
type Tally struct {
	Done, Failed, Unknown, Left int
	// Exit is the exit code of all: an unknown outcome wins over everything, then
	// the first that was not ok.
	Exit int
}

// Add counts a step.
func (t *Tally) Add(s Step) {
	switch s.State {
	case StepOK:
		t.Done++
	case StepFailed:
		t.Failed++
	case StepUnknown:
		t.Unknown++
	case StepSkipped:
		t.Left++
	}
	if s.Err != nil {
		t.Exit = WorseExit(t.Exit, Explain(s.Err).Exit)
	}
	if s.State == StepUnknown {
		t.Exit = ExitUnknown
	}
}

// WorseExit joins the exit codes of several requests: unknown wins over
// everything, then the first that was not ok.
func WorseExit(have, next int) int {
	if next == ExitUnknown || have == ExitOK {
		return next
	}
	return have
}

// Pace keeps the requests of a run apart, or those of several: 2 a second unless said
// otherwise. From the first answer that asks to slow down it keeps to the 10 a minute of
// ToolJet's documents, and recovers slowly (safety D16). The zero Pace is the usual one.
type Pace struct {
	mu           sync.Mutex
	usual, every time.Duration
	last         time.Time // when the newest request may be sent
	waited       bool
	run, patient int // good answers since every changed, and how many change it
}

// The paces of a run.
const (
	usualEvery  = time.Second / 2
	slowEvery   = time.Minute / 10
	firstNeeded = 60
)

// NewPace is a pace of so many requests a second; 0 is the usual one.
func NewPace(perSecond float64) *Pace {
	p := &Pace{}
	if perSecond > 0 {
		p.usual = time.Duration(float64(time.Second) / perSecond)
	}
	p.begin()
	return p
}

// begin fills in what is usual.
func (p *Pace) begin() {
	if p.usual == 0 {
		p.usual = usualEvery
	}
	if p.every == 0 {
		p.every, p.patient = p.usual, firstNeeded
	}
}

// Estimate is how long so many requests take at the present pace, at least.
func (p *Pace) Estimate(n int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begin()
	return time.Duration(max(0, n-1)) * p.every
}

// About is Estimate as people are told it: in whole seconds, and at least one.
func (p *Pace) About(n int) time.Duration {
	return max(time.Second, p.Estimate(n).Round(time.Second))
}

// wait waits until the next request may be sent, or for the end of ctx. Of several who
// wait each gets a moment of its own.
func (p *Pace) wait(ctx context.Context) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	p.begin()
	at := time.Now()
	if next := p.last.Add(p.every); !p.last.IsZero() && next.After(at) {
		at = next
	}
	p.last = at
	p.mu.Unlock()
	if d := time.Until(at); d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// slow takes the pace back to what the server bears, and makes each later
// recovery twice as patient.
func (p *Pace) slow() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begin()
	if p.every >= slowEvery {
		p.patient *= 2
	}
	p.every, p.run, p.waited = max(p.usual, slowEvery), 0, true
}

// over is told of each request that is over; enough that were not refused shorten
// the pauses by a tenth. One that had to wait was sent at the end of its waits.
func (p *Pace) over(good bool) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begin()
	if now := time.Now(); p.waited && now.After(p.last) {
		p.last = now
	}
	p.waited = false
	if !good {
		return
	}
	if p.run++; p.every > p.usual && p.run >= p.patient {
		p.every, p.run = max(p.usual, p.every*9/10), 0
	}
}
