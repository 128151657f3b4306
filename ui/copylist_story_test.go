package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/pat"
)

// clip is the text on the clipboard.
func (d *driver) clip() string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.clips, "*"))
	if err != nil || len(files) != 1 {
		d.t.Fatalf("%d files on the clipboard: %v", len(files), err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

// three adds three tokens that work.
func three(d *driver) {
	for i, u := range []string{"ana@example.com", "bo@example.org", "cy@example.com"} {
		d.add(row{user: u, app: "Orders portal", life: time.Duration(i+1) * time.Hour})
	}
}

// Ensure the keys that copy put a line for each marked row on the clipboard, in the
// order of the list, filter or not, say so once with their number, and record it.
func TestCopyList_OneLineForEachMarkedRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, says string
		width     int
		line      string
	}{
		{"y", "Embed URL of 3 tokens", 100, "https://"},
		{"i", "HTML iframe of 3 tokens", 100, "<iframe src="},
		{"y", "3: Written to a file, checked.", 60, "https://"},
	} {
		story(t, stage{w: c.width, h: 30, seed: three}, func(d *driver) {
			d.press("a")
			d.rest()
			d.press("/")
			d.typeText("bo")
			d.rest()
			d.press("enter", "O", c.key)
			d.rest()
			d.sees(c.says)
			lines := strings.Split(strings.TrimSuffix(d.clip(), "\n"), "\n")
			if len(lines) != 3 {
				t.Fatalf("%s at %d: %d lines on the clipboard", c.key, c.width, len(lines))
			}
			for i, l := range lines { // the order was turned round
				if !strings.Contains(l, c.line) || !strings.Contains(l, "abc00"+string(rune('3'-i))) {
					t.Errorf("%s: line %d is %q", c.key, i+1, l)
				}
			}
			for id := int64(1); id <= 3; id++ {
				if e, err := d.store.Get(d.ctx, id); err != nil || e.Copied.IsZero() {
					t.Errorf("#%d is not recorded as copied: %v", id, err)
				}
			}
		})
	}
}

// Ensure what is asked before one token is copied is asked before a list with such a
// token: refused, changed, ended, or leading elsewhere; that no copies nothing; and that
// rows without a text are counted.
func TestCopyList_AsksWhatOneTokenAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		add  func(d *driver)
		sees []string
		want int
	}{
		{
			"changed", func(d *driver) {
				d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, drift: "is builder now"})
			},
			[]string{"Copy 4 of 4 rows?", "Likely to open nothing: 1.", "#4 has changed since"},
			4,
		},
		{
			"ended", func(d *driver) {
				d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, age: 2 * time.Hour})
			},
			[]string{"Copy 4 of 4 rows?", "Likely to open nothing: 1.", "#4"},
			4,
		},
		{"no text", func(d *driver) {
			d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, outcome: pat.Unknown})
		}, []string{"Copy 3 of 4 rows?", "Without a text to copy, left out: 1."}, 3},
		{"many ended", func(d *driver) {
			for range 5 {
				d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, age: 2 * time.Hour})
			}
		}, []string{"Copy 8 of 8 rows?", "Likely to open nothing: 5.", "And 2 more."}, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{seed: func(d *driver) { three(d); c.add(d) }}, func(d *driver) {
				d.press("a")
				d.rest()
				d.press("y")
				d.rest()
				d.sees(c.sees...)
				d.press("n")
				d.rest()
				if files, _ := filepath.Glob(filepath.Join(d.clips, "*")); len(files) != 0 {
					t.Fatal("no copied all the same")
				}
				d.press("y")
				d.rest()
				d.press("y")
				d.rest()
				if n := strings.Count(strings.TrimSuffix(d.clip(), "\n"), "\n") + 1; n != c.want {
					t.Errorf("%d lines on the clipboard, want %d", n, c.want)
				}
			})
		})
	}
	story(t, stage{seed: func(d *driver) {
		d.add(row{user: "dee@example.com", app: "Returns", life: time.Hour, outcome: pat.Unknown})
	}}, func(d *driver) {
		d.press("space", "y")
		d.rest()
		d.sees("None of these rows has a token whose text is kept.")
	})
}
