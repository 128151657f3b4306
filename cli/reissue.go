package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/span"
)

type reissueOptions struct {
	listOptions
	life  string
	match bool
	runOptions
}

func (a *app) reissueCmd() *cobra.Command {
	o := &reissueOptions{}
	cmd := &cobra.Command{
		Use:   "reissue ID... | --user U | --app A | --left '<1h'",
		Short: "Issue a new token for the pair of an earlier one",
		Long: `Issue new tokens with the settings of earlier ones. The earlier tokens are not ended by
it: ToolJet cannot revoke them. Tokens are named by number, or chosen by user, app or
time left; then only the newest token of each pair is re-issued. User and app must be
the whole address, name, slug or id, unless --match is given. Before several are asked
for, the plan is shown, with what stays alive, and a question is asked. Their result goes
into the file of --out as CSV, tokens masked unless --reveal is given.`,
		Example: "  patdesk reissue 12 13\n  patdesk reissue --user ana@example.com --left '<1h' --life 8h --dry-run",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.reissue(cmd.Context(), args, o) },
	}
	cmd.Flags().StringVar(&o.user, "user", "", "tokens of this user (address, name or id)")
	cmd.Flags().StringVar(&o.app, "app", "", "tokens of this app (name, slug or id)")
	cmd.Flags().StringVar(&o.left, "left", "", "with less time left than this, as '<1h'")
	cmd.Flags().StringVar(&o.life, "life", "", "another life for the new tokens: 90m, 2h30m, 7d or a date")
	cmd.Flags().BoolVar(&o.match, "match", false, "take --user and --app as parts of the words")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show the plan and send nothing")
	o.out.flags(cmd)
	o.rateFlag(cmd)
	o.fileFlag(cmd)
	return cmd
}

func (a *app) reissue(ctx context.Context, args []string, o *reissueOptions) error {
	s, err := a.open(ctx, o.need())
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
	plan, err := s.issuer.PlanReissue(ctx, tokens, life)
	if err != nil {
		return err
	}
	if len(args) == 1 && !o.dryRun {
		if o.file != "" {
			return usage("--out takes the result of several; write one token with -o and a redirection")
		}
		return a.reissueOne(ctx, s, plan[0], o.out)
	}
	switch {
	case o.out.copy:
		return usage("--copy holds one thing; re-issue one token by its number")
	case o.out.reveal && a.json:
		return usage("--json of several holds no secrets; use -o url or another format")
	}
	return a.reissueAll(ctx, s, plan, o.runOptions)
}

// reissueAll shows the plan of several, asks, and carries it out.
func (a *app) reissueAll(ctx context.Context, s *session, plan []pat.Task, o runOptions) error {
	a.sayWaiting(ctx, s)
	return a.runPlan(ctx, s, pat.NewRun(pat.RunReissue, plan), fmt.Sprintf("Re-issue %s?", pat.Plural(len(plan), "token")), o, a.reporterOf(func(w io.Writer) runReport {
		if o.file != "" {
			return &csvReport{a: a, s: s, w: csv.NewWriter(w), reveal: o.out.reveal}
		}
		return &textReport{a, s, len(plan), o.out}
	}))
}

// reissueOne re-issues the one token that was named by its number.
func (a *app) reissueOne(ctx context.Context, s *session, task pat.Task, o outputOptions) error {
	if len(task.Alive) > 0 {
		a.say("stays alive: %s; it cannot be revoked", pat.AliveWords(task.Alive, s.issuer.Now(), a.zone()))
	}
	if err := a.foresee(ctx, s, task.User); err != nil {
		return err
	}
	if err := a.guard(ctx, s, task.User); err != nil {
		return err
	}
	g, err := task.Do(ctx)
	if err != nil {
		return a.issueFailed(s, g, err)
	}
	return a.handOver(ctx, s, g, o)
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
	f, err := o.filter(s.issuer.Server())
	if err != nil {
		return nil, err
	}
	inPart := 0
	_, err = each(ctx, s, pat.Query{Filter: f, Sort: pat.SortLeft, Now: s.issuer.Now()}, 0, func(t pat.Token) error {
		// The newest token stands for its pair; what was rejected or lost was
		// never in use.
		if t.Outcome != pat.Issued || t.Newer != 0 || t.IsProof() {
			return nil
		}
		if !o.wanted(t) {
			inPart++
			return nil
		}
		tokens = append(tokens, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch {
	case len(tokens) > 0:
	case inPart > 0:
		return nil, &pat.Problem{ID: pat.IDNoSuchRow, Cause: fmt.Sprintf("no issued token matches to the letter, %d in part", inPart), Next: "Add --match to take parts of the words, and --dry-run to see which"}
	default:
		return nil, &pat.Problem{ID: pat.IDNoSuchRow, Cause: "no issued token matches"}
	}
	return tokens, nil
}

// wanted reports whether a token is one that --user and --app mean: to the letter
// in any case, unless parts will do.
func (o *reissueOptions) wanted(t pat.Token) bool {
	is := func(word string, of ...string) bool {
		return word == "" || o.match || slices.ContainsFunc(of, func(s string) bool { return strings.EqualFold(s, word) })
	}
	return is(o.user, t.UserEmail, t.UserName, t.UserID) && is(o.app, t.AppID, t.AppSlug, t.AppName)
}
