package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// Idle says what becomes of a console that nobody touches. Zero = nothing.
type Idle struct {
	Hide time.Duration // after which it hides what it shows, until a key
	End  time.Duration // after which it ends
}

// IdleError says that the console ended because nobody touched it for so long.
type IdleError struct{ After time.Duration }

// Error implements error.
func (e *IdleError) Error() string { return "nobody pressed a key for " + pat.Span(e.After) }

// idling is how long nobody has touched the console, by the local clock.
type idling struct {
	touched time.Time
	hidden  bool
	over    bool // it ends for that
	cancel  context.CancelFunc
}

// idleMsg says that it may have rested for long enough.
type idleMsg struct{}

// idleFrom begins to wait for a rest.
func (s *shell) idleFrom() tea.Cmd {
	s.idle.touched = s.Local()
	return s.idleNext()
}

// idleNext waits until the console would be hidden, or would end, if nobody touched it.
// Keys do not move the wait: it looks again when it is over.
func (s *shell) idleNext() tea.Cmd {
	o := s.opts.Idle
	if s.idle.cancel != nil {
		s.idle.cancel()
	}
	var next time.Time
	if o.Hide > 0 && !s.idle.hidden {
		next = s.idle.touched.Add(o.Hide)
	}
	if o.End > 0 {
		next = kit.Soonest(next, s.idle.touched.Add(o.End))
	}
	if next.IsZero() {
		return nil
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.idle.cancel = cancel
	return waitIdle(ctx, next.Sub(s.Local()))
}

func waitIdle(ctx context.Context, d time.Duration) tea.Cmd {
	return func() tea.Msg {
		if !kit.Sleep(ctx, d) {
			return nil
		}
		return idleMsg{}
	}
}

// rested looks how long the console has rested.
func (s *shell) rested() tea.Cmd {
	o, rest := s.opts.Idle, s.Local().Sub(s.idle.touched)
	if o.End > 0 && rest >= o.End {
		s.idle.over = true
		return tea.Quit
	}
	s.idle.hidden = s.idle.hidden || o.Hide > 0 && rest >= o.Hide
	return s.idleNext()
}

// stir notes that somebody is there. It reports whether what they did only brought the
// screen back: who wakes it does not see yet what else a key would do.
func (s *shell) stir() (woken bool, cmd tea.Cmd) {
	s.idle.touched = s.Local()
	if !s.idle.hidden {
		return false, nil
	}
	s.idle.hidden = false
	return true, s.idleNext()
}

// cover is what a console shows that hides the rest.
func (s *shell) cover() string {
	text := fmt.Sprintf("Hidden: nobody pressed a key for %s. Any key brings it back.", pat.Span(s.opts.Idle.Hide))
	if s.opts.Idle.End > 0 {
		text += fmt.Sprintf(" It ends after %s.", pat.Span(s.opts.Idle.End))
	}
	return kit.Block(strings.Join(widget.Wrap(text, s.width), "\n"), s.width, s.height)
}
