package cli

import (
	"github.com/spf13/cobra"

	"patdesk/pat"
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
			s, err := a.open(cmd.Context(), needServer)
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
