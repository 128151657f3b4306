package pat_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

// Ensure that a token's end counts from its request, however late the answer is,
// with and without an earlier measurement of the server's clock.
func TestIssue_EndCountsFromTheRequest(t *testing.T) {
	t.Parallel()
	for _, late := range []time.Duration{0, time.Second, 10 * time.Second, 25 * time.Second} {
		for _, measured := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{})
				defer r.History.Close()
				if measured {
					if _, err := r.Client.ListUsers(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				asked := time.Now()
				r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: late, Match: "POST /"})
				row := r.issue(t, request()).Token
				if off := row.Issued.Sub(asked); off.Abs() > 2*time.Second || !row.Expires.Equal(row.Issued.Add(time.Hour)) {
					t.Errorf("answer %v late, measured %v: counted from %v after the request", late, measured, off)
				}
			})
		}
	}
}

// Ensure that a pair is found by its ids in any case.
func TestLivePair_IDsInAnyCase(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	row := r.issue(t, request()).Token
	for _, user := range []string{row.UserEmail, strings.ToUpper(row.UserEmail), row.UserID, strings.ToUpper(row.UserID)} {
		for _, app := range []string{row.AppSlug, row.AppID, strings.ToUpper(row.AppID)} {
			if live, err := r.LivePair(t.Context(), user, app); err != nil || len(live) != 1 {
				t.Errorf("%s on %s: %d live, %v", user, app, len(live), err)
			}
		}
	}
	again := request()
	again.User, again.App, again.Again = strings.ToUpper(row.UserID), strings.ToUpper(row.AppID), true
	if next := r.issue(t, again).Token; next.Older != row.ID || next.AppID != row.AppID {
		t.Errorf("the next one is %+v", next)
	}
}
