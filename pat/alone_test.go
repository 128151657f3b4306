package pat_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Two desks that ask for the first token of a pair at the same moment get one token:
// the other is told, as if it had come a minute later.
func TestIssue_OfManyDesksAtOnceOneIssues(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	var issued, told atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		desk := pat.NewIssuer(r.Client, r.open(t), r.Settings)
		all.Go(func() {
			_, err := desk.Issue(t.Context(), request())
			var live *pat.LivePairError
			switch {
			case err == nil:
				issued.Add(1)
			case errors.As(err, &live):
				told.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if issued.Load() != 1 || told.Load() != 7 || len(r.server.Ledger()) != 1 {
		t.Errorf("%d issued, %d told, %d tokens on the server", issued.Load(), told.Load(), len(r.server.Ledger()))
	}
}
