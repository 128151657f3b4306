package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// Ensure the number of a token in the palette leads to its row, from the list and from
// any page, and that what keeps the row from sight is said, with the way.
func TestPalette_NumberJumpsToTheToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before func(d *driver)
		number string
		asks   string // the question, "" = none
		row    string // under the cursor at the end, "" = as before
		says   string
	}{
		{"by its number", nil, "7", "", "fay@vendor.example", ""},
		{"with its sign", nil, "#9", "", "hal@example.com", ""},
		{"from a page", func(d *driver) { d.press("enter") }, "7", "", "fay@vendor.example", ""},
		{"from another tab", func(d *driver) { d.toTab(kit.Doctor{}) }, "7", "", "fay@vendor.example", ""},
		{"hidden by a filter", func(d *driver) { d.filter("stock") }, "7", "The filter hides #7. Clear it?", "fay@vendor.example", "1–10 of 10"},
		{"in view under a filter", func(d *driver) { d.filter("fay") }, "7", "", "fay@vendor.example", "1–1 of 1"},
		{"folded away", nil, "11", "#11 failed, and failures are folded away. Show them?", "FAILED", "of 11"},
		{"folded and filtered", func(d *driver) { d.filter("stock") }, "11", "The filter hides #11. Clear it?", "FAILED", "of 11"},
		{"no such token", nil, "99", "", "", "There is no #99 in this history."},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{seed: everyState}, func(d *driver) {
				was := d.cursorRow()
				if c.before != nil {
					c.before(d)
				}
				d.press(":")
				d.sees("the number of a token")
				d.typeText(c.number)
				d.sees("Go to #" + strings.TrimPrefix(c.number, "#"))
				d.press("enter")
				d.rest()
				if c.asks != "" {
					d.sees(c.asks)
					d.press("enter")
					d.rest()
				}
				if c.says != "" {
					d.sees(c.says)
				}
				if c.row == "" {
					c.row = was
				}
				if row := d.cursorRow(); !strings.Contains(row, c.row) {
					t.Errorf("the cursor is on %q:\n%s", row, d.screen())
				}
			})
		})
	}
}

// filter types a filter and keeps it.
func (d *driver) filter(text string) {
	d.t.Helper()
	d.press("/")
	d.typeText(text)
	d.rest()
	d.press("enter")
}

// Ensure a question whether to clear the filter leaves all as it was when it is denied,
// and that a row of another server is named as such.
func TestPalette_NumberThatIsNotShown(t *testing.T) {
	t.Parallel()
	seed := func(d *driver) {
		everyState(d)
		d.add(row{user: "zoe@example.com", app: "Returns", life: time.Hour, host: "https://other.example.org"})
	}
	story(t, stage{seed: seed}, func(d *driver) {
		d.filter("stock")
		d.press(":", "7", "enter")
		d.rest()
		d.press("esc")
		d.rest()
		d.sees("stock", "1–2 of 2")
		d.press(":", "1", "2", "enter")
		d.rest()
		d.sees("#12 is a row of another server")
		d.misses("Clear it?")
	})
}

// Ensure the numbers of the tokens stand in the list where there is room for them, with
// all their digits.
func TestTokens_NumbersWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	for _, w := range []int{60, 80, 100, 110, 120, 139, 140, 150, 160, 175, 200} {
		story(t, stage{w: w, h: 30, seed: everyState}, func(d *driver) {
			want := w >= 110 && w < 140 || w >= 160
			if got := strings.Contains(d.cursorRow(), "▌     2  ▲"); got != want {
				t.Errorf("%d columns: a number in the row: %v\n%s", w, got, d.screen())
			}
		})
	}
}

// Ensure the tokens of a pair can be walked from the detail, newest first and round, with
// the place shown, at every size; that what was refused is none of them; and that the
// walk opens no further page.
func TestDetail_PairIsWalked(t *testing.T) {
	t.Parallel()
	seed := func(d *driver) {
		for i := range 3 {
			d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Duration(i+1) * time.Hour, age: time.Duration(10-i) * time.Minute})
			d.add(row{user: "ana@example.com", app: "Returns", life: time.Duration(i+1) * time.Hour})
		}
		d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Minute, age: time.Hour})
		d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Hour, outcome: pat.Rejected})
	}
	for _, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}} {
		story(t, stage{w: size[0], h: size[1], seed: seed}, func(d *driver) {
			d.filter("orders")
			d.press("g", "enter") // the one that ends first
			d.rest()
			d.sees("#1 pat", "4 of 4")
			for _, step := range []struct{ key, sees, place string }{
				{"J", "#7 pat", "1 of 4"}, {"J", "#5 pat", "2 of 4"}, {"K", "#7 pat", "1 of 4"}, {"K", "#1 pat", "4 of 4"}, {"K", "#3 pat", "3 of 4"},
			} {
				d.press(step.key)
				d.rest()
				d.sees(step.sees, step.place)
			}
			if n := len(d.s.pages); n != 2 {
				t.Errorf("%d pages are open", n)
			}
			d.press("esc")
			d.sees("orders")
		})
	}
	story(t, stage{seed: everyState}, func(d *driver) {
		d.filter("gil")
		d.press("enter", "J")
		d.sees("No other token of this pair is in the history.")
	})
}

// Ensure a walk away from a token that was issued and never copied asks as leaving it
// does, and that a new token of the pair is counted.
func TestDetail_WalkAsksBeforeItLeaves(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.issued()
		d.press("i", "r", "y")
		d.rest()
		d.sees("1 of 2")
		d.press("J")
		d.sees("Leave without copying?")
		d.press("n")
		d.sees("Issued", "1 of 2")
		d.press("J") // once is enough
		d.rest()
		d.sees("2 of 2")
	})
}
