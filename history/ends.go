package history

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// EndsPer counts the rows of a server that end between each two neighbouring edges, which
// ascend: from an edge on and before the next, by the documented end, for an unknown
// outcome by the worst one. Requests that were rejected end never. An empty server means
// all. Each count is a range of one index.
func (s *Records) EndsPer(ctx context.Context, server string, edges []time.Time) ([]int64, error) {
	counts, err := s.endsPer(ctx, server, edges)
	return counts, s.fail(ctx, "count what ends", err)
}

func (s *Records) endsPer(ctx context.Context, server string, edges []time.Time) ([]int64, error) {
	n := max(0, len(edges)-1)
	servers, err := s.serversOf(ctx, server)
	if err != nil || len(servers) == 0 || n == 0 {
		return make([]int64, n), err
	}
	buckets := make([]string, n)
	for i := range n {
		buckets[i] = fmt.Sprintf(`(%d, %d, %d)`, i, millis(edges[i]), millis(edges[i+1]))
	}
	return numbers(ctx, s.read, `WITH bucket (place, first, after) AS (VALUES `+strings.Join(buckets, `, `)+`)
		SELECT (SELECT count(*) FROM entries INDEXED BY entries_left
			WHERE server_id IN `+list(servers)+` AND class IN (0, 1, 2) AND forked IN (0, 1) AND ends >= first AND ends < after)
		FROM bucket ORDER BY place`)
}

// Ending is the place in the order by time left, as it is at now, of what ends at a
// moment: After it come the rows that end later, if the moment is to come, and those that
// ended earlier, if it has passed.
func Ending(at, now time.Time) *Cursor {
	for i, g := range groups(SortLeft) {
		if at.Before(now) == g.desc {
			return &Cursor{rank: rank(i), key: millis(at)}
		}
	}
	return nil
}
