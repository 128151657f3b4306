package aloud

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
)

// Ensure the rows of a filter are counted to a bound, and are said so, and that without a
// filter the number is exact.
func TestList_ManyAreNotCounted(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	path := filepath.Join(t.TempDir(), "many.db")
	const rows = pat.MostCounted + 300
	if err := historytest.Fill(t.Context(), path, historytest.Past{Rows: rows, Users: 50, Apps: 20, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(t.Context(), history.Options{Path: path, Reading: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r.o.Session.Issuer = pat.NewIssuer(nil, store, pat.Settings{Server: historytest.Server, Unit: pat.Seconds})
	said := r.run(t, "f", "l", "/ !51000000-0000-4000-8000-000000000007", "q")
	for _, want := range []string{"10300 tokens, ", "Over 10000 tokens with the filter !51000000"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in:\n%s", want, said)
		}
	}
}

// Ensure the timeline says how many tokens end, as far as they were counted.
func TestEnds(t *testing.T) {
	t.Parallel()
	for n, want := range map[pat.Number]string{
		{}: "0 tokens end", {N: 1}: "1 token ends", {N: 2}: "2 tokens end", {N: 10_000}: "10000 tokens end", {N: 10_000, Over: true}: "Over 10000 tokens end",
	} {
		if got := ends(n); got != want {
			t.Errorf("%+v: %q", n, got)
		}
	}
}
