package cli

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

type listOptions struct {
	user, app, state, left string
	words                  []string // of the console's filter
	limit                  int
}

func (a *app) listCmd() *cobra.Command {
	o := &listOptions{}
	cmd := &cobra.Command{
		Use:   "list [FILTER...]",
		Short: "List tokens with the time they have left",
		Long: `List the tokens of the profile, the one that ends next first. The history is local:
nothing is asked of the server. FILTER are words as in the console's filter, and all of
them must hold; see: patdesk help filters. In a pipe every cell is printed whole, with
one tab between cells.`,
		Example: "  patdesk list user:ana left:'<1h' '!demo'\n  patdesk list --state soon --json\n  patdesk list --limit 0 | cut -f 1,4",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.words = args
			return a.list(cmd.Context(), cmd.Flags().Changed("limit"), o)
		},
	}
	o.flags(cmd)
	cmd.Flags().IntVar(&o.limit, "limit", 50, "at most this many rows; 0 for all (--json: all unless set)")
	return cmd
}

// flags adds the conditions by which tokens are chosen.
func (o *listOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.user, "user", "", "tokens of this user (part of address or name)")
	cmd.Flags().StringVar(&o.app, "app", "", "tokens of this app (part of name or slug, or the id)")
	cmd.Flags().StringVar(&o.state, "state", "", "ok, soon, urgent, ended, expired, older, unsure, drift or failed")
	cmd.Flags().StringVar(&o.left, "left", "", "with less time left than this, as '<1h', or more, as '>7d'")
}

// chooses reports whether there is a condition: then no row says nothing of all tokens.
func (o *listOptions) chooses() bool {
	return o.user != "" || o.app != "" || o.state != "" || o.left != "" || len(o.words) > 0
}

// filter is the filter that the flags describe.
func (o *listOptions) filter(server string) (pat.Filter, error) {
	f, err := pat.ParseFilterWords(o.words)
	if err != nil {
		return f, usage("%s", err)
	}
	f.Server = server
	if o.user != "" {
		f.User = append(f.User, pat.Term{Text: o.user})
	}
	if o.app != "" {
		f.App = append(f.App, pat.Term{Text: o.app})
	}
	if o.state != "" {
		st, err := pat.ParseState(o.state)
		if err != nil {
			return f, usage("--%s", err)
		}
		f.State = append(f.State, pat.StateTerm{State: st})
	}
	if o.left != "" {
		l, err := pat.ParseFilter("left:" + o.left)
		if err != nil {
			return f, usage("--%s", err)
		}
		f.LeftUnder, f.LeftOver = l.LeftUnder, l.LeftOver
	}
	return f, nil
}

// pageSize is how many rows are read at a time.
const pageSize = 500

func (a *app) list(ctx context.Context, limited bool, o *listOptions) error {
	if o.limit < 0 {
		return usage("--limit must not be negative")
	}
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	f, err := o.filter(s.issuer.Server())
	if err != nil {
		return err
	}
	limit := o.limit
	if a.json && !limited {
		limit = 0
	}
	q := pat.Query{Filter: f, Sort: pat.SortLeft, Now: s.issuer.Now()}
	if a.json {
		return a.listJSON(ctx, s, q, limit)
	}
	none := "no tokens here; issue one with: patdesk issue EMAIL APP"
	if o.chooses() {
		none = "no token matches; all of them: patdesk list"
	}
	return a.listTable(ctx, s, q, limit, none)
}

// each calls fn for up to limit rows of a query, or all if limit is 0, and
// reports whether rows were left out.
func each(ctx context.Context, s *session, q pat.Query, limit int, fn func(pat.Token) error) (more bool, err error) {
	for n := 0; ; {
		q.Limit = pageSize
		if limit > 0 {
			q.Limit = min(pageSize, limit-n)
		}
		p, err := s.issuer.History.Page(ctx, q)
		if err != nil {
			return false, err
		}
		for _, t := range p.Entries {
			if err := fn(t); err != nil {
				return false, err
			}
		}
		n += len(p.Entries)
		if !p.More || len(p.Entries) == 0 {
			return false, nil
		}
		if limit > 0 && n >= limit {
			return true, nil
		}
		c := p.Cursor(len(p.Entries) - 1)
		q.After = c
	}
}

// listJSON prints an array element by element, so that a long history needs no
// memory of its size.
func (a *app) listJSON(ctx context.Context, s *session, q pat.Query, limit int) error {
	out := bufio.NewWriter(a.env.Out)
	sep := "["
	_, err := each(ctx, s, q, limit, func(t pat.Token) error {
		_, _ = out.WriteString(sep) // bufio keeps the error for Flush
		sep = ","
		return a.printJSON(out, pat.ViewOf(t, q.Now))
	})
	if err != nil {
		return err
	}
	if sep == "[" {
		_, _ = out.WriteString(sep)
	}
	_, _ = out.WriteString("]\n")
	return out.Flush()
}

// listCells are the cells of a token in the list.
func listCells(t pat.Token, now time.Time) []string {
	issued := t.Issued
	if issued.IsZero() {
		issued = t.Begun
	}
	return []string{
		fmt.Sprint(t.ID), t.State(now).Word(), left(t, now), pat.UserOf(t), pat.AppOf(t), t.Role,
		issued.Local().Format("2006-01-02 15:04"), t.By,
	}
}

// listTable prints the tokens of a query as a table, or says none where it has none.
func (a *app) listTable(ctx context.Context, s *session, q pat.Query, limit int, none string) error {
	rows := a.newTable([]column{{"ID", 9}, {"STATE", 7}, {"LEFT", 14}, {"USER", 36}, {"APP", 28}, {"ROLE", 10}, {"ISSUED", 16}, {"BY", 16}})
	more, err := each(ctx, s, q, limit, func(t pat.Token) error {
		rows.row(listCells(t, q.Now)...)
		return nil
	})
	if err != nil {
		return err
	}
	if rows.n == 0 {
		a.say("%s", none)
		return a.sayElsewhere(ctx, s)
	}
	if err := rows.end(); err != nil {
		return err
	}
	if more {
		a.say("the first %d; --limit 0 shows all", rows.n)
	}
	return a.sayElsewhere(ctx, s)
}

// sayElsewhere tells how many tokens are left out because they belong to other
// servers.
func (a *app) sayElsewhere(ctx context.Context, s *session) error {
	n, err := s.issuer.Elsewhere(ctx)
	if err == nil && n > 0 {
		a.say("%s; --profile or --url names another server", pat.ElsewhereWords(n))
	}
	return err
}
