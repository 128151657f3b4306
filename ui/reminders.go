package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// reminders tell of tokens that become URGENT or EXPIRED while nobody looks. What
// turned is counted by moments, not by rows that are remembered: each reminder is about
// the time since the one before, so that nothing is told twice and nothing is lost.
type reminders struct {
	seq    int
	cancel context.CancelFunc
}

// remindGap is the least time between two reminders: what turns meanwhile is told
// together.
const remindGap = time.Minute

// remindMsg is something to tell.
type remindMsg struct {
	seq   int
	turns pat.Turns
	until time.Time // all that turned until then is told with it
}

// remind begins to look out, when the window has lost the focus.
func (s *shell) remind(since time.Time) tea.Cmd {
	s.heed()
	if s.issuer == nil || s.config.Notify == "off" {
		return nil
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.reminders.cancel = cancel
	return s.lookOut(since, time.Time{}).next(ctx)
}

// heed stops looking out: somebody sees the screen.
func (s *shell) heed() {
	s.reminders.seq++
	if s.reminders.cancel != nil {
		s.reminders.cancel()
		s.reminders.cancel = nil
	}
}

// reminded tells, and looks out for what follows.
func (s *shell) reminded(m remindMsg) tea.Cmd {
	if m.seq != s.reminders.seq {
		return nil
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.reminders.cancel()
	s.reminders.cancel = cancel
	words := term.CleanWidth(pat.TurnWords(m.turns, s.config.NotifyNames), 200).String()
	return tea.Batch(s.notify(words), s.lookOut(m.until, m.until.Add(remindGap)).next(ctx))
}

// notify gets a sentence to the person in the way they chose.
func (s *shell) notify(words string) tea.Cmd {
	getenv := s.opts.Terminal.withDefaults().Getenv
	switch s.config.Notify {
	case "osc":
		return tea.Raw(term.Notice(getenv, "patdesk", words))
	case "desktop":
		ctx := s.ctx
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, desktopWait)
			defer cancel()
			if err := notifyDesktop(ctx, getenv, "patdesk", words); err != nil {
				return tea.Raw(term.Bell)()
			}
			return nil
		}
	}
	return tea.Raw(term.Bell)
}

// desktopWait is how long the desktop may take to show a message.
const desktopWait = 5 * time.Second

// lookout waits until there is something to tell.
type lookout struct {
	seq           int
	issuer        *pat.Issuer
	since, notYet time.Time
	sleep         func(context.Context, time.Duration) bool
	now           func() time.Time
	// held is the end of the quiet time in which a moment lies; zero = it lies in none.
	held func(time.Time) time.Time
}

func (s *shell) lookOut(since, notYet time.Time) lookout {
	sleep := s.tick.sleep
	if sleep == nil {
		sleep = kit.Sleep
	}
	issuer, local := s.issuer, s.opts.Now
	now := func() time.Time {
		if local == nil {
			return issuer.Now()
		}
		return issuer.Clock().Now(local().Round(0)).UTC()
	}
	return lookout{seq: s.reminders.seq, issuer: issuer, since: since, notYet: notYet, sleep: sleep, now: now, held: s.quietUntil()}
}

// quietUntil is held of lookout, for the profile.
func (s *shell) quietUntil() func(time.Time) time.Time {
	if s.profile == nil {
		return func(time.Time) time.Time { return time.Time{} }
	}
	q, ok := s.profile.Quiet()
	zone := s.zone
	return func(at time.Time) time.Time {
		if !ok {
			return time.Time{}
		}
		if from, to := q.Window(at, zone); !at.Before(from) {
			return to
		}
		return time.Time{}
	}
}

// next waits for the next moment at which a token changes its state, after the quiet
// hours if it lies in them, and brings what has turned by then.
func (l lookout) next(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		for {
			at, err := l.issuer.History.NextChange(ctx, l.issuer.Server(), l.since)
			if err != nil {
				at = l.now().Add(remindGap)
			}
			if at.Before(l.notYet) {
				at = l.notYet
			}
			if end := l.held(at); !end.IsZero() {
				at = end
			}
			if !l.sleep(ctx, at.Sub(l.now())) {
				return nil
			}
			now := l.now()
			if now.Before(at) || !l.held(now).IsZero() {
				continue // the clock was set
			}
			turns, err := l.issuer.Turned(ctx, l.since, now)
			switch {
			case err != nil:
				l.notYet = now.Add(remindGap)
			case turns.Any():
				return remindMsg{seq: l.seq, turns: turns, until: now}
			default:
				l.since = now
			}
		}
	}
}
