// Package plan is the room of a plan and its run: many requests that are shown
// first, confirmed once, and carried out one after the other.
package plan

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Plan is one plan: made, then running, then over. Nothing is sent before it was
// confirmed.
type Plan struct {
	shell kit.Shell
	ctx   context.Context
	ids   []int64 // the tokens whose pairs get a new one; nil for other plans
	title string
	load  func(context.Context, *pat.Issuer) (*pat.Run, error) // nil: it was made and confirmed elsewhere

	ready   *pat.Run // the plan, once it is made
	problem error    // what kept it from being made

	run   *pat.Run // nil before it was confirmed
	next  func() (pat.Step, bool)
	halt  context.CancelFunc // no task begins after it
	going bool
	ended bool      // it was asked to stop
	begun time.Time // the task under way
	steps []pat.Step
	tally pat.Tally

	faultsOnly bool // the rows of a run that is over, but for those that are ok

	view widget.Scroll
	w, h int
}

// New plans a new token for the pair of each of these tokens.
func New(s kit.Shell, ids []int64) *Plan {
	return &Plan{shell: s, ids: ids, title: fmt.Sprintf("Re-issue %d marked", len(ids)), load: reissue(ids)}
}

// NewBegun carries out a run that was confirmed where it was planned.
func NewBegun(s kit.Shell, run *pat.Run) *Plan {
	return &Plan{shell: s, title: titleOf(run), ready: run}
}

// NewPlanned shows a plan that was made elsewhere.
func NewPlanned(s kit.Shell, run *pat.Run) *Plan {
	return &Plan{shell: s, title: titleOf(run), load: func(context.Context, *pat.Issuer) (*pat.Run, error) { return run, nil }}
}

// NewResumed plans the rest of a run that was cut off.
func NewResumed(s kit.Shell, rest kit.ResumedRun) *Plan {
	return &Plan{shell: s, title: "Go on with a run", load: func(ctx context.Context, i *pat.Issuer) (*pat.Run, error) {
		return i.Resume(ctx, rest.ID, rest.UnknownToo)
	}}
}

// titleOf names a run.
func titleOf(run *pat.Run) string {
	if run.Kind == pat.RunRole {
		return "Role: " + run.Plan[0].User
	}
	return "Issue " + kit.PluralOf(len(run.Plan), "token")
}

// madeMsg is a plan that was made; nothing is sent yet.
type madeMsg struct {
	of  *Plan
	run *pat.Run
	err error
}

// writtenMsg is a run that is on the disk, before anything of it was sent.
type writtenMsg struct {
	run *pat.Run
	err error
}

// stepMsg is a task of a run that is over; more is false after the last one.
type stepMsg struct {
	run  *pat.Run
	step pat.Step
	more bool
}

// reissue reads the tokens and what of their pairs stays alive.
func reissue(ids []int64) func(context.Context, *pat.Issuer) (*pat.Run, error) {
	return func(ctx context.Context, i *pat.Issuer) (*pat.Run, error) {
		var tokens []pat.Token
		for _, id := range ids {
			t, err := i.History.Get(ctx, id)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, t)
		}
		tasks, err := i.PlanReissue(ctx, tokens, 0)
		return pat.NewRun(pat.RunReissue, tasks), err
	}
}

// Title implements Screen.
func (p *Plan) Title() string { return p.title }

// Typing implements Screen.
func (p *Plan) Typing() bool { return false }

// SetSize implements Screen.
func (p *Plan) SetSize(w, h int) { p.w, p.h = w, h }

// Init implements Screen.
func (p *Plan) Init(ctx context.Context) tea.Cmd {
	p.ctx = ctx
	if p.load == nil {
		return p.start()
	}
	issuer := p.shell.Issuer()
	return func() tea.Msg {
		run, err := p.load(ctx, issuer)
		return madeMsg{of: p, run: run, err: err}
	}
}

// Update implements Screen.
func (p *Plan) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case madeMsg:
		if m.of == p {
			p.ready, p.problem = m.run, m.err
		}
	case writtenMsg:
		if m.run == p.run {
			return p.written(m.err)
		}
	case stepMsg:
		if m.run == p.run {
			return p.took(m)
		}
	}
	return nil
}

// start carries the plan out, once it was confirmed.
func (p *Plan) start() tea.Cmd {
	ctx, halt := context.WithCancel(p.shell.Context())
	context.AfterFunc(p.ctx, halt) // nothing begins that nobody watches
	p.run, p.halt, p.steps, p.tally = p.ready, halt, nil, pat.Tally{}
	p.next = pull(p.ctx, p.run.Steps(ctx))
	p.going, p.ended, p.begun = true, false, p.shell.Now()
	run, issuer := p.run, p.shell.Issuer()
	return p.shell.Write(func() tea.Msg { return writtenMsg{run: run, err: issuer.Record(ctx, run)} })
}

// pull makes the next value of a sequence at each call, and gives the sequence up when
// ctx ends: after the value that is being made.
func pull[V any](ctx context.Context, seq iter.Seq[V]) func() (V, bool) {
	next, stop := iter.Pull(seq)
	var making sync.Mutex
	context.AfterFunc(ctx, func() {
		making.Lock()
		defer making.Unlock()
		stop()
	})
	return func() (V, bool) {
		making.Lock()
		defer making.Unlock()
		return next()
	}
}

// written begins a run that is written down; one that is not is never begun.
func (p *Plan) written(err error) tea.Cmd {
	if err == nil {
		return p.step()
	}
	p.halt()
	p.run, p.going, p.problem = nil, false, err
	return nil
}

// step carries out the next task. It is a write: its outcome is recorded even if
// the program ends meanwhile.
func (p *Plan) step() tea.Cmd {
	p.begun = p.shell.Now()
	run, next := p.run, p.next
	return p.shell.Write(func() tea.Msg {
		step, more := next()
		return stepMsg{run: run, step: step, more: more}
	})
}

// took takes a task that is over and begins the next one.
func (p *Plan) took(m stepMsg) tea.Cmd {
	if !m.more {
		p.going = false
		p.halt()
		m := kit.RanMsg{Tally: p.tally, Sent: p.sent()}
		return func() tea.Msg { return m }
	}
	p.steps = append(p.steps, m.step)
	p.tally.Add(m.step)
	next := p.step()
	if m.step.State != pat.StepSkipped && m.step.Old.ID != 0 {
		turn := kit.TurnMsg{Row: m.step.Old.ID}
		next = tea.Batch(next, func() tea.Msg { return turn })
	}
	if kit.Unsaved(m.step.Err) { // the only copy is in this message
		return tea.Batch(next, p.shell.Go(kit.Issued{Fact: kit.IssuedMsg{Grant: m.step.Grant, Err: m.step.Err}}))
	}
	return next
}

// sent are the rows of the plan but those that stand for a pair whose turn never came.
func (p *Plan) sent() []int64 {
	left := map[int64]bool{}
	for _, s := range p.steps {
		if s.State == pat.StepSkipped {
			left[s.Old.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(p.ids), func(id int64) bool { return left[id] })
}

// stop lets the task under way end and begins no other.
func (p *Plan) stop() tea.Cmd {
	p.ended = true
	p.halt()
	return nil
}

// Busy implements kit.Busy.
func (p *Plan) Busy() bool { return p.going }

// Leaving implements kit.LeaveGuard.
func (p *Plan) Leaving() (kit.Question, bool) {
	return p.guard("Leave", "Leave while the plan is carried out?")
}

// Quitting implements kit.QuitGuard.
func (p *Plan) Quitting() (kit.Question, bool) {
	return p.guard("Quit", "Quit while the plan is carried out?")
}

func (p *Plan) guard(yes, title string) (kit.Question, bool) {
	left := len(p.tasks()) - len(p.steps) - 1
	return kit.Question{
		Title: title, Yes: yes,
		Lines: []string{fmt.Sprintf("The request under way is finished and recorded; %s not sent.", areOf(left))},
	}, p.going
}

func areOf(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// NextChange implements kit.Ticker.
func (p *Plan) NextChange(now time.Time) time.Time {
	if !p.going {
		return time.Time{}
	}
	return kit.PaceOf(p.shell).TookChange(now)
}

// Actions implements Screen.
func (p *Plan) Actions() []kit.Action {
	k := p.shell.Keys()
	list := kit.MoveActions(k, &p.view, nil)
	switch {
	case p.going:
		return append(list, kit.Action{Key: kit.WithDesc(k.Global.Back, "stop after this one"), Title: "Stop after the request under way", Hint: 1, Run: p.stop})
	case p.run != nil:
		return append(list, append(p.overActions(), p.resultActions()...)...)
	}
	return append(list, kit.Action{Key: kit.WithDesc(k.Form.Submit, "carry it out"), Title: "Carry the plan out", Hint: 1, Run: p.confirm, Why: p.why},
		kit.Action{Key: kit.WithDesc(k.List.Open, "carry it out"), Run: p.confirm, Why: p.why})
}

func (p *Plan) why() string {
	switch {
	case p.problem != nil:
		return "This plan cannot be carried out."
	case p.ready == nil:
		return "The plan is being made."
	}
	return ""
}

// tasks are the rows of the plan, none before it is made.
func (p *Plan) tasks() []pat.Task {
	if p.ready == nil {
		return nil
	}
	return p.ready.Plan
}

// confirm asks once for all.
func (p *Plan) confirm() tea.Cmd {
	q := kit.Question{
		Title: fmt.Sprintf("Issue %s?", kit.PluralOf(p.ready.Issues(), "token")), Yes: "Issue", Danger: true,
		Lines: []string{p.sends(), p.alive()},
	}
	if p.ready.Kind == pat.RunRole {
		q.Title, q.Yes = pat.RoleQuestion(p.ready), "Go on"
	}
	if pr := p.shell.Profile(); pr != nil && pr.Production {
		q.Typed = p.ready.NameToType(pr.Name)
	}
	return p.shell.Ask(q, p.start)
}

// again makes a plan of what failed or was not sent. It stays the same run, so that
// nothing of it waits twice.
func (p *Plan) again() tea.Cmd {
	p.ready = p.run.Again(p.steps)
	p.run, p.steps, p.tally, p.faultsOnly = nil, nil, pat.Tally{}, false
	p.view.First()
	return nil
}
