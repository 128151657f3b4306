package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/span"
	"patdesk/ui/term"
)

type issueOptions struct {
	user, app        string
	life, idle, note string
	again            bool
	out              outputOptions
}

// outputOptions are the flags of commands that hand out a token.
type outputOptions struct {
	format string
	copy   bool
	reveal bool
}

func (o *outputOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.format, "output", "o", "", "print this: "+formatsHelp())
	cmd.Flags().BoolVar(&o.copy, "copy", false, "copy it (the URL, or the format of -o) instead of printing it")
	cmd.Flags().BoolVar(&o.reveal, "reveal", false, "show token and URL in the text or JSON printed")
}

func (a *app) issueCmd() *cobra.Command {
	o := &issueOptions{}
	cmd := &cobra.Command{
		Use:   "issue EMAIL APP",
		Short: "Issue a token for a user and an app",
		Long: `Issue an embed token for a user (e-mail address or id) and an app (id, slug, exact
name, or the address of a page of it) and remember it. The request is recorded before it
is sent. If the pair has a live token, that one keeps working beside the new one, so
--again is asked for.`,
		Example: `  patdesk issue ana@example.com orders --life 1h --idle 60m -o iframe
  patdesk issue ana@example.com orders --life 2026-12-01 --note "Partner portal" --copy`,
		Args: exactly(2, "a user and an app"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.user, o.app = args[0], args[1]
			return a.issue(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.life, "life", "", "how long the token is valid: 90m, 2h30m, 7d or a date (default: the profile's, 1h)")
	cmd.Flags().StringVar(&o.idle, "idle", "", "sign out after this long without use (default: the profile's, 60m)")
	cmd.Flags().StringVar(&o.note, "note", "", "what the token is for")
	cmd.Flags().BoolVar(&o.again, "again", false, "issue although the pair has a live token")
	o.out.flags(cmd)
	return cmd
}

func (a *app) issue(ctx context.Context, o *issueOptions) error {
	s, err := a.open(ctx, needIssue)
	if err != nil {
		return pat.BeforeSending(err)
	}
	defer s.close()
	if err := s.checkFormat(o.out.format); err != nil {
		return err
	}
	req := pat.Request{
		User: o.user, App: o.app, Note: o.note, Again: o.again,
		Life: s.profile.DefaultLife.Duration, Idle: s.profile.DefaultIdle.Duration,
	}
	now := s.issuer.Now().Local()
	if err := spans(&req, o.life, o.idle, now); err != nil {
		return err
	}
	if req, err = s.issuer.NamedApp(ctx, req); err != nil {
		return err
	}
	if err := s.issuer.Check(req); err != nil {
		return err
	}
	if words := pat.LifeWords(o.life, now); words != "" {
		a.say("%s", words)
	}
	a.sayPlan(s, req)
	if err := a.foresee(ctx, s, req.User); err != nil {
		return err
	}
	if err := a.guard(ctx, s, req.User); err != nil {
		return err
	}
	grant, err := s.issuer.Issue(ctx, req)
	if live, ok := errors.AsType[*pat.LivePairError](err); ok && (a.yes || a.mayAsk()) {
		question := pat.AsSentence(pat.AliveWords(live.Tokens, s.issuer.Now(), a.zone())+" on this pair; it cannot be revoked") + " Issue one more?"
		if err := a.confirm(ctx, question, notSent); err != nil {
			return err
		}
		req.Again = true
		grant, err = s.issuer.Issue(ctx, req)
	}
	if err != nil {
		return a.issueFailed(s, grant, err)
	}
	return a.handOver(ctx, s, grant, o.out)
}

// foresee says what the lists that were read last have against a token for a user, and
// asks on a terminal whether it shall be issued all the same: they may be old.
func (a *app) foresee(ctx context.Context, s *session, user string) error {
	lists, _ := s.issuer.LastLists(ctx) // what is kept of the server's lists is a help, no condition
	words := pat.Foreseen(lists, user, a.zone())
	switch {
	case words == "":
		return nil
	case a.yes || !a.mayAsk():
		a.say("%s", words)
		return nil
	}
	return a.confirm(ctx, pat.AsSentence(words)+" Issue it all the same?", notSent)
}

// spans puts life and idle time as typed into a request.
func spans(r *pat.Request, life, idle string, now time.Time) error {
	if life != "" {
		d, err := span.ParseLife(life, now)
		if err != nil {
			return &pat.InvalidError{Field: pat.FieldLife, Reason: err.Error()}
		}
		r.Life = d
	}
	if idle != "" {
		d, err := span.ParseLife(idle, now)
		if err != nil {
			return &pat.InvalidError{Field: pat.FieldIdle, Reason: err.Error()}
		}
		r.Idle = d
	}
	return nil
}

// sayPlan tells the number that will be sent, its unit and what it means.
func (a *app) sayPlan(s *session, r pat.Request) {
	unit, proven := s.issuer.Unit()
	n, life := unit.Number(r.Life)
	a.say("patExpiry %d (%s): %s", n, pat.UnitWords(unit, proven), pat.Span(life))
	if worst := unit.Worst(n); !proven && worst > life {
		a.say("if this server reads minutes: %s", pat.Span(worst))
	}
}

// issueFailed prints what is known of a request that gave no usable token. A
// token that could not be saved is shown now: nobody else holds it.
func (a *app) issueFailed(s *session, g pat.Grant, err error) error {
	if unsaved, ok := errors.AsType[*pat.UnsavedError](err); ok {
		g = unsaved.Grant
		a.fail(err)
		if a.json {
			_ = a.printJSON(a.env.Out, pat.ViewOf(g.Token, s.issuer.Now()).WithSecrets(g.Secrets))
		} else {
			line(a.env.Out, "%s", g.Secrets.URL.Reveal(secret.ForOutput))
			line(a.env.Out, "%s", g.Secrets.Token.Reveal(secret.ForOutput))
		}
		return &exitError{pat.ExitStorage}
	}
	if g.Token.ID != 0 {
		if a.json {
			_ = a.printJSON(a.env.Out, pat.ViewOf(g.Token, s.issuer.Now()))
		} else if g.Token.Outcome == pat.Unknown {
			a.say("recorded as #%d, outcome unknown; a token may exist until %s", g.Token.ID, clockTime(pat.EndOf(g.Token).Latest))
		}
	}
	return err
}

// handOver prints or copies a fresh token as asked.
func (a *app) handOver(ctx context.Context, s *session, g pat.Grant, o outputOptions) error {
	came := slices.DeleteFunc(slices.Clone(g.Warnings), func(w string) bool {
		return slices.Contains(pat.URLFaults(g.Token), w) // those are told with the row
	})
	for _, w := range came {
		a.say("note: %s", w)
	}
	if o.copy || o.format != "" && o.format != "json" {
		format := first(o.format, "url")
		_, unfit := a.render(s, format, g.Token, g.Secrets)
		switch {
		case unfit == nil && o.copy:
			return a.copyOut(ctx, s, g.Token, g.Secrets, format)
		case unfit == nil:
			return a.printSnippet(ctx, s, g.Token, g.Secrets, format)
		}
		// It was issued all the same: its number is told, and the way on.
		explainTo(a.env.Err, explain(unfit))
		o.format = ""
	}
	a.sayNotes(s, g.Token, nil)
	if a.json || o.format == "json" {
		v := pat.ViewOf(g.Token, s.issuer.Now())
		v.Warnings = append(came, v.Warnings...)
		if o.reveal {
			v = v.WithSecrets(g.Secrets)
		}
		return a.printJSON(a.env.Out, v)
	}
	t := g.Token
	if power := pat.Power(t); power != "" {
		a.say("note: %s", power)
	}
	now := s.issuer.Now()
	line(a.env.Out, "#%d issued for %s on %s, %s left, ends %s", t.ID, pat.UserOf(t), pat.AppOf(t), left(t, now), pat.EndWords(t, now, a.zone()))
	if o.reveal {
		line(a.env.Out, "%s", g.Secrets.URL.Reveal(secret.ForOutput))
	} else {
		line(a.env.Out, "%s", g.Secrets.Token.Mask())
	}
	a.sayFraming(ctx, s, t, snippet.Kind{Framed: true}) // whatever it is put into
	a.say("next: patdesk show %d -o iframe, or patdesk copy %d", t.ID, t.ID)
	return nil
}

// printSnippet prints a snippet in full, because its format was asked for.
func (a *app) printSnippet(ctx context.Context, s *session, t pat.Token, sec pat.Secrets, format string) error {
	sn, err := a.render(s, format, t, sec)
	if err != nil {
		return err
	}
	a.sayNotes(s, t, sn.Warnings)
	printLines(a.env.Out, sn.Text.Reveal(secret.ForOutput))
	a.sayFraming(ctx, s, t, sn.Kind)
	return nil
}

// sayNotes tells what a person should know before pasting what they get.
func (a *app) sayNotes(s *session, t pat.Token, warnings []string) {
	if ended := pat.AfterEnd(t, s.issuer.Now()); ended != "" {
		a.say("note: %s", ended)
	}
	for _, w := range append(pat.URLFaults(t), warnings...) {
		a.say("note: %s", w)
	}
}

// printLines prints text of several lines, each cleaned.
func printLines(w interface{ Write([]byte) (int, error) }, text string) {
	for _, l := range term.Lines(text, maxLines) {
		_, _ = fmt.Fprintln(w, l.String())
	}
}

// maxLines bounds what is printed of one snippet.
const maxLines = 2000

// checkFormat refuses an unknown format before anything is sent.
func (s *session) checkFormat(format string) error {
	if format == "" {
		return nil
	}
	for _, k := range s.snippets.Kinds() {
		if k.Name == format {
			return nil
		}
	}
	return &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("there is no format %q", format), Next: "Use one of: " + s.formats()}
}

// clockTime is a moment in the zone of the person, with the zone.
func clockTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 MST") }

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}
