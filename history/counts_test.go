package history

import (
	"context"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func checkCounts(t *rapid.T, s *Store, all []Entry) {
	for _, server := range []string{"", testServers[0], "https://none.example.com"} {
		var want Counts
		fields := map[State]*int64{
			OK: &want.OK, Soon: &want.Soon, Urgent: &want.Urgent, Ended: &want.Ended, Expired: &want.Expired,
			Older: &want.Older, Unsure: &want.Unsure, Drift: &want.Drift, Failed: &want.Failed,
		}
		for _, e := range all {
			if server != "" && e.Server != serverName(server) {
				continue
			}
			want.Total++
			*fields[e.State(epoch)]++
			if live(e.State(epoch)) {
				want.Live++
			}
		}
		got, err := s.Counts(context.Background(), server, epoch)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("counts of %q (- want, + got):\n%s", server, diff)
		}
	}
}

// checkNextChange compares with what each row says of itself, at moments just
// before and at a change, too.
func checkNextChange(t *rapid.T, s *Store, all []Entry) {
	now := epoch.Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 1, 36_000, 300_000, 359_999, 360_000}).Draw(t, "ms after")) * time.Millisecond)
	for _, server := range []string{"", testServers[0], "https://none.example.com"} {
		want := now.Add(time.Hour)
		for _, e := range all {
			if next := e.NextChange(now); (server == "" || e.Server == serverName(server)) && !next.IsZero() && next.Before(want) {
				want = next
			}
		}
		got, err := s.NextChange(context.Background(), server, now)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want) {
			t.Fatalf("the next change of %q is %s after now, not %s", server, got.Sub(now), want.Sub(now))
		}
	}
}

// Ensure the next change of a token is found: the warnings, then the end, and the
// end of the hour when there is none.
func TestNextChange(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, c := range []struct{ life, at, next time.Duration }{
		{time.Hour, 0, 45 * time.Minute},
		{time.Hour, 45 * time.Minute, 54 * time.Minute},
		{time.Hour, 54 * time.Minute, time.Hour},
		{time.Hour, time.Hour, 2 * time.Hour},
		{day, 17*time.Hour + 30*time.Minute, 18 * time.Hour},
		{day, 21 * time.Hour, 21*time.Hour + 36*time.Minute},
		{365 * day, 358*day - time.Minute, 358 * day},
		{365 * day, 364*day - time.Minute, 364 * day},
		{365 * day, 10 * day, 10*day + time.Hour},
	} {
		s := open(t, Options{Path: Memory})
		d := draft("ana", "orders")
		d.Life, d.Expires = c.life, epoch.Add(c.life)
		issue(t, s, d, epoch)
		if next := must(s.NextChange(context.Background(), "", epoch.Add(c.at))); !next.Equal(epoch.Add(c.next)) {
			t.Errorf("a life of %s at %s: %s, not %s", c.life, c.at, next.Sub(epoch), c.next)
		}
	}
}
