package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// filled is a history of SQLite of every kind of row, and its records beside the rows of
// other tables.
func filled(t *testing.T, seed uint64) (*history.Store, Options) {
	t.Helper()
	key := newKey(t)
	o := options(t, fresh(t).URL, key)
	lite, err := history.Open(t.Context(), history.Options{Path: filepath.Join(t.TempDir(), "data", "history.db"), KeepTokens: true, Key: o.Key, Actor: me()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lite.Close() })
	d := dice{rand.New(rand.NewPCG(seed, 3))}
	for i := range 40 {
		r := d.draft(i)
		r.Alone, r.Run = false, ""
		e, err := lite.Begin(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lite.Finish(t.Context(), e.ID, d.result()); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		lite.SetNote(t.Context(), 3, "Portal Ü"), lite.MarkCopied(t.Context(), 4, epoch(), "url"), lite.MarkVerified(t.Context(), 5, epoch(), "role changed", "role", "role changed"),
		lite.BeginRun(t.Context(), history.Run{ID: "33333333-0000-4000-8000-000000000000", Kind: history.RunBulk, Server: "https://other.example.com"}, []history.RunRow{{Action: "issue", User: "ana"}}),
		lite.SaveUsers(t.Context(), "https://other.example.com", []history.ListedUser{{ID: "1", Groups: []string{"a"}}}, epoch()),
		lite.NoteHost(t.Context(), "https://other.example.com", "https://public.example.com", epoch()),
		lite.MarkLogin(t.Context(), "sshd"), lite.MarkDenied(t.Context(), "issue for stock: no"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := lite.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	return lite, o
}

// leave carries a history over.
func leave(ctx context.Context, lite *history.Store, o Options) (a Adopted, err error) {
	err = lite.LeaveFor(ctx, o.URL, func(ctx context.Context, c history.Contents) (err error) {
		a, err = Adopt(ctx, o.URL, nil, c)
		return err
	})
	return a, err
}

// Ensure a history that was carried over is the same one: each row, each token, each event
// under its seal; and that its file can be read, but not written to.
func TestAdopt_IsTheSameHistory(t *testing.T) {
	t.Parallel()
	lite, o := filled(t, 1)
	a, err := leave(t.Context(), lite, o)
	if err != nil || a.Entries != 40 || a.Before {
		t.Fatalf("%+v, %v", a, err)
	}
	post := open(t, o)
	both := twins{lite: lite, post: post}
	both.read(t, dice{rand.New(rand.NewPCG(1, 4))})
	head, err := lite.Sealing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	audit, err := post.VerifyEvents(t.Context(), "")
	if err != nil || audit.Change != "" || audit.Sealed != head.Sealed {
		t.Errorf("audit %+v, %v", audit, err)
	}
	r := dice{rand.New(rand.NewPCG(1, 5))}.draft(1000)
	r.Alone, r.Run = false, ""
	if _, err := lite.Begin(t.Context(), r); kind(err) != history.Left {
		t.Errorf("the file was written to: %v", err)
	}
	if e, err := post.Begin(t.Context(), r); err != nil || e.ID != 41 {
		t.Errorf("row %d, %v", e.ID, err)
	}
}

func kind(err error) history.Kind {
	if e, ok := errors.AsType[*history.Error](err); ok {
		return e.Kind
	}
	return ""
}

// Ensure it is carried over once, and that what went on by itself is never mixed.
func TestAdopt_AgainAndOverOthers(t *testing.T) {
	t.Parallel()
	lite, o := filled(t, 2)
	killed := errors.New("killed before the file was marked")
	err := lite.LeaveFor(t.Context(), o.URL, func(ctx context.Context, c history.Contents) error {
		if _, err := Adopt(ctx, o.URL, nil, c); err != nil {
			return err
		}
		again, err := Adopt(ctx, o.URL, nil, c)
		if err != nil || !again.Before || again.Entries != 40 {
			t.Errorf("again: %+v, %v", again, err)
		}
		return killed
	})
	if !errors.Is(err, killed) {
		t.Fatal(err)
	}
	if err := lite.SetNote(t.Context(), 1, "goes on here"); err != nil { // it was not marked
		t.Fatal(err)
	}
	if _, err := leave(t.Context(), lite, o); !errors.Is(err, ErrOccupied) || !strings.Contains(fmt.Sprint(err), "events") {
		t.Errorf("after both went on: %v", err)
	}
	other, _ := filled(t, 3)
	if _, err := leave(t.Context(), other, o); !errors.Is(err, ErrOccupied) {
		t.Errorf("over another history: %v", err)
	}
	if err := other.SetNote(t.Context(), 1, "it is still here"); err != nil {
		t.Errorf("a history that was not taken over: %v", err)
	}
}

// Ensure that what a database cannot keep is cleaned where nothing hangs on it, and refused
// where a seal does.
func TestAdopt_TextsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	lite, o := filled(t, 4)
	if _, err := lite.SetDetails(t.Context(), 3, history.Details{UserName: "Ana \x00 Ruiz"}); err != nil {
		t.Fatal(err)
	}
	if err := lite.SetNote(t.Context(), 3, "a \x00 note"); err != nil {
		t.Fatal(err)
	}
	if _, err := leave(t.Context(), lite, o); err == nil || !strings.Contains(err.Error(), "row 87 has a character") {
		t.Errorf("a sealed text that changes: %v", err)
	}
	if e, err := lite.Get(t.Context(), 3); err != nil || e.UserName != "Ana \x00 Ruiz" {
		t.Errorf("%q, %v", e.UserName, err)
	}
}

// Ensure a copy that is cut off at any point leaves the database empty or whole, and the
// file as it was.
func TestSweep_AdoptCutOff(t *testing.T) {
	points := 12
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("PATDESK_LONG is not set")
	case "full":
		points = 50
	}
	lite, _ := filled(t, 6)
	stay := errors.New("the file stays")
	var took time.Duration
	whole, empty := 0, 0
	for n := range points {
		db := fresh(t)
		proxy := postgrestest.NewProxy(t, db.Address)
		var cut *time.Timer
		if n > 0 { // the first one tells how long it takes
			cut = time.AfterFunc(took*time.Duration(n)/time.Duration(points*4/5), proxy.Down)
		}
		begun := time.Now()
		err := lite.LeaveFor(t.Context(), "postgres://elsewhere", func(ctx context.Context, c history.Contents) error {
			_, err := Adopt(ctx, postgrestest.Through(t, db.URL, proxy.Address), nil, c)
			return errors.Join(err, stay)
		})
		if cut == nil {
			took = time.Since(begun)
		} else {
			cut.Stop()
		}
		if !errors.Is(err, stay) {
			t.Fatal(err)
		}
		direct := open(t, options(t, db.URL, newKey(t)))
		switch got := rows(t, direct.db, `SELECT (SELECT count(*) FROM entries) AS e, (SELECT count(*) FROM events) AS v, (SELECT count(*) FROM users) AS u`); got[0] {
		case "e=0 v=0 u=0":
			empty++
		default:
			if !strings.HasPrefix(got[0], "e=40 v=86 ") {
				t.Errorf("cut at point %d of %d: %v", n, points, got)
			}
			whole++
		}
	}
	if whole == 0 || empty == 0 {
		t.Errorf("%d whole, %d empty: nothing was cut, or everything", whole, empty)
	}
	if err := lite.SetNote(t.Context(), 1, "it is still here"); err != nil {
		t.Error(err)
	}
}
