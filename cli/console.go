package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"patdesk/client"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui"
	"patdesk/ui/term"
)

// console opens the console: on the profile that is set up, on the sandbox with
// --demo, or on the first-run screen when nothing is set up.
func (a *app) console(cmd *cobra.Command, _ []string) error {
	ctx := cmd.Context()
	if a.seat == nil {
		because, err := a.aloudBecause(cmd.Flags().Changed("accessible"))
		if err != nil {
			return err
		}
		if because != "" {
			return a.readAloud(ctx, because)
		}
	}
	terminal, err := a.terminal(ctx)
	if err != nil {
		return err
	}
	if kind := a.env.Getenv("TERM"); !term.MovesCursor(kind, runtime.GOOS) {
		if kind == "" {
			return a.noConsole("the console needs a terminal, and TERM is not set")
		}
		return a.noConsole(fmt.Sprintf("the console needs a terminal that places its cursor, and TERM is %s", kind))
	}
	if a.seat != nil {
		if _, err := a.openConfig(needServer); err != nil {
			return err // there is no first run at a seat
		}
	}
	ctx = pat.WithGrace(pat.WithWaits(ctx, nil), answerWait, nil) // the console tells of its waits itself
	if a.desk != nil {
		a.requests = &pat.RequestLog{}
		ctx = pat.WithRequestLog(ctx, a.requests)
	}
	first, err := a.firstSession(ctx)
	if err != nil {
		return err
	}
	s := &session{config: first.Config}
	if s.snippets, err = snippet.NewSet(s.config.Snippets); err != nil {
		first.Close()
		return &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Err: err}
	}
	o := ui.Options{
		Issuer: first.Issuer, Config: first.Config, Profile: first.Profile, KeyOrigin: first.KeyOrigin, Demo: first.Demo,
		History: first.History, Shared: first.Shared, Clipboard: terminal.NewClipboard(s.config.Clipboard, s.config.ClipboardClear.Duration), Snippets: s.snippets,
		Open:     a.uiSession,
		About:    about(),
		Terminal: terminal,
		Seat:     a.seat != nil,
	}
	if a.seat == nil {
		o.Connect, o.Save, o.KeepUnit, o.Sandbox, o.Browser = a.connectCandidate, a.saveCandidate, a.keepUnit, aside, a.browser()
	}
	if a.desk != nil {
		o.Watch, o.Idle = &a.desk.watch, a.desk.idle
	}
	err = ui.Run(ctx, o)
	first.Close()
	if e, ok := errors.AsType[*ui.IdleError](err); ok {
		a.say("The console ended: %s.", e)
		return nil
	}
	if e, ok := errors.AsType[*ui.SignalError](err); ok {
		return &exitError{128 + e.Number} // nothing to explain: somebody ended it
	}
	if e, ok := errors.AsType[*ui.CrashError](err); ok {
		return &pat.Problem{ID: pat.IDCrash, Cause: e.Explain(), Err: err}
	}
	return err
}

// terminal is that of whoever wants the console.
func (a *app) terminal(ctx context.Context) (ui.Terminal, error) {
	t := ui.Terminal{Getenv: a.env.Getenv, Zone: a.zone()}
	if a.seat != nil {
		t.Environ = a.seat.environ(a.env.Getenv)
	}
	if own := a.env.Terminal; own != nil {
		t.In, t.Out, t.Size, t.Resized = own.In, own.Out, own.Size, own.Resized
		return t, nil
	}
	in, inOK := a.env.In.(*os.File)
	out, outOK := a.terminalFile()
	if !inOK || !outOK || !a.env.InTTY || !a.env.OutTTY {
		return t, a.noConsole("the console needs a terminal")
	}
	t.In, t.Out = in, out
	if a.seat != nil {
		t.Size, t.Resized = sizes(ctx, out)
		return t, nil
	}
	// Of the zone too there is one in a process, and this is its own terminal.
	t.Environ, t.Local = os.Environ(), true
	return t, nil
}

// noConsole refuses the console and names what does its work: nothing is read aloud at a
// seat, and what is written behind ssh is no patdesk of that computer.
func (a *app) noConsole(cause string) error {
	next := "Use the commands: patdesk list, patdesk show ID, patdesk issue USER APP; all of them: patdesk help; as a conversation: patdesk --accessible"
	if a.seat != nil {
		next = "Come with a terminal (ssh -t), or give ssh a command: list, show ID, issue USER APP; all of them: help"
	}
	return &pat.Problem{ID: pat.IDUsage, Cause: cause, Next: next}
}

// terminalFile is the file behind standard output.
func (a *app) terminalFile() (*os.File, bool) {
	w := a.env.Out
	if o, ok := w.(*stdout); ok {
		w = o.w
	}
	f, ok := w.(*os.File)
	return f, ok
}

// firstSession is what the console opens on. Without a profile it holds the
// configuration only, and the console begins with the first run.
func (a *app) firstSession(ctx context.Context) (ui.Session, error) {
	if a.demo {
		return a.demoConsole(ctx)
	}
	s, err := a.openConfig(needHistory)
	if err != nil {
		return ui.Session{}, err
	}
	// An address alone, from TOOLJET_HOST, is where the first run begins.
	bare := len(s.config.Profiles) == 0 && s.profile != nil && s.profile.Key == secret.KindSession && a.session.IsZero()
	if s.profile == nil || s.profile.URL == "" || bare {
		return ui.Session{Config: s.config, Close: func() {}}, nil
	}
	b := *a
	b.quiet = true
	return b.openProfile(ctx, a.profile)
}

// demoConsole is the sandbox in the colours and with the keys of the configuration.
// Without a place for one it is shown as it is.
func (a *app) demoConsole(ctx context.Context) (ui.Session, error) {
	var theirs *config.Config
	if _, err := config.FindPaths(a.env.Getenv); err == nil {
		s, err := a.openConfig(needConfig)
		if err != nil {
			return ui.Session{}, err
		}
		theirs = s.config
	}
	n, err := demoSession(ctx)
	if err == nil && theirs != nil {
		n.Config.Theme, n.Config.Keys = theirs.Theme, theirs.Keys
	}
	return n, err
}

// uiSession opens a profile by its name for the console; "" is the current one.
func (a *app) uiSession(ctx context.Context, profile string) (ui.Session, error) {
	b := *a
	b.quiet, b.noAsk = true, true // nothing is written or asked under the console
	return b.openProfile(ctx, profile)
}

// openProfile opens a profile by its name.
func (a *app) openProfile(ctx context.Context, profile string) (ui.Session, error) {
	b := *a
	b.profile, b.via = profile, pat.ViaConsole
	s, err := b.open(ctx, needIssue)
	if err != nil {
		return ui.Session{}, err
	}
	return ui.Session{
		Issuer: s.issuer, Profile: s.profile, Config: s.config, KeyOrigin: s.issuer.Settings.KeySource,
		History: s.watched(), Shared: s.config.History != "", Close: s.close,
	}, nil
}

// aside opens the sandbox beside a configuration: its profiles stay in reach.
func aside(ctx context.Context) (ui.Session, error) {
	n, err := demoSession(ctx)
	n.Config = nil
	return n, err
}

// demoSession opens the sandbox with its made-up past.
func demoSession(ctx context.Context) (ui.Session, error) {
	d, err := openDemo(ctx)
	if err != nil {
		return ui.Session{}, err
	}
	if err := errors.Join(d.makePast(ctx), d.watch(ctx)); err != nil {
		d.close()
		if ctx.Err() != nil {
			err = ctx.Err() // no token of a made-up past is anybody's to look for
		}
		return ui.Session{}, err
	}
	return ui.Session{Issuer: d.issuer, Profile: d.profile, Config: d.config, KeyOrigin: "sandbox", Demo: true, Close: d.close}, nil
}

// profileOf is the profile that a candidate would become.
func (a *app) profileOf(c ui.Candidate) (*session, *config.Profile, error) {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return nil, nil, err
	}
	p := &config.Profile{Name: c.Name, URL: c.URL, Key: c.Keep, KeyCommand: c.KeyCommand, Production: c.Production}
	if p.Key == secret.KindFile {
		p.KeyFile = filepath.Join(s.paths.ConfigDir, p.Name+".key")
	}
	return s, p, nil
}

// connectCandidate tries what a person typed in the first-run screen. Nothing is
// written, and no history is opened.
func (a *app) connectCandidate(_ context.Context, c ui.Candidate) (*pat.Issuer, error) {
	// Without a key, the address is tried.
	if err := secret.CheckAdminKey(c.Key); err != nil && !c.Key.IsZero() {
		return nil, &pat.Problem{ID: pat.IDBadKey, Cause: err.Error(), Err: err}
	}
	cl, err := a.newClient(&config.Profile{Name: c.Name, URL: c.URL}, c.Key)
	if err != nil {
		return nil, err
	}
	return pat.NewIssuer(cl, nil, pat.Settings{Profile: c.Name, Unit: pat.Seconds, KeySource: "what was typed"}), nil
}

// saveCandidate keeps a profile and its key where the person chose, and opens
// it.
func (a *app) saveCandidate(ctx context.Context, c ui.Candidate) (ui.Session, error) {
	s, p, err := a.profileOf(c)
	if err != nil {
		return ui.Session{}, err
	}
	if s.config.Profiles[p.Name] != nil {
		return ui.Session{}, usage("there is a profile %s already", p.Name)
	}
	if err := a.saveProfile(ctx, s, p, c.Key); err != nil {
		return ui.Session{}, err
	}
	if p.Key != secret.KindSession {
		return a.uiSession(ctx, p.Name)
	}
	b := *a
	b.session = c.Key
	return b.uiSession(ctx, p.Name)
}

// newClient makes the client of a profile.
func (a *app) newClient(p *config.Profile, key secret.Text, opts ...client.Option) (*client.Client, error) {
	opts = append(opts, client.WithUserAgent("patdesk/"+version()))
	if p.CAFile != "" {
		opts = append(opts, client.WithCAFile(p.CAFile))
	}
	if a.allowHTTP || p.AllowHTTP {
		opts = append(opts, client.AllowHTTP())
	}
	return client.New(p.URL, key, opts...)
}
