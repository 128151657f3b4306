package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"patdesk/history"
	"patdesk/history/postgres"
	"patdesk/literal"
	"patdesk/paste"
	"patdesk/pat"
	"patdesk/pattern"
)

// historyCmd is about the history as a whole.
func (a *app) historyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "history",
		Short:   "Move the history into a database that several hosts share",
		Example: "  patdesk history copy --to postgres://desk@db.example.com/patdesk",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.historyCopyCmd())
	return cmd
}

// copyView is what was copied as the command line prints it in JSON. Its names are fixed:
// scripts rely on them.
type copyView struct {
	To     string `json:"to"`
	Tokens int64  `json:"tokens"`
	Events int64  `json:"events"`
	Before bool   `json:"before"` // all of it was there already
}

func (a *app) historyCopyCmd() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "copy",
		Short: "Copy the history of this computer into a database, and go on there",
		Long: `Copy the history of this computer into the empty tables that "patdesk team migrate" made: each row with its
number, its request id and its sealed token as it is, in one commit. From then on the file can be read only.
The key that seals tokens is not copied: each host needs the same, by seal_key_command or a copy of its file.
Nothing is copied while another patdesk works with the history. It can be done again: what is there already
is left as it is.`,
		Example: "  patdesk history copy --to postgres://desk@db.example.com/patdesk",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, err := a.copyHistory(cmd.Context(), to)
			switch {
			case err != nil:
				return err
			case a.json:
				return a.printJSON(a.env.Out, v)
			}
			did := "Copied"
			if v.Before {
				did = "Already there:"
			}
			a.say("%s %s and %s. The file can be read only from now on.", did, pat.Plural(int(v.Tokens), "row"), pat.Plural(int(v.Events), "event"))
			a.say("Go on there, on each host: patdesk config set history %s", urlWord(v.To))
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "`URL` of the database, as the setting history has it")
	_ = cmd.MarkFlagRequired("to") // it was just added
	return cmd
}

func (a *app) copyHistory(ctx context.Context, to string) (copyView, error) {
	to = paste.Trim(to)
	v := copyView{To: to}
	if err := postgres.CheckURL(to); err != nil {
		return v, usage("--to: %s", err)
	}
	s, err := a.openConfig(needConfig)
	if err != nil {
		return v, err
	}
	store, err := history.Open(ctx, a.historyOptions(s, needSeal))
	if err != nil {
		return v, err
	}
	defer func() { _ = store.Close() }() // all it did is committed or failed by then
	password := a.historyPassword(s.config)
	err = store.LeaveFor(ctx, to, func(ctx context.Context, c history.Contents) error {
		done, err := postgres.Adopt(ctx, to, password, c)
		v.Tokens, v.Events, v.Before = done.Entries, done.Events, done.Before
		return err
	})
	if e, ok := errors.AsType[*history.Error](err); ok && e.Kind == history.Schema {
		e.Fix += " --as " + urlWord(to) // which is not yet the setting history
	}
	if errors.Is(err, postgres.ErrOccupied) {
		return v, &pat.Problem{ID: pat.IDHistoryOccupied, Cause: err.Error(), Err: err}
	}
	return v, err
}

// urlWord is the URL of a history as a word of a shell.
func urlWord(raw string) string {
	if plainURL.MatchString(raw) {
		return raw
	}
	return literal.Shell(raw)
}

// plainURL is a URL in which a shell finds nothing to do: no parameter, no space.
var plainURL = pattern.New(`^[A-Za-z0-9:/@._%-]+$`)
