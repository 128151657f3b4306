package ui

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/term"
)

// Functions here take values and return one message. They never see a screen, so
// they cannot race with it.

// tickIn waits for d, or for ctx, and says that something visible changes.
func tickIn(ctx context.Context, sleep func(context.Context, time.Duration) bool, d time.Duration, seq int) tea.Cmd {
	if sleep == nil {
		sleep = plainSleep
	}
	return func() tea.Msg {
		if !sleep(ctx, d) {
			return nil
		}
		return tickMsg{seq}
	}
}

// plainSleep waits on the monotonic clock.
func plainSleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// loadTokens reads a piece of the list.
func loadTokens(ctx context.Context, i *pat.Issuer, seq int, w want) tea.Cmd {
	return func() tea.Msg {
		page, err := w.load(ctx, i)
		return tokensMsg{seq: seq, want: w, page: page, err: err}
	}
}

// placeToken finds the place of a token in the whole list.
func placeToken(ctx context.Context, i *pat.Issuer, seq int, q pat.Query, id int64) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Position(ctx, q, id)
		return placeMsg{seq: seq, id: id, place: n, err: err}
	}
}

// restFor is how long the cursor must rest on a row before more is told of it, if
// it moves quickly. Keys that repeat come every 30 to 50 ms.
const restFor = 90 * time.Millisecond

// rest waits.
func rest(ctx context.Context, d time.Duration) tea.Cmd {
	return func() tea.Msg {
		if !plainSleep(ctx, d) {
			return nil
		}
		return restedMsg{}
	}
}

// loadPair reads what may still work of the pair of a token.
func loadPair(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	return func() tea.Msg {
		live, err := i.LivePair(ctx, firstOf(t.UserEmail, t.UserID), firstOf(t.AppID, t.AppSlug))
		return pairMsg{id: t.ID, tokens: live, known: true, err: err}
	}
}

// countTokens counts the rows of a filter.
func countTokens(ctx context.Context, i *pat.Issuer, seq int, q pat.Query) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Count(ctx, q)
		return countMsg{seq: seq, count: n, err: err}
	}
}

// countStates counts the tokens of the profile per state, and finds out when the
// counts change by themselves.
func countStates(ctx context.Context, i *pat.Issuer, now time.Time) tea.Cmd {
	return func() tea.Msg {
		c, err := i.History.Counts(ctx, i.Settings.Profile, now)
		if err != nil {
			return countsMsg{err: err}
		}
		next, err := i.History.NextChange(ctx, i.Settings.Profile, now)
		return countsMsg{counts: c, next: next, err: err}
	}
}

// listIDs names the rows of a filter, at most limit.
func listIDs(ctx context.Context, i *pat.Issuer, seq int, q pat.Query, limit int) tea.Cmd {
	return func() tea.Msg {
		ids, err := i.History.IDs(ctx, q, limit)
		return markedMsg{seq: seq, ids: ids, err: err}
	}
}

// saveNote keeps a note; it is a write and outlives its screen.
func saveNote(ctx context.Context, i *pat.Issuer, id int64, note string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTimeout)
		defer cancel()
		return notedMsg{id: id, err: i.History.SetNote(ctx, id, note)}
	}
}

// lookForChanges asks whether another process wrote to the history.
func lookForChanges(ctx context.Context, i *pat.Issuer, last int64) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Changed(ctx)
		if err != nil || n == last {
			return changedMsg{count: last}
		}
		return changedMsg{count: n, changed: true}
	}
}

// writeTimeout bounds a write to the history.
const writeTimeout = 15 * time.Second

// crash is a panic that was caught. Its text may hold anything and is cleaned
// before it is shown; the stack is kept for those who ask for it.
type crash struct {
	what  string
	stack []byte
}

func newCrash(r any) *crash {
	return &crash{what: term.CleanWidth(fmt.Sprintf("%T: %v", r, r), 160).String(), stack: debug.Stack()}
}

// guard catches panics of commands, which run in goroutines of their own, and of
// the commands of a batch.
func (s *shell) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = crashedMsg{newCrash(r)}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for n := range batch {
				batch[n] = s.guard(batch[n])
			}
		}
		return msg
	}
}
