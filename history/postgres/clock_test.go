package postgres

import (
	"context"
	"testing"
	"time"

	"patdesk/history"
)

// near reports whether two moments are one but for what a busy computer takes.
func near(a, b time.Time) bool { return a.Sub(b).Abs() < 2*time.Minute }

// Ensure a host whose clock is a day off records and reads what every other host does: the
// ends of tokens, when a request was made, who did what when, how old a list is.
func TestStore_HostWithAnotherClock(t *testing.T) {
	t.Parallel()
	for _, wrong := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		db, key := fresh(t), newKey(t)
		o := options(t, db.RoleURL, key)
		right := open(t, o)
		o.times = patient()
		o.times.wrong = wrong
		odd := open(t, o)
		ctx, server := t.Context(), draft("", "").Server

		// A token, a request that was refused, and one whose host died, with the server's clock known or not.
		d := draft("ana", "orders")
		d.ClockOffset, d.ClockUncertainty = -wrong, time.Second
		e, err := odd.Begin(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if lost, err := right.lose(ctx, nil); lost != 0 || err != nil {
			t.Errorf("%v: its lease is over: %d, %v", wrong, lost, err)
		}
		token, err := odd.Finish(ctx, e.ID, history.Result{Outcome: history.Issued, Issued: time.Now(), Expires: time.Now().Add(time.Hour), ClockOffset: -wrong, ClockUncertainty: time.Second})
		if err != nil || !near(token.Begun, time.Now()) || !near(token.Begun.Add(token.ClockOffset), time.Now()) || !near(token.Expires, time.Now().Add(time.Hour)) {
			t.Errorf("%v: %+v, %v", wrong, token, err)
		}
		for _, known := range []bool{true, false} {
			d := draft("bo", "orders")
			if d.ClockOffset, d.ClockUncertainty = 0, 0; known {
				d.ClockOffset, d.ClockUncertainty = -wrong, time.Second
			}
			e, err := odd.Begin(ctx, d)
			if err != nil || !near(e.Expires, time.Now().Add(d.Life)) && !e.Expires.Equal(d.WorstExpires.Truncate(time.Millisecond)) {
				t.Errorf("%v: begun: %+v, %v", wrong, e, err)
			}
			if e, err = odd.Finish(ctx, e.ID, history.Result{Outcome: history.Rejected}); err != nil || !near(e.Expires, time.Now()) {
				t.Errorf("%v: rejected: %+v, %v", wrong, e, err)
			}
		}

		// Who did what when, as either host says it by its own clock.
		if err := right.MarkLogin(ctx, "sshd"); err != nil {
			t.Fatal(err)
		}
		for n, s := range []*Store{right, odd} {
			now := time.Now().Add([]time.Duration{0, wrong}[n])
			page, err := s.Events(ctx, history.EventFilter{Since: now.Add(-2 * time.Minute)}, 0, 0)
			if err != nil || len(page.Events) != 7 {
				t.Fatalf("%v: host %d sees %d events, %v", wrong, n, len(page.Events), err)
			}
			for _, v := range page.Events {
				if !near(v.At, now) {
					t.Errorf("%v: host %d says of %s that it was at %v", wrong, n, v.Action, v.At)
				}
			}
			if page, err := s.Events(ctx, history.EventFilter{Since: now.Add(2 * time.Minute)}, 0, 0); err != nil || len(page.Events) != 0 {
				t.Errorf("%v: host %d sees %d events of the future, %v", wrong, n, len(page.Events), err)
			}
		}
		for _, s := range []*Store{right, odd, right} {
			if err := s.MarkDenied(ctx, "issue for stock"); err != nil {
				t.Fatal(err)
			}
		}
		if got := rows(t, right.db, `SELECT count(*) AS n FROM events WHERE action = 'denied'`); got[0] != "n=1" {
			t.Errorf("%v: one refusal within a minute: %v", wrong, got)
		}

		// How old a list is, and what was looked at after it.
		if err := odd.SaveUsers(ctx, server, nil, odd.local().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if lists, err := right.Directory(ctx, server); err != nil || !near(lists.UsersAt, time.Now().Add(-time.Hour)) {
			t.Errorf("%v: the list is of %v, %v", wrong, lists.UsersAt, err)
		}
		if err := right.MarkVerified(ctx, token.ID, time.Now(), "ok", "", ""); err != nil {
			t.Fatal(err)
		}
		change := []history.DriftChange{{ID: token.ID, Now: "the app is gone", Kind: "gone"}}
		if stay, err := odd.SetDrift(ctx, change, odd.local().Add(-time.Hour)); err != nil || len(stay) != 1 {
			t.Errorf("%v: an older list outdoes a check: %v, %v", wrong, stay, err)
		}
		if stay, err := odd.SetDrift(ctx, change, odd.local().Add(time.Hour)); err != nil || len(stay) != 0 {
			t.Errorf("%v: a newer list does not: %v, %v", wrong, stay, err)
		}
		clocks(t, right, odd, server, wrong)

		// The clock is set right while the program runs.
		odd.opts.times.wrong = 0
		odd.probed = time.Time{}
		if _, err := odd.Changed(ctx); err != nil || odd.ahead() != 0 || !near(odd.now(), time.Now()) {
			t.Errorf("%v: after it was set right it is %v off, %v", wrong, odd.ahead(), err)
		}
	}
}

// clocks ensures that what one host has measured of the server's clock serves the others,
// by their own clocks.
func clocks(t *testing.T, right, odd *Store, server string, wrong time.Duration) {
	t.Helper()
	elsewhere := history.WithActor(t.Context(), history.Actor{Name: "kim", Machine: "another"})
	const ahead = 5 * time.Minute // of the server
	if err := odd.NoteClock(t.Context(), server, ahead-wrong, time.Second, odd.local()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		ctx    context.Context
		s      *Store
		offset time.Duration
		within time.Duration
	}{
		{t.Context(), odd, ahead - wrong, time.Second},
		{t.Context(), right, ahead, time.Second},
		{elsewhere, odd, ahead - wrong, time.Second + history.ClocksAgree},
		{elsewhere, right, ahead, time.Second + history.ClocksAgree},
	} {
		offset, within, at, err := tt.s.LastClock(tt.ctx, server)
		if err != nil || (offset-tt.offset).Abs() > 2*time.Minute || within != tt.within || !near(at, tt.s.local()) {
			t.Errorf("%v: the server's clock is %v ahead, within %v, at %v, %v; want %v", wrong, offset, within, at, err, tt.offset)
		}
	}
}
