package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/ui/term"
)

type exportOptions struct {
	format, out string
	reveal      bool
}

func (a *app) exportCmd() *cobra.Command {
	o := &exportOptions{}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the history as CSV, JSON or a calendar",
		Long: `Write all tokens of the profile: as CSV whose head are the names of the JSON, as JSON, or
the ends that are to come as iCalendar events with alarms. A cell that a spreadsheet
would run as a formula gets an apostrophe in front. --out makes a file that only you can
read, and never replaces one.`,
		Example: "  patdesk export --format csv --out tokens.csv\n  patdesk export --format ics > tokens.ics",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.format, "format", "csv", "csv, json or ics")
	cmd.Flags().StringVar(&o.out, "out", "", "write into this new file (0600)")
	cmd.Flags().BoolVar(&o.reveal, "reveal", false, "with token and URL (csv and json)")
	return cmd
}

// exporters write the tokens of a session in a format.
var exporters = map[string]func(*app, context.Context, *session, io.Writer, bool) error{
	"csv": (*app).exportCSV, "json": (*app).exportJSON, "ics": (*app).exportICS,
}

func (a *app) export(ctx context.Context, o *exportOptions) error {
	format := o.format
	if a.json {
		format = "json"
	}
	write := exporters[format]
	switch {
	case write == nil:
		return usage("--format is csv, json or ics")
	case format == "ics" && o.reveal:
		return usage("a calendar holds no secrets; leave --reveal out")
	}
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	if o.reveal {
		if err := markExported(ctx, s, format); err != nil {
			return err
		}
	}
	if o.out == "" {
		return write(a, ctx, s, a.env.Out, o.reveal)
	}
	return newFile(o.out, func(w io.Writer) error { return write(a, ctx, s, w, o.reveal) })
}

// markExported records whose text an export shows, before it does.
func markExported(ctx context.Context, s *session, format string) error {
	var ids []int64
	if _, err := each(ctx, s, everything(s), 0, func(t pat.Token) error {
		if t.HasSecret {
			ids = append(ids, t.ID)
		}
		return nil
	}); err != nil {
		return err
	}
	return s.issuer.History.MarkRevealed(ctx, "exported as "+format, ids...)
}

// openNew makes a private file that is not there yet.
func openNew(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usage("%s is there already, and is not replaced", path)
	}
	if err != nil {
		return nil, usage("%s cannot be written: %s", path, err)
	}
	return f, nil
}

// newFile makes a private file of what write writes. It replaces none, and leaves
// none behind that is not whole.
func newFile(path string, write func(io.Writer) error) error {
	f, err := openNew(path)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// everything is all rows of a session, the newest first.
func everything(s *session) pat.Query {
	return pat.Query{Filter: pat.Filter{Server: s.issuer.Server()}, Sort: pat.SortIssued, Now: s.issuer.Now()}
}

// viewOf is a token for export, with its secrets if they are asked for and kept.
func viewOf(ctx context.Context, s *session, t pat.Token, q pat.Query, reveal bool) (pat.View, error) {
	v := pat.ViewOf(t, q.Now)
	if !reveal || !t.HasSecret {
		return v, nil
	}
	sec, err := s.issuer.Reveal(ctx, t.ID)
	if err != nil {
		return v, err
	}
	return v.WithSecrets(sec), nil
}

func (a *app) exportCSV(ctx context.Context, s *session, w io.Writer, reveal bool) error {
	out := csv.NewWriter(w)
	if err := out.Write(pat.ExportHead(reveal)); err != nil {
		return err
	}
	q := everything(s)
	_, err := each(ctx, s, q, 0, func(t pat.Token) error {
		v, err := viewOf(ctx, s, t, q, reveal)
		if err != nil {
			return err
		}
		cells := pat.ExportRow(v, reveal)
		for i, c := range cells {
			cells[i] = pat.NoFormula(term.CleanWidth(c, wholeCell).String())
		}
		return out.Write(cells)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func (a *app) exportJSON(ctx context.Context, s *session, w io.Writer, reveal bool) error {
	out := bufio.NewWriter(w)
	q, sep := everything(s), "["
	_, err := each(ctx, s, q, 0, func(t pat.Token) error {
		v, err := viewOf(ctx, s, t, q, reveal)
		if err != nil {
			return err
		}
		_, _ = out.WriteString(sep) // bufio keeps the error for Flush
		sep = ","
		return a.printJSON(out, v)
	})
	if err != nil {
		return err
	}
	if sep == "[" {
		_, _ = out.WriteString(sep)
	}
	_, _ = fmt.Fprintln(out, "]")
	return out.Flush()
}

func (a *app) exportICS(ctx context.Context, s *session, w io.Writer, _ bool) error {
	now := s.issuer.Now()
	cal := pat.NewCalendar(now, func(text string) string { return term.CleanWidth(text, wholeCell).String() })
	if _, err := each(ctx, s, coming(s, now), 0, func(t pat.Token) error {
		cal.Add(t)
		return nil
	}); err != nil {
		return err
	}
	_, err := cal.WriteTo(w)
	return err
}
