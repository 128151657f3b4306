package pat_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
)

// state is the state of a row now, as the list gives it.
func (r *rig) state(t *testing.T, id int64) pat.State {
	t.Helper()
	page, err := r.History.Page(t.Context(), pat.Query{Filter: pat.Filter{Server: r.Server(), IDs: []int64{id}}, Now: r.Now()})
	if err != nil || len(page.Entries) != 1 {
		t.Fatalf("row %d: %v, %v", id, page.Entries, err)
	}
	return page.Entries[0].State(r.Now())
}

// Ensure what ToolJet said of a token stays until it says something else: in the
// state, the counts and the filter. What another program says in its place is no
// verdict and changes nothing.
func TestVerify_ARefusalStaysUntilAnAcceptance(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request())
	older := r.issue(t, func() pat.Request { q := request(); q.Again = true; return q }())
	_ = older // g is the older one of its pair now
	id := g.Token.ID
	refuse := func(status int, body string) {
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Match: "users/session", Status: status, Body: body, ContentType: "application/json"})
	}
	gate := func(status int) {
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Match: "users/session", Status: status, Body: "<html>blocked</html>", ContentType: "text/html"})
	}
	for _, step := range []struct {
		name  string
		do    func()
		state pat.State
		drift int64
	}{
		{"before any check", nil, pat.Older, 0},
		{"accepted", func() {}, pat.Older, 0},
		{"a gate refuses", func() { gate(403) }, pat.Older, 0},
		{"ToolJet refuses", func() { refuse(401, `{"statusCode":401,"message":"PAT token expired","path":"/","timestamp":"x"}`) }, pat.Drift, 1},
		{"a gate refuses again", func() { gate(401) }, pat.Drift, 1},
		{"ToolJet accepts", func() {}, pat.Older, 0},
		{"no access", func() {
			refuse(403, `{"statusCode":403,"message":"You do not have access","path":"/","timestamp":"x"}`)
		}, pat.Drift, 1},
	} {
		if step.do != nil {
			step.do()
			_, _ = r.Verify(t.Context(), id)
		}
		if got := r.state(t, id); got != step.state {
			row, _ := r.History.Get(t.Context(), id)
			t.Errorf("%s: %s (%q), want %s", step.name, got, row.Drift, step.state)
		}
		c, err := r.History.Counts(t.Context(), r.Server(), r.Now())
		if err != nil || c.Drift != step.drift || c.Live != 2 {
			t.Errorf("%s: counts %+v, %v", step.name, c, err)
		}
	}
}

// Ensure a token that works after its documented end proves the longer unit, for
// all rows of the server, and that nothing less does.
func TestVerify_WorkingAfterTheEndProvesTheUnit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		unit   sandbox.Unit
		after  time.Duration // that goes by
		jump   time.Duration // of the server's clock alone
		proven bool
	}{
		{"minutes, before the end", sandbox.Minutes, 30 * time.Minute, 0, false},
		{"minutes, too close to the end", sandbox.Minutes, time.Hour + 2*time.Second, 0, false},
		{"minutes, after the end", sandbox.Minutes, 2 * time.Hour, 0, true},
		{"minutes, by a server whose clock jumped", sandbox.Minutes, 0, 2 * time.Hour, false},
		{"minutes, by one that jumped on the way", sandbox.Minutes, 59 * time.Minute, 2 * time.Hour, false},
		{"minutes, by one that is late", sandbox.Minutes, 2 * time.Hour, -90 * time.Minute, false},
		{"seconds, after the end", sandbox.Seconds, 2 * time.Hour, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, sandbox.Options{Unit: c.unit})
				defer r.History.Close()
				g := r.issue(t, request())
				q := request()
				q.User, q.Life = "bo@partner.example", 30*time.Minute
				other := r.issue(t, q)
				time.Sleep(c.after)
				r.server.Advance(c.jump)
				_, _ = r.Users(t.Context(), true) // measures the clock
				v, err := r.Verify(t.Context(), g.Token.ID)
				if (c.unit == sandbox.Minutes) != (err == nil) {
					t.Fatalf("verdict %q, %v", v.Verdict, err)
				}
				for _, row := range []pat.Token{g.Token, other.Token} {
					now, err := r.History.Get(t.Context(), row.ID)
					if err != nil || now.UnitProven != c.proven {
						t.Errorf("row %d: proven %v, %v", row.ID, now.UnitProven, err)
					}
					if want := row.Issued.Add(60 * row.Life); c.proven && (!now.Expires.Equal(want) || !pat.EndOf(now).Latest.Equal(want)) {
						t.Errorf("row %d ends %v, want %v", row.ID, now.Expires, want)
					}
				}
				fresh := pat.NewIssuer(r.Client, r.History, pat.Settings{Profile: "renamed", Unit: pat.Seconds})
				err = fresh.RecallUnit(t.Context())
				if unit, proven := fresh.Unit(); err != nil || proven != c.proven {
					t.Errorf("another profile of the server: %s, proven %v, %v", unit, proven, err)
				}
			})
		})
	}
}

// Ensure the two answers of a proof re-read what was issued before it.
func TestProveUnit_ReadsAllRowsAnew(t *testing.T) {
	t.Parallel()
	for unit, want := range map[sandbox.Unit]struct {
		unit pat.Unit
		life time.Duration
	}{sandbox.Seconds: {pat.Seconds, time.Hour}, sandbox.Minutes: {pat.Minutes, 60 * time.Hour}} {
		t.Run(string(want.unit), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, sandbox.Options{Unit: unit})
			g := r.issue(t, request())
			got, probe, err := r.ProveUnit(t.Context(), "bo@partner.example", "orders")
			if err != nil || got != want.unit {
				t.Fatalf("%s, %v", got, err)
			}
			if probe.UserName == "" || probe.AppName == "" {
				t.Errorf("the probe's row has no names: %+v", probe)
			}
			row, err := r.History.Get(t.Context(), g.Token.ID)
			if err != nil || !row.UnitProven || !row.Expires.Equal(g.Token.Issued.Add(want.life)) || pat.EndOf(row).Open() {
				t.Errorf("%+v, %v", row, err)
			}
		})
	}
}

// Ensure tokens belong to the server, whatever its profile is called and however
// its address is written.
func TestServer_TokensFollowIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request())
	for name, c := range map[string]struct {
		server string
		same   bool
	}{
		"renamed":       {rigURL, true},
		"written oddly": {"HTTPS://TOOLJET.example.com:443/apps/", true},
		"another path":  {"https://tooljet.example.com/other", false},
		"no path":       {"https://tooljet.example.com", false},
		"another port":  {"https://tooljet.example.com:8443/apps", false},
		"plain http":    {"http://tooljet.example.com/apps", false},
		"another host":  {"https://tooljet.example.org/apps", false},
	} {
		i := pat.NewIssuer(nil, r.History, pat.Settings{Profile: name, Server: c.server})
		live, err := i.LivePair(t.Context(), "ana@example.com", "orders")
		if err != nil || (len(live) == 1) != c.same {
			t.Errorf("%s: %d live tokens, %v", name, len(live), err)
		}
		counts, err := i.History.Counts(t.Context(), i.Server(), r.Now())
		if err != nil || (counts.Total == 1) != c.same {
			t.Errorf("%s: counts %+v, %v", name, counts, err)
		}
		if row := must(i.History.Get(t.Context(), g.Token.ID)); row.Profile != "acme" {
			t.Errorf("%s: the row's label is %q", name, row.Profile)
		}
	}
}

func must(e history.Entry, err error) history.Entry {
	if err != nil {
		panic(err)
	}
	return e
}

// Ensure a proof reaches every row and every desk: a request under way, a console
// that was open before, and rows that a profile proved elsewhere left open.
func TestProof_ReachesEverything(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, r *rig, id int64) bool {
		t.Helper()
		row, err := r.History.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return !row.UnitProven || pat.EndOf(row).Open()
	}
	t.Run("a request under way", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, sandbox.Options{Unit: sandbox.Minutes})
			defer r.History.Close()
			r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 20 * time.Second, Match: "POST /"})
			late := make(chan pat.Grant, 1)
			go func() { g, _ := r.Issue(t.Context(), request()); late <- g }()
			time.Sleep(time.Second)
			if unit, _, err := r.ProveUnit(t.Context(), "bo@partner.example", "orders"); err != nil || unit != pat.Minutes {
				t.Fatal(unit, err)
			}
			g := <-late
			if !g.Token.UnitProven || open(t, r, g.Token.ID) || g.Token.Expires.Sub(g.Token.Issued) != 60*time.Hour {
				t.Errorf("it ends %v after its issue, proven %v", g.Token.Expires.Sub(g.Token.Issued), g.Token.UnitProven)
			}
		})
	})
	t.Run("another desk", func(t *testing.T) {
		r := newRig(t, sandbox.Options{})
		other := pat.NewIssuer(r.Client, r.open(t), r.Settings)
		if _, _, err := r.ProveUnit(t.Context(), "bo@partner.example", "orders"); err != nil {
			t.Fatal(err)
		}
		if err := other.RecallUnit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if unit, proven := other.Unit(); unit != pat.Seconds || !proven {
			t.Errorf("%s, proven %v", unit, proven)
		}
	})
	t.Run("a profile proven elsewhere", func(t *testing.T) {
		r := newRig(t, sandbox.Options{Unit: sandbox.Minutes})
		id := r.issue(t, request()).Token.ID
		set := r.Settings
		set.Unit, set.UnitProven = pat.Minutes, true
		other := pat.NewIssuer(r.Client, r.History, set)
		if err := other.SpreadProof(t.Context()); err != nil || open(t, r, id) {
			t.Errorf("still open, %v", err)
		}
	})
}

// Ensure that the server's clock, as the answer to a check or a comparison told it, is what
// later runs go by, although no token was issued since.
func TestVerify_KeepsTheClock(t *testing.T) {
	t.Parallel()
	asks := map[string]func(*rig, int64) error{
		"verify":  func(r *rig, id int64) error { _, err := r.Verify(t.Context(), id); return err },
		"compare": func(r *rig, _ int64) error { _, err := r.CompareDrift(t.Context(), true); return err },
	}
	for name, ask := range asks {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			id := r.issue(t, request()).Token.ID
			r.server.Inject(sandbox.Fault{Kind: sandbox.FaultSkew, Match: "/", Skew: 30 * time.Minute, Times: -1})
			if err := ask(r, id); err != nil {
				t.Fatal(err)
			}
			later := pat.NewIssuer(nil, r.History, pat.Settings{Server: rigURL})
			if err := later.RecallClock(t.Context()); err != nil {
				t.Fatal(err)
			}
			if off := later.Clock().Offset; off < 29*time.Minute || off > 31*time.Minute {
				t.Errorf("the next run goes by %v", off)
			}
		})
	}
}

// Ensure a date that can be of no clock that runs dates no token: it would have ended at
// once, or at a time that no calendar has, and what it opens would prove a unit.
func TestIssue_DatesOfNoClock(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for name, skew := range map[string]time.Duration{"1970": -56 * year, "after 9000": 290 * year, "the day it was built": -90 * year} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, sandbox.Options{Unit: sandbox.Seconds})
			r.server.Inject(sandbox.Fault{Kind: sandbox.FaultSkew, Match: "/", Skew: skew, Times: -1})
			g := r.issue(t, request())
			if got := g.Token.State(r.Now()); got != pat.OK || g.Token.Issued.Sub(g.Token.Begun).Abs() > time.Minute {
				t.Errorf("%s, issued %s, begun %s", got, g.Token.Issued, g.Token.Begun)
			}
			if _, err := json.Marshal(pat.ViewOf(g.Token, r.Now())); err != nil {
				t.Error(err)
			}
			v, err := r.Verify(t.Context(), g.Token.ID)
			if _, proven := r.Unit(); err != nil || v.Verdict != pat.Valid || proven {
				t.Errorf("%s, proven %v, %v", v.Verdict, proven, err)
			}
		})
	}
}
