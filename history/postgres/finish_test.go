package postgres

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
)

// Ensure Begin and Finish, which do not read the row that they write, return what is read of
// it, whatever others did to it meanwhile.
func TestStore_ReturnsWhatIsWritten(t *testing.T) {
	t.Parallel()
	db, key := fresh(t), newKey(t)
	s, other := open(t, options(t, db.RoleURL, key)), open(t, options(t, db.RoleURL, key))
	postgrestest.Run(t, db.URL, `INSERT INTO listed_apps (server, place, uid, slug, name, workspace_id, workspace)
		VALUES ('`+history.ServerName("https://tooljet.example.com/tj/")+`', 1, 'another', '', 'Orders Ü', '', '')`)
	same := func(what string, e history.Entry, err error) history.Entry {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		read, err := s.get(t.Context(), e.ID)
		if d := cmp.Diff(read, e); d != "" || err != nil {
			t.Errorf("%s (- read, + returned): %v\n%s", what, err, d)
		}
		return e
	}
	begin := func(what string, change func(*history.Draft)) history.Entry {
		t.Helper()
		d := draft("ana", "orders")
		change(&d)
		e, err := s.Begin(t.Context(), d)
		return same("begin "+what, e, err)
	}
	finish := func(what string, e history.Entry, r history.Result) history.Entry {
		t.Helper()
		e, err := s.Finish(t.Context(), e.ID, r)
		return same("finish "+what, e, err)
	}
	plain := func(*history.Draft) {}
	late, odd, soon := begin("late", plain), begin("odd", func(d *history.Draft) {
		d.Note, d.Run, d.RunRow, d.UserName = "a\x00b\xff", "11111111-0000-4000-8000-000000000000", 7, ""
	}), begin("soon", func(d *history.Draft) { d.AppID = "8b000000-0000-4000-8000-000000000001" })
	if late.AppTwin || !soon.AppTwin {
		t.Errorf("another app of the name is listed: %t without an id, %t with one", late.AppTwin, soon.AppTwin)
	}
	soon = finish("soon", soon, issued(epoch().Add(time.Hour)))
	finish("odd", odd, history.Result{Outcome: history.Rejected, ErrorTitle: "No", ErrorText: "a\x00b\xff", Status: 404})
	if late = finish("late", late, issued(epoch())); late.Newer != soon.ID || !late.AppTwin {
		t.Errorf("before %d, another app of the name is listed: %t; want before %d, listed", late.Newer, late.AppTwin, soon.ID)
	}
	if newest := finish("newest", begin("newest", plain), issued(epoch().Add(2*time.Hour))); newest.Older != soon.ID {
		t.Errorf("after %d, want after %d", newest.Older, soon.ID)
	}

	changed := begin("changed", plain)
	if err := other.SetNote(t.Context(), changed.ID, "of somebody else"); err != nil {
		t.Fatal(err)
	}
	if changed = finish("changed", changed, issued(epoch().Add(3*time.Hour))); changed.Note != "of somebody else" {
		t.Errorf("the note is %q", changed.Note)
	}
	finish("again", changed, issued(epoch().Add(3*time.Hour)))

	named := begin("named", plain)
	if _, err := other.SetDetails(t.Context(), named.ID, history.Details{AppID: "8b000000-0000-4000-8000-000000000009"}); err != nil {
		t.Fatal(err)
	}
	finish("named", named, issued(epoch().Add(4*time.Hour)))

	unknown := finish("unknown", begin("unknown", plain), history.Result{Outcome: history.Unknown, ErrorTitle: "No answer"})
	finish("unknown after all", unknown, issued(epoch().Add(5*time.Hour)))
	elsewhere, err := other.Begin(t.Context(), draft("ana", "orders"))
	finish("of another process", same("begin elsewhere", elsewhere, err), issued(epoch().Add(6*time.Hour)))

	d := draft("ana", "orders")
	d.RequestID = history.NewUUID()
	first, err := s.Begin(t.Context(), d)
	same("begin once", first, err)
	second, err := s.Begin(t.Context(), d)
	if same("begin twice", second, err); second.ID != first.ID {
		t.Errorf("one request has rows %d and %d", first.ID, second.ID)
	}
}
