package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"patdesk/client"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// session is one opened profile: what a command works with. It is the only
// place where the parts of patdesk are put together.
type session struct {
	paths    config.Paths
	config   *config.Config
	profile  *config.Profile // nil if nothing is set up
	origins  config.Origins
	issuer   *pat.Issuer
	snippets *snippet.Set
	frame    snippet.Frame // how the frame of a snippet shall look
	atEnd    func()        // what is done before the history is closed, or nil
	lent     bool          // the history is the seat's
}

// keepNever is the value of keep_tokens that keeps no token text.
const keepNever = "never"

// need is how much of a session a command uses.
type need int

const (
	needConfig  need = iota // the configuration alone
	needHistory             // and the history
	needSeal                // and the right to write to it and to make the key that seals
	needServer              // and a profile with its admin key
	needLook                // the same, and nothing is written that a reader cannot do without
	needIssue               // and the right to make the key that seals tokens
)

// open reads the configuration and puts together what a command needs. Errors:
// config.Error, history.Error, secret.SourceError, pat.Problem.
func (a *app) open(ctx context.Context, n need) (*session, error) {
	s, err := a.openConfig(n)
	if err != nil || n == needConfig {
		return s, err
	}
	if a.desk != nil {
		err = a.desk.lend(ctx, a, s, n)
	} else {
		err = a.openOwn(ctx, s, n)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	if s.config.AuditHeadCommand != "" && (n == needSeal || n == needIssue) {
		s.atEnd = func() { a.sendHead(ctx, s) }
	}
	if n == needServer || n == needIssue {
		err = s.forget(ctx)
	}
	if err = errors.Join(err, s.issuer.RecallClock(ctx), s.issuer.RecallUnit(ctx)); err != nil {
		s.close()
		return nil, err
	}
	if n == needIssue {
		_ = s.issuer.SpreadProof(ctx) // rows that stay open say the worst
	}
	return s, nil
}

// openOwn opens the history for a session that shares it with nobody in this process but
// its seat, and makes the client that it needs.
func (a *app) openOwn(ctx context.Context, s *session, n need) error {
	var ledger pat.Ledger
	if s.lent = a.seat != nil; s.lent {
		ledger = a.seat.ledger
	} else {
		var err error
		if ledger, err = a.openLedger(ctx, s, n); err != nil {
			return err
		}
	}
	s.issuer = pat.NewIssuer(nil, ledger, a.bareSettings(s))
	if n < needServer {
		return nil
	}
	return a.connect(ctx, s)
}

// bareSettings are those of a session that asks nothing of a server.
func (a *app) bareSettings(s *session) (set pat.Settings) {
	if s.profile != nil {
		set.Profile, set.Server = s.profile.Name, s.profile.URL
	}
	if a.seat != nil {
		a.seat.limit(&set)
	}
	return set
}

// openConfig reads the configuration and chooses the profile.
func (a *app) openConfig(n need) (*session, error) {
	paths, err := config.FindPaths(a.env.Getenv)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(paths.ConfigFile)
	if err != nil {
		return nil, err
	}
	s := &session{paths: paths, config: cfg}
	if s.snippets, err = snippet.NewSet(cfg.Snippets); err != nil {
		return nil, &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Err: err}
	}
	if n == needConfig {
		return s, nil
	}
	over := config.Override{Profile: a.profile, URL: a.url, KeyStdin: a.keyStdin, AllowHTTP: a.allowHTTP, Getenv: a.env.Getenv}
	s.profile, s.origins, err = cfg.Resolve(over)
	if err != nil && n >= needServer || err != nil && a.profile != "" {
		return nil, err
	}
	if a.seat != nil && s.profile != nil {
		if err := a.seat.permitProfile(s.profile.Name); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// forget drops the texts of tokens that ended longer ago than history_keep, so
// that dead secrets do not pile up. Their rows stay.
func (s *session) forget(ctx context.Context) error {
	keep := s.config.HistoryKeep.Duration
	if keep <= 0 {
		return nil
	}
	_, err := s.issuer.History.Purge(ctx, s.issuer.Now().Add(-keep))
	return err
}

func (s *session) close() {
	if s != nil && s.issuer != nil && s.issuer.History != nil {
		if s.atEnd != nil {
			s.atEnd()
		}
		if !s.lent {
			_ = s.issuer.History.Close()
		}
	}
}

// connect makes the client of the session's profile.
func (a *app) connect(ctx context.Context, s *session) error {
	p := s.profile
	if p == nil || p.URL == "" {
		return &pat.Problem{ID: pat.IDNoServer}
	}
	key, source, err := a.adminKey(ctx, s)
	if err != nil {
		return err
	}
	var watched []client.Option
	if a.via == pat.ViaConsole {
		s.issuer.Requests = &pat.RequestLog{}
		watched = append(watched, client.WithObserver(s.issuer.Requests.Observe))
	}
	c, err := a.newClient(p, key, watched...)
	if err != nil {
		return err
	}
	s.issuer.Client = c
	s.issuer.Settings, err = a.settings(p, source)
	return err
}

// settings are those of a profile whose key came from source, for whoever sits here.
func (a *app) settings(p *config.Profile, source string) (pat.Settings, error) {
	unit, err := pat.ParseUnit(p.Unit)
	if err != nil {
		return pat.Settings{}, &pat.Problem{ID: pat.IDBadConfig, Cause: err.Error(), Err: err}
	}
	set := pat.Settings{
		Profile: p.Name, Server: p.URL, Unit: unit, UnitProven: p.UnitProvenAt != "", MaxLife: p.MaxLife.Duration,
		ReadOnly: p.ReadOnly, KeySource: source,
	}
	if a.seat != nil {
		a.seat.limit(&set)
	}
	return set, nil
}

// adminKey reads the admin key from where the profile says it is, and says in
// words where that was.
func (a *app) adminKey(ctx context.Context, s *session) (secret.Text, string, error) {
	p := s.profile
	src := p.Source(a.env.Getenv, a.env.In, a.session)
	if a.keyStdin {
		src.Kind = secret.KindStdin
	}
	if in, ok := a.env.In.(*os.File); ok && src.Kind == secret.KindSession && a.session.IsZero() && a.seat == nil && a.mayAsk() {
		typed, err := term.ReadSecret(ctx, in, a.env.Err, fmt.Sprintf("Admin key of %s (not shown): ", p.Name))
		if err != nil {
			return secret.Text{}, src.Kind, &pat.Problem{ID: pat.IDCanceled, Err: err}
		}
		src.Session = typed
	}
	words := sourceWords(src)
	key, err := src.Resolve(ctx)
	if err != nil {
		return secret.Text{}, words, err
	}
	if err := secret.CheckAdminKey(key); err != nil {
		return secret.Text{}, words, &pat.Problem{ID: pat.IDBadKey, Cause: fmt.Sprintf("the admin key from %s: %s", words, err), Err: err}
	}
	if hint := secret.AdminKeyHint(key); hint != "" {
		a.say("note: the admin key from %s: %s", words, hint)
	}
	return key, words, nil
}

// sourceWords says where a key is, for messages.
func sourceWords(s secret.Source) string {
	switch s.Kind {
	case secret.KindEnv:
		return "env " + s.Var
	case secret.KindFile:
		return "file " + s.Path
	case secret.KindCommand:
		return "key_command"
	default:
		return s.Kind
	}
}

// sayWait tells of an automatic wait before a request is sent once more, and
// lets it happen.
func (a *app) sayWait(w pat.Wait) bool {
	x := pat.Explain(w.Err)
	d := w.Delay.Round(1e9)
	a.say("%s; continuing in %02d:%02d (try %d)", x.Title, int(d.Minutes()), int(d.Seconds())%60, w.Attempt+1)
	return true
}

// clipboard is the clipboard chain as configured.
func (a *app) clipboard(s *session) *term.Clipboard {
	mode := s.config.Clipboard
	if a.seat != nil && mode != term.ModeOff {
		mode = term.ModeOSC52 // the clipboards of this computer are somebody else's
	}
	return term.NewClipboard(term.ClipboardOptions{
		Mode: mode, Clear: s.config.ClipboardClear.Duration,
		Env: term.Env{Getenv: a.env.Getenv, Out: a.terminalOut()},
	})
}

// terminalOut is where OSC 52 goes: stderr reaches the terminal even when
// stdout is a pipe.
func (a *app) terminalOut() io.Writer {
	if a.env.Terminal != nil {
		return a.env.Terminal.Out
	}
	for _, w := range []io.Writer{a.env.Out, a.env.Err} {
		if term.IsTerminal(w) {
			return w
		}
	}
	return nil
}

// render makes a snippet of a token.
func (a *app) render(s *session, format string, t pat.Token, sec pat.Secrets) (snippet.Snippet, error) {
	base := t.Host
	if s.profile != nil && s.profile.URL != "" && s.profile.Name == t.Profile {
		base = s.profile.URL
	}
	data := pat.SnippetData(t, sec, base, s.issuer.Now())
	data.Frame = s.frame
	made, err := s.snippets.Render(format, data)
	if unfit, ok := errors.AsType[snippet.URLError](err); ok {
		return made, &pat.Problem{ID: pat.IDUnfitURL, Cause: unfit.Error(), Next: fmt.Sprintf("See the token and the URL: patdesk show %d -o json --reveal", t.ID), Err: err}
	}
	if wrong, ok := errors.AsType[*snippet.TemplateError](err); ok {
		return made, &pat.Problem{ID: pat.IDBadConfig, Cause: fmt.Sprintf("the template %q: %s", format, wrong), Next: "Correct it under [snippets]: patdesk config edit", Err: err}
	}
	return made, err
}

// formats are the names of all formats, for errors.
func (s *session) formats() string { return snippet.Names(s.snippets.Kinds()) }

// formatsHelp are the names of the formats for the help of a flag.
func formatsHelp() string { return snippet.Names(snippet.Kinds()) + ", or a snippet of your own" }
