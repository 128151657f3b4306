package cli

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"runtime"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/serve"
	"patdesk/ui"
)

func (a *app) serveCmd() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Let the team in over SSH, without sshd: many consoles in one process",
		Long: `It listens where [serve] of team.toml says, by default on 127.0.0.1:2222, and lets the members in with
their keys: to the console, or to the command that was given to ssh. Each sits there as at "patdesk
seat". It ends with a signal, after what is under way was recorded.`,
		Example: "  patdesk serve",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context()) },
	}
}

// serve lets the team in until ctx ends.
func (a *app) serve(ctx context.Context) error {
	if flag := firstFlag(a); flag != "" {
		return usage("serve takes no flag --%s: what holds for the desk stands in its files", flag)
	}
	if err := canHost(runtime.GOOS); err != nil {
		return err
	}
	paths, err := config.FindPaths(seatEnv(a.env.Getenv))
	if err != nil {
		return err
	}
	roster := config.NewRoster(paths.TeamFile(), time.Local)
	team, err := roster.Team()
	if err != nil {
		return err
	}
	hostKey, made, err := serve.HostKey(team.Serve.HostKey)
	if err != nil {
		return &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Next: "See host_key in [serve] of " + team.Path, Err: err}
	}
	// The variables of whoever starts it are no more the desk's than those of a login.
	inner := *a.env
	environ := (&seat{team: team}).environ(a.env.Getenv)
	inner.Getenv = ui.Terminal{Environ: environ}.Lookup
	if a.env.Only != nil {
		a.env.Only(environ)
	}
	own := &app{env: &inner}
	d, err := own.openDesk(ctx, roster, team.Serve.IdleTimeout.Duration)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", team.Serve.Listen)
	if err != nil {
		return errors.Join(unheard(err, team), d.close())
	}
	if made {
		own.say("made the key of this host: %s", team.Serve.HostKey)
	}
	own.say("the desk is open on %s, its key is %s", l.Addr(), serve.Fingerprint(hostKey))
	err = serve.New(serve.Options{
		HostKey: hostKey, MaxSessions: team.Serve.MaxSessions, PerPerson: team.Serve.PerPerson,
		Member: d.member, Variables: sentVars(), Sit: d.sit, Log: own.say,
	}).Serve(ctx, l, serve.Dismissal{Sentence: "This desk closes. What was sent is in the history.", Code: 128 + int(syscall.SIGTERM)})
	return errors.Join(err, d.close())
}

// unheard says why nothing can listen where the team wants it.
func unheard(err error, team *config.Team) error {
	next := "Name another listen in [serve] of " + team.Path
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		next = "End what listens there, or name another listen in [serve] of " + team.Path
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		next = "Name an address that this computer has as listen in [serve] of " + team.Path
	case errors.Is(err, fs.ErrPermission):
		next = "Name a port from 1024 on as listen in [serve] of " + team.Path
	}
	return &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Next: next, Err: err}
}
