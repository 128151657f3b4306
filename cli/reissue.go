package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/span"
	"patdesk/ui/term"
)

type reissueOptions struct {
	listOptions
	life string
	out  outputOptions
}

func (a *app) reissueCmd() *cobra.Command {
	o := &reissueOptions{}
	cmd := &cobra.Command{
		Use:   "reissue ID... | --user U | --app A | --left '<1h'",
		Short: "Issue a new token for the pair of an earlier one",
		Long: `Issue new tokens with the settings of earlier ones. The earlier tokens are not ended by
it: ToolJet cannot revoke them. Tokens are named by number, or chosen by user, app or
time left; then only the newest token of each pair is re-issued.`,
		Example: "  patdesk reissue 12 13\n  patdesk reissue --user ana@example.com --left '<1h' --life 8h",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.reissue(cmd.Context(), args, o) },
	}
	cmd.Flags().StringVar(&o.user, "user", "", "tokens of this user (part of address or name)")
	cmd.Flags().StringVar(&o.app, "app", "", "tokens of this app (part of name or slug, or the id)")
	cmd.Flags().StringVar(&o.left, "left", "", "with less time left than this, as '<1h'")
	cmd.Flags().StringVar(&o.life, "life", "", "another life for the new tokens: 90m, 2h30m, 7d or a date")
	o.out.flags(cmd)
	return cmd
}

func (a *app) reissue(ctx context.Context, args []string, o *reissueOptions) error {
	s, err := a.open(ctx, needIssue)
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	if err := s.checkFormat(o.out.format); err != nil {
		return err
	}
	var life time.Duration
	if o.life != "" {
		now := s.issuer.Now().Local()
		if life, err = span.ParseLife(o.life, now); err != nil {
			return &pat.InvalidError{Field: pat.FieldLife, Reason: err.Error()}
		}
		if words := pat.LifeWords(o.life, now); words != "" {
			a.say("%s", words)
		}
	}
	tokens, err := a.chosen(ctx, s, args, o)
	if err != nil {
		return err
	}
	if len(tokens) == 1 && len(args) == 1 {
		g, err := s.issuer.Reissue(ctx, tokens[0].ID, life)
		if err != nil {
			return a.issueFailed(s, g, err)
		}
		return a.handOver(ctx, s, g, o.out)
	}
	if o.out.copy {
		return usage("--copy holds one thing; re-issue one token by its number")
	}
	return a.reissueAll(ctx, s, tokens, life, o.out)
}

// chosen are the tokens that the arguments or the flags name.
func (a *app) chosen(ctx context.Context, s *session, args []string, o *reissueOptions) ([]pat.Token, error) {
	filtered := o.user != "" || o.app != "" || o.left != ""
	if (len(args) > 0) == filtered {
		return nil, usage("name tokens by number, or choose them with --user, --app or --left")
	}
	var tokens []pat.Token
	for _, id := range args {
		t, err := a.find(ctx, s, id)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	if len(args) > 0 {
		return tokens, nil
	}
	f, err := o.filter(s.issuer.Settings.Profile)
	if err != nil {
		return nil, err
	}
	_, err = each(ctx, s, pat.Query{Filter: f, Sort: pat.SortLeft, Now: s.issuer.Now()}, 0, func(t pat.Token) error {
		// The newest token stands for its pair; what was rejected or lost was
		// never in use.
		if t.Outcome == pat.Issued && t.Newer == 0 {
			tokens = append(tokens, t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, &pat.Problem{ID: pat.IDNoSuchRow, Cause: "no issued token matches"}
	}
	if a.mayAsk() {
		yes, err := term.Confirm(ctx, a.env.In, a.env.Err, fmt.Sprintf("Re-issue %d token(s)? The earlier ones keep working.", len(tokens)))
		if err != nil || !yes {
			return nil, errors.Join(&pat.Problem{ID: pat.IDCanceled}, err)
		}
	}
	return tokens, nil
}

// reissueAll re-issues several tokens one after the other and ends with 6 if
// some were rejected, or with 7 if the outcome of some is unknown.
func (a *app) reissueAll(ctx context.Context, s *session, tokens []pat.Token, life time.Duration, o outputOptions) error {
	views := []pat.View{}
	code := pat.ExitOK
	for n, t := range tokens {
		if ctx.Err() != nil {
			a.say("stopped; %d of %d not tried", len(tokens)-n, len(tokens))
			code = worse(code, pat.ExitRejected)
			break
		}
		g, err := s.issuer.Reissue(ctx, t.ID, life)
		if unsaved, ok := errors.AsType[*pat.UnsavedError](err); ok {
			return a.issueFailed(s, unsaved.Grant, err)
		}
		v := pat.ViewOf(g.Token, s.issuer.Now())
		if err == nil && o.reveal {
			v = v.WithSecrets(g.Secrets)
		}
		if g.Token.ID != 0 {
			views = append(views, v)
		}
		if err == nil && !a.json {
			if err := a.handOver(ctx, s, g, o); err != nil {
				return err
			}
		}
		if err != nil {
			x := explain(err)
			if !a.json {
				a.say("#%d %s on %s:", t.ID, t.UserEmail, first(t.AppName, t.AppSlug, t.AppID))
				explainTo(a.env.Err, x)
			}
			code = worse(code, x.Exit)
			if x.Stop {
				a.say("stopped; %d of %d not tried", len(tokens)-n-1, len(tokens))
				break
			}
		}
	}
	if a.json {
		if err := a.printJSON(a.env.Out, views); err != nil {
			return err
		}
	}
	if code != pat.ExitOK {
		return &exitError{code}
	}
	return nil
}

// worse joins the exit codes of several requests: unknown wins over everything,
// then the first that was not ok.
func worse(have, next int) int {
	if next == pat.ExitUnknown || have == pat.ExitOK {
		return next
	}
	return have
}
