package client

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// Ensure a list that is read in pages ends, with each element once, also where a
// server gives the same page for each number or all at once.
func TestPages_End(t *testing.T) {
	list := func(from, to int) string {
		var out []string
		for n := from; n < to; n++ {
			out = append(out, fmt.Sprintf(`{"id":"w%d","name":"n","status":"active"}`, n))
		}
		return `{"data":[` + strings.Join(out, ",") + `]}`
	}
	for name, tt := range map[string]struct {
		page     func(n int) string
		want     int
		requests int64
	}{
		"all at once":        {func(int) string { return list(0, 3*perPage) }, 3 * perPage, 1},
		"the same each time": {func(int) string { return list(0, perPage) }, perPage, 2},
		"parted":             {func(n int) string { return list((n-1)*perPage, min(n*perPage, 2*perPage+7)) }, 2*perPage + 7, 3},
		"parted evenly":      {func(n int) string { return list((n-1)*perPage, min(n*perPage, max((n-1)*perPage, 2*perPage))) }, 2 * perPage, 3},
		"empty":              {func(int) string { return list(0, 0) }, 0, 1},
	} {
		var asked atomic.Int64
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			var n int
			_, _ = fmt.Sscan(r.URL.Query().Get("page"), &n)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(tt.page(n)))
		}))
		got, err := c.ListAllWorkspaces(t.Context())
		if err != nil || len(got) != tt.want || asked.Load() != tt.requests {
			t.Errorf("%s: %d of %d in %d requests, %v", name, len(got), tt.want, asked.Load(), err)
		}
	}
}
