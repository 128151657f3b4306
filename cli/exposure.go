package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/paste"
	"patdesk/pat"
)

func (a *app) exposureCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "exposure [USER]",
		Short: "Show what still opens for whom, and until when",
		Long: `Show for each person with live tokens, or for one, until when something of theirs opens, in
the worst case while the unit of patExpiry is not proven, and what the holder of it gets:
session (what an end user may open), builder or admin (to act as them in the workspace), or
nothing (archived in ToolJet, or nothing alive). Tokens cannot be revoked: archiving a person
in ToolJet is the only stop. Where the server cannot be asked, its last lists are used.
--json prints an array with one object a person.`,
		Example: "  patdesk exposure\n  patdesk exposure ana@example.com --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			who := ""
			if len(args) == 1 {
				who = args[0]
			}
			return a.exposure(cmd.Context(), who)
		},
	}
}

func (a *app) exposure(ctx context.Context, who string) error {
	s, err := a.open(ctx, needLook)
	if err != nil {
		return err
	}
	defer s.close()
	who = paste.User(who)
	lists, err := s.issuer.Lists(ctx, true)
	if err != nil {
		last, lerr := s.issuer.LastLists(ctx)
		if lerr != nil || last.Loaded().IsZero() || ctx.Err() != nil {
			return err
		}
		a.say("the server cannot be asked (%s); roles are those of %s", pat.Explain(err).Title, last.Loaded().Local().Format("2006-01-02 15:04"))
		lists = last
	}
	list, err := s.issuer.Exposures(ctx, lists, who)
	if err != nil {
		return err
	}
	if a.json {
		views := make([]pat.ExposureView, len(list))
		for n, e := range list {
			views[n] = pat.ExposureViewOf(e)
		}
		return a.printJSON(a.env.Out, views)
	}
	if who != "" {
		return a.printExposure(s, list[0])
	}
	return a.printExposures(list)
}

// printExposures prints one line a person.
func (a *app) printExposures(list []pat.Exposure) error {
	if len(list) == 0 {
		a.say("nothing that patdesk issued works any more")
		return nil
	}
	rows := a.newTable([]column{{"USER", 40}, {"LIVE", 6}, {"OLDER", 6}, {"UNTIL", 20}, {"UNIT", 10}, {"WORTH", 8}})
	for _, e := range list {
		rows.row(e.Name(), fmt.Sprint(e.Tokens), fmt.Sprint(e.Older), e.Until.UTC().Format(time.RFC3339), provenWord(e.Proven), e.Worth.Word())
	}
	return rows.end()
}

func provenWord(proven bool) string {
	if proven {
		return "proven"
	}
	return "not proven"
}

// printExposure prints the sentence about a person, then each token.
func (a *app) printExposure(s *session, e pat.Exposure) error {
	line(a.env.Out, "%s", pat.AsSentence(e.Words(s.issuer.Now(), a.zone())))
	if stop := e.Stop(); stop != "" {
		a.say("%s", pat.AsSentence(stop))
	}
	if len(e.Alive) == 0 {
		return nil
	}
	rows := a.newTable([]column{{"TOKEN", 9}, {"APP", 32}, {"STATE", 8}, {"UNTIL", 20}, {"UNIT", 10}, {"LAST ASKED", 40}})
	for _, t := range e.Alive {
		rows.row(fmt.Sprint(t.ID), pat.AppOf(t), t.State(s.issuer.Now()).Word(), pat.EndOf(t).Latest.UTC().Format(time.RFC3339), provenWord(t.UnitProven), pat.AskedWords(t, s.issuer.Now(), a.zone()))
	}
	return rows.end()
}
