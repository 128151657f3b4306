package history

import (
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
