package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
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
		Long: `Look at this computer and at the server, from the outside in, and stop at the first
failure that explains those after it.

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

func (a *app) doctor(ctx context.Context, o *doctorOptions) error {
	if o.prove && (o.user == "" || o.app == "") {
		return usage("--prove-unit wants a test pair: --user U --app A")
	}
	var checks []pat.Check
	exit := pat.ExitOK
	report := func(c pat.Check) {
		checks = append(checks, c)
		if c.Level == pat.Bad && exit == pat.ExitOK {
			exit = pat.ExitSetup
			if c.Problem != nil {
				exit = c.Problem.Exit
			}
		}
		if !a.json {
			wrap(a.env.Out, sign(c.Level)+" ", c.Name+": "+c.Text)
			if c.Next != "" {
				wrap(a.env.Out, "     -> ", c.Next)
			}
		}
	}
	s, err := a.localChecks(ctx, report)
	if err == nil {
		defer s.close()
		for c := range s.issuer.Diagnose(ctx) {
			report(c)
		}
		if o.prove && exit == pat.ExitOK {
			report(a.prove(ctx, s, o))
		}
	}
	if a.json {
		if err := a.printJSON(a.env.Out, checks); err != nil {
			return err
		}
	}
	if exit != pat.ExitOK {
		return &exitError{exit}
	}
	return nil
}

// failedCheck is a check that ended with an error.
func failedCheck(name string, err error) pat.Check {
	x := explain(err)
	return pat.Check{Name: name, Level: pat.Bad, Text: x.Title + ": " + x.Cause, Next: x.Next, Problem: &x}
}

// localChecks looks at this computer: configuration, history, key store,
// clipboard. It returns a session if the server can be asked.
func (a *app) localChecks(ctx context.Context, report func(pat.Check)) (*session, error) {
	s, err := a.openConfig(needServer)
	if err != nil {
		report(failedCheck("Configuration", err))
		return nil, err
	}
	where := "no file; " + s.paths.ConfigFile + " would be used"
	if s.config.Exists() {
		where = s.paths.ConfigFile
	}
	report(pat.Check{Name: "Configuration", Level: pat.Good, Text: fmt.Sprintf("%s; profile %s (address from %s)", where, s.profile.Name, s.origins["url"])})
	report(a.sealCheck(ctx, s))
	full, err := a.open(ctx, needIssue)
	if err != nil {
		name := "Profile"
		if x := explain(err); x.Exit == pat.ExitStorage || x.ID == "L7" || x.ID == "L8" {
			name = "History"
		}
		report(failedCheck(name, err))
		return nil, err
	}
	counts, err := full.issuer.History.Counts(ctx, full.issuer.Settings.Profile, time.Now())
	if err != nil {
		report(failedCheck("History", err))
		full.close()
		return nil, err
	}
	text := fmt.Sprintf("%s: %d rows of this profile, %d of unknown outcome", full.paths.History, counts.Total, counts.Unsure)
	report(pat.Check{Name: "History", Level: pat.Good, Text: text})
	report(pat.Check{Name: "Clipboard", Level: pat.Good, Text: "mode " + s.config.Clipboard + "; a copy says what became of it"})
	return full, nil
}

// sealCheck tells where the key is that seals tokens in the history, and what
// that protects against.
func (a *app) sealCheck(ctx context.Context, s *session) pat.Check {
	const name = "Sealing"
	if s.config.KeepTokens == keepNever {
		return pat.Check{Name: name, Level: pat.Good, Text: "keep_tokens is never: only the particulars of tokens are kept"}
	}
	_, place, err := a.keyStore(s).Find(ctx)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return pat.Check{Name: name, Level: pat.Good, Text: "no key yet; it is made with the first token"}
	case err != nil:
		return failedCheck(name, err)
	case place.Kind == "file":
		return pat.Check{Name: name, Level: pat.Warn, Text: "tokens are sealed with a key in " + place.Path + "; that protects back-ups and copies of the history, not against programs running as you"}
	default:
		return pat.Check{Name: name, Level: pat.Good, Text: "tokens are sealed with a key in the system's keyring"}
	}
}

// prove settles the unit and remembers it in the profile.
func (a *app) prove(ctx context.Context, s *session, o *doctorOptions) pat.Check {
	const name = "Unit of patExpiry"
	a.say("issuing a one-unit token for %s on %s; this takes five seconds", o.user, o.app)
	unit, _, err := s.issuer.ProveUnit(ctx, o.user, o.app)
	if err != nil {
		return failedCheck(name, err)
	}
	text := fmt.Sprintf("proven: this server reads %s", unit)
	p, inFile := s.config.Profiles[s.profile.Name]
	if !inFile {
		return pat.Check{Name: name, Level: pat.Good, Text: text, Next: fmt.Sprintf("Remember it with a profile: pat_expiry_unit = %q", unit)}
	}
	p.Unit, p.UnitProvenAt = string(unit), time.Now().UTC().Format(time.RFC3339)
	if c, err := s.issuer.Client.GetConfig(ctx); err == nil {
		p.UnitProvenVersion = term.CleanWidth(c.Version, 40).String()
	}
	if err := s.config.Save(); err != nil {
		return failedCheck(name, err)
	}
	return pat.Check{Name: name, Level: pat.Good, Text: text + "; remembered in the profile"}
}
