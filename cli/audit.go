package cli

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/secret"
)

// auditCmd makes changes of the events visible.
func (a *app) auditCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Seal what was done, and see whether it was changed since",
		Long: `Seal the events of the history, which "patdesk activity" lists, and find out later whether they were changed.
It cannot prevent a change: whoever owns the history and its sealing key can make all of it anew. Only a
head that was kept elsewhere shows that.`,
		Example: "  patdesk audit head > head.txt\n  patdesk audit verify --head head.txt",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.auditHeadCmd(), a.auditVerifyCmd())
	return cmd
}

func (a *app) auditHeadCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "head",
		Short: "Seal the events so far, and print the newest head",
		Long: `Seal the events since the last seal and print the newest head: the history, its last event and a root over
all of them, signed. Keep it where those who can change the history cannot: another host, a ticket, a log.`,
		Example: "  patdesk audit head\n  patdesk audit head | logger -t patdesk",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.open(cmd.Context(), needSeal)
			if err != nil {
				return err
			}
			defer s.close()
			s.atEnd = nil // it is sent here, also if it was sealed before
			h, err := s.issuer.AuditHead(cmd.Context())
			if err == nil && h.Event > 0 && s.config.AuditHeadCommand != "" {
				err = unsent(secret.Feed(cmd.Context(), s.config.AuditHeadCommand, h.Note))
			}
			switch {
			case err != nil:
				return err
			case a.json:
				return a.printJSON(a.env.Out, h)
			case h.Event == 0:
				a.say("there are no events yet, so there is nothing to seal")
				return nil
			}
			_, err = io.WriteString(a.env.Out, h.Note)
			return err
		},
	}
}

func (a *app) auditVerifyCmd() *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "See whether events were changed since they were sealed",
		Long: `Compare the events with their seals, and with --head also with a head that was kept elsewhere. A change ends
with exit code 9.`,
		Example: "  patdesk audit verify\n  patdesk audit verify --head head.txt",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			kept, err := a.keptHead(head)
			if err != nil {
				return err
			}
			s, err := a.open(cmd.Context(), needHistory)
			if err != nil {
				return err
			}
			defer s.close()
			v, err := s.issuer.AuditVerify(cmd.Context(), kept)
			if err != nil {
				return err
			}
			if a.json {
				return errors.Join(a.printJSON(a.env.Out, v), v.Problem())
			}
			if err := v.Problem(); err != nil {
				return err
			}
			line(a.env.Out, "%s", v.Words(kept != ""))
			return nil
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "a head that was kept elsewhere, in this `file`; - is standard input")
	return cmd
}

// headSize is more than a head takes.
const headSize = 64 << 10

// keptHead reads a head that was kept elsewhere.
func (a *app) keptHead(path string) (string, error) {
	switch path {
	case "":
		return "", nil
	case "-":
		b, err := io.ReadAll(io.LimitReader(a.env.In, headSize))
		return string(b), err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", &pat.Problem{ID: pat.IDUsage, Cause: "the head cannot be read: " + err.Error(), Err: err}
	}
	b, err := io.ReadAll(io.LimitReader(f, headSize))
	return string(b), errors.Join(err, f.Close())
}
