package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/term"
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
	cmd.AddCommand(a.profileAddCmd(), a.profileListCmd(), a.profileUseCmd(), a.profileRemoveCmd(), a.profileTestCmd())
	return cmd
}

type profileAddOptions struct {
	name, keep, keyCommand, keyFile, caFile, unit string
	production, readOnly                          bool
}

func (a *app) profileAddCmd() *cobra.Command {
	o := &profileAddOptions{}
	cmd := &cobra.Command{
		Use:   "add NAME --url URL --keep WHERE",
		Short: "Add a server, and say where its admin key is kept",
		Long: `Add a ToolJet server. --keep says where the admin key (EXTERNAL_API_ACCESS_TOKEN on the
server) shall come from:

  keyring   the key store of this system
  command   what --key-command prints, asked each time
  file      a file with mode 0600, readable by anything running as you
  env       the variable TOOLJET_API_TOKEN
  session   asked for each time

The key itself is read from stdin (--key-stdin) or asked for without showing it, never
taken as an argument. Nothing is written before the server has accepted it.`,
		Example: "  patdesk profile add acme --url https://tooljet.example.com --keep keyring\n  pass tooljet | patdesk profile add acme --url https://tooljet.example.com --keep file --key-stdin",
		Args:    exactly(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.name = args[0]
			return a.profileAdd(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.keep, "keep", "", "where the admin key comes from: keyring, command, file, env or session")
	f.StringVar(&o.keyCommand, "key-command", "", "command that prints the admin key")
	f.StringVar(&o.keyFile, "key-file", "", "file that holds the admin key (default: beside the configuration)")
	f.StringVar(&o.caFile, "ca-file", "", "PEM file of a private CA")
	f.StringVar(&o.unit, "unit", "", "unit of patExpiry on this server: seconds, minutes or milliseconds")
	f.BoolVar(&o.production, "production", false, "mark it as production: a badge, and questions before changes")
	f.BoolVar(&o.readOnly, "read-only", false, "forbid issuing and changing")
	return cmd
}

var profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

func (a *app) profileAdd(ctx context.Context, o *profileAddOptions) error {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return err
	}
	switch {
	case !profileName.MatchString(o.name):
		return usage("a profile's name is letters, digits, dots and dashes, up to 40")
	case s.config.Profiles[o.name] != nil:
		return usage("there is a profile %s already; remove it first", o.name)
	case first(a.url, a.env.Getenv("TOOLJET_HOST")) == "":
		return usage("profile add wants --url")
	}
	p := &config.Profile{
		Name: o.name, URL: first(a.url, a.env.Getenv("TOOLJET_HOST")), Key: o.keep, KeyCommand: o.keyCommand, KeyFile: o.keyFile,
		Production: o.production, ReadOnly: o.readOnly, CAFile: o.caFile, Unit: o.unit,
	}
	if err := a.completeKey(s, p); err != nil {
		return err
	}
	key, err := a.newKey(ctx, s, p)
	if err != nil {
		return err
	}
	n, err := a.tryKey(ctx, p, key)
	if err != nil {
		return pat.AtStage(pat.StageRead, "what was entered", err)
	}
	if err := a.saveProfile(ctx, s, p, key); err != nil {
		return err
	}
	a.say("profile %s saved in %s; the key is accepted: %d workspace(s)", p.Name, s.paths.ConfigFile, n)
	return nil
}

// saveProfile keeps a new profile and its key.
func (a *app) saveProfile(ctx context.Context, s *session, p *config.Profile, key secret.Text) error {
	if err := storeKey(ctx, p, key); err != nil {
		return err
	}
	if s.config.Profiles == nil {
		s.config.Profiles = map[string]*config.Profile{}
	}
	s.config.Profiles[p.Name] = p
	if s.config.Profile == "" {
		s.config.Profile = p.Name
	}
	return s.config.Save()
}

// completeKey checks the choice of a key source and fills in where a key file
// goes.
func (a *app) completeKey(s *session, p *config.Profile) error {
	switch p.Key {
	case secret.KindKeyring:
		if !secret.KeyringAvailable(a.env.Getenv) {
			return &pat.Problem{ID: pat.IDKeyStoreSilent, Cause: "there is no key store in this session", Next: "Use --keep file, command, env or session"}
		}
	case secret.KindCommand:
		if p.KeyCommand == "" {
			return usage("--keep command wants --key-command")
		}
	case secret.KindFile:
		if p.KeyFile == "" {
			p.KeyFile = filepath.Join(s.paths.ConfigDir, p.Name+".key")
		}
	case secret.KindEnv, secret.KindSession:
	default:
		return usage("say where the admin key shall come from: --keep keyring, command, file, env or session")
	}
	return nil
}

// newKey gets the admin key of a new profile: from its source if it is there
// already, else from stdin or a hidden question.
func (a *app) newKey(ctx context.Context, s *session, p *config.Profile) (secret.Text, error) {
	there := p.Key == secret.KindCommand || p.Key == secret.KindEnv
	if p.Key == secret.KindFile && !a.keyStdin {
		if _, err := os.Lstat(p.KeyFile); err == nil {
			there = true
		}
	}
	if there || a.keyStdin {
		probe := *s
		probe.profile = p
		key, _, err := a.adminKey(ctx, &probe)
		return key, err
	}
	in, ok := a.env.In.(*os.File)
	if !ok || !a.mayAsk() {
		return secret.Text{}, usage("the admin key is read from a terminal or with --key-stdin")
	}
	key, err := term.ReadSecret(ctx, in, a.env.Err, "Admin key (EXTERNAL_API_ACCESS_TOKEN of the server, not shown): ")
	if err != nil {
		return secret.Text{}, &pat.Problem{ID: pat.IDCanceled, Err: err}
	}
	if err := secret.CheckAdminKey(key); err != nil {
		return secret.Text{}, &pat.Problem{ID: pat.IDBadKey, Cause: "the admin key: " + err.Error(), Err: err}
	}
	return key, nil
}

// tryKey asks the server for its workspaces with the key.
func (a *app) tryKey(ctx context.Context, p *config.Profile, key secret.Text) (int, error) {
	c, err := a.newClient(p, key)
	if err != nil {
		return 0, err
	}
	spaces, err := c.ListWorkspaces(ctx)
	return len(spaces), err
}

// storeKey keeps the key where the person chose.
func storeKey(ctx context.Context, p *config.Profile, key secret.Text) error {
	switch p.Key {
	case secret.KindKeyring:
		return secret.StoreKeyring(ctx, p.Name, key)
	case secret.KindFile:
		if _, err := os.Lstat(p.KeyFile); err == nil {
			return nil // it came from there
		}
		return secret.WriteKeyFile(p.KeyFile, key)
	default:
		return nil
	}
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
				return err
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
			delete(s.config.Profiles, p.Name)
			if s.config.Profile == p.Name {
				s.config.Profile = ""
			}
			if err := s.config.Save(); err != nil {
				return err
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
			s, err := a.open(ctx, needServer)
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
