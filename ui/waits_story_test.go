package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// slowDown lets the server refuse the next request that matches until the time is
// over.
func (d *driver) slowDown(pause time.Duration, match string) {
	d.t.Helper()
	d.box.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: pause, Match: match})
}

// rows are the rows of the history, newest first.
func (d *driver) rows() []pat.Token {
	d.t.Helper()
	page, err := d.store.Page(d.ctx, pat.Query{Filter: pat.Filter{}, Sort: pat.SortIssued, Now: d.s.now, Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	return page.Entries
}

// Ensure a request that the server asks to send later is counted down in its
// place, each second, and then brings its token.
func TestWaits_CountedDownThenIssued(t *testing.T) {
	t.Parallel()
	const why = "Server asks us to slow down (429). Continuing in 00:"
	story(t, stage{}, func(d *driver) {
		d.slowDown(41*time.Second, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees(why+"41.", "Nothing is issued yet.", "ctrl+x stop waiting")
		before := d.updates
		for left := 40; left > 31; left-- {
			d.sleep(time.Second)
			d.sees(why + string(rune('0'+left/10)) + string(rune('0'+left%10)) + ".")
		}
		if n := d.updates - before; n > 12 {
			t.Errorf("%d messages in nine seconds", n)
		}
		d.sleep(32 * time.Second)
		d.sees("› Issued", "HTML iframe")
		if rows := d.rows(); len(rows) != 1 || rows[0].Outcome != pat.Issued || len(d.box.Ledger()) != 1 {
			t.Errorf("%d rows, %d tokens", len(rows), len(d.box.Ledger()))
		}
	})
}

// Ensure a gateway that asks to come back later is not asked again by itself: it
// may answer so after it had passed the request on (RFC 9110, 15.6.4).
func TestWaits_NotAfterAGatewaysAnswer(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Body: "maintenance", ContentType: "text/plain", Header: map[string]string{"Retry-After": "41"}})
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sleep(2 * time.Minute)
		d.sees("Server is busy; token may exist")
		if rows := d.rows(); len(rows) != 1 || rows[0].Outcome != pat.Unknown || len(d.box.Ledger()) != 0 {
			t.Errorf("%d rows, %d tokens", len(rows), len(d.box.Ledger()))
		}
	})
}

// Ensure the time of waiting is no time of the request: one that waits for
// minutes still has all of its own limit afterwards.
func TestWaits_DoNotCountAgainstTheRequest(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(4*time.Minute, "")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 25 * time.Second})
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees("Continuing in 04:00.")
		d.sleep(4*time.Minute + 3*time.Second)
		d.sees("Asking ToolJet for the token  3s")
		d.sleep(23 * time.Second)
		d.sees("› Issued")
	})
}

// Ensure each wait of a request is told, and none that is over.
func TestWaits_OneAfterTheOther(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(10*time.Second, "")
		d.slowDown(20*time.Second, "")
		d.slowDown(30*time.Second, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		for _, left := range []string{"10", "20", "30"} {
			d.sees("Continuing in 00:" + left + ".")
			d.sleep(time.Duration(left[0]-'0') * 10 * time.Second)
		}
		d.sees("› Issued")
	})
}

// Ensure a wait that would take too long is not made, but told with its time.
func TestWaits_TooLongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(12*time.Minute, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees("Server asks us to slow down", "Wait 12m, then try again", "nothing was issued, ctrl+s tries again", "ana@example.com")
		d.press("ctrl+s")
		d.sees("› Issued")
	})
}

// Ensure a wait can be stopped: the row is rejected, nothing is sent again, and
// what was typed stays.
func TestWaits_Stopped(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(41*time.Second, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sleep(4 * time.Second)
		d.sees("Continuing in 00:37.")
		d.press("ctrl+x")
		d.sees("Server asks us to slow down", "Wait 41s, then try again", "nothing was issued", "ana@example.com", "Orders portal")
		d.misses("Continuing in", "ctrl+x")
		if rows := d.rows(); len(rows) != 1 || rows[0].Outcome != pat.Rejected || rows[0].ErrorID != "H429" {
			t.Errorf("rows %+v", rows)
		}
		d.sleep(time.Hour)
		if n := len(d.box.Ledger()); n != 0 {
			t.Fatalf("%d tokens", n)
		}
		d.press("esc", "n")
		d.sees("ana@example.com", "Orders portal")
		d.press("ctrl+s")
		d.sees("› Issued")
		if n := len(d.box.Ledger()); n != 1 {
			t.Errorf("%d tokens", n)
		}
	})
}

// Ensure a wait that is stopped at its very end leaves no row unknown: either the
// request was sent and counts, or it was not.
func TestWaits_StoppedAtTheLastMoment(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Duration{40*time.Second + 999*time.Millisecond, 41 * time.Second, 41*time.Second + time.Millisecond} {
		story(t, stage{}, func(d *driver) {
			d.slowDown(41*time.Second, "")
			d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 10 * time.Second})
			d.fill("ana", "ord")
			d.press("ctrl+s")
			stop, waits := kit.EndWait(d.s, d.s.requests.Draft.Ticket)
			if !waits {
				t.Fatal("nothing waits")
			}
			d.sleep(at)
			stop.Run()
			d.sleep(time.Minute)
			rows := d.rows()
			if len(rows) != 1 || rows[0].Outcome != pat.Issued && rows[0].Outcome != pat.Rejected {
				t.Errorf("stopped after %v: %+v", at, rows)
			}
			if made := len(d.box.Ledger()) == 1; made != (rows[0].Outcome == pat.Issued) {
				t.Errorf("stopped after %v: row %s, %d tokens", at, rows[0].Outcome, len(d.box.Ledger()))
			}
		})
	}
}

// Ensure a form that waits can be left and come back to, and that its result
// arrives wherever the person is.
func TestWaits_LeftAndTheResultArrives(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(41*time.Second, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees("esc leaves, ctrl+x stops it.")
		d.press("esc")
		d.misses("Continuing in")
		d.sleep(20 * time.Second)
		d.press("n")
		d.sees("Continuing in 00:21.", "ctrl+x stop waiting")
		d.press("esc")
		d.sleep(22 * time.Second)
		d.sees("Issued for ana@example.com on Orders portal, for 1h.")
	})
}

// Ensure a re-issue that waits says so in its place, keeps what was typed ahead,
// and can be stopped.
func TestWaits_Reissue(t *testing.T) {
	t.Parallel()
	for _, stop := range []bool{false, true} {
		story(t, stage{}, func(d *driver) {
			d.fill("ana", "ord")
			d.press("ctrl+s", "t", "esc")
			old := d.clipboard()
			d.slowDown(41*time.Second, "")
			d.press("r", "enter", "t")
			d.sees("Re-issue", "Continuing in 00:41.", "ctrl+x stop waiting")
			d.sleep(11 * time.Second)
			d.sees("Continuing in 00:30.")
			if stop {
				d.press("ctrl+x")
				d.sees("Not issued", "Wait 41s, then try again", "r tries again")
				if rows := d.rows(); len(rows) != 2 || rows[0].Outcome != pat.Rejected {
					t.Errorf("rows %+v", rows)
				}
				return
			}
			d.sleep(31 * time.Second)
			if got := d.clipboard(); !strings.HasPrefix(got, "pat_") || got == old {
				t.Errorf("copied %q after %q", got, old)
			}
		})
	}
}

// Ensure leaving the program ends a wait at once, with a row that is rejected.
func TestWaits_QuittingEndsThem(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(41*time.Second, "")
		d.fill("ana", "ord")
		d.press("ctrl+s")
		if q, ask := d.s.Page().(kit.QuitGuard).Quitting(); !ask || len(q.Lines) != 1 || q.Lines[0] != "It is not sent then." {
			t.Errorf("asked: %v", q)
		}
		d.press("esc", "q")
		d.sees("Quit while a request waits for the server?", "It is not sent then.")
		d.press("y")
		if !d.quit {
			t.Error("it does not quit")
		}
		d.s.requests.StopWaits()
		d.settle()
		if !d.s.quiet(time.Millisecond) {
			t.Error("a request is under way")
		}
		if rows := d.rows(); len(rows) != 1 || rows[0].Outcome != pat.Rejected {
			t.Errorf("rows %+v", rows)
		}
	})
}

// Ensure lists, checks and verdicts that have to wait say so, and come.
func TestWaits_ReadsSayWhy(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.slowDown(20*time.Second, "GET /api/ext/users")
		d.press("n")
		d.sees("lists: Server asks us to slow down (429). Continuing in 00:20.")
		d.sleep(8 * time.Second)
		d.sees("Continuing in 00:12.")
		d.sleep(13 * time.Second)
		d.sees("admin key accepted")
		d.typeText("ana")
		d.sees("ana@example.com")
		d.press("esc")

		d.slowDown(20*time.Second, "GET /api/ext")
		d.toTab(kit.Doctor{})
		d.sees("Server asks us to slow down (429). Continuing in 00:20.")
		d.sleep(8 * time.Second)
		d.sees("Continuing in 00:12.")
		d.sleep(13 * time.Second)
		d.misses("Continuing in")
		d.sees("Admin key", "Not knowable")
		d.slowDown(20*time.Minute, "GET /api/ext")
		d.press("ctrl+r")
		d.sees("Server asks us to slow down", "Wait 15m, then try again")

		d.press("1")
		d.issued()
		d.slowDown(20*time.Second, "session")
		d.press("V")
		d.sees("Server asks us to slow down (429). Asking again at 20:")
		d.sleep(21 * time.Second)
		d.sees("Verified:")
	})
}

// Ensure a first run whose server asks to wait says so, and waits for nothing that
// is only a hint.
func TestWaits_FirstRunSaysWhy(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.slowDown(20*time.Second, "GET /api/health")
		d.slowDown(20*time.Second, "GET /api/ext")
		d.send(tea.PasteMsg{Content: "https://tooljet.example.com"})
		d.sleep(time.Second)
		d.sees("not with a health page")
		d.press("enter")
		d.paste(d.box.Key())
		d.sleep(time.Second)
		d.sees("Server asks us to slow down (429). Continuing in 00:20.")
		d.sleep(20 * time.Second)
		d.sees("answers in", "accepted")
	})
}
