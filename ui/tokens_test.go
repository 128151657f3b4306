package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
)

// Ensure the home screen shows a token of each state with sign, word and time
// left, what dies next first, and counts in the header.
func TestTokens_EveryStateIsShownWithSignWordAndTime(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.sees("▲ URGENT   04m 12s", "◐ SOON     41m 00s", "≠ DRIFT    05h 00m", "● OK       22h 48m", "? UNSURE   ≤05h 00m",
			"◌ OLDER    04h 00m", "○ EXPIRED  3m ago", "8 live, 1 of them older", "2 urgent", "1–10 of 10, 1 failed (f shows)")
		d.misses("FAILED")
		if row := d.cursorRow(); !strings.Contains(row, "04m 12s") {
			t.Errorf("the cursor is not on the token that ends next: %q", row)
		}
	})
}

// Ensure what failed is folded away, that a key shows it and folds it again, that a
// filter by its name finds it, and that the filter's help names every state.
func TestTokens_FailuresFold(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("f")
		d.rest()
		d.sees("✗ FAILED   -", "1–11 of 11")
		d.press("f")
		d.rest()
		d.misses("FAILED", "of 11")
		d.press("/")
		d.typeText("state:failed")
		d.rest()
		d.sees("✗ FAILED   -", "1–1 of 1")
		d.typeText("x")
		d.rest()
		d.press("esc", "/")
		d.typeText("nobody")
		d.rest()
		d.sees("ENDED?", "unsure", "drift")
	})
	story(t, stage{seed: func(d *driver) {
		d.add(row{user: "jo@example.com", app: "Returns", life: time.Hour, outcome: pat.Rejected})
	}}, func(d *driver) {
		d.sees("No tokens yet.", "shows what failed (1)")
		d.press("f")
		d.rest()
		d.sees("✗ FAILED")
	})
}

// Ensure an empty history says what can be done, and so does an empty filter.
func TestTokens_EmptyListSaysWhatCanBeDone(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.sees("No tokens yet.", "issues the first one", "0 live")
		d.press("y")
		d.sees("There is no token yet. n issues one.")
		d.press("/")
		d.typeText("nobody")
		d.rest()
		d.sees("Nothing matches this filter.")
		d.press("esc")
		d.rest()
		d.sees("No tokens yet.")
	})
}

// Ensure the filter narrows while typing, with its own language; what cannot be
// read is told beside it and leaves the rows; enter keeps it, esc clears it.
func TestTokens_FilterWhileTyping(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("down", "down")
		d.press("/")
		d.typeText("orders")
		d.rest()
		d.sees("4 of 4 (10 in all)")
		d.misses("Stock desk")
		d.typeText(" !user:ana")
		d.rest()
		d.sees("1–2 of 2 (10 in all)", "bo@example.org", "dee@example.com")
		d.typeText(" left:<9")
		d.rest()
		d.sees("use 90m, 2h30m or 7d", "bo@example.org")
		d.typeText("m")
		d.rest()
		d.sees("1–1 of 1")
		d.press("enter")
		if d.s.top().Typing() {
			t.Error("enter does not give the focus back to the list")
		}
		d.sees("orders !user:ana left:<9m", "bo@example.org")
		d.press("esc")
		d.rest()
		d.sees("1–10 of 10")
		if row := d.cursorRow(); !strings.Contains(row, "bo@example.org") {
			t.Errorf("the cursor left its token when the filter went: %q", row)
		}
	})
}

// Ensure a letter typed while the query of the one before runs wins.
func TestTokens_OvertakenResultsAreDropped(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("/")
		d.send(keyMsg("b"))
		d.send(keyMsg("o"))
		d.rest()
		d.sees("bo@example.org", "1–1 of 1")
	})
}

// listed is how many rows of the list are on the screen.
func (d *driver) listed() int {
	n := 0
	for _, l := range strings.Split(d.screen(), "\n") {
		if strings.Contains(l, "@") && !strings.HasPrefix(l, "─") {
			n++
		}
	}
	return n
}

// Ensure rows of one filter are never shown with the count of another one: until
// they are counted, their number is not known.
func TestTokens_CountIsThatOfTheFilter(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.sees("1–10 of 10")
		d.press("/")
		seen := map[string]bool{}
		d.send(keyMsg("y"))
		for range 60 {
			time.Sleep(time.Millisecond)
			synctest.Wait()
			select {
			case msg := <-d.inbox:
				d.send(msg)
			default:
				continue
			}
			if rows := d.listed(); rows < 11 {
				for _, count := range []string{"of ?", "of 10", fmt.Sprintf("of %d ", rows)} {
					seen[count] = seen[count] || strings.Contains(d.screen(), count)
				}
			}
		}
		if seen["of 10"] || !seen["of ?"] || len(seen) != 3 {
			t.Errorf("beside the rows of the filter: %v", seen)
		}
	})
}

// Ensure marks stay on their tokens through filter, order and refresh.
func TestTokens_MarksSurvive(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("space", "shift+down", "shift+down")
		d.sees("✓ 4 marked")
		d.press("/")
		d.typeText("stock")
		d.rest()
		d.press("enter", "o", "O", "ctrl+r")
		d.rest()
		d.sees("✓ 4 marked")
		if row := d.cursorRow(); !strings.Contains(row, "▌✓") || !strings.Contains(row, "cy@example.com") {
			t.Errorf("the cursor is on %q", row)
		}
		d.press("esc", "a")
		d.rest()
		d.misses("marked")
		d.press("a")
		d.rest()
		d.sees("✓ 10 marked")
	})
}

// Ensure the order goes round and turns, and that the cursor stays on its token.
func TestTokens_SortKeepsTheCursorOnItsToken(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("down", "down", "down", "down")
		for _, want := range []string{"newest ↓", "user ↓", "app ↓", "state ↓", "time left ↓"} {
			d.press("o")
			d.rest()
			d.sees("sort " + want)
			if row := d.cursorRow(); !strings.Contains(row, "dee@example.com") {
				t.Fatalf("%s: the cursor is on %q", want, row)
			}
		}
		d.press("O")
		d.rest()
		d.sees("sort time left ↑")
		if row := d.cursorRow(); !strings.Contains(row, "dee@example.com") {
			t.Errorf("reversed: the cursor is on %q", row)
		}
	})
}

// Ensure a list much longer than the screen is walked without holding it all.
func TestTokens_LongListHoldsOnlyWhatIsNear(t *testing.T) {
	t.Parallel()
	const many = 1500
	story(t, stage{path: history.Memory, seed: func(d *driver) {
		for i := range many {
			d.add(row{user: fmt.Sprintf("u%04d@example.com", i), app: "Orders portal", life: 10*24*time.Hour + time.Duration(i)*time.Minute})
		}
	}}, func(d *driver) {
		d.sees("1–13 of 1,500")
		for range 100 {
			d.press("pgdown")
		}
		if row := d.cursorRow(); !strings.Contains(row, "u1300@") {
			t.Errorf("100 pages of 13 rows lead to %q", row)
		}
		d.sees("of 1,500")
		d.press("G")
		d.rest()
		d.sees("1,488–1,500 of 1,500")
		for range 100 {
			d.press("pgup")
		}
		d.rest()
		d.sees("200–212 of 1,500")
		d.press("g")
		d.rest()
		d.sees("1–13 of 1,500", "u0000@")
		d.press("/")
		d.typeText("u1234")
		d.rest()
		d.press("esc")
		d.rest()
		d.sees("1,2")
		if row := d.cursorRow(); !strings.Contains(row, "u1234@") {
			t.Errorf("the cursor is on %q", row)
		}
	})
}

// Ensure what another console writes appears by itself, on its token's row.
func TestTokens_SecondConsoleIsNoticed(t *testing.T) {
	t.Parallel()
	st := stage{seed: everyState, options: func(d *driver, o *Options) {
		if o.Shared = d.database != nil; !o.Shared {
			o.History = d.path
		}
	}}
	story(t, st, func(d *driver) {
		other, store := d.open(st)
		defer func() { _ = store.Close() }()
		_, err := other.Issue(d.ctx, pat.Request{User: d.box.Users()[0].Email, App: d.box.Apps()[0].ID, Life: 2 * time.Hour, Idle: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		d.press("down")
		d.misses("11 of 11")
		d.sleep(3 * time.Second)
		d.sees("of 11")
		if row := d.cursorRow(); !strings.Contains(row, "bo@example.org") {
			t.Errorf("the cursor left its token: %q", row)
		}
		if d.s.blurred {
			t.Fatal("not focused")
		}
	})
}

// Ensure re-issue always asks, that no is the way out, and that three keys lead
// from an expired row to a fresh snippet.
func TestTokens_ReissueAsks(t *testing.T) {
	t.Parallel()
	seed := func(d *driver) {
		u, a := d.box.Users()[0], d.box.Apps()[0]
		g, err := d.issuer.Issue(d.ctx, pat.Request{User: u.Email, App: a.ID, Life: time.Minute, Idle: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(pat.EndOf(g.Token).Latest.Sub(g.Token.Issued) + time.Second)
	}
	story(t, stage{seed: seed}, func(d *driver) {
		d.sees("EXPIRED")
		sent := len(d.box.Ledger())
		d.press("r")
		d.sees("Re-issue with the same settings?")
		d.press("esc")
		d.rest()
		if n := len(d.box.Ledger()); n != sent {
			t.Fatalf("esc issued a token")
		}
		d.press("r", "y", "i")
		d.rest()
		if n := len(d.box.Ledger()); n != sent+1 {
			t.Fatalf("%d tokens were issued, want 1", n-sent)
		}
		d.sees("✓ HTML iframe", "Clears in")
	})
}

// Ensure a production profile wants the user's name typed.
func TestTokens_ProductionWantsTheName(t *testing.T) {
	t.Parallel()
	prod := &config.Profile{Name: "acme-prod", URL: "https://tooljet.example.com", Production: true}
	story(t, stage{seed: everyState, profile: prod}, func(d *driver) {
		d.sees("PROD", "acme-prod")
		d.press("r")
		d.sees("type ana")
		d.press("enter")
		d.sees("Type ana to go on")
		if len(d.box.Ledger()) != 0 {
			t.Fatal("a token was issued without the name")
		}
		d.typeText("ana")
		d.press("esc")
		d.misses("Re-issue with")
	})
}

// Ensure rows that were read anew while the cursor went on leave it where it is.
func TestTokens_RowsReadAnewLeaveTheCursor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		keys []string // while the rows are read
		want string
	}{
		{"no move", nil, "bo@example.org"},
		{"down", []string{"down", "down", "down"}, "dee@example.com"},
		{"up", []string{"up"}, "ana@example.com"},
		{"a mark", []string{"space"}, "cy@example.com"},
		{"a page", []string{"pgdown"}, "ivy@example.org"},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{seed: everyState}, func(d *driver) {
				d.press("down")
				d.rest()
				for _, k := range append([]string{"ctrl+r"}, c.keys...) {
					d.send(keyMsg(k)) // what was read comes after all of them
				}
				d.settle()
				d.rest()
				if row := d.cursorRow(); !strings.Contains(row, c.want) {
					t.Errorf("the cursor is not on %s but on %q:\n%s", c.want, row, d.screen())
				}
			})
		})
	}
}

// Ensure a list that leaves tokens of other servers out says how many, with rows
// of its own and without, and not for a filter.
func TestTokens_SaysWhatIsElsewhere(t *testing.T) {
	t.Parallel()
	elsewhere := func(n int) func(d *driver) {
		return func(d *driver) {
			for i := range n {
				d.add(row{user: fmt.Sprintf("user%d@example.org", i), app: "Returns", life: time.Hour, host: "https://other.example.org"})
			}
		}
	}
	story(t, stage{seed: elsewhere(1)}, func(d *driver) {
		d.sees("No tokens yet", "1 token of other servers not shown", "P")
	})
	story(t, stage{seed: func(d *driver) { everyState(d); elsewhere(3)(d) }}, func(d *driver) {
		d.sees("1–10 of 10, 1 failed (f shows), 3 tokens of other servers not shown")
		d.press("/")
		d.typeText("ana")
		d.rest()
		d.misses("other servers")
	})
	story(t, stage{seed: everyState}, func(d *driver) { d.misses("other servers") })
}

// Ensure that the cursor is on the token that was issued when its page is left, and stays
// where it was under a filter that hides it.
func TestTokens_CursorOnWhatWasIssued(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ filter, want string }{
		"no filter":         {"", "bo@partner.example"},
		"one that hides it": {"user:ana", "ana@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{seed: issuedFor("ana@example.com orders", "ana@example.com returns")}, func(d *driver) {
				if tt.filter != "" {
					d.press("/")
					d.typeText(tt.filter)
					d.press("enter")
				}
				d.fill("bo@", "ord")
				d.press("ctrl+s")
				d.sees("› Issued")
				d.press("y", "esc")
				if row := d.cursorRow(); !strings.Contains(row, tt.want) {
					t.Errorf("the cursor is on %q", row)
				}
			})
		})
	}
}

// Ensure that a key which is pressed before the rows are there acts on the row that the
// cursor is on then, and that nobody is told of an empty history before it was read.
func TestTokens_KeyBeforeTheRows(t *testing.T) {
	t.Parallel()
	one := issuedFor("ana@example.com orders")
	tests := map[string]struct {
		seed func(d *driver)
		keys []string
		says string
	}{
		"re-issue":              {one, []string{"r"}, "Re-issue with the same settings?"},
		"open":                  {one, []string{"enter"}, "› Token"},
		"copy menu":             {one, []string{"Y"}, "Copy as"},
		"reveal":                {one, []string{"v"}, "hides in 10s"},
		"the last of two":       {one, []string{"enter", "r"}, "Re-issue with the same settings?"},
		"new, which needs none": {one, []string{"n"}, "New token"},
		"none there":            {nil, []string{"r"}, "There is no token yet. n issues one."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			story(t, stage{seed: tt.seed, early: tt.keys}, func(d *driver) { d.sees(tt.says) })
		})
	}
}

// Ensure that a key which follows a filter at once acts on a row of that filter, never on
// the one that stood under the cursor before.
func TestTokens_KeyRightAfterAFilter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"at once", "after a pause"} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{seed: issuedFor("bo@partner.example returns", "ana@example.com orders")}, func(d *driver) {
				d.press("/")
				for _, key := range []string{"a", "n", "a"} {
					d.send(keyMsg(key))
				}
				if name == "after a pause" {
					d.rest()
				}
				for _, key := range []string{"enter", "r"} { // before the rows are there
					d.send(keyMsg(key))
				}
				d.settle()
				d.sees("Re-issue with the same settings?", "ana@example.com on Orders portal, for 8h")
			})
		})
	}
}

// Ensure a screen that grows is full of rows without a key, and without a second that
// passes, though no more are read at first than a smaller one wanted.
func TestTokens_GrowingScreenIsFull(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 80, h: 16, seed: func(d *driver) {
		for i := range 320 {
			d.add(row{user: "ana@example.com", app: "Orders portal", life: 90 * 24 * time.Hour, age: time.Duration(i) * time.Minute})
		}
	}}, func(d *driver) {
		d.rest()
		d.press("G", "g")
		d.settle()
		for _, tab := range []string{"1", "2", "4"} {
			d.press(tab)
			d.settle()
			for _, size := range [][2]int{{120, 40}, {120, 290}, {80, 16}} {
				d.resize(size[0], size[1])
				if n := strings.Count(d.screen(), "ana"); n < size[1]*4/5-10 {
					t.Errorf("tab %s: %d rows on a screen of %dx%d", tab, n, size[0], size[1])
				}
			}
		}
	})
}
