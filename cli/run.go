package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/secret"
)

// runOptions are the flags of commands that do several things one after the other.
type runOptions struct {
	dryRun bool
	out    outputOptions
}

// runPlan shows a plan, asks, and carries it out row by row. question is what is
// asked off production.
func (a *app) runPlan(ctx context.Context, s *session, run *pat.Run, question string, o runOptions) error {
	run.Watch, run.Graced = a.sayWait, true
	view := run.View(o.dryRun)
	if o.dryRun {
		if a.json {
			return a.printJSON(a.env.Out, view)
		}
		return a.printPlan(s, run)
	}
	if !a.json && !a.quiet {
		if err := a.sayRun(s, run); err != nil {
			return err
		}
	}
	if err := a.mayRun(ctx, s, run.Plan, question); err != nil {
		return err
	}
	if err := s.issuer.Record(ctx, run); err != nil {
		return err
	}
	return a.carryOut(ctx, s, run, view, o)
}

// mayRun asks before a plan is carried out: on production for a name, elsewhere
// for a yes.
func (a *app) mayRun(ctx context.Context, s *session, plan []pat.Task, question string) error {
	if s.profile == nil || !s.profile.Production {
		return a.confirm(ctx, question, notSent)
	}
	users := map[string]bool{}
	for _, t := range plan {
		users[t.User] = true
	}
	if len(users) == 1 {
		return a.guard(ctx, s, plan[0].User)
	}
	return a.guard(ctx, s)
}

// planColumns are the columns of a plan.
func planColumns() []column {
	return []column{{"USER", 36}, {"APP", 28}, {"LIFE", 8}, {"STAYS ALIVE", 48}}
}

func planCells(t pat.Task, now time.Time) []string {
	return []string{t.User, t.App, pat.Span(t.Life), pat.AliveWords(t.Alive, now, time.Local)}
}

// printPlan prints a plan on stdout, because it was asked for.
func (a *app) printPlan(s *session, r *pat.Run) error {
	rows := a.newTable(planColumns())
	for _, t := range r.Plan {
		rows.row(planCells(t, s.issuer.Now())...)
	}
	if err := rows.end(); err != nil {
		return err
	}
	a.sayRunSums(s, r)
	a.say("nothing was sent")
	return nil
}

// sayRun shows a plan before the question.
func (a *app) sayRun(s *session, r *pat.Run) error {
	rows := newTable(a.env.Err, true, planColumns())
	for _, t := range r.Plan {
		rows.row(planCells(t, s.issuer.Now())...)
	}
	if err := rows.end(); err != nil {
		return err
	}
	a.sayRunSums(s, r)
	return nil
}

// sayRunSums tells what a plan comes to.
func (a *app) sayRunSums(s *session, r *pat.Run) {
	a.say("%s, about %s; patExpiry in %s", pat.Plural(len(r.Plan), "request"), pat.Span(max(time.Second, r.Pace.Estimate(len(r.Plan)))), pat.UnitWords(s.issuer.Unit()))
	if alive := pat.AliveIn(r.Plan); len(alive) > 0 {
		a.say("tokens cannot be revoked: %s", pat.AliveWords(alive, s.issuer.Now(), time.Local))
	}
}

// carryOut carries a run out and prints what becomes of each row.
func (a *app) carryOut(ctx context.Context, s *session, run *pat.Run, view pat.RunView, o runOptions) error {
	var tally pat.Tally
	var failed error
	for step := range run.Steps(ctx) {
		tally.Add(step)
		view.Add(step)
		if unsaved, ok := errors.AsType[*pat.UnsavedError](step.Err); ok {
			_ = a.issueFailed(s, unsaved.Grant, step.Err) // shown now: nobody else holds it
		}
		if !a.json && failed == nil {
			failed = a.printStep(ctx, s, step, len(run.Plan), o.out)
		}
	}
	if a.json {
		failed = a.printJSON(a.env.Out, view)
	} else if tally.Left > 0 {
		a.say("stopped; %d of %d not sent", tally.Left, len(run.Plan))
	}
	switch {
	case failed != nil:
		return failed
	case tally.Exit != pat.ExitOK:
		return &exitError{tally.Exit}
	case ctx.Err() != nil && tally.Left > 0:
		return &exitError{signalled(ctx)}
	}
	return nil
}

// printStep prints what became of one row of a plan.
func (a *app) printStep(ctx context.Context, s *session, step pat.Step, of int, o outputOptions) error {
	switch step.State {
	case pat.StepSkipped:
		return nil
	case pat.StepOK:
		if of == 1 || o.format == "" || o.format == "json" {
			return a.handOver(ctx, s, step.Grant, o)
		}
		return a.printRow(s, step, o.format)
	default:
		a.say("%s:", step.Target())
		if _, shown := errors.AsType[*pat.UnsavedError](step.Err); !shown {
			explainTo(a.env.Err, explain(step.Err))
		}
		return nil
	}
}

// printRow prints one format of a token as one line with its user and app, so
// that the lines of several tell whose they are.
func (a *app) printRow(s *session, step pat.Step, format string) error {
	g := step.Grant
	sn, err := a.render(s, format, g.Token, g.Secrets)
	if err != nil {
		return err
	}
	for _, w := range append(g.Warnings, sn.Warnings...) {
		a.say("note: %s: %s", step.Target(), w)
	}
	text := strings.Join(strings.Fields(sn.Text.Reveal(secret.ForOutput)), " ")
	_, err = fmt.Fprintln(a.env.Out, tabbed(pat.UserOf(g.Token), pat.AppOf(g.Token), text))
	return err
}
