package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/ui/term"
)

func (a *app) copyCmd() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "copy ID",
		Short: "Copy a token's URL or snippet to the clipboard",
		Long: `Copy the embed URL of a token, or another format, to the clipboard. patdesk says which
of three things happened: copied and read back; sent but cannot be checked; failed, and
what to do. The clipboard is cleared later if it still holds what was copied.`,
		Example: "  patdesk copy 12 --as iframe",
		Args:    exactly(1, "the number of a token"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			s, err := a.open(ctx, needHistory)
			if err != nil {
				return err
			}
			defer s.close()
			if err := s.checkFormat(as); err != nil {
				return err
			}
			t, sec, err := a.reveal(ctx, s, args[0])
			if err != nil {
				return err
			}
			if why := pat.WhyAskToHandOut(t, s.issuer.Now()); why != "" {
				if err := a.confirm(ctx, pat.AsSentence(why)+" Copy it all the same?", "nothing was copied"); err != nil {
					return err
				}
			}
			return a.copyOut(ctx, s, t, sec, as)
		},
	}
	cmd.Flags().StringVar(&as, "as", "url", "what to copy: "+formatsHelp())
	return cmd
}

// copyOut copies one format of a token and tells truthfully what became of it.
func (a *app) copyOut(ctx context.Context, s *session, t pat.Token, sec pat.Secrets, format string) error {
	sn, err := a.render(s, format, t, sec)
	if err != nil {
		return err
	}
	clip := a.clipboard(s)
	res, err := clip.Copy(ctx, sn.Text)
	if err != nil {
		return err
	}
	if err := s.issuer.History.MarkCopied(ctx, t.ID, s.issuer.Now(), format); err != nil {
		a.say("note: that it was copied could not be recorded: %s", pat.Explain(err).Title)
	}
	a.sayNotes(s, t, sn.Warnings)
	// This process ends now: a child clears later what can be compared then.
	if clears, err := clip.SpawnClearer(); err != nil {
		a.say("note: it will not be cleared by itself: %s", err)
		res.ClearsAt = time.Time{}
	} else if !clears {
		res.ClearsAt = time.Time{}
	}
	a.say("%s", copiedWords(sn.Kind.Title, res))
	a.sayFraming(ctx, s, t, sn.Kind)
	if a.json {
		return a.printJSON(a.env.Out, map[string]any{"id": t.ID, "format": format, "backend": res.Backend, "certainty": string(res.Certainty), "file": res.File})
	}
	return nil
}

// copiedWords is the sentence for a copy and when it is cleared.
func copiedWords(what string, c term.Copied) string {
	s := c.Words(what)
	if c.Hint != "" {
		s += ". " + c.Hint
	}
	if !c.ClearsAt.IsZero() {
		s += fmt.Sprintf("; clears in %s", pat.Span(time.Until(c.ClearsAt).Round(time.Second)))
	}
	return s
}

// clearerCmd is the child that clears the clipboard after the command that
// copied has ended. It reads what to look for from stdin: never the secret.
func (a *app) clearerCmd() *cobra.Command {
	return &cobra.Command{
		Use: term.ClearerCommand, Hidden: true, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return term.RunClearer(cmd.Context(), a.env.In, a.env.Getenv)
		},
	}
}
