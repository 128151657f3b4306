package ui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// A server may ask that a request be sent later. The request then waits by
// itself: the screen it was made from says why and counts down, and the person
// may end the wait. Each single request has its own limit in the client, which
// does not run while it waits.

// longestWait is how long a request waits at most before it is sent again. What
// is to take longer fails at once and says so.
const longestWait = 5 * time.Minute

// leastWait is the shortest wait that is worth a word.
const leastWait = time.Second

// noTicket is the ticket of requests that no screen waits for: their waits are
// told once, as news.
const noTicket = 0

// waiting is a wait that is going on.
type waiting struct {
	why   string    // the catalogue's words
	until time.Time // on the shell's clock
	stop  func()
}

// waitingMsg says that a request waits before it is sent again. ticket tells
// whose request; next brings the wait after this one.
type waitingMsg struct {
	ticket int
	wait   pat.Wait
	next   tea.Cmd
}

// withWaits makes a command that tells of its waits, under a ticket, before it
// returns its one message. call makes the command for a context.
func withWaits(ctx context.Context, ticket int, call func(context.Context) tea.Cmd) tea.Cmd {
	watched, waits := watchWaits(ctx)
	cmd := call(watched)
	return tea.Batch(func() tea.Msg { defer close(waits); return cmd() }, nextWait(ctx, ticket, waits))
}

// watchWaits returns a context whose waits can be read, and which makes none that
// is too long.
func watchWaits(ctx context.Context) (context.Context, chan pat.Wait) {
	waits := make(chan pat.Wait, 16)
	return pat.WithWaits(ctx, func(w pat.Wait) bool {
		if w.Delay > longestWait {
			return false
		}
		if w.Delay >= leastWait {
			select {
			case waits <- w:
			default: // nobody has read the ones before; they say the same
			}
		}
		return true
	}), waits
}

// nextWait brings the next wait of a request, or nothing once the request or its
// context is over.
func nextWait(ctx context.Context, ticket int, waits <-chan pat.Wait) tea.Cmd {
	return func() tea.Msg {
		select {
		case w, more := <-waits:
			if more {
				return waitingMsg{ticket: ticket, wait: w, next: nextWait(ctx, ticket, waits)}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

// newTicket names a request, so that its waits and its outcome are told from
// those of others.
func (s *shell) newTicket() int {
	s.kept.tickets++
	return s.kept.tickets
}

// adoptWaiting remembers a wait, whether or not its screen is still open.
func (s *shell) adoptWaiting(m waitingMsg) tea.Cmd {
	for ticket, w := range s.kept.waits {
		if !w.until.After(s.now) {
			delete(s.kept.waits, ticket)
		}
	}
	until := m.wait.Until.UTC()
	if s.issuer != nil {
		until = s.issuer.Clock().Now(until).UTC()
	}
	x := pat.Explain(m.wait.Err)
	w := waiting{why: x.Title, until: until, stop: m.wait.Stop}
	if x.Status != 0 {
		w.why += fmt.Sprintf(" (%d)", x.Status)
	}
	if m.ticket == noTicket {
		s.say(LevelInfo, fmt.Sprintf("%s. Asking again at %s.", w.why, until.In(s.zone).Format("15:04:05")))
		return m.next
	}
	if s.kept.waits == nil {
		s.kept.waits = map[int]waiting{}
	}
	s.kept.waits[m.ticket] = w
	return m.next
}

// waitOf is what the request of a ticket waits for now.
func (s *shell) waitOf(ticket int) (waiting, bool) {
	w, ok := s.kept.waits[ticket]
	return w, ok && w.until.After(s.now)
}

// askedAt is when the request of a ticket was sent last, if it was first at begun.
func (s *shell) askedAt(ticket int, begun time.Time) time.Time {
	if w := s.kept.waits[ticket]; w.until.After(begun) {
		return w.until
	}
	return begun
}

// waitChange is when the countdown of a wait changes next; zero if there is none.
func (s *shell) waitChange(ticket int, now time.Time) time.Time {
	w, ok := s.waitOf(ticket)
	if !ok {
		return time.Time{}
	}
	return leftChange(w.until, now)
}

// stopWaits ends every wait, so that the program can end.
func (s *shell) stopWaits() {
	for _, w := range s.kept.waits {
		w.stop()
	}
}

// endWait lets a person end the wait of a ticket; its request is then not sent
// again. ok is false if it does not wait.
func (s *shell) endWait(ticket int) (_ Action, ok bool) {
	w, ok := s.waitOf(ticket)
	return Action{Key: s.keys.Form.EndWait, Title: "Stop waiting for the server", Hint: 5, Run: func() tea.Cmd {
		delete(s.kept.waits, ticket)
		w.stop()
		return nil
	}}, ok
}

// words say why a request waits and when it goes on.
func (w waiting) words(now time.Time) string {
	return w.why + ". " + w.goesOn(now)
}

func (w waiting) goesOn(now time.Time) string {
	secs := seconds(w.until.Sub(now))
	return fmt.Sprintf("Continuing in %02d:%02d.", secs/60, secs%60)
}

// quitWords ask before the program is left while a token is asked for.
func (s *shell) quitWords(ticket int) string {
	if _, waits := s.waitOf(ticket); waits {
		return "Quit while a request waits for the server? It is not sent then."
	}
	return "Quit while a token is being issued? Its outcome is recorded."
}

// waitKeys say what a person can do about the wait of a request for a token.
func (s *shell) waitKeys() string {
	return fmt.Sprintf("Nothing is issued yet. %s leaves, %s stops it.", s.keys.Global.Back.Help().Key, s.keys.Form.EndWait.Help().Key)
}

// waitLines draw a wait in the place of what is being waited for.
func (s *shell) waitLines(w waiting, width int, more string) []string {
	th := s.theme
	var lines []string
	width = max(10, width-4)
	text := []string{w.words(s.now)}
	if term.Width(text[0]) > width {
		text = []string{w.why + ".", w.goesOn(s.now)}
	}
	sign := th.Glyphs.Run + " "
	for _, t := range text {
		for _, l := range widget.Wrap(t, width) {
			lines = append(lines, "  "+th.Accent.Render(sign+l))
			sign = "  "
		}
	}
	for _, l := range widget.Wrap(more, width) {
		lines = append(lines, "    "+th.Muted.Render(l))
	}
	return lines
}
