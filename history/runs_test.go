package history

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

const aRun = "5b0c6e3e-1a2b-4c3d-8e4f-000000000001"

// runRows are the rows of a role change and n new tokens.
func runRows(n int) []RunRow {
	rows := []RunRow{
		{Action: "role", User: "ana@example.com", UserWord: "Ana", UserID: "u1", WorkspaceID: "w1", Workspace: "Sales", Role: "builder", WasRole: "end-user"},
		{Action: "read_back", User: "ana@example.com", UserID: "u1", WorkspaceID: "w1", Role: "builder"},
	}
	for i := range n {
		rows = append(rows, RunRow{Action: "issue", User: "ana@example.com", App: fmt.Sprint("app-", i), AppWord: "App", Life: time.Hour, IdleMinutes: 60, Note: "kiosk"})
	}
	return rows
}

func TestRuns_RowsAreTheCheckpoint(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx := t.Context()
	server := "https://tooljet.example.com"
	allNil(t, s.BeginRun(ctx, Run{ID: aRun, Kind: RunRole, Server: server}, runRows(4)))
	check := func(done, failed, unknown, waiting int) {
		t.Helper()
		r, rows, err := s.GetRun(ctx, aRun)
		if err != nil || r.Total != 6 || len(rows) != 6 || r.Done != done || r.Failed != failed || r.Unknown != unknown || r.Waiting != waiting {
			t.Fatalf("%+v, %d rows, %v", r, len(rows), err)
		}
		list, err := s.Runs(ctx, server)
		if err != nil || (len(list) == 1) != (waiting > 0) {
			t.Fatalf("%d runs wait, %v", len(list), err)
		}
	}
	check(0, 0, 0, 6)
	allNil(t, s.MarkRow(ctx, aRun, 1, RowUnknown))
	check(0, 0, 1, 5)
	allNil(t, s.MarkRow(ctx, aRun, 1, RowOK), s.MarkRow(ctx, aRun, 2, RowFailed))
	check(1, 1, 0, 4)
	row := func(n int, r Result) Entry {
		t.Helper()
		d := draft("ana", fmt.Sprint("app-", n-3))
		d.Run, d.RunRow = aRun, n
		e := begin(t, s, d)
		if r.Outcome == "" {
			return e
		}
		e, err := s.Finish(ctx, e.ID, r)
		allNil(t, err)
		return e
	}
	row(3, Result{Outcome: Rejected})
	again := row(3, Result{Outcome: Issued, Token: token(1), Issued: epoch})
	row(4, Result{Outcome: Rejected})
	row(5, Result{Outcome: Unknown})
	check(2, 2, 1, 1)
	row(6, Result{})
	check(2, 2, 2, 0)
	_, rows, err := s.GetRun(ctx, aRun)
	want := runRows(4)[2]
	want.Row, want.State, want.Entry = 3, RowOK, again.ID
	if err != nil || rows[2] != want || rows[0].WasRole != "end-user" {
		t.Errorf("row %+v, want %+v, %v", rows[2], want, err)
	}
	if e, err := s.Get(ctx, again.ID); err != nil || e.Run != aRun || e.RunRow != 3 {
		t.Errorf("entry %+v, %v", e, err)
	}
}

// Ensure no row of a run is asked for twice, unless it was surely rejected.
func TestRuns_NoRowTwice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		first Outcome
		want  bool // a second request may begin
		after bool // and may with AfterUnknown
	}{
		{"rejected", Rejected, true, true}, {"issued", Issued, false, false}, {"unknown", Unknown, false, true}, {"pending", Pending, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, options(t))
			for _, after := range []bool{false, true} {
				d := draft("ana", "orders")
				d.Run, d.RunRow = fmt.Sprint(aRun, after), 3
				e := begin(t, s, d)
				if tt.first != Pending {
					_, err := s.Finish(t.Context(), e.ID, Result{Outcome: tt.first, Token: token(1), Issued: epoch})
					allNil(t, err)
				}
				d.AfterUnknown = after
				want := tt.want || after && tt.after
				if _, err := s.Begin(t.Context(), d); (err == nil) != want || err != nil && !errors.Is(err, ErrRowTaken) {
					t.Errorf("after unknown %v: %v", after, err)
				}
				d.RunRow = 4
				begin(t, s, d)
			}
		})
	}
}

// Ensure an ended run waits no more, runs of other servers are not told, and a run
// that is not there is told as such.
func TestRuns_EndedAndOthers(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx := t.Context()
	allNil(t, s.BeginRun(ctx, Run{ID: "a", Kind: RunBulk, Server: "https://one.example.com"}, runRows(1)),
		s.BeginRun(ctx, Run{ID: "b", Kind: RunBulk, Server: "https://two.example.com"}, runRows(1)))
	for server, want := range map[string]int{"": 2, "https://one.example.com:443": 1, "https://three.example.com": 0} {
		if list, err := s.Runs(ctx, server); err != nil || len(list) != want {
			t.Errorf("%q: %d runs, %v", server, len(list), err)
		}
	}
	allNil(t, s.EndRun(ctx, "a"))
	if list, err := s.Runs(ctx, ""); err != nil || len(list) != 1 || list[0].ID != "b" || list[0].Waiting != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	_, _, err := s.GetRun(ctx, "c")
	if !errors.Is(err, ErrNotFound) || !errors.Is(s.EndRun(ctx, "c"), ErrNotFound) {
		t.Errorf("a run that is not there: %v", err)
	}
	if s.BeginRun(ctx, Run{ID: "b", Kind: RunBulk, Server: "x"}, runRows(1)) == nil {
		t.Error("a run was written down twice")
	}
}
