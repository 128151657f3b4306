package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/term"
)

// runReport tells what becomes of a run: of each row when it is over, and in the end.
type runReport interface {
	step(ctx context.Context, s pat.Step) error
	end(run *pat.Run, view pat.RunView, steps []pat.Step) error
}

// reporter makes the report of a run that is written to w.
type reporter func(w io.Writer) runReport

// reporterOf is the report that a run gets unless --json asks for another.
func (a *app) reporterOf(plain reporter) reporter {
	if a.json {
		return func(w io.Writer) runReport { return &jsonReport{a, w} }
	}
	return plain
}

// jsonReport is one object when all is over.
type jsonReport struct {
	a *app
	w io.Writer
}

func (r *jsonReport) step(_ context.Context, s pat.Step) error {
	r.a.showUnsaved(s)
	return nil
}

func (r *jsonReport) end(_ *pat.Run, view pat.RunView, _ []pat.Step) error {
	return r.a.printJSON(r.w, view)
}

// showUnsaved shows a token that could not be saved at once: nobody else holds it.
func (a *app) showUnsaved(s pat.Step) {
	if unsaved, ok := errors.AsType[*pat.UnsavedError](s.Err); ok {
		a.fail(s.Err)
		line(a.env.Err, "%s %s", s.Target(), unsaved.Grant.Secrets.URL.Reveal(secret.ForOutput))
		line(a.env.Err, "%s %s", s.Target(), unsaved.Grant.Secrets.Token.Reveal(secret.ForOutput))
	}
}

// sayFailed says why a row has no token.
func (a *app) sayFailed(s pat.Step) {
	if s.Err == nil {
		return
	}
	a.say("%s:", s.Target())
	if _, shown := errors.AsType[*pat.UnsavedError](s.Err); !shown && !a.json && !a.quiet {
		explainTo(a.env.Err, explain(s.Err))
	}
}

// textReport hands each token out as it comes, in the format that was asked for.
type textReport struct {
	a  *app
	s  *session
	of int // rows
	o  outputOptions
}

func (r *textReport) step(ctx context.Context, s pat.Step) error {
	r.a.showUnsaved(s)
	switch {
	case s.State != pat.StepOK:
		r.a.sayFailed(s)
		return nil
	case r.of == 1 || r.o.format == "" || r.o.format == "json":
		return r.a.handOver(ctx, r.s, s.Grant, r.o)
	}
	return r.a.printRow(r.s, s, r.o.format)
}

func (r *textReport) end(*pat.Run, pat.RunView, []pat.Step) error { return nil }

// printRow prints one format of a token as one line with its user and app, so
// that the lines of several tell whose they are.
func (a *app) printRow(s *session, step pat.Step, format string) error {
	g := step.Grant
	sn, err := a.render(s, format, g.Token, g.Secrets)
	if err != nil {
		return err
	}
	for _, w := range append(g.Warnings, sn.Warnings...) {
		a.say("note: %s: %s", step.Target(), w)
	}
	text := strings.Join(strings.Fields(sn.Text.Reveal(secret.ForOutput)), " ")
	_, err = fmt.Fprintln(a.env.Out, tabbed(pat.UserOf(g.Token), pat.AppOf(g.Token), text))
	return err
}

// receiptReport is a receipt for a ticket, without a token, when all is over.
type receiptReport struct {
	a *app
	s *session
	w io.Writer
}

func (r *receiptReport) step(_ context.Context, s pat.Step) error {
	r.a.showUnsaved(s)
	r.a.sayFailed(s)
	return nil
}

func (r *receiptReport) end(run *pat.Run, _ pat.RunView, steps []pat.Step) error {
	for l := range strings.Lines(r.s.issuer.Receipt(run, steps, r.a.zone())) {
		line(r.w, "%s", strings.TrimRight(l, "\n"))
	}
	return nil
}

// csvReport is a line for each row as it comes; tokens are masked unless they are
// asked for.
type csvReport struct {
	a      *app
	s      *session
	w      *csv.Writer
	reveal bool
	begun  bool
}

func (r *csvReport) step(ctx context.Context, s pat.Step) error {
	if !r.begun {
		r.begun = true
		if err := r.w.Write(pat.ResultHead()); err != nil {
			return err
		}
	}
	r.a.showUnsaved(s)
	r.a.sayFailed(s)
	token := s.Grant.Secrets.Token.Mask()
	if r.reveal && s.State == pat.StepOK {
		token = s.Grant.Secrets.Token.Reveal(secret.ForOutput)
		if err := r.s.issuer.History.MarkRevealed(context.WithoutCancel(ctx), "printed by bulk", s.Grant.Token.ID); err != nil {
			return err
		}
	}
	cells := pat.ResultCells(s, token)
	for n, c := range cells {
		cells[n] = pat.NoFormula(term.CleanWidth(c, wholeCell).String())
	}
	if err := r.w.Write(cells); err != nil {
		return err
	}
	r.w.Flush()
	return r.w.Error()
}

func (r *csvReport) end(*pat.Run, pat.RunView, []pat.Step) error { return r.w.Error() }
