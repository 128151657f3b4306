package postgres

import (
	"context"
	"fmt"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// dies ends a Store as the end of its process does: nothing is tidied up.
func dies(s *Store) {
	s.waking.Do(func() {})
	s.guard.Lock()
	stop := s.stop
	s.guard.Unlock()
	if stop != nil {
		stop()
		<-s.stopped
	}
	s.pool.Close()
}

// Ensure a row whose process died is unknown once its lease is over by the database's
// clock, whatever clock a host has, and that a late outcome wins.
func TestStore_Lease(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	o := options(t, db.RoleURL, key)
	o.times = patient()
	o.times.lease = 2 * time.Second
	dead := open(t, o)
	row, err := dead.Begin(t.Context(), draft("ana", "orders"))
	if err != nil {
		t.Fatal(err)
	}
	dies(dead)
	other := open(t, options(t, db.RoleURL, key))
	began := time.Now()
	eventually(t, "unknown", func() bool {
		if err := other.Tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		row, err = other.get(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		return row.Outcome == history.Unknown
	})
	if row.ErrorTitle != history.LostTitle || row.ErrorText != history.LostText || time.Since(began) > time.Minute {
		t.Errorf("%+v", row)
	}
	told := rows(t, other.db, `SELECT action, detail FROM events ORDER BY id DESC LIMIT 1`)
	if told[0] != "action=unknown detail="+history.LostTitle {
		t.Errorf("%v", told)
	}
	if got, err := other.Finish(t.Context(), row.ID, issued(epoch())); err != nil || got.Outcome != history.Issued {
		t.Errorf("late: %+v, %v", got, err)
	}
}

// Ensure a living process keeps its rows, as long as it takes, and gives them up at its end;
// and that a row that another one is finishing is left to it.
func TestStore_LeaseIsKept(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s, other := open(t, options(t, db.RoleURL, key)), open(t, options(t, db.URL, key))
	var ids []int64
	for _, user := range []string{"ana", "bo"} {
		e, err := s.Begin(t.Context(), draft(user, "orders"))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	over := `UPDATE entries SET lease = clock_timestamp() - interval '1 hour'`
	postgrestest.Run(t, db.URL, over)
	if err := s.renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := other.lose(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("lost %d: %v", n, err)
	}
	postgrestest.Run(t, db.URL, over)
	tx, err := other.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `SELECT 1 FROM entries WHERE id = $1 FOR UPDATE`, ids[0]); err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.renew(soon); err != nil {
		t.Errorf("beside one that is being finished: %v", err)
	}
	if got := rows(t, other.db, `SELECT id FROM entries WHERE lease > clock_timestamp()`); len(got) != 1 || got[0] != fmt.Sprint("id=", ids[1]) {
		t.Errorf("beside one that is being finished, kept %v", got)
	}
	if _, err := other.pool.Exec(t.Context(), over+` WHERE id = $1`, ids[1]); err != nil {
		t.Fatal(err)
	}
	if n, err := other.lose(t.Context(), nil); n != 1 || err != nil {
		t.Errorf("beside one that is being finished, lost %d: %v", n, err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	postgrestest.Run(t, db.URL, `UPDATE entries SET lease = clock_timestamp() + interval '1 hour' WHERE outcome = 'pending'`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, other.db, `SELECT count(*) AS n FROM entries WHERE outcome = 'unknown' AND class = 1 AND lease IS NULL`); got[0] != "n=2" {
		t.Errorf("after the end: %v", got)
	}
}
