package postgres

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"patdesk/history"
)

// Ensure of many who ask for one pair at once, by whatever names, one is told to go on.
func TestStore_OneOfManyIsAlone(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s := open(t, options(t, db.RoleURL, newKey(t)))
	known := draft("ana", "orders") // makes both names of the person and of the app known
	known.UserID, known.AppID = "51000000-0000-4000-8000-00000000000a", "8b000000-0000-4000-8000-00000000000b"
	e, err := s.Begin(t.Context(), known)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finish(t.Context(), e.ID, history.Result{Outcome: history.Rejected}); err != nil {
		t.Fatal(err)
	}
	const desks, each = 4, 16
	var guard sync.Mutex
	var begun, told int
	var wg sync.WaitGroup
	for range desks {
		o := options(t, db.RoleURL, newKey(t))
		o.Conns, o.times = each, patient()
		desk := open(t, o)
		for n := range each {
			wg.Go(func() {
				d := known
				d.Alone, d.Note = true, fmt.Sprintf("desk %d", n)
				switch n % 4 {
				case 1:
					d.UserID, d.AppID = "", ""
				case 2:
					d.UserEmail, d.AppSlug = "", ""
				case 3:
					d.UserEmail, d.UserID = "ANA@example.com", ""
				}
				_, err := desk.Begin(t.Context(), d)
				guard.Lock()
				defer guard.Unlock()
				switch {
				case err == nil:
					begun++
				case errors.Is(err, history.ErrLive):
					told++
				default:
					t.Errorf("begin: %v", err)
				}
			})
		}
	}
	wg.Wait()
	if begun != 1 || told != desks*each-1 {
		t.Errorf("%d begun, %d told", begun, told)
	}
}

// Ensure a row of a run is taken once, whoever asks.
func TestStore_RowOfRunIsTakenOnce(t *testing.T) {
	t.Parallel()
	o := options(t, fresh(t).RoleURL, newKey(t))
	o.Conns, o.times = 8, patient()
	s := open(t, o)
	var guard sync.Mutex
	var begun int
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			d := draft(fmt.Sprintf("user-%d", n), "orders")
			d.Run, d.RunRow = "11111111-0000-4000-8000-000000000000", 3
			_, err := s.Begin(t.Context(), d)
			guard.Lock()
			defer guard.Unlock()
			if err == nil {
				begun++
			} else if !errors.Is(err, history.ErrRowTaken) {
				t.Errorf("begin: %v", err)
			}
		})
	}
	wg.Wait()
	if begun != 1 {
		t.Errorf("%d begun", begun)
	}
}

// Ensure a chain stays one when its tokens are issued at once, and counts are those of the rows.
func TestStore_ChainAndCounts(t *testing.T) {
	t.Parallel()
	o := options(t, fresh(t).RoleURL, newKey(t))
	o.Conns, o.times = 8, patient()
	s := open(t, o)
	var wg sync.WaitGroup
	const workers, each = 8, 6
	for w := range workers {
		wg.Go(func() {
			for n := range each {
				e, err := s.Begin(t.Context(), draft("ana", "orders"))
				if err != nil {
					t.Errorf("begin: %v", err)
					return
				}
				if _, err := s.Finish(t.Context(), e.ID, issued(epoch().Add(time.Duration(n*workers+w)*time.Minute))); err != nil {
					t.Errorf("finish: %v", err)
				}
				if n%2 == 0 { // leaves the chain and comes back
					if _, err := s.SetDetails(t.Context(), e.ID, history.Details{UserName: fmt.Sprintf("Ana %d", w)}); err != nil {
						t.Errorf("details: %v", err)
					}
				}
				if n == 2 {
					if _, err := s.pool.Exec(t.Context(), `SELECT fold_tally()`); err != nil {
						t.Errorf("fold: %v", err)
					}
				}
			}
		})
	}
	wg.Wait()
	chain := rows(t, s.db, `SELECT id, older_id, newer_id, class FROM (
			SELECT id, older_id, newer_id, class, lag(id, 1, 0) OVER w AS older, lead(id, 1, 0) OVER w AS newer FROM entries WINDOW w AS (ORDER BY issued, id)) t
		WHERE newer_id <> newer OR older_id <> older OR class <> CASE newer WHEN 0 THEN 0 ELSE 2 END`)
	if len(chain) > 0 {
		t.Errorf("broken links: %v", chain)
	}
	for range 2 {
		wrong := rows(t, s.db, `SELECT server_id, class, n FROM tally WHERE n <> 0
			EXCEPT SELECT server_id, class, count(*) FROM entries GROUP BY 1, 2`)
		if total := rows(t, s.db, `SELECT sum(n) AS n FROM tally`); len(wrong) > 0 || total[0] != fmt.Sprintf("n=%d", workers*each) {
			t.Errorf("counts %v, total %v", wrong, total)
		}
		if _, err := s.pool.Exec(t.Context(), `SELECT fold_tally()`); err != nil {
			t.Fatal(err)
		}
	}
	if left := rows(t, s.db, `SELECT count(*) AS n FROM tally_deltas`); left[0] != "n=0" {
		t.Errorf("not folded: %v", left)
	}
}
