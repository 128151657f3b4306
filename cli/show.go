package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

func (a *app) showCmd() *cobra.Command {
	o, f := &outputOptions{}, &frameOptions{}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a token: its particulars, or a snippet with -o",
		Long: `Show everything the history knows of a token. Token and URL are masked unless a format
or --reveal asks for them.`,
		Example: "  patdesk show 12\n  patdesk show 12 -o iframe --height 80vh --allow fullscreen",
		Args:    exactly(1, "the number of a token"),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.show(cmd.Context(), args[0], o, f) },
	}
	cmd.Flags().StringVarP(&o.format, "output", "o", "", "print this: "+formatsHelp())
	f.flags(cmd)
	cmd.Flags().BoolVar(&o.reveal, "reveal", false, "show token and URL")
	return cmd
}

// frameOptions are the flags that say how the frame of a snippet looks.
type frameOptions struct {
	height, ratio, allow string
	lazy                 bool
}

func (f *frameOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.height, "height", "", "height of the frame, such as 80vh (default 600 pixels)")
	cmd.Flags().StringVar(&f.ratio, "ratio", "", "ratio of the frame instead of a height, such as 16:9")
	cmd.Flags().StringVar(&f.allow, "allow", "", "what the app in the frame may use, such as fullscreen,camera")
	cmd.Flags().BoolVar(&f.lazy, "lazy", false, "load the iframe when it comes into view")
}

// parse reads the flags for a format; one that has no frame takes none.
func (f *frameOptions) parse(s *session, format string) error {
	if *f == (frameOptions{}) {
		return nil
	}
	for _, k := range s.snippets.Kinds() {
		if k.Name == format && !k.Framed {
			return usage("--height, --ratio, --allow and --lazy are for formats with a frame, not for %s", format)
		}
	}
	if format == "" {
		return usage("--height, --ratio, --allow and --lazy need a format with a frame, as in -o iframe")
	}
	var err error
	if s.frame, err = snippet.ParseFrame(f.height, f.ratio, f.allow, f.lazy); err != nil {
		return usage("%s", err.Error())
	}
	return nil
}

func (a *app) show(ctx context.Context, id string, o *outputOptions, f *frameOptions) error {
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.checkFormat(o.format); err != nil {
		return err
	}
	if err := f.parse(s, o.format); err != nil {
		return err
	}
	asJSON := a.json || o.format == "json"
	if o.format != "" && !asJSON {
		t, sec, err := a.reveal(ctx, s, id)
		if err != nil {
			return err
		}
		if err := a.printSnippet(ctx, s, t, sec, o.format); err != nil {
			return err
		}
		return s.issuer.History.MarkRevealed(ctx, o.format, t.ID)
	}
	t, err := a.find(ctx, s, id)
	if err != nil {
		return err
	}
	var sec pat.Secrets
	if o.reveal {
		if sec, err = s.issuer.Reveal(ctx, t.ID); err != nil {
			return err
		}
		if err := s.issuer.History.MarkRevealed(ctx, printed, t.ID); err != nil {
			return err
		}
	}
	now := s.issuer.Now()
	if asJSON {
		v := pat.ViewOf(t, now)
		if o.reveal {
			v = v.WithSecrets(sec)
		}
		return a.printJSON(a.env.Out, v)
	}
	a.particulars(a.env.Out, t, now)
	if o.reveal {
		field(a.env.Out, "token", sec.Token.Reveal(secret.ForOutput))
		field(a.env.Out, "url", sec.URL.Reveal(secret.ForOutput))
	}
	return nil
}

// printed is how a token became readable, as its event says.
const printed = "printed"

// find reads a row by its number as typed.
func (a *app) find(ctx context.Context, s *session, id string) (pat.Token, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(id, "#"), 10, 64)
	if err != nil || n < 1 {
		return pat.Token{}, usage("a token is named by its number, as in patdesk list")
	}
	return s.issuer.History.Get(ctx, n)
}

// reveal reads a row and its secrets.
func (a *app) reveal(ctx context.Context, s *session, id string) (pat.Token, pat.Secrets, error) {
	t, err := a.find(ctx, s, id)
	if err != nil {
		return t, pat.Secrets{}, err
	}
	sec, err := s.issuer.Reveal(ctx, t.ID)
	return t, sec, err
}

// field prints one named line.
func field(w io.Writer, name, value string) {
	if value != "" {
		line(w, "%-9s %s", name, value)
	}
}

// particulars prints what is known of a token, masked.
func (a *app) particulars(w io.Writer, t pat.Token, now time.Time) {
	line(w, "#%d  %s  %s  >  %s", t.ID, t.State(now).Word(), first(t.UserEmail, t.UserID), first(t.AppName, t.AppSlug, t.AppID))
	field(w, "left", left(t, now))
	if end := pat.EndOf(t); !end.Likely.IsZero() {
		field(w, pat.EndVerb(t, now), fmt.Sprintf("%s = %s your time", end.Likely.UTC().Format("2006-01-02 15:04:05Z"), pat.EndWords(t, now, a.zone())))
		if end.Open() {
			field(w, "latest", end.Latest.UTC().Format("2006-01-02 15:04:05Z"))
		}
	}
	field(w, "sent", fmt.Sprintf("patExpiry %s, idle %d min", pat.SentWords(t), t.IdleMinutes))
	field(w, "token", maskedToken(t))
	field(w, "app", joined(t.AppID, t.AppSlug))
	field(w, "workspace", t.Workspace)
	field(w, "role", t.Role)
	if !t.Issued.IsZero() {
		field(w, "issued", fmt.Sprintf("%s by %s on %s, profile %s (%s)", clockTime(t.Issued), t.By, t.Machine, t.Profile, t.Host))
	}
	field(w, "note", t.Note)
	if t.Older != 0 {
		field(w, "older", fmt.Sprintf("#%d is the earlier token of this pair", t.Older))
	}
	if t.Newer != 0 {
		field(w, "newer", fmt.Sprintf("#%d is a newer token of this pair", t.Newer))
	}
	if !t.Verified.IsZero() {
		field(w, "verified", clockTime(t.Verified)+": "+pat.CheckedWord(t))
	}
	for _, warning := range pat.Warnings(t, now) {
		wrap(w, "! ", warning)
	}
	if help := pat.DriftHelp(t, fmt.Sprintf("patdesk reissue %d", t.ID), fmt.Sprintf("patdesk verify %d", t.ID)); help != "" && t.State(now) == pat.Drift {
		wrap(w, "-> ", help)
	}
	if x := pat.StoredError(t); x != nil {
		explainTo(w, *x)
	}
}

func joined(s ...string) string {
	var out []string
	for _, v := range s {
		if v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, ", ")
}

// maskedToken is the token as screens show it.
func maskedToken(t pat.Token) string {
	switch {
	case t.Outcome != pat.Issued:
		return ""
	case !t.HasSecret:
		return "pat_…" + t.Last4 + " (text not kept)"
	default:
		return fmt.Sprintf("pat_…%s  fingerprint %s", t.Last4, t.Fingerprint)
	}
}

// left is the time a token has left in words, never negative.
func left(t pat.Token, now time.Time) string { return pat.LeftOf(t, now, "≤") }
