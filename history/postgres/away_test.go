package postgres

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/secret"
)

// hasty are times for tests in which the database is away.
func hasty() times {
	return times{
		begin: 2 * time.Second, beginTry: 2 * time.Second, finish: time.Second, finishTry: time.Second,
		pause: 100 * time.Millisecond, lease: time.Minute, beat: 20 * time.Millisecond,
	}
}

// patient are times for tests in which it comes back at once, whatever else the machine does.
func patient() times {
	t := usual()
	t.beat, t.pause = 20*time.Millisecond, 40*time.Millisecond
	t.begin, t.beginTry, t.finish, t.finishTry = time.Minute, 20*time.Second, time.Minute, 20*time.Second
	return t
}

// behind is a Store behind a proxy.
func behind(t *testing.T, db postgrestest.Database, key secret.Key, wait times) (*Store, *postgrestest.Proxy) {
	t.Helper()
	proxy := postgrestest.NewProxy(t, db.Address)
	o := options(t, postgrestest.Through(t, db.RoleURL, proxy.Address), key)
	o.times = wait
	return open(t, o), proxy
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

func isAway(err error) bool {
	e, ok := errors.AsType[*history.Error](err)
	return ok && e.Kind == history.Away
}

// Ensure a request and an outcome are written once, wherever the connection is lost.
func TestStore_ConnectionLost(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s, proxy := behind(t, db, newKey(t), patient())
	direct := open(t, options(t, db.RoleURL, newKey(t)))
	at := epoch()
	var entries int64
	for _, cut := range []postgrestest.Cut{postgrestest.Whole, postgrestest.BeforeRequest, postgrestest.BeforeAnswer} {
		proxy.CutNext(cut)
		e, err := s.Begin(t.Context(), draft("ana", "orders"))
		if err != nil {
			t.Fatalf("begin, cut %d: %v", cut, err)
		}
		entries++
		if e.ID != entries {
			t.Errorf("begin, cut %d: row %d, want %d", cut, e.ID, entries)
		}
		proxy.CutNext(cut)
		at = at.Add(time.Second)
		if e, err = s.Finish(t.Context(), e.ID, issued(at)); err != nil || e.Outcome != history.Issued || e.Spooled || e.Older != entries-1 {
			t.Errorf("finish, cut %d: %+v, %v", cut, e, err)
		}
	}
	if got := rows(t, direct.db, `SELECT count(*) AS n, sum(CASE action WHEN 'begun' THEN 1 ELSE 0 END) AS begun FROM events`); got[0] != "n=6 begun=3" {
		t.Errorf("events: %v", got)
	}
	if got := rows(t, direct.db, `SELECT count(*) AS n FROM sealed`); got[0] != "n=3" {
		t.Errorf("texts: %v", got)
	}
}

// Ensure a request that cannot be recorded is refused, and that a row of it that was
// written all the same says that nothing was sent.
func TestStore_BeginGivenUp(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	s, proxy := behind(t, db, newKey(t), hasty())
	direct := open(t, options(t, db.RoleURL, newKey(t)))
	if _, err := s.pool.Exec(t.Context(), `SELECT 1`); err != nil {
		t.Fatal(err)
	}
	proxy.Down()
	if _, err := s.Begin(t.Context(), draft("ana", "orders")); !isAway(err) {
		t.Fatalf("away: %v", err)
	}
	proxy.Up()
	// The row is written, and no answer ever comes.
	eventually(t, "a row whose answer is lost", func() bool {
		warm, err := s.Begin(t.Context(), draft("bo", "orders"))
		if err != nil {
			return false
		}
		_, _ = s.Finish(t.Context(), warm.ID, history.Result{Outcome: history.Rejected})
		proxy.Delay(3 * time.Second)
		_, err = s.Begin(t.Context(), draft("cy", "orders"))
		proxy.Delay(0)
		if !isAway(err) {
			t.Fatalf("without an answer: %v", err)
		}
		return true
	})
	eventually(t, "the row is taken back", func() bool {
		open := rows(t, direct.db, `SELECT count(*) AS n FROM entries WHERE outcome = 'pending'`)
		given := rows(t, direct.db, `SELECT count(*) AS n FROM intents i LEFT JOIN entries e ON e.id = i.entry_id
			WHERE i.entry_id = 0 OR e.error_title = '`+neverTitle+`' AND e.outcome = 'rejected' AND e.class = 3`)
		return open[0] == "n=0" && given[0] != "n=0"
	})
}

// Ensure an intent that was given up keeps a late Begin of it from writing a row.
func TestStore_GivenUpStaysSo(t *testing.T) {
	t.Parallel()
	s := open(t, options(t, fresh(t).RoleURL, newKey(t)))
	d := draft("ana", "orders")
	d.RequestID = history.NewUUID()
	s.undo[d.RequestID] = true
	if err := s.takeBack(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Begin(t.Context(), d); !errors.Is(err, errGivenUp) {
		t.Errorf("begun: %+v, %v", e, err)
	}
	if got := rows(t, s.db, `SELECT count(*) AS n FROM entries`); got[0] != "n=0" {
		t.Errorf("rows: %v", got)
	}
}

// Ensure an outcome that cannot be recorded waits on the disk, sealed, and is recorded when
// the database is back: at once, or by the next process.
func TestStore_Spool(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s, proxy := behind(t, db, key, hasty())
	direct := open(t, options(t, db.RoleURL, key))
	begin := func(user string) history.Entry {
		t.Helper()
		var e history.Entry
		eventually(t, "begin", func() (ok bool) {
			var err error
			e, err = s.Begin(t.Context(), draft(user, "orders"))
			return err == nil
		})
		return e
	}
	for n, r := range []history.Result{issued(epoch()), {Outcome: history.Unknown, ErrorTitle: "No answer"}, {Outcome: history.Rejected, ErrorTitle: "No"}} {
		row := begin("ana")
		proxy.Down()
		e, err := s.Finish(t.Context(), row.ID, r)
		if err != nil || !e.Spooled || e.Outcome != r.Outcome {
			t.Fatalf("%d: %+v, %v", n, e, err)
		}
		path := filepath.Join(s.spoolFolder(), "")
		files, _ := os.ReadDir(path)
		if len(files) != 1 {
			t.Fatalf("%d: %d files", n, len(files))
		}
		info, _ := files[0].Info()
		b, _ := os.ReadFile(filepath.Join(path, files[0].Name()))
		if text := string(b); info.Mode().Perm() != 0o600 || strings.Contains(text, "aabbccdd") || strings.Contains(text, "tooljet.example.com/embed") {
			t.Errorf("%d: %s %s", n, info.Mode(), text)
		}
		proxy.Up()
		eventually(t, "drained", func() bool {
			waiting, late := s.Spooled()
			return waiting == 0 && late == 0
		})
		got, err := direct.get(t.Context(), row.ID)
		e.Spooled, e.Older = false, got.Older
		if err != nil || got.Outcome != r.Outcome || !got.Expires.Equal(e.Expires.Truncate(time.Millisecond)) || got.Last4 != e.Last4 ||
			got.Fingerprint != e.Fingerprint || got.HasSecret != e.HasSecret || got.AppID != e.AppID || got.ErrorTitle != e.ErrorTitle {
			t.Errorf("%d: foreseen\n%+v, got\n%+v, %v", n, e, got, err)
		}
	}
	row := begin("bo")
	proxy.Down()
	if e, err := s.Finish(t.Context(), row.ID, issued(epoch())); err != nil || !e.Spooled {
		t.Fatalf("%+v, %v", e, err)
	}
	_ = s.Close() // the process ends before the database is back
	next := options(t, db.RoleURL, key)
	next.Spool = s.opts.Spool
	s = open(t, next)
	if got, err := direct.get(t.Context(), row.ID); err != nil || got.Outcome != history.Issued || !got.HasSecret {
		t.Errorf("after the next start: %+v, %v", got, err)
	}
	if waiting, _ := s.Spooled(); waiting != 0 {
		t.Errorf("%d wait", waiting)
	}
}

// Ensure a token whose outcome can be kept nowhere is reported, and that one that comes too
// late is kept aside.
func TestStore_SpoolFails(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s, proxy := behind(t, db, key, hasty())
	direct := open(t, options(t, db.RoleURL, key))
	begin := func() (e history.Entry) {
		t.Helper()
		eventually(t, "begin", func() (ok bool) {
			var err error
			e, err = s.Begin(t.Context(), draft("ana", "orders"))
			return err == nil
		})
		return e
	}
	first := begin()
	if err := os.WriteFile(s.opts.Spool, nil, 0o600); err != nil { // a file where the folder shall be
		t.Fatal(err)
	}
	proxy.Down()
	if e, err := s.Finish(t.Context(), first.ID, issued(epoch())); !isAway(err) {
		t.Errorf("%+v, %v", e, err)
	}
	proxy.Up()
	_ = os.Remove(s.opts.Spool)

	second := begin()
	proxy.Down()
	if e, err := s.Finish(t.Context(), second.ID, issued(epoch())); err != nil || !e.Spooled {
		t.Fatalf("%+v, %v", e, err)
	}
	other := issued(epoch())
	other.Token = secret.New("pat_99112233445566778899aabbccdd9999")
	if _, err := direct.Finish(t.Context(), second.ID, other); err != nil {
		t.Fatal(err)
	}
	proxy.Up()
	eventually(t, "kept aside", func() bool {
		waiting, late := s.Spooled()
		return waiting == 0 && late == 1
	})
}

// Ensure the end of a caller's patience does not keep an outcome from being recorded, and
// that a caller who gives up is told so.
func TestStore_Contexts(t *testing.T) {
	t.Parallel()
	s := open(t, options(t, fresh(t).RoleURL, newKey(t)))
	e, err := s.Begin(t.Context(), draft("ana", "orders"))
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if e, err := s.Finish(gone, e.ID, issued(epoch())); err != nil || e.Outcome != history.Issued || e.Spooled {
		t.Errorf("finish: %+v, %v", e, err)
	}
	if _, err := s.Begin(gone, draft("bo", "orders")); !errors.Is(err, context.Canceled) {
		t.Errorf("begin: %v", err)
	}
}

// Ensure what reads and what writes alone go on after a restart of the database, although
// every connection that is kept died.
func TestStore_AllConnectionsDied(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s := open(t, options(t, db.RoleURL, key))
	e, err := s.Begin(t.Context(), draft("ana", "orders"))
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"get":     func() error { _, err := s.Get(t.Context(), e.ID); return err },
		"note":    func() error { return s.SetNote(t.Context(), e.ID, "Portal") },
		"changed": func() error { _, err := s.Changed(t.Context()); return err },
		"begin":   func() error { _, err := s.Begin(t.Context(), draft("bo", "orders")); return err },
		"finish":  func() error { _, err := s.Finish(t.Context(), e.ID, issued(epoch())); return err },
	} {
		var held []*pgxpool.Conn
		for range s.opts.Conns { // so that all are open and idle
			c, err := s.pool.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, c)
		}
		for _, c := range held {
			c.Release()
		}
		postgrestest.Run(t, db.URL, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'patdesk' AND datname = current_database()`)
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
