package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// told reads all events of a filter, the newest first, in pages of a size.
func told(tb testing.TB, s *Store, f EventFilter, size int) []Event {
	tb.Helper()
	var all []Event
	var before int64
	for range 1000 {
		p, err := s.Events(tb.Context(), f, before, size)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, p.Events...)
		if !p.More {
			return all
		}
		if len(p.Events) != size {
			tb.Fatalf("a page of %d events says that more follow", len(p.Events))
		}
		before = p.Events[size-1].ID
	}
	tb.Fatal("the pages never end")
	return nil
}

// facts are events, the oldest first, as they are compared.
func facts(events []Event) []string {
	var all []string
	for _, e := range slices.Backward(events) {
		all = append(all, strings.TrimSpace(fmt.Sprintf("#%d %s %s", e.Entry, e.Action, e.Detail)))
	}
	return all
}

func allNil(tb testing.TB, errs ...error) {
	tb.Helper()
	for _, err := range errs {
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func TestEvents_OneForEachFact(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Actor.Via = "console"
	s := open(t, o)
	ctx := t.Context()
	begun := "begun 3600 sent as seconds, idle 60 min"
	d := draft("ana", "orders")
	lee := WithActor(ctx, Actor{Name: "lee", Machine: "desk-2", Via: "command", Role: "issue"})
	before := time.Now().Truncate(time.Millisecond)
	e, err := s.Begin(lee, d)
	allNil(t, err)
	r := issued(e.ID, epoch)
	r.URLWarning = "elsewhere"
	for range 2 { // recording the same once more is no second fact
		_, err := s.Finish(ctx, e.ID, r)
		allNil(t, err)
	}
	refused, lost, left := begin(t, s, draft("bo", "orders")), begin(t, s, draft("cy", "orders")), begin(t, s, draft("dee", "orders"))
	for _, f := range []struct {
		id int64
		r  Result
	}{{refused.ID, Result{Outcome: Rejected, ErrorTitle: "not found"}}, {lost.ID, Result{Outcome: Unknown, ErrorTitle: "no answer"}}, {lost.ID, issued(lost.ID, epoch)}} {
		_, err := s.Finish(ctx, f.id, f.r)
		allNil(t, err)
	}
	allNil(t, s.MarkCopied(ctx, e.ID, epoch, "iframe"), s.MarkCopied(ctx, e.ID, epoch, "url"), s.MarkRevealed(ctx, "printed", e.ID, lost.ID),
		s.SetNote(ctx, e.ID, "Kiosk 4"),
		s.MarkVerified(ctx, e.ID, epoch, "no access", "access", "role"), s.MarkVerified(ctx, e.ID, epoch, "no access", "access", "role"),
		s.MarkVerified(ctx, e.ID, epoch, "valid", "", ""))
	_, err = s.Purge(ctx, epoch.Add(2*time.Hour))
	allNil(t, err)
	want := []string{
		"#1 " + begun, "#1 issued elsewhere", "#2 " + begun, "#3 " + begun, "#4 " + begun, "#2 rejected not found", "#3 unknown no answer", "#3 issued",
		"#1 copied iframe", "#1 copied url", "#1 revealed printed", "#3 revealed printed", "#1 noted Kiosk 4",
		"#1 verified no access", "#1 drift role", "#1 verified no access", "#1 verified valid", "#1 drift_cleared role", "#1 purged", "#3 purged",
	}
	got := told(t, s, EventFilter{}, 7)
	if diff := gocmp.Diff(want, facts(got)); diff != "" {
		t.Error(diff)
	}
	first, second := got[len(got)-1], got[len(got)-2]
	if first.Actor != "lee" || first.On != "desk-2" || second.Actor != o.Actor.Name || second.On != o.Actor.Machine || first.Via != "command" || first.Role != "issue" || second.Via != "console" || second.Role != "" ||
		first.UserEmail != d.UserEmail || first.AppSlug != d.AppSlug || first.At.Before(before) || first.At.After(time.Now()) {
		t.Errorf("the first is %+v", first)
	}
	allNil(t, s.Close())
	if got := facts(told(t, open(t, o), EventFilter{Actions: []Action{GotUnknown}}, 9)); !slices.Equal(got, []string{"#3 unknown no answer", fmt.Sprintf("#%d unknown %s", left.ID, lostTitle)}) {
		t.Errorf("after the end of the process: %q", got)
	}
}

// Ensure that what did not happen is not told.
func TestEvents_NoneOfWhatFailed(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	ctx := t.Context()
	e := issue(t, s, draft("ana", "orders"), epoch)
	before := told(t, s, EventFilter{}, 50)
	for _, err := range []error{s.MarkCopied(ctx, 99, epoch, "url"), s.SetNote(ctx, 99, "x"), s.MarkVerified(ctx, 99, epoch, "", "role", "role")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("no row: %v", err)
		}
	}
	if _, err := s.Finish(ctx, e.ID, Result{Outcome: Rejected}); !errors.Is(err, ErrFinished) {
		t.Errorf("a second outcome: %v", err)
	}
	if _, err := s.Purge(ctx, epoch); err != nil {
		t.Error(err)
	}
	if diff := gocmp.Diff(before, told(t, s, EventFilter{}, 50)); diff != "" {
		t.Error(diff)
	}
}

func TestEvents_FilterAndPagesAgree(t *testing.T) {
	t.Parallel()
	for _, walkOnly := range []bool{false, true} {
		s := open(t, Options{Path: Memory, walkOnly: walkOnly})
		s.far = walkOnly
		start := time.Now()
		for i := range 20 {
			d := draft([]string{"ana", "bo", "cy"}[i%3], []string{"orders", "stock"}[i%2])
			if i%5 == 0 {
				d.Server = "https://other.example.com"
			}
			e := issue(t, s, d, epoch)
			if i%4 == 0 {
				allNil(t, s.MarkCopied(t.Context(), e.ID, epoch, "url"))
			}
		}
		for _, status := range []int{0, 400, 403, 499, 503} {
			e, err := s.Begin(t.Context(), draft("dee", "stock"))
			_, ferr := s.Finish(t.Context(), e.ID, Result{Outcome: Rejected, Status: status})
			allNil(t, err, ferr)
		}
		all := told(t, s, EventFilter{}, 500)
		entries := map[int64]Entry{}
		for _, e := range all {
			entries[e.Entry] = get(t, s, e.Entry)
		}
		for name, c := range map[string]struct {
			f     EventFilter
			holds func(Event, Entry) bool
		}{
			"all":       {EventFilter{}, func(Event, Entry) bool { return true }},
			"user":      {EventFilter{Tokens: Filter{User: []Term{{Text: "BO"}}}}, func(e Event, _ Entry) bool { return e.UserEmail == "bo@example.com" }},
			"not user":  {EventFilter{Tokens: Filter{User: []Term{{Text: "bo", Not: true}}}}, func(e Event, _ Entry) bool { return e.UserEmail != "bo@example.com" }},
			"app":       {EventFilter{Tokens: Filter{ExactApp: "stock"}}, func(e Event, _ Entry) bool { return e.AppSlug == "stock" }},
			"server":    {EventFilter{Tokens: Filter{Server: "https://other.example.com"}}, func(_ Event, e Entry) bool { return strings.Contains(e.Server, "other") }},
			"no server": {EventFilter{Tokens: Filter{Server: "https://none.example.com"}}, func(Event, Entry) bool { return false }},
			"token":     {EventFilter{Tokens: Filter{IDs: []int64{4, 9}}}, func(e Event, _ Entry) bool { return e.Entry == 4 || e.Entry == 9 }},
			"state": {EventFilter{Now: epoch, Tokens: Filter{State: []StateTerm{{State: Older}}}}, func(_ Event, e Entry) bool {
				return e.State(epoch) == Older
			}},
			"left":   {EventFilter{Now: epoch, Tokens: Filter{LeftUnder: time.Minute}}, func(Event, Entry) bool { return false }},
			"action": {EventFilter{Actions: []Action{Copied, Begun}}, func(e Event, _ Entry) bool { return e.Action == Copied || e.Action == Begun }},
			"status": {EventFilter{Status: []StatusRange{{403, 403}}}, func(v Event, e Entry) bool { return v.Action == GotRejected && e.Status == 403 }},
			"statuses": {EventFilter{Status: []StatusRange{{201, 201}, {500, 599}}}, func(v Event, e Entry) bool {
				return (v.Action == GotRejected || v.Action == GotIssued) && (e.Status == 201 || e.Status == 503)
			}},
			"status of a user": {EventFilter{Status: []StatusRange{{400, 499}}, Tokens: Filter{User: []Term{{Text: "dee"}}}, Actions: []Action{GotRejected}}, func(v Event, e Entry) bool {
				return v.Action == GotRejected && e.Status >= 400 && e.Status < 500
			}},
			"no status": {EventFilter{Status: []StatusRange{{300, 399}}}, func(Event, Entry) bool { return false }},
			"since":     {EventFilter{Since: start.Add(-time.Minute)}, func(Event, Entry) bool { return true }},
			"later":     {EventFilter{Since: time.Now().Add(time.Minute)}, func(Event, Entry) bool { return false }},
		} {
			want := slices.DeleteFunc(slices.Clone(all), func(e Event) bool { return !c.holds(e, entries[e.Entry]) })
			for _, size := range []int{1, 7, 500} {
				if diff := gocmp.Diff(want, told(t, s, c.f, size), gocmp.Transformer("empty", func(e []Event) []Event { return append([]Event{}, e...) })); diff != "" {
					t.Errorf("%s, in pages of %d, walk only %v:\n%s", name, size, walkOnly, diff)
				}
			}
		}
	}
}

func TestEvents_AreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	issue(t, s, draft("ana", "orders"), epoch)
	before := told(t, s, EventFilter{}, 50)
	for q, words := range map[string]string{`DELETE FROM events`: "never forgets", `UPDATE events SET detail = 'x'`: "never changes"} {
		err := s.tx(t.Context(), func(ctx context.Context, w Work) error {
			_, err := w.ExecContext(ctx, q)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", q, err)
		}
	}
	if diff := gocmp.Diff(before, told(t, s, EventFilter{}, 50)); diff != "" {
		t.Error(diff)
	}
}

// Ensure that showing a token does not wait for a writer that does not end.
func TestMarkRevealed_ReadingDoesWithout(t *testing.T) {
	t.Parallel()
	o := closedHistory(t, 1)
	db := connect(o.Path, writeRows, 1)
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.Begin()
	allNil(t, err)
	o.Reading = true
	s := open(t, o)
	if err := s.MarkRevealed(t.Context(), "printed", 1); err != nil {
		t.Errorf("beside a writer: %v", err)
	}
	allNil(t, tx.Rollback(), s.MarkRevealed(t.Context(), "printed", 1))
	if got := facts(told(t, s, EventFilter{Actions: []Action{Revealed}}, 9)); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestBegin_KeepsTheRun(t *testing.T) {
	t.Parallel()
	s := open(t, options(t))
	d := draft("ana", "orders")
	if got := begin(t, s, d).Run; got != "" {
		t.Errorf("a request of its own has the run %q", got)
	}
	d.Run = "5b0c6e3e-1a2b-4c3d-8e4f-000000000001"
	if got := begin(t, s, d).Run; got != d.Run {
		t.Errorf("run %q", got)
	}
}
