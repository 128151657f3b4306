package history_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/secret"
)

var benchNow = time.Date(2026, 11, 21, 20, 10, 5, 0, time.UTC)

// million is a history of a million rows, made once. PATDESK_BENCH_DB names a
// file that is kept from one run to the next.
var million = sync.OnceValues(func() (string, error) {
	path := os.Getenv("PATDESK_BENCH_DB")
	if path == "" {
		dir, err := os.MkdirTemp("", "patdesk-bench-")
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, "data", "history.db")
	}
	if _, err := os.Lstat(path); err == nil {
		return path, nil
	}
	key, err := secret.NewKey()
	if err != nil {
		return "", err
	}
	return path, historytest.Fill(context.Background(), path, historytest.Past{Rows: 1_000_000, Users: 5_000, Apps: 200, Now: benchNow, Key: key})
})

func openMillion(b *testing.B) *history.Store {
	b.Helper()
	path, err := million()
	if err != nil {
		b.Fatal(err)
	}
	s, err := history.Open(b.Context(), history.Options{Path: path, Reading: true})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkMillion_OpenAndFirstPage(b *testing.B) {
	openMillion(b).Close()
	for b.Loop() {
		s := openMillion(b)
		if p, err := s.Page(b.Context(), history.Query{Now: benchNow}); err != nil || len(p.Entries) != 50 {
			b.Fatal(len(p.Entries), err)
		}
		s.Close()
	}
}

func word(text string) history.Filter { return history.Filter{Word: []history.Term{{Text: text}}} }

var benchQueries = []struct {
	name string
	q    history.Query
}{
	{"first page", history.Query{}},
	{"last page", history.Query{Last: true}},
	{"issued", history.Query{Sort: history.SortIssued}},
	{"user", history.Query{Sort: history.SortUser}},
	{"app", history.Query{Sort: history.SortApp}},
	{"state", history.Query{Sort: history.SortState}},
	{"one user", history.Query{Filter: history.Filter{User: []history.Term{{Text: "ana.abel70@"}}}}},
	{"one user and app", history.Query{Filter: history.Filter{User: []history.Term{{Text: "ana.abel70@"}}, App: []history.Term{{Text: "orders"}}}}},
	{"one app", history.Query{Filter: history.Filter{App: []history.Term{{Text: "app-77"}}}}},
	{"one app by user", history.Query{Sort: history.SortUser, Filter: history.Filter{App: []history.Term{{Text: "app-77"}}}}},
	{"word a tenth has", history.Query{Filter: word("ana.")}},
	{"word all have", history.Query{Filter: word("example.com")}},
	{"rare word in notes", history.Query{Filter: word("page 345")}},
	{"rare last four", history.Query{Filter: word("beef")}},
	{"scattered word", history.Query{Filter: word("ktgrt")}},
	{"word nothing has", history.Query{Filter: word("zzzz")}},
	{"state urgent", history.Query{Filter: history.Filter{State: []history.StateTerm{{State: history.Urgent}}}}},
	{"state drift", history.Query{Filter: history.Filter{State: []history.StateTerm{{State: history.Drift}}}}},
	{"state drift by issue", history.Query{Sort: history.SortIssued, Filter: history.Filter{State: []history.StateTerm{{State: history.Drift}}}}},
	{"role and failed", history.Query{Filter: history.Filter{Role: []history.Term{{Text: "admin"}}, State: []history.StateTerm{{State: history.Failed}}}}},
	{"left under an hour", history.Query{Filter: history.Filter{LeftUnder: time.Hour}}},
	{"not a word", history.Query{Filter: history.Filter{Word: []history.Term{{Text: "sales", Not: true}, {Text: "ops", Not: true}}}}},
	{"all but nothing", history.Query{Filter: history.Filter{User: []history.Term{{Text: "sales"}}, App: []history.Term{{Text: "returns"}}, By: []history.Term{{Text: "ci"}}, Role: []history.Term{{Text: "admin"}}}}},
}

func BenchmarkMillion_Page(b *testing.B) {
	s := openMillion(b)
	defer s.Close()
	for _, bq := range benchQueries {
		bq.q.Now = benchNow
		b.Run(bq.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				p, err := s.Page(b.Context(), bq.q)
				if err != nil {
					b.Fatal(err)
				}
				n = len(p.Entries)
			}
			b.ReportMetric(float64(n), "rows")
		})
	}
}

// most is how many rows the console counts of a filter, pat.MostCounted.
const most = 10_000

func BenchmarkMillion_Count(b *testing.B) {
	s := openMillion(b)
	defer s.Close()
	for _, bq := range benchQueries {
		bq.q.Now = benchNow
		b.Run(bq.name, func(b *testing.B) {
			var n history.Number
			for b.Loop() {
				var err error
				if n, err = s.CountTo(b.Context(), bq.q, most); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n.N), "rows")
		})
	}
}

func BenchmarkMillion_CountsPerState(b *testing.B) {
	s := openMillion(b)
	defer s.Close()
	for b.Loop() {
		c, err := s.Counts(b.Context(), "acme-prod", benchNow)
		if err != nil || c.Total != 1_000_000 {
			b.Fatal(c, err)
		}
	}
}

// The timeline asks for the rows at a moment, and for one count a bucket of its axis.
func BenchmarkMillion_Timeline(b *testing.B) {
	s := openMillion(b)
	defer s.Close()
	for _, zoom := range []struct {
		name    string
		step    time.Duration
		buckets int
	}{{"24 h", time.Hour, 24}, {"7 d", 6 * time.Hour, 28}, {"30 d", 24 * time.Hour, 30}, {"all", 365 * 24 * time.Hour, 10}} {
		edges := make([]time.Time, zoom.buckets+1)
		for i := range edges {
			edges[i] = benchNow.Add(time.Duration(i-zoom.buckets/2) * zoom.step)
		}
		b.Run("rows "+zoom.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Page(b.Context(), history.Query{Now: benchNow, After: history.Ending(edges[0], benchNow)}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("counts "+zoom.name, func(b *testing.B) {
			var sum int64
			for b.Loop() {
				counts, err := s.EndsPer(b.Context(), historytest.Server, edges)
				if err != nil {
					b.Fatal(err)
				}
				sum = 0
				for _, n := range counts {
					sum += n
				}
			}
			b.ReportMetric(float64(sum), "rows")
		})
	}
}

func BenchmarkMillion_PositionInTheMiddle(b *testing.B) {
	s := openMillion(b)
	defer s.Close()
	for b.Loop() {
		if _, err := s.Position(b.Context(), history.Query{Now: benchNow}, 500_000, most); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue_DurableBeginAndFinish(b *testing.B) {
	key, err := secret.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	s, err := history.Open(b.Context(), history.Options{
		Path: filepath.Join(b.TempDir(), "data", "history.db"), KeepTokens: true,
		Key: func(context.Context) (secret.Key, error) { return key, nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		e, err := s.Begin(b.Context(), history.Draft{Profile: "acme-prod", UserEmail: "ana@example.com", AppSlug: "orders", Life: time.Hour})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Finish(b.Context(), e.ID, history.Result{Outcome: history.Issued, Token: secret.New("pat_0123456789abcdef"), Issued: benchNow}); err != nil {
			b.Fatal(err)
		}
	}
}
