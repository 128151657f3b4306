package client

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

func TestMeasure(t *testing.T) {
	local := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := measure(local, local.Add(4*time.Second), local.Add(time.Hour))
	want := Clock{Offset: time.Hour - 2*time.Second, Uncertainty: 3 * time.Second, At: local.Add(4 * time.Second), Known: true}
	if m != want {
		t.Errorf("%+v, want %+v", m, want)
	}
	if got := m.Now(local.Add(time.Minute)); !got.Equal(local.Add(time.Hour + time.Minute - 2*time.Second)) {
		t.Errorf("now %v", got)
	}
	if measure(local, local, time.Time{}).Known || measure(local, local, local.AddDate(-80, 0, 0)).Known {
		t.Error("measured without a usable date")
	}
}

func TestBetter(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := func(offset, uncertainty, after time.Duration) Clock {
		return Clock{Offset: offset, Uncertainty: uncertainty, At: at.Add(after), Known: true}
	}
	sharp := m(time.Second, time.Second, 0)
	for name, tt := range map[string]struct {
		old, fresh Clock
		replaced   bool
	}{
		"first":                 {Clock{}, sharp, true},
		"nothing new":           {sharp, Clock{}, false},
		"sharper":               {m(0, 3*time.Second, 0), sharp, true},
		"as sharp":              {sharp, m(time.Second/2, time.Second, time.Minute), true},
		"vaguer":                {sharp, m(3*time.Second, 9*time.Second, time.Minute), false},
		"vaguer but much newer": {sharp, m(3*time.Second, 9*time.Second, 11*time.Minute), true},
		"a clock was set":       {sharp, m(time.Minute, 9*time.Second, time.Minute), true},
		"our clock went back":   {sharp, m(3*time.Second, 9*time.Second, -time.Hour), true},
	} {
		if got := better(tt.old, tt.fresh); (got == tt.fresh) != tt.replaced {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Ensure an answer's Date is compared with the middle of its round trip, and a
// slow answer does not spoil what a fast one told.
func TestClock_FromAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := play(t, sandbox.Options{})
		if c.Clock().Known {
			t.Fatal("known before the first answer")
		}
		s.Inject(sandbox.Fault{Kind: "skew", Skew: 2 * time.Hour, Match: "/", Times: -1})
		if _, err := c.GetConfig(t.Context()); err != nil {
			t.Fatal(err)
		}
		fast := c.Clock()
		if off := fast.Offset - 2*time.Hour; off < -fast.Uncertainty || off > fast.Uncertainty || fast.Uncertainty != time.Second {
			t.Errorf("%+v", fast)
		}
		s.Clear()
		s.Inject(sandbox.Fault{Kind: "no-date"})
		g, err := c.CreateToken(t.Context(), issueOf(s))
		if err != nil || !g.ServerTime.IsZero() || g.Clock != fast {
			t.Errorf("%v %+v", err, g)
		}
		time.Sleep(time.Minute)
		s.Inject(sandbox.Fault{Kind: "delay", Delay: 20 * time.Second})
		g, err = c.CreateToken(t.Context(), issueOf(s))
		if err != nil {
			t.Fatal(err)
		}
		// The server's clock is back at ours, two hours from the first measurement.
		if g.Clock.Offset.Abs() > g.Clock.Uncertainty || g.Clock.Uncertainty != 11*time.Second {
			t.Errorf("%+v", g.Clock)
		}
		slow := g.Clock
		if g, err = c.CreateToken(t.Context(), issueOf(s)); err != nil || g.Clock == slow || g.Clock.Uncertainty != time.Second {
			t.Errorf("%v %+v", err, g.Clock)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"", "Sun, 01 Mar 2026 12:00:00 GMT", "Sunday, 01-Mar-26 12:00:00 GMT", "Sun Mar  1 12:00:00 2026",
		"Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "yesterday",
	} {
		f.Add(s, int64(0), int64(time.Second))
	}
	f.Fuzz(func(t *testing.T, date string, begin, span int64) {
		wrote := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(begin))
		d, _ := serverDate(http.Header{"Date": {date}})
		if !d.IsZero() && (d.Location() != time.UTC || d.Year() < 1970) {
			t.Errorf("date %v", d)
		}
		m := measure(wrote, wrote.Add(time.Duration(span)), d)
		if !m.Known {
			return
		}
		if m.Uncertainty < time.Second || m.Offset.Abs() > clockSane || m.At.IsZero() {
			t.Errorf("%+v", m)
		}
		if m.Now(wrote).Sub(wrote) != m.Offset {
			t.Errorf("now %v", m.Now(wrote))
		}
		if got := better(Clock{}, m); got != m {
			t.Errorf("better %+v", got)
		}
	})
}

// Ensure a date counts only where nothing in its answer contradicts it.
func TestServerDate(t *testing.T) {
	const noon, later, after = "Sun, 01 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 2026 12:00:02 GMT", "Sun, 01 Mar 2026 12:00:03 GMT"
	for name, tt := range map[string]struct {
		h    http.Header
		used bool
		odd  bool
	}{
		"one":                     {http.Header{"Date": {noon}}, true, false},
		"none":                    {http.Header{}, false, false},
		"one that is none":        {http.Header{"Date": {"yesterday"}}, false, false},
		"two that agree":          {http.Header{"Date": {noon, noon}}, true, false},
		"a proxy's beside it":     {http.Header{"Date": {noon, later}}, true, false},
		"two that contradict":     {http.Header{"Date": {noon, after}}, false, true},
		"the later one first":     {http.Header{"Date": {after, noon}}, false, true},
		"an hour apart":           {http.Header{"Date": {noon, "Sun, 01 Mar 2026 13:00:00 GMT"}}, false, true},
		"one of three":            {http.Header{"Date": {noon, noon, after}}, false, true},
		"one that is none beside": {http.Header{"Date": {noon, "yesterday"}}, false, true},
		"none of both":            {http.Header{"Date": {"", "yesterday"}}, false, true},
		"two in one":              {http.Header{"Date": {noon + ", " + noon}}, false, false},
		"out of a cache":          {http.Header{"Date": {noon}, "Age": {"1"}}, false, false},
		"fresh through a cache":   {http.Header{"Date": {noon}, "Age": {"0"}}, true, false},
		"an age that is none":     {http.Header{"Date": {noon}, "Age": {"soon"}}, true, false},
	} {
		date, odd := serverDate(tt.h)
		if date.IsZero() == tt.used || (odd != "") != tt.odd {
			t.Errorf("%s: %v, %q", name, date, odd)
		}
	}
}

// Ensure dates that contradict each other move no clock, and that the answer says so.
func TestClock_Contradicted(t *testing.T) {
	var dates []string
	h := answering(201, "application/json", `{"personalAccessToken":"pat_0123456789abcdef"}`)
	c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = dates
		h.ServeHTTP(w, r)
	}))
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	dates = []string{at(0), at(time.Hour)}
	if g, err := c.CreateToken(t.Context(), request1()); err != nil || c.Clock().Known || !g.ServerTime.IsZero() || !g.Wrote.IsZero() || len(g.Notes) != 1 || !strings.Contains(g.Notes[0], "contradict") {
		t.Errorf("%v: %+v, %q", err, c.Clock(), g.Notes)
	}
	dates = []string{at(time.Hour), at(time.Hour)}
	g, err := c.CreateToken(t.Context(), request1())
	known := c.Clock()
	if err != nil || !known.Known || (known.Offset-time.Hour).Abs() > time.Minute || len(g.Notes) != 0 {
		t.Errorf("%v: %+v, %q", err, known, g.Notes)
	}
	dates = []string{at(0), at(-time.Hour)}
	if g, err = c.CreateToken(t.Context(), request1()); err != nil || c.Clock() != known || g.Clock != known {
		t.Errorf("%v: %+v", err, c.Clock())
	}
}
