package cli

import (
	"github.com/spf13/cobra"

	"patdesk/pat"
)

func (a *app) verifyCmd() *cobra.Command {
	var reveal bool
	cmd := &cobra.Command{
		Use:   "verify ID",
		Short: "Ask ToolJet whether a token still opens its app",
		Long: `Exchange a token for a session, as the embed page does, and end that session again.
The answer is valid, expired, or no access. Each check leaves a trace on the server.`,
		Example: "  patdesk verify 12",
		Args:    exactly(1, "the number of a token"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, err := a.open(ctx, needServer)
			if err != nil {
				return err
			}
			defer s.close()
			t, err := a.find(ctx, s, args[0])
			if err != nil {
				return err
			}
			v, err := s.issuer.Verify(ctx, t.ID)
			for _, w := range v.Warnings {
				a.say("note: %s", w)
			}
			if v.Verdict == "" {
				return err
			}
			if a.json {
				view := pat.ViewOf(v.Token, s.issuer.Now())
				if reveal {
					sec, rerr := s.issuer.Reveal(ctx, t.ID)
					if rerr != nil {
						return rerr
					}
					if rerr := s.issuer.History.MarkRevealed(ctx, printed, t.ID); rerr != nil {
						return rerr
					}
					view = view.WithSecrets(sec)
				}
				if perr := a.printJSON(a.env.Out, view); perr != nil {
					return perr
				}
				return err
			}
			line(a.env.Out, "#%d %s: %s on %s, %s left", t.ID, v.Verdict, t.UserEmail, first(t.AppName, t.AppSlug, t.AppID), left(v.Token, s.issuer.Now()))
			if v.Drift != "" {
				line(a.env.Out, "changed since issue: %s", v.Drift)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&reveal, "reveal", false, "also token and url in the JSON")
	return cmd
}
