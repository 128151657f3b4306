package aloud

import (
	"context"
	"fmt"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// zooms are how far the timeline looks, as its first row names them.
var zooms = map[string]time.Duration{"": 24 * time.Hour, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

// timeline reads what ends next, what ended last, and what ends while nobody is on
// shift.
func (t *talk) timeline(ctx context.Context, span string) error {
	d, ok := zooms[span]
	if !ok {
		t.say("The timeline is of 24h, 7d or 30d.")
		return nil
	}
	now := t.i.Now()
	ended := pat.Query{Filter: pat.Filter{Server: t.i.Server(), State: []pat.StateTerm{{State: pat.Expired}}}, Now: now, Limit: 1}
	p, err := t.i.History.Page(ctx, ended)
	if err != nil {
		return err
	}
	for _, token := range p.Entries {
		t.say("Ended last: %s.", pat.Aloud(token, now))
	}
	q := pat.EndingBetween(t.i.Server(), now, now, now.Add(d))
	n, err := t.i.CountOf(ctx, q)
	if err != nil {
		return err
	}
	t.say("%s in the next %s.", ends(n), pat.AloudSpan(d, true))
	t.shown = shown{}
	if err := t.page(q)(ctx, pageOf); err != nil {
		return err
	}
	return t.sayUnwatched(ctx)
}

func ends(n pat.Number) string {
	if n.N == 1 && !n.Over {
		return "1 token ends"
	}
	return tokens(n) + " end"
}

// quiet asks for the tokens that end while nobody is on shift, in the quiet hours that
// are or come next.
func (t *talk) quiet() (q pat.Query, from, to time.Time, ok bool) {
	if t.profile == nil {
		return q, from, to, false
	}
	hours, ok := t.profile.Quiet()
	if !ok {
		return q, from, to, false
	}
	from, to = hours.Window(t.i.Now(), t.o.Zone)
	return pat.EndingBetween(t.i.Server(), t.i.Now(), from, to), from, to, true
}

// sayUnwatched says how many end then.
func (t *talk) sayUnwatched(ctx context.Context) error {
	q, from, to, ok := t.quiet()
	if !ok {
		return nil
	}
	n, err := t.i.CountOf(ctx, q)
	if err != nil {
		return err
	}
	now, zone := t.i.Now(), t.o.Zone
	t.say("%s while nobody is on shift, from %s to %s.", ends(n), kit.ClockTime(from, now, zone), kit.ClockTime(to, now, zone))
	if n.N > 0 {
		t.say("%s plans to re-issue them together.", kit.Name(t.keys.Timeline.Unwatched))
	}
	return nil
}

// reissueUnwatched plans a new token for each that ends while nobody is on shift.
func (t *talk) reissueUnwatched(ctx context.Context, _ string) error {
	q, _, _, ok := t.quiet()
	if !ok {
		t.say(`The profile has no quiet hours: set quiet_hours = "22-07 Europe/Berlin" in it.`)
		return nil
	}
	ids, err := t.i.History.IDs(ctx, q, mostTogether)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		t.say("No token ends while nobody is on shift.")
		return nil
	}
	words := make([]string, len(ids))
	for n, id := range ids {
		words[n] = fmt.Sprintf("#%d", id)
	}
	return t.reissueAll(ctx, words)
}

// calendar writes what is to end into a file.
func (t *talk) calendar(ctx context.Context, _ string) error {
	path, err := kit.WriteCalendar(ctx, t.i, time.Now().In(t.o.Zone))
	_, words := kit.WroteMsg{What: "Calendar", Path: path, Err: err}.Announce()
	t.say("%s", words)
	return nil
}

// mostTogether bounds what one key re-issues.
const mostTogether = 10000
