package cli

import (
	"github.com/spf13/cobra"

	"patdesk/pat"
)

// sealKeyCmd is the way out when the key that seals tokens is lost.
func (a *app) sealKeyCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "seal-key",
		Short:   "Go on when the key that seals tokens is lost",
		Example: "  patdesk seal-key accept",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "accept",
		Short: "Seal new tokens with the key that is here, or a new one",
		Long: `Go on with the key that is here, or with a new one if there is none, although tokens in the history are
sealed with another. Those tokens stay listed. They can be opened again once the file of their key is back.`,
		Example: "  patdesk seal-key accept",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			s, err := a.open(ctx, needHistory)
			if err != nil {
				return err
			}
			defer s.close()
			key, place, err := a.keyStore(s).LoadAnother(ctx)
			if err != nil {
				return err
			}
			if err := s.issuer.History.AcceptKey(ctx, key); err != nil {
				return &pat.Problem{ID: pat.IDHistoryUnwritable, Cause: err.Error(), Err: err}
			}
			a.say("New tokens are sealed with the key %s (%s: %s).", key.ID(), place.Kind, place.Path)
			return nil
		},
	})
	return cmd
}
