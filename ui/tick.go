package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// ticking is the one tick of the program. It is due when something visible
// changes next, and there is none while the window has not the focus.
type ticking struct {
	seq    int
	due    time.Time // on the shell's clock; zero = no tick is under way
	cancel context.CancelFunc
	sleep  func(ctx context.Context, d time.Duration) bool // false if ctx ended first
}

// leastTick keeps a screen that names a moment in the past from spinning.
const leastTick = 20 * time.Millisecond

// schedule makes sure that the tick that is under way is the one that is due.
func (s *shell) schedule() tea.Cmd {
	next := s.nextChange()
	if s.blurred {
		next = time.Time{}
	}
	if next.Equal(s.tick.due) && (next.IsZero() || next.After(s.now)) {
		return nil
	}
	if s.tick.cancel != nil {
		s.tick.cancel()
		s.tick.cancel = nil
	}
	s.tick.due = next
	if next.IsZero() {
		return nil
	}
	s.tick.seq++
	ctx, cancel := context.WithCancel(s.ctx)
	s.tick.cancel = cancel
	return tickIn(ctx, s.tick.sleep, max(leastTick, next.Sub(s.now)), s.tick.seq)
}

// ticked takes the tick: toasts that ended are dropped, all screens are told.
func (s *shell) ticked(m kit.TickMsg) tea.Cmd {
	if m.Seq != s.tick.seq {
		return nil
	}
	s.tick.due = time.Time{}
	s.trimToasts()
	return s.tell(m)
}

// nextChange is when something on the screen changes next; zero = never.
func (s *shell) nextChange() time.Time {
	if s.width == 0 || s.idle.hidden {
		return time.Time{}
	}
	next := kit.Soonest(s.contentChange(), s.toastChange())
	if s.clockShown(next) == clockMinutes {
		next = kit.Soonest(next, s.now.Truncate(time.Minute).Add(time.Minute))
	}
	return next
}

// contentChange is when the page or a dialog changes next.
func (s *shell) contentChange() time.Time {
	var next time.Time
	if t, ok := s.Page().(kit.Ticker); ok {
		next = kit.Soonest(next, t.NextChange(s.now))
	}
	for _, d := range s.dialogs {
		if t, ok := d.Screen.(kit.Ticker); ok {
			next = kit.Soonest(next, t.NextChange(s.now))
		}
	}
	return next
}

// The clock in the header shows seconds while something else on the screen
// changes each second, minutes while something changes within a minute, and is
// left out otherwise: a clock alone is no reason to wake a computer.
const (
	clockNone = iota
	clockMinutes
	clockSeconds
)

func (s *shell) clockShown(next time.Time) int {
	switch d := next.Sub(s.now); {
	case next.IsZero() || d > time.Minute:
		return clockNone
	case d <= time.Second && !kit.PaceOf(s).Still():
		return clockSeconds
	default:
		return clockMinutes
	}
}

// tickIn waits for d, or for ctx, and says that something visible changes.
func tickIn(ctx context.Context, sleep func(context.Context, time.Duration) bool, d time.Duration, seq int) tea.Cmd {
	if sleep == nil {
		sleep = kit.Sleep
	}
	return func() tea.Msg {
		if !sleep(ctx, d) {
			return nil
		}
		return kit.TickMsg{Seq: seq}
	}
}
