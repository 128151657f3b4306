package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

func (a *app) nextCmd() *cobra.Command {
	var short bool
	cmd := &cobra.Command{
		Use:   "next",
		Short: "Show the token that ends next",
		Long: `Show the token that ends next, by its documented end. --short is for prompts: a name and
a time, or nothing when no token is left.`,
		Example: "  patdesk next\n  patdesk next --short",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.next(cmd.Context(), short) },
	}
	cmd.Flags().BoolVar(&short, "short", false, "a name and a time, for prompts")
	return cmd
}

func (a *app) next(ctx context.Context, short bool) error {
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	now := s.issuer.Now()
	var found *pat.Token
	_, err = each(ctx, s, coming(s, now), 1, func(t pat.Token) error {
		found = &t
		return nil
	})
	switch {
	case err != nil:
		return err
	case a.json && found == nil:
		return a.printJSON(a.env.Out, nil)
	case a.json:
		return a.printJSON(a.env.Out, pat.ViewOf(*found, now))
	case found == nil && short:
		return nil
	case found == nil:
		a.say("no token is left that could end")
		return nil
	case short:
		line(a.env.Out, "%s", pat.ShortNext(*found, now))
		return nil
	}
	line(a.env.Out, "#%d %s on %s ends in %s, at %s", found.ID, first(found.UserEmail, found.UserID), first(found.AppName, found.AppSlug, found.AppID),
		pat.Span(found.Left(now).Truncate(time.Second)), clockTime(found.Expires))
	return nil
}

// coming are the tokens whose end is to come, what ends next first.
func coming(s *session, now time.Time) pat.Query {
	return pat.Query{Filter: pat.Filter{Server: s.issuer.Server(), State: pat.Coming()}, Sort: pat.SortLeft, Now: now}
}

func (a *app) dueCmd() *cobra.Command {
	var left string
	cmd := &cobra.Command{
		Use:   "due",
		Short: "List the tokens that need a new one soon",
		Long: `List the tokens that have at most a share of their life, or a time, left by their
documented end, and for which there is no newer one. It exits 0 when something is due
and 1 when nothing is.`,
		Example: "  patdesk due\n  patdesk due --left 2h && mail -s 'tokens end' ops@example.com",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.due(cmd.Context(), left) },
	}
	cmd.Flags().StringVar(&left, "left", "25%", "with at most this much left: a share of the life as 25%, or a time as 2h")
	return cmd
}

// exitNothing is how due ends when nothing is due.
const exitNothing = 1

func (a *app) due(ctx context.Context, left string) error {
	threshold, err := pat.ParseThreshold(left)
	if err != nil {
		return usage("--left %s", err)
	}
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	now := s.issuer.Now()
	var tokens []pat.Token
	_, err = each(ctx, s, coming(s, now), 0, func(t pat.Token) error {
		if threshold.Due(t, now) {
			tokens = append(tokens, t)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.printDue(tokens, now); err != nil {
		return err
	}
	if len(tokens) == 0 {
		return &exitError{exitNothing}
	}
	return nil
}

func (a *app) printDue(tokens []pat.Token, now time.Time) error {
	if a.json {
		views := make([]pat.View, len(tokens))
		for i, t := range tokens {
			views[i] = pat.ViewOf(t, now)
		}
		return a.printJSON(a.env.Out, views)
	}
	if len(tokens) == 0 {
		a.say("nothing is due")
		return nil
	}
	rows := a.newTable([]column{{"ID", 9}, {"LEFT", 14}, {"USER", 36}, {"APP", 28}, {"ENDS", 24}})
	for _, t := range tokens {
		rows.row(fmt.Sprint(t.ID), pat.Span(t.Left(now).Truncate(time.Second)), first(t.UserEmail, t.UserID), first(t.AppName, t.AppSlug, t.AppID), clockTime(t.Expires))
	}
	return rows.end()
}
