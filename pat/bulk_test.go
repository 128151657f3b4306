package pat_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// planOf is a plan of n requests for one pair.
func planOf(r *rig, n int) []pat.Task {
	plan := make([]pat.Task, n)
	for k := range plan {
		req := request()
		req.Again = true
		plan[k] = pat.Task{Action: pat.ActIssue, User: req.User, App: req.App, Life: req.Life, Do: func(ctx context.Context) (pat.Grant, error) {
			return r.Issue(ctx, req)
		}}
	}
	return plan
}

// executions counts the tokens that the server made or may have made.
func executions(r *rig) int {
	n := 0
	for _, i := range r.server.Ledger() {
		n += i.Executions
	}
	return n
}

// Ensure that each request of a run is written down with the run, whatever comes
// of it, and no other.
func TestRun_IsKeptWithItsRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1})
		for _, graced := range []bool{false, true} {
			run := pat.NewRun(pat.RunReissue, planOf(r, 2))
			run.Graced = graced
			for s := range run.Steps(t.Context()) {
				if got := s.Grant.Token; got.ID == 0 || got.Run != run.ID {
					t.Errorf("#%d has the run %q, want %q", got.ID, got.Run, run.ID)
				}
			}
		}
		req := request()
		req.Again = true
		if g, err := r.Issue(t.Context(), req); err != nil || g.Token.Run != "" {
			t.Errorf("a request of its own has the run %q, %v", g.Token.Run, err)
		}
	})
}

// Ensure a run stops where going on would meet the same error again, and nowhere
// else, that what was not sent is told as skipped, and that the worst exit code
// is that of all.
func TestRun_Stops(t *testing.T) {
	t.Parallel()
	lost := always(sandbox.FaultDropAfter)
	tests := []struct {
		name    string
		fault   sandbox.Fault
		options sandbox.Options
		needed  bool
		states  string // o ok, f failed, u unknown, s skipped
		exit    int
	}{
		{name: "nothing wrong", states: "oooooooo", exit: 0},
		{name: "refused rows do not stop", fault: status(422, `"Already exists!"`), states: "ffffffff", exit: 6},
		{name: "one refused row", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1}, states: "fooooooo", exit: 6},
		{name: "the licence of the server", options: sandbox.Options{Unlicensed: true}, states: "fsssssss", exit: 5},
		{name: "the API is off", options: sandbox.Options{APIDisabled: true}, states: "fsssssss", exit: 5},
		{name: "a certificate", fault: always(sandbox.FaultCertUnknown), states: "fsssssss", exit: 8},
		{name: "three unknown in a row", fault: lost, states: "uuusssss", exit: 7},
		{name: "two unknown, then well", fault: sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 2}, states: "uuoooooo", exit: 7},
		{name: "server errors that are unknown", fault: status(500, `"boom"`), states: "uuusssss", exit: 7},
		{name: "a needed task", fault: status(422, `"Already exists!"`), needed: true, states: "fsssssss", exit: 6},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, tt.options)
				defer r.History.Close()
				if tt.fault.Kind != "" {
					r.server.Inject(tt.fault)
				}
				run := pat.NewRun(pat.RunReissue, planOf(r, 8))
				run.Plan[0].Needed = tt.needed
				checkRun(t, r, run, tt.states, tt.exit)
			})
		})
	}
}

func checkRun(t *testing.T, r *rig, run *pat.Run, want string, exit int) {
	t.Helper()
	view, tally, states := run.View(false), pat.Tally{}, ""
	for s := range run.Steps(t.Context()) {
		states += string(s.State[0:1])
		tally.Add(s)
		view.Add(s)
	}
	if states != want || tally.Exit != exit {
		t.Errorf("states %s, want %s; exit %d, want %d", states, want, tally.Exit, exit)
	}
	skipped := strings.Count(want, "s")
	if tally.Left != skipped || view.Left != skipped || len(view.Steps) != len(run.Plan) {
		t.Errorf("left %d and %d of %d steps", tally.Left, view.Left, len(view.Steps))
	}
	p, err := r.History.Page(t.Context(), pat.Query{Now: r.Now()})
	if err != nil || len(p.Entries) != len(run.Plan)-skipped {
		t.Errorf("%d rows, %v: the rows are the checkpoint", len(p.Entries), err)
	}
}

// Ensure the end of its context stops a run between rows: the one under way is
// finished and recorded, and no further one is sent.
func TestRun_EndsBetweenRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 3 * time.Second, Times: -1})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel) // while the second is under way
		var states []pat.StepState
		for s := range pat.NewRun(pat.RunReissue, planOf(r, 4)).Steps(ctx) {
			states = append(states, s.State)
		}
		if want := []pat.StepState{pat.StepOK, pat.StepOK, pat.StepSkipped, pat.StepSkipped}; !slices.Equal(states, want) {
			t.Errorf("states %v, want %v", states, want)
		}
		if n := executions(r); n != 2 {
			t.Errorf("%d tokens were made", n)
		}
	})
}

// Ensure the end of its context also ends a wait that a server asked for: nothing
// is sent after it.
func TestRun_EndsInAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		defer r.History.Close()
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 10 * time.Minute, Times: -1})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		begin := time.Now()
		var states []pat.StepState
		for s := range pat.NewRun(pat.RunReissue, planOf(r, 3)).Steps(ctx) {
			states = append(states, s.State)
		}
		if want := []pat.StepState{pat.StepFailed, pat.StepSkipped, pat.StepSkipped}; !slices.Equal(states, want) {
			t.Errorf("states %v, want %v", states, want)
		}
		if d := time.Since(begin); d != 5*time.Second || executions(r) != 0 {
			t.Errorf("ended after %s, %d tokens were made", d, executions(r))
		}
	})
}

// Ensure the pace: two a second without a limit; on a server that bears ten a
// minute it is learned from few refusals, and no row is lost to them.
func TestRun_Pace(t *testing.T) {
	t.Parallel()
	testPace(t, []paceCase{
		{name: "no limit", rows: 60, atMost: 30 * time.Second},
		{name: "ten a minute", perMinute: 10, rows: 60, atMost: 8 * time.Minute, refusals: 3},
	})
}

// Ensure that a long run waits for nothing beyond its pace, as 5,000 rows do
// at 2 a second.
func TestRun_Pace_Sweep(t *testing.T) {
	t.Parallel()
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	testPace(t, []paceCase{{name: "5,000 rows", rows: 5000, atMost: 4999*time.Second/2 + time.Second}})
}

type paceCase struct {
	name            string
	perMinute, rows int
	atMost          time.Duration
	refusals        int
}

func testPace(t *testing.T, tests []paceCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{PerMinute: tt.perMinute})
				defer r.History.Close()
				run, waits, begin := pat.NewRun(pat.RunReissue, planOf(r, tt.rows)), 0, time.Now()
				run.Watch = func(pat.Wait) bool { waits++; return true }
				done := 0
				for s := range run.Steps(t.Context()) {
					if s.State == pat.StepOK {
						done++
					}
				}
				if d := time.Since(begin); done != tt.rows || waits > tt.refusals || d > tt.atMost || d < time.Duration(tt.rows-1)*time.Second/2 {
					t.Errorf("%d of %d in %s after %d refusals", done, tt.rows, d, waits)
				}
			})
		})
	}
}

// Ensure a plan names what stays alive, asks once for each pair, and prints as
// the JSON that scripts rely on.
func TestPlanReissue(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	defer r.History.Close()
	again := request()
	again.Again = true
	other := request()
	other.App = "returns"
	tokens := []pat.Token{r.issue(t, request()).Token, r.issue(t, again).Token, r.issue(t, other).Token}
	plan, err := r.PlanReissue(t.Context(), tokens, 2*time.Hour)
	if err != nil || len(plan) != 2 {
		t.Fatalf("%d tasks, %v", len(plan), err)
	}
	if plan[0].Old.ID != 2 || len(plan[0].Alive) != 2 || plan[0].Life != 2*time.Hour || len(plan[1].Alive) != 1 {
		t.Errorf("plan %+v", plan)
	}
	if words := pat.AliveWords(plan[0].Alive, r.Now(), time.UTC); !strings.HasPrefix(words, "2 older, the last until ") {
		t.Errorf("alive %q", words)
	}
	b, err := json.Marshal(pat.NewRun(pat.RunReissue, plan).View(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"dry_run":true`, `"action":"issue"`, `"life_seconds":7200`, `"alive":2`, `"steps":[]`, `"left":2`, `"proven":false`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in %s", want, b)
		}
	}
	if n := executions(r); n != 3 {
		t.Errorf("planning sent something: %d tokens", n)
	}
	if _, err := r.PlanReissue(t.Context(), tokens, 11*365*24*time.Hour); err == nil || !strings.Contains(err.Error(), "life") {
		t.Errorf("a life that no server takes: %v", err)
	}
}
