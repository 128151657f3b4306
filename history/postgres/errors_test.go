package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"patdesk/history"
)

func TestStore_FailByCode(t *testing.T) {
	t.Parallel()
	s := &Store{name: "postgres://desk@db.example.com:5432/patdesk"}
	for code, want := range map[string]history.Kind{
		"42P01": history.Schema, "42883": history.Schema, "42501": history.Denied, "28P01": history.Denied, "28000": history.Denied, "3D000": history.Denied,
		"53100": history.Full, "25006": history.ReadOnly, "55P03": history.Busy, "XX001": history.Corrupt, "58030": history.IO,
		"57P01": history.Away, "57P02": history.Away, "57P03": history.Away, "53300": history.Away, "08006": history.Away,
		"23514": "", "22P02": "", "40P01": "",
	} {
		err := s.fail(t.Context(), "write", fmt.Errorf("step 1: %w", &pgconn.PgError{Severity: "ERROR", Code: code, Message: "because"}))
		e, own := errors.AsType[*history.Error](err)
		if own != (want != "") || own && (e.Kind != want || e.Path != s.name || e.Err.Error() != "because") || !strings.HasPrefix(err.Error(), "write: ") {
			t.Errorf("%s: %v", code, err)
		}
		if (code == "40P01") != undone(err) && !own {
			t.Errorf("%s: undone %t", code, undone(err))
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for err, away := range map[error]bool{io.EOF: true, io.ErrUnexpectedEOF: true, pgconn.ErrConnClosed: true, context.DeadlineExceeded: true, errors.New("odd"): false} {
		if got := isAway(s.fail(t.Context(), "write", err)); got != away {
			t.Errorf("%v: away %t", err, got)
		}
		if isAway(s.fail(gone, "write", err)) {
			t.Errorf("%v: away although the caller left", err)
		}
	}
}

// Ensure an outcome that the database never takes keeps no other one in the spool.
func TestStore_DrainPassesOver(t *testing.T) {
	t.Parallel()
	s := open(t, options(t, fresh(t).RoleURL, newKey(t)))
	var rows [2]history.Entry
	for n, user := range []string{"ana", "bo"} {
		var err error
		if rows[n], err = s.Begin(t.Context(), draft(user, "orders")); err != nil {
			t.Fatal(err)
		}
	}
	for n, e := range rows {
		out, err := s.ending(t.Context(), e, issued(epoch()), epoch())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			out.Outcome = "odd" // which no row may have
		}
		if err := s.spool(out); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.drain(t.Context())
	if e, err := s.get(t.Context(), rows[1].ID); err != nil || e.Outcome != history.Issued {
		t.Errorf("%+v, %v", e, err)
	}
	if waiting, late := s.Spooled(); waiting != 1 || late != 0 {
		t.Errorf("%d wait, %d late", waiting, late)
	}
}
