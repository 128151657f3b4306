package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui/paint"
)

// costs are what happened since they were begun: what was read, and what the painter wrote.
type costs struct {
	d       *driver
	painter *paint.Painter
	out     bytes.Buffer
	before  map[string]int
	frames  int
	written int
}

// newCosts watches a console of 120x40 that is drawn on a terminal of its own.
func newCosts(d *driver) *costs {
	d.t.Helper()
	in, keyboard := io.Pipe()
	d.t.Cleanup(func() { _ = keyboard.Close() })
	c := &costs{d: d}
	c.painter = paint.NewPainter(paint.Options{In: in, Out: &c.out, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.TrueColor, Width: 120, Height: 40})
	if err := c.painter.Take(); err != nil {
		d.t.Fatal(err)
	}
	c.draw()
	return c
}

// begin forgets what happened.
func (c *costs) begin() {
	c.before, c.frames, c.written = maps.Clone(c.d.kinds), 0, 0
}

// draw draws as the program does after each message.
func (c *costs) draw() {
	c.out.Reset()
	if written, err := c.painter.Draw(c.d.s.View()); err != nil {
		c.d.t.Fatal(err)
	} else if written {
		c.frames++
		c.written += c.out.Len()
	}
}

// take handles a message and what follows from it at once.
func (c *costs) take(msg tea.Msg) {
	c.d.t.Helper()
	for {
		c.d.send(msg)
		c.draw()
		synctest.Wait()
		select {
		case msg = <-c.d.inbox:
		default:
			return
		}
	}
}

// pass lets time pass.
func (c *costs) pass(d time.Duration) {
	c.d.t.Helper()
	for end := time.After(d); ; {
		select {
		case msg := <-c.d.inbox:
			c.take(msg)
		case <-end:
			return
		}
	}
}

// reads are the answers of the history since the beginning; each is of one or two queries.
func (c *costs) reads() string {
	var list []string
	for _, kind := range []string{"tokensMsg", "placeMsg", "pairMsg", "countMsg", "countsMsg"} {
		if n := c.d.kinds["tokens."+kind] - c.before["tokens."+kind]; n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, strings.TrimSuffix(kind, "Msg")))
		}
	}
	return strings.Join(list, ", ")
}

// longList is more rows than a list holds at first, each of which ticks. The last one has
// no text, so that keys are off on it which are on while nobody knows the row.
func longList(d *driver) {
	for i := range 260 {
		d.add(row{user: "ana@example.com", app: "Orders portal", life: time.Hour, age: time.Duration(i) * 7 * time.Second})
	}
	d.add(row{user: "bo@example.com", app: "Stock desk", life: 3 * time.Hour, outcome: pat.Unknown})
}

// Ensure a key asks the history for what it needs and for nothing twice, that all of it is
// shown in as few frames and bytes as can be, and that a second that passes asks for nothing.
func TestCosts_OfKeysAndSeconds(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 40, seed: longList}, func(d *driver) {
		c := newCosts(d)
		for _, tt := range []struct {
			what   string
			rested bool
			do     func()
			reads  string
			frames int
			most   int // bytes; the details of a row have signs by chance
		}{
			{"a key after a rest", true, func() { c.take(keyMsg("down")) }, "1 pair", 2, 580},
			{"a key at once after it", false, func() { c.take(keyMsg("down")) }, "", 1, 455},
			{"the rest after it", false, func() { c.pass(debounceRest) }, "1 pair", 2, 145},
			{"the last row", true, func() { c.take(keyMsg("G")) }, "1 tokens", 1, 2830},
			{"the first row", true, func() { c.take(keyMsg("g")) }, "1 tokens", 1, 3180},
			{"a page", true, func() { c.take(keyMsg("pgdown")) }, "1 pair", 2, 440},
			{"a second", true, func() { c.pass(time.Second) }, "", 1, 208},
			{"ten seconds", true, func() { c.pass(10 * time.Second) }, "", 10, 2068},
		} {
			if tt.rested {
				c.pass(300 * time.Millisecond)
			}
			c.begin()
			tt.do()
			if got := c.reads(); got != tt.reads {
				t.Errorf("%s reads %q, want %q", tt.what, got, tt.reads)
			}
			if c.frames != tt.frames {
				t.Errorf("%s is drawn in %d frames, want %d", tt.what, c.frames, tt.frames)
			}
			if c.written > tt.most {
				t.Errorf("%s writes %d bytes, want %d", tt.what, c.written, tt.most)
			}
		}
	})
}

// endings are tokens that ended long ago, below others of which one changes its state every
// ten seconds, off the screen.
func endings(d *driver) {
	for i := range 400 {
		d.add(row{user: fmt.Sprintf("user%d@example.com", i), app: "Orders portal", life: 2 * time.Hour, age: time.Duration(i) * 15 * time.Second})
		d.add(row{user: "cy@example.com", app: "Stock desk", life: time.Hour, age: 30 * 24 * time.Hour})
	}
}

// Ensure states that change where nobody sees the rows are told without a look at the
// history, in a frame for each ten seconds at most, and are those that are counted.
func TestCosts_OfRest(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 120, h: 40, seed: endings}, func(d *driver) {
		c := newCosts(d)
		c.pass(300 * time.Millisecond)
		c.take(keyMsg("G"))
		c.pass(300 * time.Millisecond)
		c.begin()
		c.pass(50 * time.Minute)
		if got := c.reads(); got != "" {
			t.Errorf("rest reads %q", got)
		}
		if c.frames < 60 || c.frames > 300 {
			t.Errorf("rest is drawn in %d frames, want one in ten seconds at most", c.frames)
		}
		counts, err := d.store.Counts(d.ctx, "", d.s.Now())
		if err != nil {
			t.Fatal(err)
		}
		if counts.Soon == 0 || counts.Urgent == 0 || counts.Ended+counts.Expired <= 400 {
			t.Fatalf("the tokens do not change: %+v", counts)
		}
		d.sees(fmt.Sprintf("%d live", counts.Live), fmt.Sprintf("%d urgent", counts.Urgent), fmt.Sprintf("%d soon", counts.Soon))
		c.begin()
		c.pass(30 * time.Minute)
		if got := c.reads(); got != "1 counts" {
			t.Errorf("after an hour rest reads %q, want the counts once", got)
		}
	})
}

// debounceRest is longer than a cursor has to rest.
const debounceRest = 120 * time.Millisecond

// Ensure a frame of a second that passes, and one of a key, take no more pieces of memory
// than they did: each of them is work, and work for the collector later.
func TestCosts_Memory(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector takes memory of its own")
	}
	story(t, stage{w: 120, h: 40, seed: longList}, func(d *driver) {
		c := newCosts(d)
		key := []tea.Msg{keyMsg("down"), keyMsg("up")}
		for _, tt := range []struct {
			what string
			do   func(n int)
			most float64
		}{
			{"a second", func(int) { d.s.now = d.s.now.Add(time.Second); c.draw() }, 701},
			{"a key", func(n int) { _, _ = d.s.Update(key[n%2]); c.draw() }, 651},
			{"nothing new", func(int) { c.draw() }, 566},
		} {
			for n := range 4 { // what is kept drawn is drawn once
				tt.do(n)
			}
			n := 0
			if got := testing.AllocsPerRun(20, func() { tt.do(n); n++ }); got > tt.most {
				t.Errorf("%s takes %v pieces of memory, want %v", tt.what, got, tt.most)
			}
		}
	})
}

// reads is a history that notes what is asked of it.
type reads struct {
	pat.Ledger
	mu   sync.Mutex
	what []string
}

func (r *reads) note(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.what = append(r.what, what)
}

func (r *reads) Page(ctx context.Context, q pat.Query) (history.Page, error) {
	p, err := r.Ledger.Page(ctx, q)
	r.note("rows")
	return p, err
}

func (r *reads) CountTo(ctx context.Context, q pat.Query, most int64) (pat.Number, error) {
	n, err := r.Ledger.CountTo(ctx, q, most)
	r.note("number")
	return n, err
}

func (r *reads) Runs(ctx context.Context, server string) ([]history.Run, error) {
	r.note("runs")
	return r.Ledger.Runs(ctx, server)
}

// Ensure the first rows and their number are read first, each once, and runs that wait
// when they are there.
func TestStart_ReadsWhatIsShownFirst(t *testing.T) {
	t.Parallel()
	r := &reads{}
	story(t, stage{seed: everyState, options: func(_ *driver, o *Options) {
		r.Ledger, o.Issuer.History = o.Issuer.History, r
	}}, func(_ *driver) {
		if len(r.what) < 3 {
			t.Fatal(r.what)
		}
		slices.Sort(r.what[:2]) // at the same time
		if got := strings.Join(r.what, " "); got != "number rows runs" {
			t.Error(got)
		}
	})
}
