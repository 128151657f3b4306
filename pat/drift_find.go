package pat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"patdesk/client"
	"patdesk/history"
)

// DriftReport is what comparing the live tokens with the server came to.
type DriftReport struct {
	// Compared are the live tokens, Drifting those of them that drift now, Found and
	// Cleared those of which that is new.
	Compared, Drifting, Found, Cleared int
	// AccessKnown says that the server told who may open the apps.
	AccessKnown bool
	// Unasked are the apps with live tokens of which the server was not asked who may
	// open them, since they are too many.
	Unasked int

	unrecorded map[int64]history.DriftChange // what was found and could not be recorded
}

// CompareDrift compares every live token of the server with what the server says
// now, and records what differs and what does so no more. The lists are read once
// for all of them, and anew if fresh is set; then the server is also asked for its
// public address and, where it tells, who may open each app that has live tokens:
// one list for an app, however many tokens it has. Errors: StageError,
// history.Error; UnrecordedError with the report of what was found.
func (i *Issuer) CompareDrift(ctx context.Context, fresh bool) (DriftReport, error) {
	lists, _, err := i.loadLists(ctx, fresh)
	if err != nil {
		return DriftReport{}, err
	}
	defer i.keepClock(ctx)
	if fresh {
		i.seeHost(ctx)
	}
	return i.compare(ctx, lists, fresh)
}

// CompareLists compares every live token with lists that are there, as CompareDrift
// does, and asks nothing. Errors: history.Error.
func (i *Issuer) CompareLists(ctx context.Context, lists Lists) (DriftReport, error) {
	return i.compare(ctx, lists, false)
}

// mostNoted is how many live tokens are compared while somebody waits for lists: about
// 100 ms of work. More are compared when that is asked for.
const mostNoted = 20_000

// noteDrift compares the live tokens with lists of this process, which have just been
// read. Nobody waits for what comes of it: what cannot be recorded is found the next time.
func (i *Issuer) noteDrift(ctx context.Context) {
	lists := i.ListsAtHand()
	if i.History == nil || i.Server() == "" || time.Since(lists.Loaded()) > directoryFor {
		return
	}
	ctx, cancel := recordContext(ctx)
	defer cancel()
	if c, err := i.History.Counts(ctx, i.Server(), i.Now()); err == nil && c.Live <= mostNoted {
		_, _ = i.CompareLists(ctx, lists)
	}
}

// CompareToken compares one token with the lists of this process, if they were read
// within the last five minutes, and returns it as it is recorded then. It asks nothing
// of the server. Errors: history.Error.
func (i *Issuer) CompareToken(ctx context.Context, t Token) (Token, error) {
	lists := i.ListsAtHand()
	if time.Since(lists.Loaded()) > directoryFor || t.Outcome != Issued || !EndOf(t).Latest.After(i.Now()) {
		return t, nil
	}
	return i.compareWith(ctx, t, lists, lists.Loaded())
}

// compareWith compares one token with lists of a moment of the local clock, of which parts
// may be missing, and records what differs.
func (i *Issuer) compareWith(ctx context.Context, t Token, lists Lists, asOf time.Time) (Token, error) {
	now := newStanding(lists, i.Current())
	var err error
	if now.hosts, err = i.History.Hosts(ctx, i.Server()); err != nil {
		return t, err
	}
	c, changed := now.change(driftRowOf(t))
	if !changed {
		return t, nil
	}
	if _, err := i.History.SetDrift(ctx, []history.DriftChange{c}, asOf); err != nil {
		return t, err
	}
	return i.History.Get(ctx, t.ID)
}

// compare compares the live tokens with lists; access reads who may open the apps.
func (i *Issuer) compare(ctx context.Context, lists Lists, access bool) (DriftReport, error) {
	var report DriftReport
	rows, err := i.History.DriftRows(ctx, i.Server(), i.Now())
	if err != nil {
		return report, err
	}
	now := newStanding(lists, i.Current())
	if now.hosts, err = i.History.Hosts(ctx, i.Server()); err != nil {
		return report, err
	}
	if access {
		if now.access, report.Unasked, err = i.accessOf(ctx, now, rows); err != nil {
			return report, err
		}
		report.AccessKnown = len(now.access) > 0
	}
	var changes []history.DriftChange
	becomes := map[int64]string{}
	for _, r := range rows {
		if c, changed := now.change(r); changed {
			changes, becomes[r.ID] = append(changes, c), c.Now
		}
	}
	rctx, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	stay, err := i.History.SetDrift(rctx, changes, lists.Loaded())
	for _, id := range stay {
		delete(becomes, id)
	}
	report.count(rows, becomes)
	if err != nil {
		report.note(changes)
		return report, &UnrecordedError{err}
	}
	return report, nil
}

// count takes in the rows that were compared, and what those of them that changed say
// now.
func (r *DriftReport) count(rows []history.DriftRow, becomes map[int64]string) {
	r.Compared = len(rows)
	for _, row := range rows {
		is, changed := becomes[row.ID]
		if !changed {
			is = row.Drift
		}
		switch {
		case is != "" && row.Drift == "":
			r.Found++
		case is == "" && row.Drift != "":
			r.Cleared++
		}
		if is != "" {
			r.Drifting++
		}
	}
}

// seeHost asks the server for its public address. Without an answer the last one
// counts.
func (i *Issuer) seeHost(ctx context.Context) {
	c, err := i.Client.GetConfig(unwatched(ctx))
	if err != nil {
		return
	}
	i.keep(ctx, func(ctx context.Context, h Ledger) error {
		return h.NoteHost(ctx, i.Server(), strings.TrimRight(c.Host, "/"), time.Now())
	})
}

// maxAccessLists bounds how many access lists one comparison reads: those of the apps
// with most live tokens.
const maxAccessLists = 200

// accessOf reads who may open the apps that have live tokens, and how many apps it left
// out. It is empty where the server does not tell.
func (i *Issuer) accessOf(ctx context.Context, now *standing, rows []history.DriftRow) (map[string]map[string]bool, int, error) {
	tokens := map[string]int{}
	for _, r := range rows {
		if app := strings.ToLower(r.AppID); now.apps[app] != nil {
			tokens[app]++
		}
	}
	ids := slices.SortedFunc(maps.Keys(tokens), func(a, b string) int { return cmp.Or(tokens[b]-tokens[a], strings.Compare(a, b)) })
	unasked := max(0, len(ids)-maxAccessLists)
	ids = ids[:len(ids)-unasked]
	out := map[string]map[string]bool{}
	if len(ids) == 0 {
		return out, 0, nil
	}
	// The first one tells whether the server has such lists at all.
	who, err := i.mayOpenApp(ctx, now.apps[ids[0]])
	if err != nil || who == nil {
		return out, 0, err
	}
	per := make([]map[string]bool, len(ids))
	per[0] = who
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for n, id := range ids[1:] {
		g.Go(func() (err error) {
			per[n+1], err = i.mayOpenApp(gctx, now.apps[id])
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	for n, who := range per {
		if who != nil {
			out[ids[n]] = who
		}
	}
	return out, unasked, nil
}

// mayOpenApp are the users who may open an app, by id and by e-mail address in lower
// case; nil where that is not known.
func (i *Issuer) mayOpenApp(ctx context.Context, a *App) (map[string]bool, error) {
	list, err := i.Client.ListAppUsers(ctx, a.WorkspaceID, a.ID)
	if ce, ok := errors.AsType[*client.Error](err); ok && ce.Status != 0 {
		return nil, nil // an older server, a gate before it, or an app that went meanwhile
	}
	if err != nil {
		return nil, i.stage(StageRead, "", "", err)
	}
	who := map[string]bool{}
	for _, x := range list {
		if x.View || x.Edit {
			who[x.UserID] = true
			who[strings.ToLower(x.Email)] = true
		}
	}
	return who, nil
}

// DriftView is a token that drifts as the command line prints it in JSON. Its names
// are fixed: scripts rely on them. The time is this computer's, in UTC.
type DriftView struct {
	Token  int64      `json:"token"`
	User   string     `json:"user"`
	App    string     `json:"app"`
	Reason string     `json:"reason"`
	Kind   DriftKind  `json:"kind"`
	SeenAt *time.Time `json:"seen_at"`
}

// DriftViewOf describes a token that drifts.
func DriftViewOf(t Token) DriftView {
	return DriftView{Token: t.ID, User: UserOf(t), App: AppOf(t), Reason: t.Drift, Kind: DriftKindOf(t), SeenAt: moment(t.DriftAt)}
}

// Drifting calls fn for each token of the server that drifts, what ends next first.
func (i *Issuer) Drifting(ctx context.Context, fn func(Token) error) error {
	q := Query{Filter: Filter{Server: i.Server(), State: []StateTerm{{State: Drift}}}, Sort: SortLeft, Now: i.Now(), Limit: 200}
	for {
		p, err := i.History.Page(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range p.Entries {
			if err := fn(t); err != nil {
				return err
			}
		}
		if !p.More || len(p.Entries) == 0 {
			return nil
		}
		q.After = p.Cursor(len(p.Entries) - 1)
	}
}

// Found calls fn for each token that drifts by a report: as Drifting does, and with what
// was found and could not be recorded.
func (i *Issuer) Found(ctx context.Context, r DriftReport, fn func(Token) error) error {
	seen := map[int64]bool{}
	err := i.Drifting(ctx, func(t Token) error {
		seen[t.ID] = true
		if t = r.overlay(t); t.Drift == "" {
			return nil
		}
		return fn(t)
	})
	for _, id := range slices.Sorted(maps.Keys(r.unrecorded)) {
		if err != nil {
			return err
		}
		if seen[id] || r.unrecorded[id].Now == "" {
			continue
		}
		var t Token
		if t, err = i.History.Get(ctx, id); err == nil {
			err = fn(r.overlay(t))
		}
	}
	return err
}

// Words is the report in one sentence or two.
func (r DriftReport) Words() string {
	says := fmt.Sprintf("%s compared, %d drift", Plural(r.Compared, "live token"), r.Drifting)
	if r.Compared == 0 {
		return "no live token to compare"
	}
	if r.Cleared > 0 {
		says += fmt.Sprintf(", %d no more", r.Cleared)
	}
	if r.Unasked > 0 {
		says += fmt.Sprintf("; who may open was asked for the %d apps with most live tokens, not for %s", maxAccessLists, Plural(r.Unasked, "other"))
	}
	if !r.AccessKnown {
		says += "; this server does not tell who may open an app: that is known only when the embed loads"
	}
	return says
}
