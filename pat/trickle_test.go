package pat_test

import (
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that an answer which trickles, never comes or comes too late leaves the state and
// the sentence that are true: of a request for a token nobody knows, of a token nothing
// new is known, and what only reads may be tried again.
func TestNeverEnding_StateAndSentence(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"trickles":       {Kind: sandbox.FaultDrip, Delay: 30 * time.Second},
		"never comes":    {Kind: sandbox.FaultHang},
		"comes too late": {Kind: sandbox.FaultDelay, Delay: 3 * time.Minute},
	} {
		fault.Match, fault.Times = "/", -1
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{})
				defer func() { _ = r.History.Close() }()
				id := r.issue(t, request()).Token.ID
				r.server.Inject(fault)
				begin := time.Now()
				req := request()
				req.Again = true
				g, err := r.Issue(t.Context(), req)
				if x := pat.Explain(err); g.Token.Outcome != pat.Unknown || x.ID != "N5" || x.Exit != pat.ExitUnknown || x.Title != "No answer in time; token may exist" || time.Since(begin) > time.Minute {
					t.Errorf("issue: after %v: %s, %+v", time.Since(begin), g.Token.Outcome, x)
				}
				before := r.row(t, id)
				v, err := r.Verify(t.Context(), id)
				if x := pat.Explain(err); v.Verdict != "" || x.ID != "N5" || x.Exit != pat.ExitNetwork || x.Title != "No answer in time" {
					t.Errorf("verify: %q, %+v", v.Verdict, x)
				}
				if row := r.row(t, id); row.Drift != before.Drift || row.VerifyResult != before.VerifyResult || row.State(r.Now()) != before.State(r.Now()) {
					t.Errorf("verify changed the row: %s %q", row.State(r.Now()), row.Drift)
				}
				if _, err := r.Lists(t.Context(), true); pat.Explain(err).Exit != pat.ExitNetwork || pat.Explain(err).Retry != pat.RetryYouMay {
					t.Errorf("lists: %+v", pat.Explain(err))
				}
				begin = time.Now()
				all := checks(t, r, nil)
				if p := all["server"].Problem; p == nil || p.Title != "No answer in time" || all["server"].Level != pat.Bad || all["key"].Level != pat.NotSure || time.Since(begin) > 10*time.Minute {
					t.Errorf("doctor: after %v: %+v", time.Since(begin), all["server"])
				}
				r.server.Clear()
				time.Sleep(time.Hour) // the sandbox notices that nobody listens
			})
		})
	}
}
