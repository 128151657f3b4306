package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"
	xterm "golang.org/x/term"

	"patdesk/address"
	"patdesk/config"
	"patdesk/history/postgres"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

type doctorOptions struct {
	prove     bool
	user, app string
}

func (a *app) doctorCmd() *cobra.Command {
	o := &doctorOptions{}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the set-up and the server, and say what cannot be known",
		Long: `Look at this computer and at the server, from the outside in. Each check stands
alone. It exits 0 when nothing failed, else with the code of the first failure.

--prove-unit settles in which unit the server reads patExpiry: it issues a token with
the number 1 for a test pair and tries it after five seconds.`,
		Example: "  patdesk doctor\n  patdesk doctor --prove-unit --user test@example.com --app sandbox",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), o) },
	}
	cmd.Flags().BoolVar(&o.prove, "prove-unit", false, "issue a one-unit token for --user and --app and see how long it lives")
	cmd.Flags().StringVar(&o.user, "user", "", "user of the test pair")
	cmd.Flags().StringVar(&o.app, "app", "", "app of the test pair")
	return cmd
}

// sign is the accessible form of a level.
func sign(l pat.Level) string {
	return map[pat.Level]string{pat.Good: "[ok]", pat.Warn: "[!!]", pat.Bad: "[XX]", pat.NotSure: "[??]"}[l]
}

// report is what doctor found so far.
type report struct {
	Checks []pat.Check `json:"checks"`
	OK     bool        `json:"ok"`

	exit int
}

// add takes a check and, for people, prints it at once.
func (a *app) add(r *report, c pat.Check) {
	r.Checks = append(r.Checks, c)
	if c.Level == pat.Bad && r.exit == pat.ExitOK {
		r.exit = pat.ExitSetup
		if c.Problem != nil {
			r.exit = c.Problem.Exit
		}
	}
	if a.json {
		return
	}
	wrap(a.env.Out, sign(c.Level)+" ", c.Name+": "+c.Text)
	if c.Next != "" {
		wrap(a.env.Out, "     -> ", c.Next)
	}
}

func (a *app) doctor(ctx context.Context, o *doctorOptions) error {
	if o.prove && (o.user == "" || o.app == "") {
		return usage("--prove-unit wants a test pair: --user U --app A")
	}
	r := &report{Checks: []pat.Check{}}
	if s := a.localChecks(ctx, r, o); s != nil {
		defer s.close()
		a.serverChecks(ctx, r, s, o)
	}
	r.OK = r.exit == pat.ExitOK
	if a.json {
		if err := a.printJSON(a.env.Out, r); err != nil {
			return err
		}
	}
	if !r.OK {
		return &exitError{r.exit}
	}
	return nil
}

// localChecks looks at this computer. It returns a session, whose history may be
// missing, or nil where not even the configuration can be read.
func (a *app) localChecks(ctx context.Context, r *report, o *doctorOptions) *session {
	s, err := a.openConfig(needServer)
	if err != nil {
		a.add(r, a.configFailed(err))
		return nil
	}
	where := "no file; " + s.paths.ConfigFile + " would be used"
	if s.config.Exists() {
		where = s.paths.ConfigFile
	}
	a.add(r, a.configCheck(s, fmt.Sprintf("%s; profile %s (address from %s)", where, s.profile.Name, s.origins["url"])))
	s.issuer = pat.NewIssuer(nil, nil, pat.Settings{Profile: s.profile.Name, Server: s.profile.URL})
	a.add(r, a.historyCheck(ctx, s, o))
	a.add(r, a.sealCheck(ctx, s))
	if c, ok := a.auditCheck(ctx, s); ok {
		a.add(r, c)
	}
	a.add(r, a.clipboardCheck(ctx, s))
	return s
}

// configCheck is a configuration that can be used, with what cannot be read well.
func (a *app) configCheck(s *session, says string) pat.Check {
	if warnings := kit.ColourWarnings(kit.LookFor(s.config, a.env.Getenv)); len(warnings) > 0 {
		return pat.NewCheck(pat.CheckConfig, pat.Warn, strings.Join(append([]string{says}, warnings...), "; "), "Choose others: patdesk config edit")
	}
	if ignored := config.RelativePlaces(a.env.Getenv); len(ignored) > 0 {
		return pat.NewCheck(pat.CheckConfig, pat.Warn, says+"; "+ignoredWords(strings.Join(ignored, ", ")), "Set it to an absolute path, or remove it")
	}
	return pat.NewCheck(pat.CheckConfig, pat.Good, says, "")
}

// configFailed is a configuration that cannot be used. Where it is the address of
// a flag or of the environment, what may be meant is offered to be written there.
func (a *app) configFailed(err error) pat.Check {
	typed, place := a.url, "--url "
	if typed == "" {
		typed, place = a.env.Getenv(config.HostVar), config.HostVar+"="
	}
	_, bad := address.Parse(typed)
	e, ok := errors.AsType[*address.Error](bad)
	if typed == "" || !ok {
		return pat.FailedCheck(pat.CheckConfig, explain(err))
	}
	c := pat.FailedCheck(pat.CheckAddress, explain(err))
	if c.Next = "Write it as https://tooljet.example.com"; e.Offer != "" {
		c.Next = place + e.Offer
	}
	return c
}

// clipboardCheck copies a test word, reads it back and leaves the clipboard as it was.
func (a *app) clipboardCheck(ctx context.Context, s *session) pat.Check {
	p, err := a.clipboard(s).Probe(ctx)
	switch {
	case err != nil && s.config.Clipboard == term.ModeOff:
		return pat.NewCheck(pat.CheckClipboard, pat.Good, "switched off in the configuration", "")
	case err != nil:
		c := pat.FailedCheck(pat.CheckClipboard, explain(err))
		c.Level, c.Problem = pat.Warn, nil // tokens can be printed
		return c
	case !p.Checked:
		return pat.NewCheck(pat.CheckClipboard, pat.NotSure, p.Text, "")
	}
	return pat.NewCheck(pat.CheckClipboard, pat.Good, p.Text, "")
}

// facts looks at this computer, once it is known which server is meant.
func (a *app) facts(ctx context.Context, s *session) pat.Facts {
	f := pat.Facts{CAFile: s.profile.CAFile, KeyringErr: secret.ProbeKeyring(ctx, a.env.Getenv)}
	f.Proxy, f.ProxyVar, _ = s.issuer.Client.Proxy() // what cannot be read is told with the server
	f.UnreadProxy = s.issuer.Client.UnreadProxy()
	_, place, err := a.keyStore(s).Find(ctx)
	f.KeyringUsed = s.profile.Key == secret.KindKeyring || err == nil && place.Kind == secret.KindKeyring
	f.Terminal = pat.TerminalFacts{
		Is: a.env.OutTTY, Kind: a.env.Getenv("TERM"), TrueColour: a.env.Getenv("COLORTERM") == "truecolor" || a.env.Getenv("COLORTERM") == "24bit",
		Locale: first(a.env.Getenv("LC_ALL"), a.env.Getenv("LC_CTYPE"), a.env.Getenv("LANG")),
	}
	if out, ok := a.terminalOut().(interface{ Fd() uintptr }); ok {
		f.Terminal.Width, f.Terminal.Height, _ = xterm.GetSize(int(out.Fd()))
	}
	return f
}

// historyCheck opens the history, which the server does not need to be looked at.
func (a *app) historyCheck(ctx context.Context, s *session, o *doctorOptions) pat.Check {
	most := needHistory
	if o.prove {
		most = needIssue
	}
	store, err := a.openLedger(ctx, s, most)
	if err != nil {
		return pat.FailedCheck(pat.CheckHistory, explain(err))
	}
	s.issuer.History = store
	counts, err := store.Counts(ctx, s.profile.URL, time.Now())
	if err == nil {
		err = s.issuer.RecallClock(ctx)
	}
	if err != nil {
		return pat.FailedCheck(pat.CheckHistory, explain(err))
	}
	says := fmt.Sprintf("%s: %d rows of this server, %d of unknown outcome", s.historyName(), counts.Total, counts.Unsure)
	if shared, ok := store.(*postgres.Store); ok {
		return sharedCheck(ctx, shared, says)
	}
	return pat.NewCheck(pat.CheckHistory, pat.Good, says, "")
}

// sharedCheck looks at what a history in a database has beside its rows.
func sharedCheck(ctx context.Context, store *postgres.Store, says string) pat.Check {
	waiting, late := store.Spooled()
	if waiting > 0 {
		return pat.NewCheck(pat.CheckHistory, pat.Warn, fmt.Sprintf("%s; waiting on this computer until the database takes them: %s", says, pat.Plural(waiting, "outcome")), "Keep patdesk running, or start it again, until they are recorded")
	}
	if late > 0 {
		return pat.NewCheck(pat.CheckHistory, pat.Warn, fmt.Sprintf("%s; came when their rows had another outcome: %s", says, pat.Plural(late, "outcome")), "They are kept, sealed, in the folder spool beside the history's data")
	}
	if err := store.Writable(ctx); err != nil {
		return pat.FailedCheck(pat.CheckHistory, explain(err))
	}
	kept, err := store.Standby(ctx)
	switch {
	case err != nil:
		return pat.FailedCheck(pat.CheckHistory, explain(err))
	case !kept:
		return pat.NewCheck(pat.CheckHistory, pat.Warn, says+"; no standby has what was just recorded", "Give the database a synchronous standby, if a failover must not lose tokens")
	}
	return pat.NewCheck(pat.CheckHistory, pat.Good, says, "")
}

// sealCheck tells where the key is that seals tokens in the history, and what
// that protects against.
func (a *app) sealCheck(ctx context.Context, s *session) pat.Check {
	if s.config.KeepTokens == keepNever {
		return pat.NewCheck(pat.CheckSeal, pat.Good, "keep_tokens is never: only the particulars of tokens are kept", "")
	}
	_, place, err := a.keyStore(s).Find(ctx)
	if s.issuer.History != nil {
		if _, unfit := s.issuer.History.CheckKey(ctx); unfit != nil {
			return pat.FailedCheck(pat.CheckSeal, explain(unfit))
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return pat.NewCheck(pat.CheckSeal, pat.Good, "no key yet; it is made with the first token", "")
	case err != nil:
		return pat.FailedCheck(pat.CheckSeal, explain(err))
	case place.Kind == "file":
		return pat.NewCheck(pat.CheckSeal, pat.Warn, "tokens are sealed with a key in "+place.Path+"; that protects back-ups and copies of the history, not against programs running as you", "")
	default:
		return pat.NewCheck(pat.CheckSeal, pat.Good, "tokens are sealed with a key in the system's keyring", "")
	}
}

// auditCheck tells how far what was done is sealed, where somebody began to seal it.
func (a *app) auditCheck(ctx context.Context, s *session) (c pat.Check, ok bool) {
	if s.issuer.History == nil {
		return c, false
	}
	p, err := s.issuer.History.Sealing(ctx)
	sends := s.config.AuditHeadCommand != ""
	switch {
	case err != nil:
		return pat.FailedCheck(pat.CheckAudit, explain(err)), true
	case p.Sealed == 0 && !sends:
		return c, false
	}
	text := fmt.Sprintf("%s, %d of them sealed", pat.Plural(int(p.Events), "event"), p.Sealed)
	if p.Sealed > 0 {
		text += ", last at " + p.At.UTC().Format(time.RFC3339)
	}
	if !sends {
		return pat.NewCheck(pat.CheckAudit, pat.Good, text+"; heads are sent nowhere by themselves", ""), true
	}
	if p.Sealed < p.Events {
		return pat.NewCheck(pat.CheckAudit, pat.Warn, text, "Seal the rest and send its head: patdesk audit head"), true
	}
	return pat.NewCheck(pat.CheckAudit, pat.Good, text+"; audit_head_command gets each head", ""), true
}

// serverChecks look at the server, also where no key can be had for it.
func (a *app) serverChecks(ctx context.Context, r *report, s *session, o *doctorOptions) {
	keyless := a.connect(ctx, s)
	if s.issuer.Client == nil {
		c, err := a.newClient(s.profile, secret.Text{})
		if err != nil {
			id := pat.CheckAddress
			if x := explain(err); strings.Contains(x.Cause, "ca_file") {
				id = pat.CheckCA
			}
			a.add(r, pat.FailedCheck(id, explain(err)))
			return
		}
		s.issuer.Client = c
	}
	for _, c := range pat.Local(a.facts(ctx, s)) {
		a.add(r, c)
	}
	for c := range s.issuer.DiagnoseWithout(ctx, keyless) {
		a.add(r, c)
	}
	if o.prove && r.exit == pat.ExitOK {
		a.add(r, a.prove(ctx, s, o))
	}
}

// prove settles the unit and remembers it in the profile.
func (a *app) prove(ctx context.Context, s *session, o *doctorOptions) pat.Check {
	if err := a.guard(ctx, s, o.user); err != nil {
		return pat.FailedCheck(pat.CheckUnit, explain(err))
	}
	a.say("issuing a one-unit token for %s on %s; this takes five seconds", o.user, o.app)
	unit, _, err := s.issuer.ProveUnit(ctx, o.user, o.app)
	if err != nil {
		return pat.FailedCheck(pat.CheckUnit, explain(err))
	}
	text := fmt.Sprintf("proven: this server reads %s", unit)
	if _, inFile := s.config.Profiles[s.profile.Name]; !inFile {
		return pat.NewCheck(pat.CheckUnit, pat.Good, text, fmt.Sprintf("Remember it with a profile: pat_expiry_unit = %q", unit))
	}
	if err := a.keepUnit(ctx, s.issuer, s.profile.Name, unit); err != nil {
		return pat.FailedCheck(pat.CheckUnit, explain(err))
	}
	return pat.NewCheck(pat.CheckUnit, pat.Good, text+"; remembered in the profile", "")
}

// keepUnit remembers in a profile that the unit was proven, when, and on which
// version of the server. Without such a profile in the file nothing is kept.
func (a *app) keepUnit(ctx context.Context, i *pat.Issuer, profile string, unit pat.Unit) error {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return err
	}
	p := s.config.Profiles[profile]
	if p == nil {
		return nil
	}
	p.Unit, p.UnitProvenAt = string(unit), time.Now().UTC().Format(time.RFC3339)
	if c, err := i.Client.GetConfig(ctx); err == nil {
		p.UnitProvenVersion = term.CleanWidth(c.Version, 40).String()
	}
	return s.config.Save()
}
