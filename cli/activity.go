package cli

import (
	"bufio"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"patdesk/pat"
	"patdesk/span"
)

type activityOptions struct {
	since, user string
	words       []string // of the console's filter
	limit       int
}

func (a *app) activityCmd() *cobra.Command {
	o := &activityOptions{}
	cmd := &cobra.Command{
		Use:   "activity [FILTER...]",
		Short: "Show what was done with tokens, by whom and when",
		Long: `Show what was done with the tokens of the profile's server, the newest first: requests
and their outcomes, copies, checks, notes, drift, texts that were shown or dropped; at a desk
of several also who came (action:login) and what was refused (action:denied). Nothing is
asked of the server. Times are this computer's. What was done before the history kept
such a record is not in it. FILTER are words as in the filter of the console's Activity:
those of list, action:copied, status:403 (4 for all from 400 to 499) and since:2h; all must
hold, of several actions or statuses one. The requests of a session (action:request) are
shown by its console alone: they are kept nowhere.`,
		Example: "  patdesk activity --since 7d\n  patdesk activity action:copied user:ana '!demo' --json",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.words = args
			return a.activity(cmd.Context(), cmd.Flags().Changed("limit"), o)
		},
	}
	cmd.Flags().StringVar(&o.since, "since", "", "not older than this: 90m, 7d, or a date as 2026-11-01")
	cmd.Flags().StringVar(&o.user, "user", "", "of tokens of this user (part of address or name)")
	cmd.Flags().IntVar(&o.limit, "limit", 50, "at most this many rows; 0 for all (--json: all unless set)")
	return cmd
}

// parseSince reads how far to look back: a span before now, or the beginning of a
// day in the local zone.
func parseSince(text string, now time.Time) (time.Time, error) {
	if d, ok := span.Parse(text); ok {
		return now.Add(-d), nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, now.Location())
	if err != nil {
		return day, usage("--since %q: use 90m, 2h30m, 7d, or a date as 2026-11-01", text)
	}
	return day, nil
}

func (a *app) activity(ctx context.Context, limited bool, o *activityOptions) error {
	if o.limit < 0 {
		return usage("--limit must not be negative")
	}
	f, err := pat.ParseEventFilterWords(o.words, time.Now())
	if err != nil {
		return usage("%s", err)
	}
	if !f.Events {
		return usage("action:%s: requests are kept nowhere; the console that sent them shows them", pat.ActionRequest)
	}
	if o.since != "" {
		since, err := parseSince(o.since, time.Now())
		if err != nil {
			return err
		}
		f.Since = since
	}
	if o.user != "" {
		f.Tokens.User = append(f.Tokens.User, pat.Term{Text: o.user})
	}
	s, err := a.open(ctx, needHistory)
	if err != nil {
		return err
	}
	defer s.close()
	f.Tokens.Server, f.Now = s.issuer.Server(), s.issuer.Now()
	if a.json {
		limit := o.limit
		if !limited {
			limit = 0
		}
		return a.activityJSON(ctx, s, f.EventFilter, limit)
	}
	none := "nothing was recorded here"
	if len(o.words) > 0 || o.user != "" || o.since != "" {
		none = "nothing that was recorded matches; all of it: patdesk activity"
	}
	return a.activityTable(ctx, s, f.EventFilter, o.limit, none)
}

// eachEvent calls fn for up to limit events, or all if limit is 0, the newest
// first, and reports whether some were left out.
func eachEvent(ctx context.Context, s *session, f pat.EventFilter, limit int, fn func(pat.Event) error) (more bool, err error) {
	var before int64
	for n := 0; ; {
		size := pageSize
		if limit > 0 {
			size = min(pageSize, limit-n)
		}
		p, err := s.issuer.History.Events(ctx, f, before, size)
		if err != nil {
			return false, err
		}
		for _, e := range p.Events {
			if err := fn(e); err != nil {
				return false, err
			}
			before = e.ID
		}
		n += len(p.Events)
		if !p.More || limit > 0 && n >= limit {
			return p.More, nil
		}
	}
}

// activityJSON prints an array element by element, however long it is.
func (a *app) activityJSON(ctx context.Context, s *session, f pat.EventFilter, limit int) error {
	out := bufio.NewWriter(a.env.Out)
	sep := "["
	_, err := eachEvent(ctx, s, f, limit, func(e pat.Event) error {
		_, _ = out.WriteString(sep) // bufio keeps the error for Flush
		sep = ","
		return a.printJSON(out, pat.EventViewOf(e))
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

// activityTable prints events as a table, or says none where there are none.
func (a *app) activityTable(ctx context.Context, s *session, f pat.EventFilter, limit int, none string) error {
	rows := a.newTable([]column{{"AT", 16}, {"BY", 24}, {"VIA", 8}, {"ACTION", 13}, {"TOKEN", 9}, {"USER", 36}, {"APP", 28}, {"DETAIL", 60}})
	more, err := eachEvent(ctx, s, f, limit, func(e pat.Event) error {
		v, token := pat.EventViewOf(e), ""
		if v.Token != 0 {
			token = fmt.Sprint(v.Token)
		}
		rows.row(e.At.Local().Format("2006-01-02 15:04"), v.Actor, v.Via, string(v.Action), token, v.User, v.App, v.Detail)
		return nil
	})
	if err != nil {
		return err
	}
	if rows.n == 0 {
		a.say("%s", none)
		return nil
	}
	if err := rows.end(); err != nil {
		return err
	}
	if more {
		a.say("the newest %d; --limit 0 shows all", rows.n)
	}
	return nil
}
