package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
)

func (a *app) profileCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "profile", Short: "Manage the ToolJet servers patdesk knows",
		Example: "  patdesk profile add acme --url https://tooljet.example.com\n  patdesk profile list",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noArgs(cmd, args)
			}
			return usage("profile wants one of: add, list, use, remove, test")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(a.profileAddCmd(), a.profileListCmd(), a.profileUseCmd(), a.profileRemoveCmd(), a.profileTestCmd())
	return cmd
}

// profileView is a profile as --json prints it.
type profileView struct {
	Name       string `json:"name"`
	URL        string `json:"url"`
	Key        string `json:"key"`
	Production bool   `json:"production"`
	ReadOnly   bool   `json:"read_only"`
	Unit       string `json:"pat_expiry_unit"`
	UnitProven string `json:"unit_proven"`
	Current    bool   `json:"current"`
}

func (a *app) profileListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the profiles", Args: noArgs,
		Example: "  patdesk profile list\n  patdesk profile list --json",
		RunE: func(*cobra.Command, []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			views := []profileView{}
			var rows [][]string
			for _, name := range s.config.Names() {
				p := s.config.Profiles[name]
				v := profileView{name, p.URL, p.Key, p.Production, p.ReadOnly, p.Unit, p.UnitProvenAt, name == s.config.Profile || len(s.config.Profiles) == 1}
				views = append(views, v)
				var marks []string
				if p.Production {
					marks = append(marks, "production")
				}
				if p.ReadOnly {
					marks = append(marks, "read-only")
				}
				rows = append(rows, []string{map[bool]string{true: "*", false: ""}[v.Current], name, p.URL, p.Key, strings.Join(marks, " ")})
			}
			if a.json {
				return a.printJSON(a.env.Out, views)
			}
			if len(rows) == 0 {
				a.say("no profiles; add one with: patdesk profile add")
				return nil
			}
			return a.printTable([]column{{"", 1}, {"NAME", 40}, {"URL", 60}, {"KEY", 8}, {"", 20}}, rows)
		},
	}
}

// named reads a profile of the file by its name.
func (s *session) named(name string) (*config.Profile, error) {
	if p := s.config.Profiles[name]; p != nil {
		return p, nil
	}
	return nil, &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("there is no profile %q", name), Next: "See: patdesk profile list"}
}

func (a *app) profileUseCmd() *cobra.Command {
	return &cobra.Command{
		Use: "use NAME", Short: "Make a profile the one that is used", Args: exactly(1, "the name of a profile"),
		Example: "  patdesk profile use acme",
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			p, err := s.named(args[0])
			if err != nil {
				return err
			}
			s.config.Profile = p.Name
			if err := s.config.Save(); err != nil {
				return unsavedConfig(s, err)
			}
			a.say("using profile %s (%s)", p.Name, p.URL)
			return nil
		},
	}
}

func (a *app) profileRemoveCmd() *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Remove a profile and its stored key; its history stays", Args: exactly(1, "the name of a profile"),
		Example: "  patdesk profile remove acme",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.openConfig(needConfig)
			if err != nil {
				return err
			}
			p, err := s.named(args[0])
			if err != nil {
				return err
			}
			sweep(s)
			delete(s.config.Profiles, p.Name)
			if s.config.Profile == p.Name {
				s.config.Profile = ""
			}
			if err := s.config.Save(); err != nil {
				return unsavedConfig(s, err)
			}
			switch {
			case p.Key == secret.KindKeyring:
				if err := secret.DeleteKeyring(cmd.Context(), p.Name); err != nil {
					a.say("note: the key is still in the keyring: %s", err)
				}
			case p.Key == secret.KindFile && p.KeyFile == filepath.Join(s.paths.ConfigDir, p.Name+".key"):
				if err := os.Remove(p.KeyFile); err != nil && !os.IsNotExist(err) {
					a.say("note: the key file is still there: %s", p.KeyFile)
				}
			}
			a.say("profile %s removed; its history stays", p.Name)
			return nil
		},
	}
}

func (a *app) profileTestCmd() *cobra.Command {
	return &cobra.Command{
		Use: "test [NAME]", Short: "Ask the server whether it accepts the admin key",
		Example: "  patdesk profile test\n  patdesk profile test acme",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return exactly(1, "at most one profile")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				a.profile = args[0]
			}
			ctx := cmd.Context()
			s, err := a.open(ctx, needLook)
			if err != nil {
				return err
			}
			defer s.close()
			spaces, err := s.issuer.Workspaces(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(a.env.Out, map[string]any{"profile": s.profile.Name, "url": s.profile.URL, "accepted": true, "workspaces": len(spaces)})
			}
			line(a.env.Out, "%s accepts the admin key from %s: %d workspace(s)", s.issuer.Client.BaseURL(), s.issuer.Settings.KeySource, len(spaces))
			return nil
		},
	}
}
