package history

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Whoever asks for the first token of a pair looks for others before; what comes
// between the look and the row is seen all the same.
func TestPair_OfManyAtOnceOneIsAlone(t *testing.T) {
	t.Parallel()
	o := options(t)
	stores := []*Store{open(t, o), open(t, o)}
	var began, refused atomic.Int64
	var all sync.WaitGroup
	for n := range 32 {
		all.Go(func() {
			d := draft("ana", "orders")
			d.Alone = true
			if n%2 == 0 {
				d.UserID, d.AppID = "", "" // the same pair by other names
			}
			switch _, err := stores[n%len(stores)].Begin(t.Context(), d); {
			case err == nil:
				began.Add(1)
			case errors.Is(err, ErrLive):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if began.Load() != 1 || refused.Load() != 31 {
		t.Errorf("%d began, %d were refused", began.Load(), refused.Load())
	}
}

func TestPair_AloneAgainAfterEnd(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	d := draft("ana", "orders")
	issue(t, s, d, time.Now().Add(-2*time.Hour)) // over
	other := draft("ana", "stock")
	issue(t, s, other, time.Now())
	elsewhere := draft("ana", "orders")
	elsewhere.Host, elsewhere.Server = "https://other.example.com", "https://other.example.com"
	issue(t, s, elsewhere, time.Now())
	d.Alone = true
	e, err := s.Begin(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(t.Context(), d); !errors.Is(err, ErrLive) {
		t.Errorf("beside a pending row: %v", err)
	}
	if _, err := s.Finish(t.Context(), e.ID, Result{Outcome: Rejected}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(t.Context(), d); err != nil {
		t.Errorf("beside a rejected row: %v", err)
	}
}

// Ensure the tokens of a pair follow each other by the time of their issue, in whatever
// order their answers come, near the newest or far from it.
func TestPair_AnswersInAnyOrder(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	const all = 2*mostBack + 50
	var ids [all]int64
	for n := range all {
		ids[n] = begin(t, s, draft("ana", "orders")).ID
	}
	// Mostly a few early or late, as of many workers; then the farthest, and its neighbours.
	order := make([]int, 0, all)
	for n := 1; n < all; n++ {
		if n != all/2 && n != all/2+1 {
			order = append(order, n)
		}
	}
	for n := range order {
		if m := n + (n*7)%5; m < len(order) {
			order[n], order[m] = order[m], order[n]
		}
	}
	order = append(order, 0, all/2+1, all/2)
	for _, n := range order {
		got, err := s.Finish(t.Context(), ids[n], Result{Outcome: Issued, Token: token(int64(n)), Issued: epoch.Add(time.Duration(n/3) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if kept := get(t, s, ids[n]); kept.Older != got.Older || kept.Newer != got.Newer {
			t.Fatalf("%d is between %d and %d, not %d and %d", ids[n], kept.Older, kept.Newer, got.Older, got.Newer)
		}
	}
	for n, id := range ids {
		var older, newer int64
		if n > 0 {
			older = ids[n-1]
		}
		if n < all-1 {
			newer = ids[n+1]
		}
		if e := get(t, s, id); e.Older != older || e.Newer != newer {
			t.Errorf("%d is between %d and %d, want %d and %d", id, e.Older, e.Newer, older, newer)
		}
	}
	counts, err := s.Counts(t.Context(), "", epoch)
	if err != nil || counts.Older != all-1 || counts.Live != all {
		t.Errorf("%+v, %v", counts, err)
	}
}

// Ensure a late answer looks at the rows that came meanwhile, and at no others of its pair.
func TestPair_LateAnswersAreNear(t *testing.T) {
	t.Parallel()
	s := open(t, Options{Path: Memory})
	var last Entry
	for n := range mostBack + 20 {
		last = issue(t, s, draft("ana", "orders"), epoch.Add(time.Duration(n)*time.Second))
	}
	for late, near := range map[time.Duration]bool{0: true, time.Second: true, (mostBack - 2) * time.Second: true, (mostBack + 1) * time.Second: false} {
		err := s.tx(t.Context(), func(ctx context.Context, w Work) error {
			older, newer, ok, err := between(ctx, w, last.ID, []any{millis(last.Issued.Add(-late)), int64(-1)})
			if ok != near || ok && (newer != last.ID-int64(late/time.Second) || older != newer-1) {
				t.Errorf("%s late: between %d and %d of %d, near %t", late, older, newer, last.ID, ok)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
