package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

// runOptions are the flags of commands that do several things one after the other.
type runOptions struct {
	dryRun bool
	rate   string
	file   string // where the result is written, "" = stdout
	out    outputOptions
}

// need is what the command opens: a plan that is only shown changes nothing.
func (o *runOptions) need() need {
	if o.dryRun {
		return needLook
	}
	return needIssue
}

// rateFlag is the flag of a run's pace.
func (o *runOptions) rateFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.rate, "rate", "", "how many requests a second (2/s) or a minute (10/m) at most; default 2/s, slower once the server asks for it")
}

// fileFlag is the flag of a run's result.
func (o *runOptions) fileFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.file, "out", "", "write the result into this new file (0600)")
}

// pace is the pace that was asked for.
func (o *runOptions) pace() (*pat.Pace, error) {
	if o.rate == "" {
		return pat.NewPace(0), nil
	}
	number, unit, _ := strings.Cut(o.rate, "/")
	n, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || n <= 0 || n > 1000:
	case unit == "s" || unit == "":
		return pat.NewPace(n), nil
	case unit == "m":
		return pat.NewPace(n / 60), nil
	}
	return nil, usage("--rate is a number of requests a second or a minute, as 2/s or 10/m")
}

// runPlan shows a plan, asks, and carries it out row by row. question is what is
// asked off production.
func (a *app) runPlan(ctx context.Context, s *session, run *pat.Run, question string, o runOptions, made reporter) error {
	pace, err := o.pace()
	if err != nil {
		return err
	}
	run.Pace, run.Watch, run.Graced = pace, a.sayWait, true
	if o.dryRun {
		if a.json || o.out.format == "json" {
			return a.printJSON(a.env.Out, run.View(true))
		}
		return a.printPlan(s, run)
	}
	if !a.json && !a.quiet {
		if err := a.sayRun(s, run); err != nil {
			return err
		}
	}
	if err := a.mayRun(ctx, s, run, question); err != nil {
		return err
	}
	if o.file == "" {
		return a.carryOut(ctx, s, run, made(a.env.Out))
	}
	f, err := openNew(o.file)
	if err != nil {
		return err
	}
	err = a.carryOut(ctx, s, run, made(f)) // what was issued is kept, whatever came after it
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return unwritten(err)
	}
	return err
}

// sayWaiting tells before a new plan that an earlier one was cut off: what it left may be
// the very thing that is asked for. A history that cannot be read tells of itself elsewhere.
func (a *app) sayWaiting(ctx context.Context, s *session) {
	if runs, err := s.issuer.Waiting(ctx); err == nil && len(runs) > 0 {
		a.say("note: %s; see patdesk bulk runs", pat.WaitingWords(len(runs)))
	}
}

// mayRun asks before a plan is carried out: on production for a name, elsewhere
// for a yes.
func (a *app) mayRun(ctx context.Context, s *session, run *pat.Run, question string) error {
	if s.profile == nil || !s.profile.Production {
		return a.confirm(ctx, question, notSent)
	}
	return a.guardName(ctx, s, run.NameToType(s.profile.Name))
}

// planColumns are the columns of a plan.
func planColumns() []column {
	return []column{{"USER", 36}, {"APP", 28}, {"LIFE", 8}, {"STAYS ALIVE", 48}}
}

func (a *app) planCells(t pat.Task, now time.Time) []string {
	if t.Action != pat.ActIssue {
		return []string{t.User, t.Words(), "-", "-"}
	}
	return []string{t.User, t.App, pat.Span(t.Life), pat.AliveWords(t.Alive, now, a.zone())}
}

// printPlan prints a plan on stdout, because it was asked for.
func (a *app) printPlan(s *session, r *pat.Run) error {
	rows := a.newTable(planColumns())
	for _, t := range r.Plan {
		rows.row(a.planCells(t, s.issuer.Now())...)
	}
	if err := rows.end(); err != nil {
		return err
	}
	a.sayRunSums(s, r)
	a.say("nothing was sent")
	return nil
}

// mostShown is how many rows of a plan are shown before the question: what is above
// them must not scroll away.
const mostShown = 40

// sayRun shows a plan before the question.
func (a *app) sayRun(s *session, r *pat.Run) error {
	rows := newTable(a.env.Err, true, planColumns())
	for _, t := range r.Plan[:min(len(r.Plan), mostShown)] {
		rows.row(a.planCells(t, s.issuer.Now())...)
	}
	if err := rows.end(); err != nil {
		return err
	}
	if more := len(r.Plan) - mostShown; more > 0 {
		a.say("and %d more; --dry-run shows all", more)
	}
	a.sayRunSums(s, r)
	return nil
}

// sayRunSums tells what a plan comes to.
func (a *app) sayRunSums(s *session, r *pat.Run) {
	sums := fmt.Sprintf("%s, about %s", pat.Plural(len(r.Plan), "request"), pat.Span(r.Pace.About(len(r.Plan))))
	if r.Issues() > 0 {
		sums += "; patExpiry in " + pat.UnitWords(s.issuer.Unit())
	}
	a.say("%s", sums)
	if pairs := pat.PairsAlive(r.Plan); pairs > 0 {
		a.say("%s with live tokens, which cannot be revoked: %s", pat.Plural(pairs, "pair"), pat.AliveWords(pat.AliveIn(r.Plan), s.issuer.Now(), a.zone()))
	}
}

// carryOut writes a run down, carries it out and reports what becomes of each row.
func (a *app) carryOut(ctx context.Context, s *session, run *pat.Run, made runReport) error {
	if err := s.issuer.Record(ctx, run); err != nil {
		return err
	}
	var tally pat.Tally
	var failed, last error
	view, steps, told := run.View(false), []pat.Step{}, a.newProgress(len(run.Plan))
	for step := range run.Steps(ctx) {
		tally.Add(step)
		view.Add(step)
		steps = append(steps, step)
		if step.Err != nil {
			last = step.Err
		}
		told.clear()
		if failed == nil {
			failed = made.step(ctx, step)
		}
		told.show(tally, run.Pace)
	}
	told.clear()
	if failed == nil {
		failed = made.end(run, view, steps)
	}
	if tally.Left > 0 {
		a.say("stopped; %d of %d not sent; to go on: patdesk bulk resume %s", tally.Left, len(run.Plan), run.ID)
	}
	switch {
	case failed != nil:
		return failed
	case ctx.Err() != nil && tally.Exit != pat.ExitUnknown && (tally.Left > 0 || pat.IsGone(last)):
		return &exitError{signalled(ctx)}
	case tally.Exit != pat.ExitOK:
		return &exitError{tally.Exit}
	}
	return nil
}
