package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

func (a *app) handoverCmd() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "handover [ID done]",
		Short: "List the places that still hold an older snippet",
		Long: `List the places, by the notes of their tokens, whose token was re-issued since: they hold the
older snippet until somebody pastes the new one. "handover ID done" ticks one off, which
is an event of the new token. A place whose token is re-issued once more waits for the newest.
--all lists the places that were ticked off, too.`,
		Example: "  patdesk handover\n  patdesk handover 3 done",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) == 2 && args[1] == "done" {
				return nil
			}
			return usage("handover lists them; handover ID done ticks one off")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && len(args) > 0 {
				return usage("--all goes with the list")
			}
			s, err := a.open(cmd.Context(), needHistory)
			if err != nil {
				return err
			}
			defer s.close()
			if len(args) > 0 {
				return a.handoverDone(cmd.Context(), s, args[0])
			}
			return a.handovers(cmd.Context(), s, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list those that were ticked off, too")
	return cmd
}

func (a *app) handoverDone(ctx context.Context, s *session, arg string) error {
	id, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil || id < 1 {
		return usage("a hand-over is named by its number, as in patdesk handover")
	}
	return s.issuer.FinishHandover(ctx, id)
}

func (a *app) handovers(ctx context.Context, s *session, all bool) error {
	read := s.issuer.Handovers
	if all {
		read = s.issuer.AllHandovers
	}
	list, err := read(ctx)
	if err != nil {
		return err
	}
	if a.json {
		views := make([]pat.HandoverView, len(list))
		for n, h := range list {
			views[n] = pat.HandoverViewOf(h)
		}
		return a.printJSON(a.env.Out, views)
	}
	if len(list) == 0 {
		a.say("every place holds its newest snippet, as far as notes say")
		return nil
	}
	rows := a.newTable([]column{{"ID", 6}, {"PLACE", 48}, {"USER", 36}, {"APP", 28}, {"TOKEN", 9}, {"OLD", 9}, {"SINCE", 16}, {"DONE", 16}})
	for _, h := range list {
		v := pat.HandoverViewOf(h)
		done := "-"
		if !h.Done.IsZero() {
			done = h.Done.Local().Format("2006-01-02 15:04")
		}
		rows.row(fmt.Sprint(v.ID), v.Note, v.User, v.App, fmt.Sprint(v.Token), fmt.Sprint(v.Old), h.Since.Local().Format("2006-01-02 15:04"), done)
	}
	return rows.end()
}
