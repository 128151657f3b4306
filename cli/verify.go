package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

func (a *app) verifyCmd() *cobra.Command {
	var reveal bool
	cmd := &cobra.Command{
		Use:   "verify ID",
		Short: "Ask ToolJet whether a token still opens its app",
		Long: `Exchange a token for a session, as the embed page does, and end that session again.
The answer is valid, ended, refused (before its documented end), no access, or
archived. Each check leaves a trace on the server.`,
		Example: "  patdesk verify 12",
		Args:    exactly(1, "the number of a token"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, err := a.open(ctx, needLook)
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
			if a.json && v.Token.ID != 0 {
				if perr := a.printVerified(ctx, s, v, reveal); perr != nil {
					return perr
				}
				return err
			}
			if v.Verdict == "" {
				return err
			}
			said := fmt.Sprintf("#%d %s: %s on %s", t.ID, strings.ReplaceAll(v.Word(s.issuer.Now()), "_", " "), first(t.UserEmail, t.UserID), first(t.AppName, t.AppSlug, t.AppID))
			if v.Verdict == pat.Valid { // what is refused has no time left, whatever the unit allows
				said += ", " + left(v.Token, s.issuer.Now()) + " left"
			}
			line(a.env.Out, "%s", said)
			if v.SessionUser != "" {
				line(a.env.Out, "ToolJet opened a session for %s on the app %s; it was ended again", v.SessionUser, first(v.SessionApp, t.AppID))
			}
			if v.Drift != "" {
				line(a.env.Out, "changed since issue: %s", v.Drift)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&reveal, "reveal", false, "also token and url in the JSON")
	return cmd
}

// verifiedView is a token with what ToolJet said of it.
type verifiedView struct {
	pat.View
	Verdict string     `json:"verdict"`
	AskedAt *time.Time `json:"asked_at"`
}

// printVerified prints the token with the verdict, also where there is none.
func (a *app) printVerified(ctx context.Context, s *session, v pat.Verification, reveal bool) error {
	view := verifiedView{View: pat.ViewOf(v.Token, s.issuer.Now()), Verdict: v.Word(s.issuer.Now())}
	if !v.AskedAt.IsZero() {
		at := v.AskedAt.UTC().Truncate(time.Second)
		view.AskedAt = &at
	}
	if reveal {
		sec, err := s.issuer.Reveal(ctx, v.Token.ID)
		if err != nil {
			return err
		}
		if err := s.issuer.History.MarkRevealed(ctx, printed, v.Token.ID); err != nil {
			return err
		}
		view.View = view.WithSecrets(sec)
	}
	return a.printJSON(a.env.Out, view)
}
