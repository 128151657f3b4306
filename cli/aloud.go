package cli

import (
	"context"
	"os"
	"runtime"
	"strings"
	"time"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/aloud"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// accessibleVar switches the console that reads itself aloud on; 0 and false switch it off.
const accessibleVar = "ACCESSIBLE"

// aloudBecause says in words what switches reading aloud on, or is "" where nothing
// does: the flag, else the environment, else the setting, else a terminal that only
// prints lines.
func (a *app) aloudBecause(flagged bool) (string, error) {
	if flagged {
		return map[bool]string{true: "--accessible"}[a.aloud], nil
	}
	switch v := a.env.Getenv(accessibleVar); strings.ToLower(v) {
	case "":
	case "0", "false":
		return "", nil
	default:
		return accessibleVar + "=" + term.CleanWidth(v, 20).String(), nil
	}
	if _, err := config.FindPaths(a.env.Getenv); err == nil || !a.demo {
		s, err := a.openConfig(needConfig)
		if err != nil {
			return "", err
		}
		if s.config.Accessible {
			return "the setting accessible", nil
		}
	}
	if kind := a.env.Getenv("TERM"); kind != "" && !term.MovesCursor(kind, runtime.GOOS) {
		return "TERM=" + term.CleanWidth(kind, 20).String(), nil
	}
	return "", nil
}

// readAloud is the console as a conversation.
func (a *app) readAloud(ctx context.Context, because string) error {
	first, err := a.firstSession(ctx)
	if err != nil {
		return err
	}
	set, err := snippet.NewSet(first.Config.Snippets)
	if err != nil {
		first.Close()
		return &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Err: err}
	}
	o := aloud.Options{
		Session: first, Switch: because, Snippets: set, About: about(), Getenv: a.env.Getenv,
		Servers:   kit.Servers{Connect: a.connectCandidate, Save: a.saveCandidate, Open: a.uiSession, KeepUnit: a.keepUnit, Sandbox: aside},
		Clipboard: a.clipboard(&session{config: first.Config}),
		In:        a.env.In, Out: a.env.Out, Terminal: a.env.InTTY, Zone: time.Local,
	}
	if in, ok := a.env.In.(*os.File); ok && a.env.InTTY {
		o.ReadSecret = func(ctx context.Context, question string) (secret.Text, error) {
			return term.ReadSecret(ctx, in, a.env.Out, question+" ")
		}
	}
	if !first.Config.Accessible && !a.demo {
		o.Keep = a.keepAloud
	}
	err = aloud.Run(ctx, o)
	if ctx.Err() != nil {
		return &exitError{signalled(ctx)} // nothing to explain: somebody ended it
	}
	return err
}

// keepAloud opens the console as a conversation from now on.
func (a *app) keepAloud(context.Context) error {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return err
	}
	s.config.Accessible = true
	return s.config.Save()
}
