package cli

import (
	"context"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

type previewOptions struct{ noOpen, once bool }

func (a *app) previewCmd() *cobra.Command {
	o := &previewOptions{}
	cmd := &cobra.Command{
		Use:   "preview ID",
		Short: "Show a token's app in a browser here, and say what really happens",
		Long: `Serve one page on this computer with the iframe snippet of a token, open it in the
browser (BROWSER is honoured; over SSH the line that forwards the port is printed),
and tell step by step what happens. ToolJet says "expired" for most failures: the
verdict joins its clock, the user's access and the headers. The page works once, and
the token stands in it alone. It ends with ctrl+c, or with the verdict after --once.

It exits 0 when the app loaded, 6 when it was refused, 5 when it was blocked.`,
		Example: "  patdesk preview 12\n  patdesk preview 12 --once --no-open",
		Args:    exactly(1, "the number of a token"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.preview(cmd.Context(), args[0], o) },
	}
	cmd.Flags().BoolVar(&o.noOpen, "no-open", false, "only print the address")
	cmd.Flags().BoolVar(&o.once, "once", false, "end with the verdict")
	return cmd
}

func (a *app) preview(ctx context.Context, id string, o *previewOptions) error {
	s, err := a.open(ctx, needLook)
	if err != nil {
		return err
	}
	defer s.close()
	t, err := a.find(ctx, s, id)
	if err != nil {
		return err
	}
	p, err := s.issuer.NewPreview(ctx, t, s.snippets, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	line(a.env.Out, "%s", p.Address())
	a.sayPreview(ctx, p, o)
	return a.watch(ctx, p, o)
}

// watch tells what happens until the preview ends.
func (a *app) watch(ctx context.Context, p *pat.Preview, o *previewOptions) error {
	var last *pat.PreviewResult
	for step, more := p.Next(ctx); more; step, more = p.Next(ctx) {
		a.sayStep(step)
		if step.Judge == nil {
			continue
		}
		if last = step.Judge; o.once {
			break
		}
	}
	switch {
	case last == nil:
		return ctx.Err()
	case last.Exit != pat.ExitOK:
		return &exitError{last.Exit}
	}
	return nil
}

// sayPreview opens the page, or says how it is opened.
func (a *app) sayPreview(ctx context.Context, p *pat.Preview, o *previewOptions) {
	if user, host, far := a.farAway(); far {
		a.say("You are here by SSH. On your own computer run the next line, then open the address in a browser there:")
		a.say("%s", p.Forward(user, host))
		return
	}
	if !o.noOpen {
		err := a.openPage(ctx, p.Address())
		if err == nil {
			return
		}
		a.say("note: %s", err)
	}
	a.say("Open the address in a browser on this computer, once and within a minute.")
}

// sayStep tells one step as it happened.
func (a *app) sayStep(step pat.PreviewStep) {
	if step.Judge == nil {
		a.say("%s %s %s", sign(step.Level), step.At.Local().Format("15:04:05.000"), step.Text)
		if step.More != "" && !a.json && !a.quiet {
			wrap(a.env.Err, "                  ", step.More)
		}
		return
	}
	r := step.Judge
	a.say("%s %s", sign(step.Level), r.Verdict)
	if a.json || a.quiet {
		return
	}
	wrap(a.env.Err, "     ", pat.AsSentence(r.Title))
	for _, l := range r.Lines {
		wrap(a.env.Err, "     ", pat.AsSentence(l))
	}
	for _, d := range r.Do {
		wrap(a.env.Err, "  -> ", pat.AsSentence(d))
	}
	if r.Page != "" {
		line(a.env.Err, "  -> %s", r.Page)
	}
	if r.Message != "" {
		wrap(a.env.Err, "     ", "For the person who can change it: "+r.Message)
	}
}
