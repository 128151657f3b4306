package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/serve"
	"patdesk/ui"
)

// sentVars are the variables that a session may send to this door: those of seatVars
// that are about its terminal and its person.
func sentVars() []string {
	return slices.DeleteFunc(slices.Clone(seatVars), func(name string) bool {
		return name == "HOME" || name == "TERM" || strings.HasPrefix(name, "SSH_")
	})
}

// member names whose key it is, if they may sit here today.
func (d *desk) member(kind, blob string) (string, error) {
	team, err := d.roster.Team()
	if err != nil {
		return "", err
	}
	if m := team.OfKey(kind, blob); m != nil && !m.Ended(time.Now()) {
		return m.Name, nil
	}
	return "", nil
}

// sit does what somebody came for at their seat, and returns the exit code.
func (d *desk) sit(ctx context.Context, n *serve.Session) int {
	out := &stdout{w: n.Out}
	login := ui.Terminal{Environ: slices.Concat(n.Environ, []string{
		"HOME=" + d.own.env.Getenv("HOME"), "SSH_CONNECTION=" + n.Address,
	})}
	a := &app{desk: d, env: &Env{In: n.In, Out: out, Err: &serial{w: n.Err}, Getenv: login.Lookup}}
	if n.Terminal {
		a.env.Terminal = &ui.Terminal{In: n.In, Out: n.Out, Size: n.Size, Resized: n.Resized}
	}
	code := a.fail(a.sitAt(ctx, d.roster, visit{name: n.Member, from: from(n.Address), door: pat.DoorServe, key: n.Key, command: n.Command}))
	if err := out.flush(); err != nil && code == pat.ExitOK {
		return a.fail(unwritten(err))
	}
	return code
}
