package history

import (
	"context"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkEnds compares counts per stretch of time with what each row says of itself, and
// the page that begins at a moment with a sorted whole.
func checkEnds(t *rapid.T, s *Store, all []Entry) {
	step := time.Duration(rapid.SampledFrom([]int{1, 60, 3600}).Draw(t, "seconds a stretch")) * time.Second
	edges := make([]time.Time, 9)
	for i := range edges {
		edges[i] = epoch.Add(time.Duration(i-4) * step)
	}
	for _, server := range []string{"", testServers[0], "https://none.example.com"} {
		want := make([]int64, len(edges)-1)
		for _, e := range all {
			if e.Outcome == Rejected || server != "" && e.Server != serverName(server) {
				continue
			}
			for i := range want {
				if !e.Expires.Before(edges[i]) && e.Expires.Before(edges[i+1]) {
					want[i]++
				}
			}
		}
		got, err := s.EndsPer(context.Background(), server, edges)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("ends of %q (- want, + got):\n%s", server, diff)
		}
	}
	at := edges[rapid.IntRange(0, len(edges)-1).Draw(t, "edge")]
	page, err := s.Page(context.Background(), Query{Now: epoch, After: Ending(at, epoch), Limit: len(all) + 1})
	if err != nil {
		t.Fatal(err)
	}
	passed := at.Before(epoch)
	for _, e := range all {
		want := e.Outcome == Rejected // in the order, failures come last
		switch state := e.State(epoch); {
		case passed && state == Expired:
			want = e.Latest().Before(at)
		case !passed && e.Outcome != Rejected:
			want = state == Expired || state == Unsure || !e.Expires.After(epoch) || !e.Expires.Before(at)
		}
		if got := slices.ContainsFunc(page.Entries, func(o Entry) bool { return o.ID == e.ID }); got != want {
			t.Fatalf("from %s on, #%d (%s, ends %s) is there: %v", at.Sub(epoch), e.ID, e.State(epoch), e.Latest().Sub(epoch), got)
		}
	}
}
