package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

type roleOptions struct {
	user, role, workspace string
	reissue               bool
	runOptions
}

func (a *app) roleCmd() *cobra.Command {
	o := &roleOptions{}
	cmd := &cobra.Command{
		Use:   "role EMAIL ROLE",
		Short: "Change a person's role and re-issue their tokens",
		Long: `Change the role of a person in a workspace (admin, builder or end-user), read it back,
and with --reissue ask for a new token for each app of the workspace that a live token of
theirs opens. The plan is shown first, with what stays alive, and a question is asked.
What comes after a failure is not sent; patdesk bulk resume goes on with it. Memberships
are never touched. The result is a receipt for a ticket, without a token.`,
		Example: `  patdesk role ana@example.com builder --workspace Sales --reissue
  patdesk role ana@example.com end-user --workspace Sales --dry-run`,
		Args: exactly(2, "a user and a role"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.user, o.role = args[0], args[1]
			return a.role(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.workspace, "workspace", "", "the workspace, by name or id; may be left out for members of one")
	cmd.Flags().BoolVar(&o.reissue, "reissue", false, "issue a new token for each pair that has a live one there")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show the plan and change nothing")
	o.fileFlag(cmd)
	return cmd
}

func (a *app) role(ctx context.Context, o *roleOptions) error {
	o.role = strings.ToLower(o.role)
	if !slices.Contains(pat.Roles(), o.role) {
		return usage("a role is one of %s", strings.Join(pat.Roles(), ", "))
	}
	s, err := a.open(ctx, o.need())
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	user, member, err := s.issuer.FindMember(ctx, o.user, o.workspace)
	if err != nil {
		return err
	}
	live, err := a.liveOf(ctx, s, user, member, o.reissue)
	if err != nil {
		return err
	}
	plan, err := s.issuer.PlanRole(ctx, user, member, o.role, live)
	if err != nil {
		return err
	}
	a.sayWaiting(ctx, s)
	run := pat.NewRun(pat.RunRole, plan)
	who := first(user.Email, user.ID)
	if len(plan) == 0 {
		a.say("%s is %s in %s already; nothing to do", who, o.role, member.Workspace)
		if a.json {
			return a.printJSON(a.env.Out, run.View(o.dryRun))
		}
		return nil
	}
	if power := pat.PowerOf(who, o.role, member.Workspace); power != "" && len(live) > 0 {
		a.say("note: %s", power)
	}
	return a.runPlan(ctx, s, run, pat.RoleQuestion(run), o.runOptions, a.reporterOf(a.receipt(s)))
}

// liveOf are the tokens of a person that --reissue means: the newest of each pair
// that has a live one in the workspace.
func (a *app) liveOf(ctx context.Context, s *session, u pat.User, m pat.Membership, wanted bool) ([]pat.Token, error) {
	if !wanted {
		return nil, nil
	}
	all, err := s.issuer.TokensOf(ctx, u, m)
	now := s.issuer.Now()
	live := slices.DeleteFunc(all, func(t pat.Token) bool { return !pat.Lives(t, now) })
	if err == nil && len(live) == 0 {
		a.say("no live token of %s for an app of %s is known", first(u.Email, u.ID), m.Workspace)
	}
	return live, err
}

// receipt is the report of a change of a role.
func (a *app) receipt(s *session) reporter {
	return func(w io.Writer) runReport { return &receiptReport{a, s, w} }
}

// questionOf is what is asked before a run is taken up again.
func questionOf(run *pat.Run) string {
	if run.Kind == pat.RunRole {
		return pat.RoleQuestion(run)
	}
	return fmt.Sprintf("Issue %s?", pat.Plural(len(run.Plan), "token"))
}
