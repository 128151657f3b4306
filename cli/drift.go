package cli

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

func (a *app) driftCmd() *cobra.Command {
	var fix bool
	var o runOptions
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Compare live tokens with what the server says now",
		Long: `Compare every live token with what the server says now: roles, people and memberships that
were archived, apps that are gone or have another slug, access, the server's address, the unit
of patExpiry. The lists are read once for all of them, and where the server tells who may open
an app, one list for each app with live tokens. What differs is recorded, and taken back when
the server agrees again. --fix asks for new tokens where a new token helps: the plan is shown
first. The exit code is 0 whether something was found or not.`,
		Example: "  patdesk drift\n  patdesk drift --fix --dry-run",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.drift(cmd.Context(), fix, o) },
	}
	cmd.Flags().BoolVar(&fix, "fix", false, "re-issue where a new token helps")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "with --fix: show the plan and send nothing")
	o.out.flags(cmd)
	return cmd
}

func (a *app) drift(ctx context.Context, fix bool, o runOptions) error {
	if o.dryRun && !fix {
		return usage("--dry-run goes with --fix")
	}
	n := needLook
	if fix {
		n = o.need()
	}
	s, err := a.open(ctx, n)
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	report, err := s.issuer.CompareDrift(ctx, true)
	heard := pat.Unrecorded(err)
	if err != nil && (heard == nil || fix && !o.dryRun) {
		return err
	}
	var found []pat.Token
	if err := s.issuer.Found(ctx, report, func(t pat.Token) error { found = append(found, t); return nil }); err != nil {
		return err
	}
	if fix {
		return a.fixDrift(ctx, s, found, o)
	}
	if a.json {
		views := make([]pat.DriftView, len(found))
		for n, t := range found {
			views[n] = pat.DriftViewOf(t)
		}
		return cmp.Or(a.printJSON(a.env.Out, views), err)
	}
	if err := a.printDrift(found); err != nil {
		return err
	}
	a.sayDrift(report)
	return err
}

func (a *app) printDrift(found []pat.Token) error {
	if len(found) == 0 {
		return nil
	}
	rows := a.newTable([]column{{"TOKEN", 9}, {"USER", 36}, {"APP", 28}, {"KIND", 10}, {"REASON", 60}, {"MEANS", 66}, {"HELPS", 10}})
	for _, t := range found {
		v, helps := pat.DriftViewOf(t), ""
		if v.Kind.Reissue() {
			helps = fmt.Sprintf("reissue %d", t.ID)
		}
		rows.row(fmt.Sprint(v.Token), v.User, v.App, string(v.Kind), v.Reason, v.Kind.Means(), helps)
	}
	return rows.end()
}

// sayDrift tells what was compared, and what could not be.
func (a *app) sayDrift(r pat.DriftReport) {
	a.say("%s", r.Words())
}

// fixDrift re-issues the newest tokens that drift in a way that a new token mends,
// and compares again.
func (a *app) fixDrift(ctx context.Context, s *session, found []pat.Token, o runOptions) error {
	if err := s.checkFormat(o.out.format); err != nil {
		return err
	}
	var tokens []pat.Token
	for _, t := range found {
		if t.Newer == 0 && pat.DriftKindOf(t).Reissue() {
			tokens = append(tokens, t)
		}
	}
	plan, err := s.issuer.PlanReissue(ctx, tokens, 0)
	if err != nil {
		return err
	}
	if len(plan) == 0 {
		if a.json {
			return a.printJSON(a.env.Out, pat.NewRun(pat.RunReissue, nil).View(o.dryRun))
		}
		if err := a.printDrift(found); err != nil {
			return err
		}
		a.say("no new token is needed")
		return nil
	}
	ran := a.reissueAll(ctx, s, plan, o)
	if !o.dryRun {
		_, _ = s.issuer.CompareDrift(ctx, false) // what a new token mends is over; the run is what counts
	}
	return ran
}
