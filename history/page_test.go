package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var allSorts = []Sort{SortLeft, SortIssued, SortUser, SortApp, SortState, ""}

// testServers are one host with and without a path.
var testServers = []string{"https://tooljet.example.com", "https://tooljet.example.com/apps/"}

// randomHistory fills a store with rows of all kinds around epoch.
func randomHistory(t *rapid.T, s *Store) {
	ctx := context.Background()
	for range rapid.IntRange(0, 40).Draw(t, "rows") {
		d := draft(rapid.SampledFrom([]string{"ana", "bo", "Cy", "dana"}).Draw(t, "user"),
			rapid.SampledFrom([]string{"orders", "stock", "visits"}).Draw(t, "app"))
		d.Profile = rapid.SampledFrom([]string{"acme-prod", "acme-test"}).Draw(t, "profile")
		d.Server = rapid.SampledFrom(testServers).Draw(t, "server")
		d.Role = rapid.SampledFrom([]string{"end-user", "admin"}).Draw(t, "role")
		by := rapid.SampledFrom([]string{"", "lee"}).Draw(t, "by")
		d.Note = rapid.SampledFrom([]string{"", "", "Partner portal", "orders page"}).Draw(t, "note")
		d.Life = rapid.SampledFrom([]time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour}).Draw(t, "life")
		share := rapid.SampledFrom([]int{-10, 0, 10, 30, 74, 75, 80, 90, 95, 100, 130}).Draw(t, "share of life gone")
		at := epoch.Add(-d.Life / 100 * time.Duration(share))
		d.Expires = at.Add(d.Life)
		d.UnitProven = rapid.Bool().Draw(t, "unit proven")
		if !d.UnitProven && rapid.Bool().Draw(t, "longer unit") {
			d.WorstExpires = at.Add(d.Life * time.Duration(rapid.SampledFrom([]int{1, 2, 60}).Draw(t, "longer")))
		}
		e, err := s.Begin(as(ctx, s, by), d)
		if err != nil {
			t.Fatal(err)
		}
		r := issued(e.ID, at)
		switch rapid.IntRange(0, 9).Draw(t, "outcome") {
		case 0:
			continue
		case 1:
			r = Result{Outcome: Unknown, ErrorID: "N5"}
		case 2:
			r = Result{Outcome: Rejected, ErrorID: "H404u"}
		}
		if _, err := s.Finish(ctx, e.ID, r); err != nil {
			t.Fatal(err)
		}
		if rapid.IntRange(0, 5).Draw(t, "drift") == 0 {
			if err := s.MarkVerified(ctx, e.ID, epoch, "role changed", "role", "role"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func randomFilter(t *rapid.T) Filter {
	terms := func(name string, texts ...string) []Term {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Term {
			return Term{rapid.SampledFrom(texts).Draw(t, "text"), rapid.Bool().Draw(t, "not")}
		}), 0, rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "max "+name)).Draw(t, name)
	}
	var f Filter
	f.Server = rapid.SampledFrom([]string{"", "", testServers[0], testServers[1], "https://none.example.com"}).Draw(t, "server")
	f.User = terms("user", "ANA", "cy@", "example", "zq")
	f.App = terms("app", "orders", "portal", "zq")
	f.Role = terms("role", "admin", "user")
	f.By = terms("by", "lee", "laptop", "zq")
	f.Word = terms("word", "ana", "orders", "partner", "Sales", "000", "urgent", "drift", "ended", "failed", "zq", "")
	for _, st := range States() {
		if rapid.IntRange(0, 9).Draw(t, "with "+string(st)) == 0 {
			f.State = append(f.State, StateTerm{st, rapid.Bool().Draw(t, "not")})
		}
	}
	if rapid.IntRange(0, 5).Draw(t, "with left") == 0 {
		f.LeftUnder = rapid.SampledFrom([]time.Duration{time.Hour, 90 * 24 * time.Hour}).Draw(t, "under")
	}
	if rapid.IntRange(0, 5).Draw(t, "with more left") == 0 {
		f.LeftOver = rapid.SampledFrom([]time.Duration{time.Minute, 24 * time.Hour}).Draw(t, "over")
	}
	f.ExactUser = rapid.SampledFrom([]string{"", "", "", "", "ANA@example.com", "id-bo", "ana"}).Draw(t, "exact user")
	f.ExactApp = rapid.SampledFrom([]string{"", "", "", "", "orders", "id-stock"}).Draw(t, "exact app")
	if rapid.IntRange(0, 9).Draw(t, "with ids") == 0 {
		f.IDs = rapid.SliceOfN(rapid.Int64Range(1, 40), 0, 20).Draw(t, "ids")
	}
	return f
}

// holds is the meaning of a filter, written down a second time.
func holds(f Filter, e Entry, now time.Time) bool {
	has := func(text string, values ...string) bool {
		return slices.ContainsFunc(values, func(v string) bool {
			return strings.Contains(strings.ToLower(v), strings.ToLower(text))
		})
	}
	all := func(terms []Term, values ...string) bool {
		return !slices.ContainsFunc(terms, func(t Term) bool { return t.Text != "" && has(t.Text, values...) == t.Not })
	}
	st := e.State(now)
	words := func(t Term) bool {
		return t.Text == "" || t.Not != (string(st) == t.Text || has(t.Text, e.UserEmail, e.UserName, e.UserID, e.AppName, e.AppSlug, e.AppID,
			e.Workspace, e.By, e.Machine, e.Note) || len(t.Text) >= 3 && e.Last4 != "" && strings.HasPrefix(e.Last4, t.Text))
	}
	plain, named := false, false
	for _, t := range f.State {
		if t.Not && t.State == st {
			return false
		}
		plain = plain || !t.Not
		named = named || !t.Not && t.State == st
	}
	bounded := f.LeftUnder > 0 || f.LeftOver > 0
	switch {
	case plain && !named,
		f.Server != "" && serverName(f.Server) != e.Server,
		bounded && (st == Expired || st == Failed),
		f.LeftUnder > 0 && e.Left(now) >= f.LeftUnder,
		f.LeftOver > 0 && e.Left(now) <= f.LeftOver,
		f.ExactUser != "" && !strings.EqualFold(f.ExactUser, e.UserEmail) && f.ExactUser != e.UserID,
		f.ExactApp != "" && f.ExactApp != e.AppID && f.ExactApp != e.AppSlug,
		f.IDs != nil && !slices.Contains(f.IDs, e.ID):
		return false
	}
	return all(f.User, e.UserEmail, e.UserName, e.UserID) && all(f.App, e.AppName, e.AppSlug, e.AppID) &&
		all(f.Role, e.Role) && all(f.By, e.By, e.Machine) && !slices.ContainsFunc(f.Word, func(t Term) bool { return !words(t) })
}

// folds is the meaning of FoldFailed, written down a second time.
func folds(q Query, e Entry) bool {
	asked := slices.ContainsFunc(q.Filter.State, func(t StateTerm) bool { return t.State == Failed && !t.Not }) ||
		slices.ContainsFunc(q.Filter.Word, func(t Term) bool { return t.Text == "failed" && !t.Not })
	return q.FoldFailed && !asked && e.Outcome == Rejected
}

// before is the meaning of an order, written down a second time.
func before(sort Sort, now time.Time) func(a, b Entry) int {
	ends := func(a, b Entry) int { return cmp.Or(a.Expires.Compare(b.Expires), cmp.Compare(a.ID, b.ID)) }
	lasts := func(a, b Entry) int { return cmp.Or(a.Latest().Compare(b.Latest()), cmp.Compare(a.ID, b.ID)) }
	byPlace := func(place func(Entry) int) func(a, b Entry) int {
		return func(a, b Entry) int {
			if c := cmp.Compare(place(a), place(b)); c != 0 {
				return c
			}
			switch st := a.State(now); {
			case st == Expired:
				return lasts(b, a)
			case st == Failed:
				return ends(b, a)
			case !now.Before(a.Expires), sort == SortState && st == Drift:
				return lasts(a, b)
			}
			return ends(a, b)
		}
	}
	switch sort {
	case SortIssued:
		return func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) }
	case SortUser:
		return func(a, b Entry) int {
			return cmp.Or(strings.Compare(Fold(a.UserEmail), Fold(b.UserEmail)), ends(b, a))
		}
	case SortApp:
		return func(a, b Entry) int { return cmp.Or(strings.Compare(Fold(a.AppName), Fold(b.AppName)), ends(b, a)) }
	case SortState:
		return byPlace(func(e Entry) int {
			return slices.Index([]State{Urgent, Soon, Drift, OK, Ended, Unsure, Older, Expired, Failed}, e.State(now))
		})
	}
	return byPlace(func(e Entry) int {
		switch st := e.State(now); {
		case live(st) && now.Before(e.Expires):
			return 0
		case live(st):
			return 1
		default:
			return 2 + slices.Index([]State{Unsure, Expired, Failed}, st)
		}
	})
}

func live(s State) bool { return !slices.Contains([]State{Unsure, Expired, Failed}, s) }

// everything reads all rows one by one.
func everything(t *rapid.T, s *Store) []Entry {
	var all []Entry
	for id := int64(1); ; id++ {
		e, err := s.Get(context.Background(), id)
		if errors.Is(err, ErrNotFound) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
}

// Ensure that pages, walked either way, are the filtered and sorted whole, and
// that counts and positions agree with them, whichever way rows are found.
func TestPage_WalksEqualTheSortedWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Path: Memory, Actor: Actor{Name: "kim", Machine: "laptop-7"}, walkOnly: rapid.Bool().Draw(t, "walk only")}
		s, err := Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.far = rapid.Bool().Draw(t, "far away")
		randomHistory(t, s)
		all := everything(t, s)
		for range effort(3, 8, 8) {
			q := Query{
				Filter: randomFilter(t), Now: epoch, Reverse: rapid.Bool().Draw(t, "reverse"),
				Sort:  rapid.SampledFrom(allSorts).Draw(t, "sort"),
				Limit: rapid.IntRange(1, 9).Draw(t, "limit"), FoldFailed: rapid.Bool().Draw(t, "fold failed"),
			}
			want := slices.DeleteFunc(slices.Clone(all), func(e Entry) bool { return !holds(q.Filter, e, epoch) || folds(q, e) })
			slices.SortFunc(want, before(q.Sort, epoch))
			if q.Reverse {
				slices.Reverse(want)
			}
			checkWalks(t, s, q, want)
		}
		checkCounts(t, s, all)
		checkNextChange(t, s, all)
		checkAhead(t, s)
		checkEnds(t, s, all)
		checkTurned(t, s, all)
	})
}

func checkWalks(t *rapid.T, s *Store, q Query, want []Entry) {
	ctx := context.Background()
	same := func(what string, got []Entry) {
		if diff := gocmp.Diff(briefs(want), briefs(got)); diff != "" {
			t.Fatalf("%s (- want, + got):\n%s", what, diff)
		}
	}
	same("forwards", walk(t, s, q, false))
	same("backwards", walk(t, s, q, true))
	n, err := s.Count(ctx, q)
	if err != nil || n != int64(len(want)) {
		t.Fatalf("count %d, %v; want %d", n, err, len(want))
	}
	for _, most := range []int64{1, n - 1, n, n + 1} {
		num, err := s.CountTo(ctx, q, most)
		want := Number{N: n}
		if p, err := s.plan(ctx, q); err == nil && most > 0 && n > most && !p.takesAll() {
			want = Number{N: most, Over: true}
		}
		if err != nil || num != want {
			t.Fatalf("count to %d: %+v, %v; want %+v", most, num, err, want)
		}
	}
	ids, err := s.IDs(ctx, q, len(want)+1)
	if err != nil || len(ids) != len(want) {
		t.Fatalf("%d ids, %v; want %d", len(ids), err, len(want))
	}
	for i, e := range want {
		if ids[i] != e.ID {
			t.Fatalf("id %d at %d, want %d", ids[i], i, e.ID)
		}
		for _, most := range []int64{0, int64(i) - 1, int64(i)} {
			place := Number{N: int64(i)}
			if most > 0 && int64(i) > most {
				place = Number{N: most, Over: true}
			}
			if n, err := s.Position(ctx, q, e.ID, most); err != nil || n != place {
				t.Fatalf("position of %d to %d: %+v, %v; want %+v", e.ID, most, n, err, place)
			}
		}
	}
}

// walk reads all pages from one end to the other.
func walk(t *rapid.T, s *Store, q Query, backwards bool) []Entry {
	var all []Entry
	q.Last = backwards
	for range 60 { // more pages than there are rows
		p, err := s.Page(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if backwards {
			all = slices.Concat(p.Entries, all)
		} else {
			all = append(all, p.Entries...)
		}
		if p.More != (len(p.Entries) == q.Limit && p.More) {
			t.Fatalf("a page of %d rows says that more follow", len(p.Entries))
		}
		if !p.More {
			return all
		}
		if backwards {
			q.Before = p.Cursor(0)
		} else {
			q.After = p.Cursor(len(p.Entries) - 1)
		}
		q.Last = false
	}
	t.Fatal("the pages never end")
	return nil
}

// briefs make a failed comparison readable.
func briefs(entries []Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%d %s %s %s %s", e.ID, e.State(epoch), e.UserEmail, e.AppName, e.Expires.Format(time.DateTime)+" "+e.Latest().Format(time.DateTime)))
	}
	return all
}

func TestFilter_LettersInOrderMatchWhenNothingElseDoes(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	a := issue(t, s, draft("ana.abel", "orders"), epoch)
	b := issue(t, s, draft("bo", "stock"), epoch)
	for text, want := range map[string][]int64{
		"anbl": {a.ID}, "ordptl": {a.ID}, "sk": {b.ID}, "ana": {a.ID}, "STCK": {b.ID}, "orders": {a.ID},
		"o": {a.ID, b.ID}, "zzz": nil, "anastock": nil,
	} {
		got, err := s.IDs(t.Context(), Query{Now: epoch, Filter: Filter{Word: []Term{{Text: text}}}}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

func TestFilter_TextsAreNeverSQL(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	d := draft(`o'hara") OR 1=1 --`, `%_[a]`)
	d.Note, d.Profile, d.Server = `'; DROP TABLE entries; --`, `p'q`, `s'q`
	e := issue(t, s, d, epoch)
	issue(t, s, draft("ana", "orders"), epoch)
	for _, f := range []Filter{
		{User: []Term{{Text: `o'hara")`}}},
		{App: []Term{{Text: `%_[`}}},
		{Word: []Term{{Text: `'; drop`}}},
		{Word: []Term{{Text: `OR 1=1`}}},
		{Server: `s'q`},
		{ExactUser: d.UserEmail},
		{ExactApp: d.AppSlug},
	} {
		got, err := s.IDs(t.Context(), Query{Now: epoch, Filter: f}, 10)
		if err != nil || !slices.Equal(got, []int64{e.ID}) {
			t.Errorf("%+v finds %v, %v", f, got, err)
		}
	}
}

// Ensure that a cursor holds its place when its row changes and time passes.
func TestPage_CursorOutlivesItsRow(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	var ids []int64
	for i := range 6 {
		ids = append(ids, issue(t, s, draft(fmt.Sprintf("user%d", i), "orders"), epoch.Add(time.Duration(i)*time.Minute)).ID)
	}
	q := Query{Now: epoch, Limit: 3}
	p, err := s.Page(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.After = p.Cursor(2)
	issue(t, s, draft("user2", "orders"), epoch.Add(time.Hour)) // the cursor's row becomes older
	q.Now = epoch.Add(62*time.Minute + time.Second)             // and all of the first page has ended
	p, err = s.Page(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got := idsOf(p.cursors); !slices.Equal(got, ids[3:6]) {
		t.Errorf("next page %v, want %v", got, ids[3:6])
	}
}

func TestPage_CanceledQueryStops(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Page(ctx, Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A history of many servers is still counted, and read in the order by time left.
func TestPage_OfManyServers(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory, walkOnly: true})
	const servers = 200
	for n := range servers {
		d := draft("ana", "orders")
		d.Server = fmt.Sprintf("https://tooljet-%d.example.com", n)
		issue(t, s, d, epoch.Add(time.Duration(n)*time.Second))
	}
	q := Query{Now: epoch, Limit: 7, Filter: Filter{State: []StateTerm{{State: Expired, Not: true}}}}
	if n, err := s.Count(t.Context(), q); err != nil || n != servers {
		t.Errorf("counted %d, %v", n, err)
	}
	page, err := s.Page(t.Context(), q)
	if err != nil || len(page.Entries) != 7 || page.Entries[6].ID != 7 {
		t.Errorf("%d rows, %v", len(page.Entries), err)
	}
}
