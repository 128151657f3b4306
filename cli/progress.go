package cli

import (
	"fmt"
	"time"

	"patdesk/pat"
	"patdesk/ui/term"
)

// progress tells on stderr how far a run is: on a terminal that shows nothing else
// in one line that is written over, elsewhere in a line now and then.
type progress struct {
	a           *app
	of          int
	over        bool // writes over its line
	shown       bool
	begun, last time.Time
}

// progressEvery is how long is waited between the lines of a log.
const progressEvery = 5 * time.Second

func (a *app) newProgress(of int) *progress {
	now := time.Now()
	return &progress{a: a, of: of, over: term.IsTerminal(a.env.Err) && !a.env.OutTTY, begun: now, last: now}
}

// show tells how far it is, and how long the rest takes at the pace so far.
func (p *progress) show(t pat.Tally, pace *pat.Pace) {
	done := t.Done + t.Failed + t.Unknown
	if p.a.json || p.a.quiet || t.Left > 0 || done == p.of || !p.over && time.Since(p.last) < progressEvery {
		return
	}
	p.last = time.Now()
	left := max(pace.Estimate(p.of-done+1), time.Since(p.begun)/time.Duration(done)*time.Duration(p.of-done))
	text := fmt.Sprintf("%d of %d, %d failed, %d unsure, about %s left", done, p.of, t.Failed, t.Unknown, pat.Span(max(left, time.Second).Round(time.Second)))
	if !p.over {
		p.a.say("%s", text)
		return
	}
	_, _ = fmt.Fprintf(p.a.env.Err, "\r%s", text)
	p.shown = true
}

// clear takes the line away, so that something else can be said.
func (p *progress) clear() {
	if p.shown {
		_, _ = fmt.Fprint(p.a.env.Err, "\r\x1b[K")
		p.shown = false
	}
}
