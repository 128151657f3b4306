package history

import (
	"context"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// checkTurned compares with what each row says of itself before and after.
func checkTurned(t *rapid.T, s *Store, all []Entry) {
	since := epoch.Add(-time.Duration(rapid.SampledFrom([]int{0, 1, 60_000, 3_600_000, 90_000_000}).Draw(t, "ms before")) * time.Millisecond)
	for _, server := range []string{"", testServers[0], "https://none.example.com"} {
		turned := func(to State) (ids []int64) {
			for _, e := range all {
				mine := (server == "" || e.Server == serverName(server)) && e.Outcome == Issued && e.Newer == 0
				if mine && e.State(epoch) == to && e.State(since) != to {
					ids = append(ids, e.ID)
				}
			}
			return ids
		}
		got, err := s.Turned(context.Background(), server, since, epoch, len(all)+1)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []struct {
			to    State
			rows  []Entry
			count int64
		}{{Urgent, got.Urgent, got.UrgentCount}, {Expired, got.Expired, got.ExpiredCount}} {
			var ids []int64
			for _, e := range part.rows {
				ids = append(ids, e.ID)
			}
			slices.Sort(ids)
			if want := turned(part.to); !slices.Equal(ids, want) || part.count != int64(len(want)) {
				t.Fatalf("%s since %s of %q: %v (%d), not %v", part.to, epoch.Sub(since), server, ids, part.count, want)
			}
		}
	}
}
