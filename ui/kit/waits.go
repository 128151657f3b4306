package kit

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

// LongestWait is how long a request waits at most before it is sent again. What
// is to take longer fails at once and says so.
const LongestWait = 5 * time.Minute

// leastWait is the shortest wait that is worth a word.
const leastWait = time.Second

// NoTicket is the ticket of requests that no screen waits for: their waits are
// told once, as news.
const NoTicket = 0

// WithWaits makes a command that tells of its waits, under a ticket, before it
// returns its one message. call makes the command for a context.
func WithWaits(ctx context.Context, ticket int, call func(context.Context) tea.Cmd) tea.Cmd {
	watched, waits := watchWaits(ctx)
	cmd := call(watched)
	return tea.Batch(func() tea.Msg { defer close(waits); return cmd() }, nextWait(ctx, ticket, waits))
}

// watchWaits returns a context whose waits can be read, and which makes none that
// is too long.
func watchWaits(ctx context.Context) (context.Context, chan pat.Wait) {
	waits := make(chan pat.Wait, 16)
	return pat.WithWaits(ctx, func(w pat.Wait) bool {
		if w.Delay > LongestWait {
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
				return WaitingMsg{Ticket: ticket, Wait: w, Next: nextWait(ctx, ticket, waits)}
			}
		case <-ctx.Done():
		}
		return nil
	}
}

// WaitingOf is a wait in words. until is its end on the shell's clock.
func WaitingOf(w pat.Wait, until time.Time) Waiting {
	x := pat.Explain(w.Err)
	out := Waiting{Why: x.Title, Until: until, stop: w.Stop}
	if x.Status != 0 {
		out.Why += fmt.Sprintf(" (%d)", x.Status)
	}
	return out
}

// Words say why a request waits and when it goes on.
func (w Waiting) Words(s Shell) string {
	return w.Why + ". " + w.goesOn(s)
}

func (w Waiting) goesOn(s Shell) string {
	if PaceOf(s).still {
		return "Continuing " + UntilWords(s, w.Until) + "."
	}
	secs := Seconds(w.Until.Sub(s.Now()))
	return fmt.Sprintf("Continuing in %02d:%02d.", secs/60, secs%60)
}

// QuitQuestion asks before the program is left while a token is asked for.
func QuitQuestion(s Shell, ticket int) Question {
	if _, waits := s.Requests().WaitOf(ticket); waits {
		return Question{Title: "Quit while a request waits for the server?", Lines: []string{"It is not sent then."}, Yes: "Quit"}
	}
	return Question{Title: "Quit while a token is being issued?", Lines: []string{"Its outcome is recorded."}, Yes: "Quit"}
}

// WaitKeys say what a person can do about the wait of a request for a token.
func WaitKeys(s Shell) string {
	return fmt.Sprintf("Nothing is issued yet. %s leaves, %s stops it.", s.Keys().Global.Back.Help().Key, s.Keys().Form.EndWait.Help().Key)
}

// WaitLines draw a wait in the place of what is being waited for.
func WaitLines(s Shell, w Waiting, width int, more string) []string {
	th := s.Theme()
	var lines []string
	width = max(10, width-4)
	text := []string{w.Words(s)}
	if term.Width(text[0]) > width {
		text = []string{w.Why + ".", w.goesOn(s)}
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
