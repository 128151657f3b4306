package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"patdesk/history"
	"patdesk/secret"
)

// records are those of both engines.
func (b twins) records(t *testing.T) [2]*history.Records {
	t.Helper()
	lite, ok := b.lite.(*history.Store)
	post, fine := b.post.(*Store)
	if !ok || !fine {
		t.Fatal("not a store")
	}
	return [2]*history.Records{lite.Records, post.Records}
}

// alike asks both the same and compares what they say. Moments of the local clock may be
// a minute apart: the engines are asked one after the other.
func (b twins) alike(t *testing.T, what string, ask func(*history.Records) (any, error)) {
	t.Helper()
	var said [2]any
	var errs [2]error
	for i, r := range b.records(t) {
		said[i], errs[i] = ask(r)
	}
	for _, known := range []error{history.ErrFinished, history.ErrNotFound, history.ErrNoSecret, nil} {
		if errors.Is(errs[0], known) != errors.Is(errs[1], known) {
			t.Fatalf("%s: SQLite: %v, PostgreSQL: %v", what, errs[0], errs[1])
		}
	}
	if d := cmp.Diff(said[0], said[1], cmpopts.EquateApproxTime(time.Minute), cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(history.Page{}),
		cmp.Comparer(func(a, b secret.Text) bool { return a.Reveal(secret.ForChecking) == b.Reveal(secret.ForChecking) })); d != "" {
		t.Fatalf("%s (- SQLite, + PostgreSQL):\n%s", what, d)
	}
}

func done(err error) (any, error) { return nil, err }

// later does something that is said of rows later.
func (b twins) later(t *testing.T, d dice, rows int) {
	t.Helper()
	ctx := t.Context()
	id, at := int64(1+d.IntN(rows+1)), epoch().Add(time.Duration(d.IntN(100))*time.Minute)
	server := one(d, "https://tooljet.example.com/tj", "https://other.example.com", oldServer)
	text := one(d, "", "Portal A", "role changed", "it's \"odd\" ? Ü", `50%_of \ it`)
	switch n := d.IntN(18); n {
	case 0:
		b.alike(t, "MarkCopied", func(r *history.Records) (any, error) { return done(r.MarkCopied(ctx, id, at, text)) })
	case 1:
		b.alike(t, "MarkRevealed", func(r *history.Records) (any, error) { return done(r.MarkRevealed(ctx, text, id, id+1)) })
	case 2:
		b.both(t, "MarkVerified", func(l ledger) error { return l.MarkVerified(ctx, id, at, text, "role", text) })
	case 3:
		b.alike(t, "SetNote", func(r *history.Records) (any, error) { return done(r.SetNote(ctx, id, text)) })
	case 4:
		b.alike(t, "SetError", func(r *history.Records) (any, error) { return r.SetError(ctx, id, text, "{}") })
	case 5, 6, 7:
		x := d.draft(0)
		details := history.Details{
			UserID: x.UserID, UserEmail: x.UserEmail, UserName: x.UserName, AppID: x.AppID, AppName: x.AppName, AppSlug: x.AppSlug, Role: x.Role, URLWarning: text,
		}
		b.same(t, fmt.Sprintf("SetDetails of %d: %+v", id, details), func(l ledger) (history.Entry, error) { return l.SetDetails(ctx, id, details) })
	case 8:
		was := one(d, "", "role changed")
		changes := []history.DriftChange{{ID: id, Was: was, Kind: "role", Now: text}, {ID: id + 1, Was: was, Kind: "", Now: ""}}
		as := one(d, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		b.alike(t, "SetDrift", func(r *history.Records) (any, error) { return r.SetDrift(ctx, changes, as) })
	case 9:
		if d.IntN(3) == 0 {
			b.alike(t, "Prove", func(r *history.Records) (any, error) { return done(r.Prove(ctx, server, "minutes", time.Minute)) })
		}
	case 10:
		run := fmt.Sprintf("22222222-0000-4000-8000-%012d", d.IntN(1_000_000_000))
		plan := []history.RunRow{
			{Action: "role", User: "ana", UserWord: "ana", Role: "builder", WasRole: "admin", Life: time.Hour},
			{Action: "issue", User: "bo", App: "orders", Note: text, IdleMinutes: 3},
		}
		b.alike(t, "BeginRun", func(r *history.Records) (any, error) {
			return done(r.BeginRun(ctx, history.Run{ID: run, Kind: history.RunRole, Server: server}, plan))
		})
		state := one(d, history.RowUnknown, history.RowOK, history.RowFailed)
		b.alike(t, "MarkRow", func(r *history.Records) (any, error) { return done(r.MarkRow(ctx, run, 1, state)) })
		if d.IntN(3) == 0 {
			b.alike(t, "EndRun", func(r *history.Records) (any, error) { return done(r.EndRun(ctx, run)) })
		}
		b.alike(t, "GetRun", func(r *history.Records) (any, error) {
			head, rows, err := r.GetRun(ctx, run)
			return []any{head, rows}, err
		})
	case 11:
		b.alike(t, "FinishHandover", func(r *history.Records) (any, error) { return done(r.FinishHandover(ctx, server, id)) })
	case 12:
		b.alike(t, "NoteClock", func(r *history.Records) (any, error) {
			return done(r.NoteClock(ctx, server, time.Second, time.Millisecond, at))
		})
	case 13:
		b.alike(t, "NoteHost", func(r *history.Records) (any, error) { return done(r.NoteHost(ctx, server, "https://"+text, at)) })
	case 14:
		b.list(t, d, server, at)
	case 15:
		as := history.WithActor(ctx, history.Actor{Name: one(d, "ana", "ci"), Machine: "ssh 192.0.2.7", Via: "command", Role: "view"})
		b.both(t, "MarkLogin", func(l ledger) error { return l.MarkLogin(as, text) })
	case 16:
		as := history.WithActor(ctx, history.Actor{Name: "ci", Via: one(d, "command", "console")})
		for range one(d, 1, history.DeniedMost+1) {
			what := fmt.Sprint(text, d.IntN(30))
			b.both(t, "MarkDenied", func(l ledger) error { return l.MarkDenied(as, what) })
		}
	case 17:
		if d.IntN(4) == 0 {
			b.alike(t, "Purge", func(r *history.Records) (any, error) { return r.Purge(ctx, at) })
		}
	}
}

// list keeps what a server listed.
func (b twins) list(t *testing.T, d dice, server string, at time.Time) {
	t.Helper()
	users := []history.ListedUser{{ID: "1", Email: "ana@example.com", Name: "Ana", Status: "active", Roles: []history.ListedRole{{WorkspaceID: "w1", Role: "admin"}}, Groups: []string{"sales"}}, {ID: "2"}}
	apps := []history.ListedApp{{ID: "8b000000-0000-4000-8000-00000000000o", Slug: "orders", Name: "Ürders"}, {ID: "8b", Slug: "stock", Name: one(d, "Ürders", "Stock")}}
	spaces := []history.ListedWorkspace{{ID: "w1", Name: "Sales", Status: "active"}}
	b.alike(t, "Save", func(r *history.Records) (any, error) {
		return done(errors.Join(r.SaveUsers(t.Context(), server, users, at), r.SaveApps(t.Context(), server, apps, at), r.SaveWorkspaces(t.Context(), server, spaces, at)))
	})
}

// query is one of what may be asked for.
func (d dice) query() history.Query {
	term := func(words ...string) []history.Term {
		if d.IntN(3) > 0 {
			return nil
		}
		return []history.Term{{Text: one(d, words...), Not: d.IntN(4) == 0}}
	}
	f := history.Filter{
		Server: one(d, "", "", "https://tooljet.example.com/tj", "https://other.example.com", oldServer, "https://nobody.example.com"),
		User:   term("ana", "AN", "nobody", "@example", "bml"), App: term("ord", "ÜRD", "stk", "8b00"), Role: term("build", "x"), By: term("kim", "laptop"),
		Word: term("ana", "portal", "eeff", "EEF", "urgent", "expired", "sales", "oe", "%_O", `\ i`, "_", "%"),
	}
	if d.IntN(3) == 0 {
		f.State = []history.StateTerm{{State: one(d, history.States()...), Not: d.IntN(3) == 0}, {State: one(d, history.States()...)}}
	}
	if d.IntN(6) == 0 {
		f.LeftUnder = 2 * time.Hour
	}
	if d.IntN(6) == 0 {
		f.LeftOver = time.Minute
	}
	if d.IntN(6) == 0 {
		f.ExactUser = one(d, "ANA@example.com", "51000000-0000-4000-8000-00000000000a")
	}
	if d.IntN(6) == 0 {
		f.ExactApp = one(d, "orders", "8B000000-0000-4000-8000-00000000000o")
	}
	if d.IntN(8) == 0 {
		f.IDs = []int64{1, 2, 3, 5, 8, 13}
	}
	return history.Query{
		Filter: f, Sort: one(d, history.SortLeft, history.SortIssued, history.SortUser, history.SortApp, history.SortState), Reverse: d.IntN(2) == 0,
		FoldFailed: d.IntN(2) == 0, Now: epoch().Add(time.Duration(d.IntN(48)) * time.Hour / 4), Limit: 1 + d.IntN(7),
	}
}

// walk reads all pages of a query, in both directions, and the places in it.
func walk(ctx context.Context, r *history.Records, q history.Query) (any, error) {
	var seen []any
	for _, last := range []bool{false, true} {
		q.After, q.Before, q.Last = nil, nil, last
		for {
			page, err := r.Page(ctx, q)
			if err != nil {
				return seen, err
			}
			seen = append(seen, page)
			if !page.More {
				break
			}
			if q.Last = false; last {
				q.Before = page.Cursor(0)
			} else {
				q.After = page.Cursor(len(page.Entries) - 1)
			}
		}
	}
	q.After, q.Before, q.Last = nil, nil, false
	ids, err := r.IDs(ctx, q, 1000)
	if err != nil {
		return seen, err
	}
	n, err := r.Count(ctx, q)
	seen = append(seen, ids, n)
	for _, most := range []int64{1, n - 1, n} {
		to, cerr := r.CountTo(ctx, q, most)
		seen, err = append(seen, to), errors.Join(err, cerr)
	}
	for _, id := range slices.Compact(ids[:min(len(ids), 5)]) {
		for _, most := range []int64{0, 1, 2} {
			at, perr := r.Position(ctx, q, id, most)
			seen, err = append(seen, at), errors.Join(err, perr)
		}
	}
	return seen, err
}

// read compares all that can be read.
func (b twins) read(t *testing.T, d dice) {
	t.Helper()
	ctx := t.Context()
	for range 12 {
		q := d.query()
		b.alike(t, fmt.Sprintf("%+v", q), func(r *history.Records) (any, error) { return walk(ctx, r, q) })
		f := history.EventFilter{Tokens: q.Filter, Now: q.Now}
		if d.IntN(2) == 0 {
			f.Actions = one(d, []history.Action{history.GotIssued, history.Noted}, []history.Action{history.LoggedIn, history.WasDenied}, []history.Action{history.WasDenied, history.GotUnknown})
		}
		b.alike(t, fmt.Sprintf("events of %+v", f), func(r *history.Records) (any, error) {
			page, err := r.Events(ctx, f, 0, 1000)
			for i := range page.Events {
				page.Events[i].ID = 0 // rows that were refused have used numbers
			}
			return page, err
		})
	}
	for _, server := range []string{"", "https://tooljet.example.com/tj", "https://other.example.com", oldServer} {
		now := epoch().Add(time.Duration(d.IntN(48)) * time.Hour / 4)
		for what, ask := range map[string]func(*history.Records) (any, error){
			"Counts":     func(r *history.Records) (any, error) { return r.Counts(ctx, server, now) },
			"NextChange": func(r *history.Records) (any, error) { return r.NextChange(ctx, server, now) },
			"Ahead": func(r *history.Records) (any, error) {
				counts, err := r.Counts(ctx, server, now)
				ahead, aerr := r.Ahead(ctx, server, now)
				told := []any{ahead.Next()}
				for ok := true; ok; told = append(told, counts, ahead.Next()) {
					counts, ahead, ok = ahead.At(counts, ahead.Next())
				}
				return told, errors.Join(err, aerr)
			},
			"Turned": func(r *history.Records) (any, error) { return r.Turned(ctx, server, now.Add(-3*time.Hour), now, 4) },
			"EndsPer": func(r *history.Records) (any, error) {
				return r.EndsPer(ctx, server, []time.Time{now.Add(-time.Hour), now, now.Add(time.Hour), now.Add(99 * time.Hour)})
			},
			"Live":      func(r *history.Records) (any, error) { return r.Live(ctx, server, "ANA@example.com", "orders", now) },
			"Alive":     func(r *history.Records) (any, error) { return r.Alive(ctx, server, "", now) },
			"Alive ana": func(r *history.Records) (any, error) { return r.Alive(ctx, server, "ana@example.com", now) },
			"LivePairs": func(r *history.Records) (any, error) {
				pairs, err := r.LivePairs(ctx, server, now)
				slices.SortFunc(pairs, func(a, b history.LivePair) int { return cmpText(fmt.Sprint(a), fmt.Sprint(b)) })
				return pairs, err
			},
			"PairAlive": func(r *history.Records) (any, error) {
				return r.PairAlive(ctx, server, history.Entry{ID: 3, UserEmail: "ana@example.com", AppSlug: "orders"}, now)
			},
			"DriftRows":  func(r *history.Records) (any, error) { return r.DriftRows(ctx, server, now) },
			"Runs":       func(r *history.Records) (any, error) { return r.Runs(ctx, server) },
			"Handovers":  func(r *history.Records) (any, error) { return r.Handovers(ctx, server, true) },
			"ProvenUnit": func(r *history.Records) (any, error) { return r.ProvenUnit(ctx, server) },
			"Hosts":      func(r *history.Records) (any, error) { return r.Hosts(ctx, server) },
			"Directory":  func(r *history.Records) (any, error) { return r.Directory(ctx, server) },
			"LastClock": func(r *history.Records) (any, error) {
				offset, uncertainty, at, err := r.LastClock(ctx, server)
				return []any{offset, uncertainty, at}, err
			},
		} {
			b.alike(t, what+" of "+server, ask)
		}
	}
	for id := range int64(12) {
		b.alike(t, fmt.Sprintf("Reveal %d", id), func(r *history.Records) (any, error) { return r.Reveal(ctx, id) })
	}
	b.alike(t, "CheckKey", func(r *history.Records) (any, error) { return r.CheckKey(ctx) })
}

func cmpText(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// Ensure both engines say the same of rows, and do the same with them later, whatever came
// before.
func TestRecords_SayWhatThoseOfSQLiteSay(t *testing.T) {
	t.Parallel()
	conversations(t, 2)
}

func TestSweep_RecordsSayWhatThoseOfSQLiteSay(t *testing.T) {
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("PATDESK_LONG is not set")
	case "full":
		conversations(t, 500)
	default:
		conversations(t, 12)
	}
}

func conversations(t *testing.T, runs int) {
	t.Helper()
	for n := range runs {
		t.Run(fmt.Sprint(n), func(t *testing.T) { conversation(t, n) }) // its connections end with it
	}
}

func conversation(t *testing.T, n int) {
	t.Helper()
	both := newTwins(t, n%4 != 3)
	d := dice{rand.New(rand.NewPCG(uint64(n), 2))}
	if n == 0 {
		both.read(t, d) // nothing is there yet
	}
	begun := 0
	for i := range 40 {
		switch k := d.IntN(6); {
		case begun == 0, k < 2:
			r := d.draft(i)
			e := both.same(t, fmt.Sprintf("begin %d: %+v", i, r), func(l ledger) (history.Entry, error) { return l.Begin(t.Context(), r) })
			begun = max(begun, int(e.ID))
			both.run(t, fmt.Sprintf(`UPDATE entries SET begun = %d WHERE id = %d`, epoch().UnixMilli()+int64(i), e.ID)) // one moment for both
		case k < 4:
			id, r := int64(1+d.IntN(begun+1)), d.result()
			both.same(t, fmt.Sprintf("finish %d of row %d: %+v", i, id, r), func(l ledger) (history.Entry, error) { return l.Finish(t.Context(), id, r) })
		default:
			both.later(t, d, begun)
		}
	}
	both.read(t, d)
}
