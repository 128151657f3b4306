package cli

import (
	"github.com/spf13/cobra"

	"patdesk/pat"
)

// console runs patdesk without a command.
func (a *app) console(cmd *cobra.Command, _ []string) error {
	if a.demo {
		return a.tour(cmd.Context())
	}
	return &pat.Problem{ID: "usage", Cause: "patdesk wants a command", Next: "Run: patdesk help, or try it with: patdesk --demo"}
}
