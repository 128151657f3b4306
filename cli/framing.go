package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"patdesk/address"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

func (a *app) framingCmd() *cobra.Command {
	var page string
	cmd := &cobra.Command{
		Use:   "framing [APP]",
		Short: "Say which pages may show an app in a frame, and what a portal needs for it",
		Long: `Read the headers of an app's embed page, or of that of any app, and say who may show
it in a frame: X-Frame-Options, frame-ancestors, cookies, plain http, and where
embed URLs point. --page reads the headers of one page of a portal too, and says
whether that page may show it. No token and no key is sent to either page.

It exits 0 when it may be framed, 5 when not, 6 when that cannot be told.`,
		Example: "  patdesk framing\n  patdesk framing orders --page https://portal.example.com/orders",
		Args:    oneAtMost("at most one app"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.open(cmd.Context(), needLook)
			if err != nil {
				return err
			}
			defer s.close()
			app := ""
			if len(args) > 0 {
				app = args[0]
			}
			f, err := s.issuer.Framing(cmd.Context(), app, page)
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(a.env.Out, f)
			} else {
				a.printFraming(f)
			}
			if exit := f.Exit(); err == nil && exit != pat.ExitOK {
				return &exitError{exit}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&page, "page", "", "the address of a portal's page that shall show it")
	return cmd
}

// besideTimeout bounds what is looked up beside a snippet that somebody waits for.
const besideTimeout = 3 * time.Second

// sayFraming tells people, beside a snippet, which pages may show it in a frame.
// Scripts are told nothing, and cost the server no request.
func (a *app) sayFraming(ctx context.Context, s *session, t pat.Token, kind snippet.Kind) {
	if !a.mayAsk() || a.quiet || kind.Name != "url" && kind.Name != snippet.Corrected && kind.Name != "csp" && !kind.Framed {
		return
	}
	i := s.issuer
	if i.Client == nil && s.profile != nil && address.Server(s.profile.URL) == address.Server(t.Host) {
		c, err := a.newClient(s.profile, secret.Text{}) // the pages of portals need no key
		if err != nil {
			return
		}
		i = pat.NewIssuer(c, i.History, i.Settings)
	}
	ctx, cancel := context.WithTimeout(ctx, besideTimeout)
	defer cancel()
	if f, ok := i.FramingOf(ctx, t); ok {
		level, words := f.Beside()
		wrap(a.env.Err, sign(level)+" ", pat.AsSentence("Framing: "+words))
	}
}

// maySign is the accessible form of an answer.
func maySign(may *bool) string {
	switch {
	case may == nil:
		return sign(pat.NotSure)
	case *may:
		return sign(pat.Good)
	default:
		return sign(pat.Bad)
	}
}

// printFraming writes it for people: the embed page, then the portal's.
func (a *app) printFraming(f pat.Framing) {
	w := a.env.Out
	wrap(w, maySign(f.MayFrame)+" ", f.App+": "+f.Reason)
	wrap(w, "     ", f.URL)
	if f.Page != nil {
		wrap(w, maySign(f.Page.MayFrame)+" ", f.Page.URL+": "+f.Page.Reason)
	}
	if next := f.NextWords(); next != "" {
		wrap(w, "     -> ", pat.AsSentence(next))
	}
	if f.ServerSetting != "" {
		wrap(w, "     ", "set on the server: "+f.ServerSetting)
	}
	for _, warning := range f.Warnings {
		wrap(w, sign(pat.Warn)+" ", warning)
	}
	wrap(w, "     ", "If your portal sends a Content-Security-Policy, it needs:")
	line(w, "  -> %s", f.PortalLine)
}
