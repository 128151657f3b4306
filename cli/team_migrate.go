package cli

import (
	"context"

	"github.com/spf13/cobra"

	"patdesk/history/postgres"
	"patdesk/pat"
)

// migrateView is what became of the tables as the command line prints it in JSON. Its
// names are fixed: scripts rely on them.
type migrateView struct {
	Before int    `json:"before"`
	After  int    `json:"after"`
	Role   string `json:"role"`
}

func (a *app) teamMigrateCmd() *cobra.Command {
	var owner, role string
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Make the tables of a shared history, or bring them to this version",
		Long: `Make the tables of a history in a PostgreSQL database, or bring them to the version of this program. It runs
as the owner of the tables: with --as, where that is another role than the one of the setting history, which
then gets the right to use the tables, and no more: it can change or delete no event and no row.
The password comes from where history_password says; PATDESK_HISTORY_PASSWORD with history_password = "env".`,
		Example: "  patdesk team migrate\n  patdesk team migrate --as postgres://owner@db.example.com/patdesk --role desk",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, err := a.migrateHistory(cmd.Context(), owner, role)
			switch {
			case err != nil:
				return err
			case a.json:
				return a.printJSON(a.env.Out, v)
			case v.Before == v.After:
				a.say("The tables have the version of this program already (%d).", v.After)
			default:
				a.say("The tables went from version %d to %d.", v.Before, v.After)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&owner, "as", "", "`URL` with the owner of the tables; by default that of the setting history")
	cmd.Flags().StringVar(&role, "role", "", "role that may use the tables; by default the one of the setting history, if it is not the owner")
	return cmd
}

func (a *app) migrateHistory(ctx context.Context, owner, role string) (v migrateView, err error) {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return v, err
	}
	if owner == "" {
		owner = s.config.History
	}
	if owner == "" {
		return v, &pat.Problem{ID: pat.IDUsage, Cause: "no database is named", Next: "Name it with --as, or: patdesk config set history postgres://desk@db.example.com/patdesk"}
	}
	if err := postgres.CheckURL(owner); err != nil {
		return v, usage("the URL of the database: %s", err)
	}
	if role == "" {
		role = postgres.RoleOf(s.config.History, owner)
	}
	v.Role = role
	v.Before, v.After, err = postgres.Migrate(ctx, owner, a.historyPassword(s.config), role)
	return v, err
}
