package history

import (
	"context"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkAhead takes counts on through time and compares them with those that are counted
// then, at moments just before and at a change, too.
func checkAhead(t *rapid.T, s *Store) {
	ctx := context.Background()
	most := rapid.SampledFrom([]int{1, 3, mostTurns}).Draw(t, "moments held")
	server := rapid.SampledFrom([]string{"", testServers[0], "https://none.example.com"}).Draw(t, "server")
	now := epoch
	counts, err := s.Counts(ctx, server, now)
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := s.ahead(ctx, Query{Filter: Filter{Server: server}, Now: now}, most)
	if err != nil {
		t.Fatal(err)
	}
	next, err := s.NextChange(ctx, server, now)
	if err != nil {
		t.Fatal(err)
	}
	if got := ahead.Next(); most == mostTurns && got != next && got != next.Add(time.Millisecond) {
		t.Fatalf("the counts of %q change at %s, not at %s", server, next, got)
	}
	for range 6 {
		ms := rapid.SampledFrom([]int{0, 1, 35_999, 36_000, 299_999, 300_000, 360_000, 900_000, 3_600_000}).Draw(t, "ms later")
		now = now.Add(time.Duration(ms) * time.Millisecond)
		if rapid.Bool().Draw(t, "at the next change") {
			now = ahead.Next()
		}
		then, later, ok := ahead.At(counts, now)
		if !ok {
			if now.Before(ahead.Next()) || !now.After(epoch) {
				t.Fatalf("counts of %q after %s cannot be told, next %s", server, now.Sub(epoch), ahead.Next().Sub(epoch))
			}
			return
		}
		counts, ahead = then, later
		want, err := s.Counts(ctx, server, now)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, counts); diff != "" {
			t.Fatalf("counts of %q after %s (- counted, + told):\n%s", server, now.Sub(epoch), diff)
		}
	}
}

// Ensure counts are told for an hour, not for longer and not for before, and that many
// that end at once are one moment.
func TestAhead_Bounds(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := open(t, Options{Path: Memory})
	for _, app := range []string{"orders", "stock", "visits"} {
		d := draft("ana", app)
		d.Life, d.Expires = time.Hour, epoch.Add(time.Hour)
		issue(t, s, d, epoch)
	}
	counts := must(s.Counts(ctx, "", epoch))
	ahead := must(s.Ahead(ctx, "", epoch))
	if _, _, ok := ahead.At(counts, epoch.Add(-time.Millisecond)); ok {
		t.Error("the past is told")
	}
	if _, _, ok := ahead.At(counts, epoch.Add(time.Hour+time.Millisecond)); ok {
		t.Error("more than an hour is told")
	}
	if _, _, ok := (Ahead{}).At(counts, epoch); ok || !(Ahead{}).Next().IsZero() {
		t.Error("the zero value tells something")
	}
	for _, c := range []struct {
		after, next                  time.Duration
		ok, soon, urgent, live, gone int64
	}{
		{0, 45 * time.Minute, 3, 0, 0, 3, 0},
		{45 * time.Minute, 54 * time.Minute, 0, 3, 0, 3, 0},
		{54 * time.Minute, time.Hour, 0, 0, 3, 3, 0},
		{time.Hour, time.Hour + time.Millisecond, 0, 0, 0, 0, 3},
	} {
		got, later, ok := ahead.At(counts, epoch.Add(c.after))
		want := Counts{Live: c.live, OK: c.ok, Soon: c.soon, Urgent: c.urgent, Expired: c.gone, Total: 3}
		if !ok || got != want || !later.Next().Equal(epoch.Add(c.next)) {
			t.Errorf("after %s: %+v, next %s, %t", c.after, got, later.Next().Sub(epoch), ok)
		}
	}
	if n := len(ahead.turns); n != 3 {
		t.Errorf("%d moments, want 3", n)
	}
}
