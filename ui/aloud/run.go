package aloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// reissueAll plans a new token for each pair of several.
func (t *talk) reissueAll(ctx context.Context, words []string) error {
	var tokens []pat.Token
	for _, w := range words {
		token, ok, err := t.token(ctx, w)
		if err != nil || !ok {
			return err
		}
		tokens = append(tokens, token)
	}
	plan, err := t.i.PlanReissue(ctx, tokens, 0)
	if err != nil {
		return err
	}
	run := pat.NewRun(pat.RunReissue, plan)
	return t.carryOut(ctx, run, fmt.Sprintf("Issue %s?", pat.Plural(run.Issues(), "token")))
}

// carryOut reads a plan, asks once for all, carries it out and reads each result when
// it is there.
func (t *talk) carryOut(ctx context.Context, run *pat.Run, question string) error {
	t.readPlan(run)
	q := kit.Question{Title: question}
	if t.profile != nil && t.profile.Production {
		q.Typed = run.NameToType(t.profile.Name)
	}
	yes, err := t.confirm(ctx, q)
	if err != nil {
		return err
	}
	if !yes {
		t.say("Nothing was sent.")
		return nil
	}
	if err := t.i.Record(ctx, run); err != nil {
		return err
	}
	run.Graced = true
	var tally pat.Tally
	var steps []pat.Step
	t.await(ctx, "carrying out the plan", func(ctx context.Context) {
		run.Watch = t.watch
		for step := range run.Steps(ctx) {
			tally.Add(step)
			steps = append(steps, step)
			t.readStep(step)
		}
	})
	t.say("%d done, %d failed, %d unsure, %d not sent.", tally.Done, tally.Failed, tally.Unknown, tally.Left)
	if again := run.Again(steps); again != nil {
		t.say("%s reads the runs that wait, to go on with them.", kit.Name(t.keys.Global.Runs))
	}
	return nil
}

// readPlan reads each row of a plan, what it sends and what stays alive beside it.
func (t *talk) readPlan(run *pat.Run) {
	now, zone := t.i.Now(), t.o.Zone
	t.say("The plan:")
	for n, task := range run.Plan[:min(len(run.Plan), mostRead)] {
		words := fmt.Sprintf("%d. %s", n+1, task.Target())
		switch task.Action {
		case pat.ActReadBack:
			words += ", read back"
		case pat.ActIssue:
			words = fmt.Sprintf("%d. A token for %s on %s, for %s", n+1, pat.AloudName(task.User), task.App, pat.AloudSpan(task.Life, true))
			if len(task.Alive) > 0 {
				words += "; stays alive: " + pat.AliveWords(task.Alive, now, zone)
			}
		case pat.ActRole:
		}
		t.say("%s.", words)
	}
	if more := len(run.Plan) - mostRead; more > 0 {
		t.say("And %d more.", more)
	}
	if run.Issues() > 0 {
		t.say("It sends patExpiry in %s.", pat.UnitWords(t.i.Unit()))
	}
	if alive := pat.AliveIn(run.Plan); len(alive) > 0 {
		t.say("Old tokens cannot be revoked: %s.", pat.AliveWords(alive, now, zone))
	}
}

// readStep reads what became of a row.
func (t *talk) readStep(s pat.Step) {
	switch {
	case s.State == pat.StepSkipped:
		t.say("%d. %s: not sent.", s.N+1, s.Target())
	case s.Action == pat.ActIssue:
		t.say("%d. %s:", s.N+1, s.Target())
		t.outcome(kit.IssuedMsg{Request: s.Request, Grant: s.Grant, Err: s.Err})
	case s.Err != nil:
		t.say("%d. %s: %s.", s.N+1, s.Target(), map[pat.StepState]string{pat.StepUnknown: "may be done"}[s.State]+map[bool]string{true: "failed"}[s.State == pat.StepFailed])
		t.explain(s.Err)
	default:
		t.say("%d. %s: done.", s.N+1, s.Target())
	}
}

// watch tells of a wait of a run, and lets it happen unless it is too long.
func (t *talk) watch(w pat.Wait) bool {
	if w.Delay >= time.Second && w.Delay <= kit.LongestWait {
		t.say("%s. Continuing in %s.", strings.TrimSuffix(pat.Explain(w.Err).Title, "."), pat.AloudSpan(w.Delay, true))
	}
	return w.Delay <= kit.LongestWait
}
