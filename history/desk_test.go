package history

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// at is ctx of somebody at a desk.
func at(ctx context.Context, name, door string) context.Context {
	return WithActor(ctx, Actor{name, door, "console", "issue"})
}

// Ensure logins and refusals are events of whoever came, without a token, and are found by
// what they are and by whom.
func TestDesk_EventsWithoutToken(t *testing.T) {
	t.Parallel()
	for _, far := range []bool{false, true} {
		s := open(t, Options{Path: Memory, walkOnly: far})
		s.far = far
		ana, bo := at(t.Context(), "ana", "ssh 192.0.2.7"), at(t.Context(), "bo", "ssh 192.0.2.8")
		issue(t, s, draft("ana", "orders"), epoch)
		allNil(t, s.MarkLogin(ana, "sshd, SHA256:abc"), s.MarkDenied(ana, "issue for stock: their apps are orders"), s.MarkLogin(bo, "sshd"))
		issue(t, s, draft("cy", "stock"), epoch)
		login, denied, other := "#0 login sshd, SHA256:abc", "#0 denied issue for stock: their apps are orders", "#0 login sshd"
		all := told(t, s, EventFilter{}, 2)
		if len(all) != 7 || all[3].Actor != "ana" || all[3].On != "ssh 192.0.2.7" || all[3].Role != "issue" || all[3].Via != "console" || all[3].UserEmail+all[3].AppName+all[3].AppSlug != "" {
			t.Errorf("far %v: %+v", far, all)
		}
		begun := "begun 3600 sent as seconds, idle 60 min"
		for name, c := range map[string]struct {
			f    EventFilter
			want []string
		}{
			"all":                {EventFilter{}, []string{"#1 " + begun, "#1 issued", login, denied, other, "#2 " + begun, "#2 issued"}},
			"of a server":        {EventFilter{Tokens: Filter{Server: "https://tooljet.example.com"}}, []string{"#1 " + begun, "#1 issued", login, denied, other, "#2 " + begun, "#2 issued"}},
			"of another server":  {EventFilter{Tokens: Filter{Server: "https://none.example.com"}}, []string{login, denied, other}},
			"logins":             {EventFilter{Actions: []Action{LoggedIn}}, []string{login, other}},
			"refusals":           {EventFilter{Actions: []Action{WasDenied}, Tokens: Filter{Server: "https://tooljet.example.com"}}, []string{denied}},
			"with others":        {EventFilter{Actions: []Action{WasDenied, GotIssued}}, []string{"#1 issued", denied, "#2 issued"}},
			"of tokens alone":    {EventFilter{Actions: []Action{GotIssued}}, []string{"#1 issued", "#2 issued"}},
			"by somebody":        {EventFilter{Tokens: Filter{By: []Term{{Text: "ANA"}}}}, []string{login, denied}},
			"by nobody":          {EventFilter{Tokens: Filter{By: []Term{{Text: "zoe"}}}}, nil},
			"not by somebody":    {EventFilter{Tokens: Filter{By: []Term{{Text: "ana", Not: true}}}}, []string{"#1 " + begun, "#1 issued", other, "#2 " + begun, "#2 issued"}},
			"by all":             {EventFilter{Actions: []Action{LoggedIn}, Tokens: Filter{By: []Term{{Text: ""}}}}, []string{login, other}},
			"of a user":          {EventFilter{Tokens: Filter{User: []Term{{Text: "cy"}}}}, []string{"#2 " + begun, "#2 issued"}},
			"of a user, logins":  {EventFilter{Actions: []Action{LoggedIn}, Tokens: Filter{User: []Term{{Text: "ana"}}}}, nil},
			"while it is typed":  {EventFilter{Actions: []Action{LoggedIn}, Tokens: Filter{User: []Term{{Text: ""}}}}, []string{login, other}},
			"of tokens":          {EventFilter{Tokens: Filter{IDs: []int64{}}}, nil},
			"with a status":      {EventFilter{Status: []StatusRange{{200, 599}}}, []string{"#1 issued", "#2 issued"}},
			"later":              {EventFilter{Actions: []Action{LoggedIn}, Since: time.Now().Add(time.Minute)}, nil},
			"in a state":         {EventFilter{Now: epoch, Tokens: Filter{State: []StateTerm{{State: Expired}}}}, nil},
			"by the door's name": {EventFilter{Tokens: Filter{By: []Term{{Text: "192.0.2.8"}}}}, []string{other}},
		} {
			for _, size := range []int{1, 2, 50} {
				if diff := gocmp.Diff(c.want, facts(told(t, s, c.f, size))); diff != "" {
					t.Errorf("far %v, %s, in pages of %d:\n%s", far, name, size, diff)
				}
			}
		}
	}
}

// Ensure a script that is refused over and over leaves few rows, and that the last of them
// says so.
func TestDesk_RefusalsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, Options{Path: Memory})
		ci, ana := at(t.Context(), "ci", "ssh"), at(t.Context(), "ana", "ssh")
		for range 1000 {
			allNil(t, s.MarkDenied(ci, "issue: no"))
		}
		count := func(by string) int {
			return len(told(t, s, EventFilter{Actions: []Action{WasDenied}, Tokens: Filter{By: []Term{{Text: by}}}}, 100))
		}
		if n := count("ci"); n != 1 {
			t.Errorf("the same refusal is written %d times", n)
		}
		for i := range 100 {
			allNil(t, s.MarkDenied(ci, fmt.Sprint("issue for ", i)), s.MarkDenied(ana, "reveal"))
		}
		if n := count("ci"); n != DeniedMost {
			t.Errorf("%d refusals are written", n)
		}
		if n := count("ana"); n != 1 {
			t.Errorf("another's: %d", n)
		}
		newest := told(t, s, EventFilter{Actions: []Action{WasDenied}}, 100)[0]
		if !strings.HasSuffix(newest.Detail, DeniedLast) || newest.Actor != "ci" {
			t.Errorf("the last: %+v", newest)
		}
		time.Sleep(DeniedAgain + time.Second)
		allNil(t, s.MarkDenied(ci, "issue: no"), s.MarkDenied(ci, "issue: no"))
		if n := count("ci"); n != DeniedMost+1 {
			t.Errorf("a minute later: %d", n)
		}
	})
}

// Ensure only what is of a desk is without a token.
func TestDesk_OtherEventsHaveAToken(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	e := issue(t, s, draft("ana", "orders"), epoch)
	for what, id := range map[Action]any{GotIssued: nil, LoggedIn: e.ID, WasDenied: e.ID, GotRejected: 99, "other": nil} {
		err := s.tx(t.Context(), func(ctx context.Context, w Work) error {
			_, err := w.ExecContext(ctx, `INSERT INTO events (at, actor_id, via, action, entry_id, detail) VALUES (1, 1, '', ?, ?, '')`, what, id)
			return err
		})
		if err == nil {
			t.Errorf("%s of %v was written", what, id)
		}
	}
}

// Ensure what was sealed before there were logins is verified as before, and that they are
// sealed with the rest.
func TestDesk_SealsGoOn(t *testing.T) {
	t.Parallel()
	o := options(t)
	old := o
	old.steps = embedded()[:11]
	s := open(t, old)
	issue(t, s, draft("ana", "orders"), epoch)
	kept := must(s.Seal(t.Context()))
	issue(t, s, draft("bo", "orders"), epoch)
	allNil(t, s.Close())

	s = open(t, o)
	ana := at(t.Context(), "ana", "ssh")
	allNil(t, s.MarkLogin(ana, "sshd"), s.MarkDenied(ana, "reveal: no"))
	now := must(s.Seal(t.Context()))
	if p := must(s.Sealing(t.Context())); p.Sealed != 6 || p.Events != 6 {
		t.Errorf("sealed %+v", p)
	}
	allNil(t, s.Close())
	for _, head := range []string{kept.Note, now.Note, ""} {
		if a := verified(t, o, head); a.Change != "" || a.Events != 6 || a.Sealed != 6 || a.Seals != 2 {
			t.Errorf("untouched: %+v", a)
		}
	}
	for _, q := range []string{
		`UPDATE events SET detail = 'serve' WHERE action = 'login'`, `DELETE FROM events WHERE action = 'denied'`,
		`UPDATE events SET entry_id = 1, action = 'copied' WHERE action = 'login'`, `UPDATE events SET action = 'login' WHERE action = 'denied'`,
	} {
		if a := verified(t, tampered(t, o, q), ""); a.Change == "" {
			t.Errorf("%s: not found", q)
		}
	}
}

// Ensure a file that was brought to this form says so in the words of a new one, whatever
// it was before.
func TestDesk_UpgradedTableIsThatOfANewFile(t *testing.T) {
	t.Parallel()
	table := func(o Options) string {
		db := must(sql.Open("sqlite3", "file:"+o.Path+"?mode=ro"))
		defer func() { _ = db.Close() }()
		var text string
		allNil(t, db.QueryRow(`SELECT sql FROM sqlite_schema WHERE name = 'events'`).Scan(&text))
		return text
	}
	fresh := closedHistory(t, 1)
	for version := 1; version < len(embedded()); version++ {
		o := released(t, version)
		s := open(t, o)
		allNil(t, s.MarkLogin(t.Context(), "sshd"))
		if got := facts(told(t, s, EventFilter{Actions: []Action{LoggedIn}}, 9)); !slices.Equal(got, []string{"#0 login sshd"}) {
			t.Errorf("from version %d: %q", version, got)
		}
		sound(t, s)
		allNil(t, s.Close())
		if got := table(o); got != table(fresh) {
			t.Errorf("from version %d:\n%s\nnew:\n%s", version, got, table(fresh))
		}
	}
	// A table that is not as it was released is left as it is.
	o := released(t, 11)
	alter(t, o.Path, `ALTER TABLE events RENAME COLUMN detail TO details; ALTER TABLE events ADD COLUMN mine TEXT`)
	alter(t, o.Path, `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'purged', 'gone') WHERE name = 'events'; PRAGMA writable_schema = RESET`)
	before := must(os.ReadFile(o.Path))
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "0012_logins.sql") {
		t.Errorf("a table of somebody else: %v", err)
	}
	if !bytes.Equal(must(os.ReadFile(o.Path)), before) {
		t.Error("it was changed")
	}
}
