package cli

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"patdesk/address"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/term"
)

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

func (a *app) profileAdd(ctx context.Context, o *profileAddOptions) error {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return err
	}
	switch {
	case config.CheckProfileName(o.name) != nil:
		return usage("this cannot be the name of a profile: use up to 40 letters, digits, - and _")
	case s.config.Profiles[o.name] != nil && !a.unfinished(ctx, s.config.Profiles[o.name]):
		return usage("there is a profile %s already; remove it first", o.name)
	case first(a.url, a.env.Getenv("TOOLJET_HOST")) == "":
		return usage("profile add wants --url")
	}
	p := &config.Profile{
		Name: o.name, URL: first(a.url, a.env.Getenv("TOOLJET_HOST")), Key: o.keep, KeyCommand: o.keyCommand, KeyFile: o.keyFile,
		Production: o.production, ReadOnly: o.readOnly, CAFile: o.caFile, Unit: o.unit,
	}
	p.AllowHTTP = a.allowHTTP && needsAllowing(p.URL)
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
	if p.AllowHTTP {
		a.say("note: allow_http = true is kept in the profile: the admin key can be read on the way to %s", p.URL)
	}
	a.say("profile %s saved in %s; the key is accepted: %d workspace(s)", p.Name, s.paths.ConfigFile, n)
	return nil
}

// needsAllowing reports whether a profile of this address cannot be used unless
// plain http was allowed: what --allow-http said is then kept in it.
func needsAllowing(server string) bool {
	base, err := address.Parse(server)
	return err == nil && address.InClear(base)
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
