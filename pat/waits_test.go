package pat_test

import (
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure a request whose wait is stopped is rejected with what it waited for, is
// not sent again, and leaves nothing unknown.
func TestIssue_StoppedWaitIsRejected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		ctx := pat.WithWaits(t.Context(), func(w pat.Wait) bool { time.AfterFunc(3*time.Second, w.Stop); return true })
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second})
		g, err := r.Issue(ctx, request())
		x := pat.Explain(err)
		if g.Token.Outcome != pat.Rejected || x.ID != "H429" || x.Next != "Wait 41s, then try again" || x.Retry != pat.RetryAuto {
			t.Errorf("row %s, %+v", g.Token.Outcome, x)
		}
		time.Sleep(time.Hour)
		if n := len(r.server.Ledger()); n != 0 {
			t.Errorf("%d tokens", n)
		}
	})
}

// Ensure the look-ups after a token was issued, of which nobody asked anything,
// wait without a word.
func TestIssue_LookUpsWaitUnwatched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		told := 0
		ctx := pat.WithWaits(t.Context(), func(pat.Wait) bool { told++; return true })
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 2 * time.Second, Match: "GET /"})
		begin := time.Now()
		g, err := r.Issue(ctx, request())
		if err != nil || g.Token.AppName == "" {
			t.Fatalf("%+v, %v", g.Token, err)
		}
		if took := time.Since(begin); told != 0 || took < 2*time.Second {
			t.Errorf("told %d times in %v", told, took)
		}
	})
}
