package kit

import (
	"bufio"
	"context"
	"errors"
	"os"
	"time"

	"patdesk/pat"
	"patdesk/ui/term"
)

// pieceOf is how many tokens are read at once.
const pieceOf = 500

// WriteCalendar writes the ends to come of a server's tokens into a new private file of
// the working folder, as events with alarms (RFC 5545), and returns its name. at is the
// local time, after which it is named. It replaces no file and leaves none that is not
// whole. Errors: history.Error, pat.Problem.
func WriteCalendar(ctx context.Context, i *pat.Issuer, at time.Time) (path string, err error) {
	now := i.Now()
	cal := pat.NewCalendar(now, func(text string) string { return term.CleanWidth(text, 500).String() })
	q := pat.Query{Filter: pat.Filter{Server: i.Server(), State: pat.Coming()}, Sort: pat.SortLeft, Now: now, Limit: pieceOf}
	for more := true; more; {
		p, err := i.History.Page(ctx, q)
		if err != nil {
			return "", err
		}
		for _, t := range p.Entries {
			cal.Add(t)
		}
		if more = p.More && len(p.Entries) > 0; more {
			q.After = p.Cursor(len(p.Entries) - 1)
		}
	}
	path = "patdesk-" + at.Format("20060102-150405") + ".ics"
	if err := writeNew(path, cal); err != nil {
		return "", &pat.Problem{ID: pat.IDOutput, Cause: err.Error(), Err: err}
	}
	return path, nil
}

func writeNew(path string, cal *pat.Calendar) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	_, err = cal.WriteTo(out)
	if err = errors.Join(err, out.Flush(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
