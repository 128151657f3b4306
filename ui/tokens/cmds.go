package tokens

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// loadTokens reads a piece of the list.
func loadTokens(ctx context.Context, i *pat.Issuer, seq int, w request) tea.Cmd {
	return func() tea.Msg {
		page, err := w.load(ctx, i)
		return tokensMsg{seq: seq, request: w, page: page, err: err}
	}
}

// placeToken finds the place of a token in the whole list.
func placeToken(ctx context.Context, i *pat.Issuer, seq int, q pat.Query, id int64) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Position(ctx, q, id, pat.MostCounted)
		return placeMsg{seq: seq, id: id, place: n, err: err}
	}
}

// debounceFor is how long the cursor must rest on a row before more is told of it, if
// it moves quickly. Keys that repeat come every 30 to 50 ms.
const debounceFor = 90 * time.Millisecond

// debounce waits.
func debounce(ctx context.Context, d time.Duration) tea.Cmd {
	return func() tea.Msg {
		if !kit.Sleep(ctx, d) {
			return nil
		}
		return idleMsg{}
	}
}

// loadPair counts what may still work of the pair of a token.
func loadPair(ctx context.Context, i *pat.Issuer, t pat.Token, now time.Time) tea.Cmd {
	return func() tea.Msg {
		alive, err := i.History.PairAlive(ctx, i.Server(), t, now)
		return pairMsg{id: t.ID, alive: alive, read: now, err: err}
	}
}

// countTokens counts the rows of a filter.
func countTokens(ctx context.Context, i *pat.Issuer, seq int, q pat.Query) tea.Cmd {
	return func() tea.Msg {
		n, err := i.CountOf(ctx, q)
		return countMsg{seq: seq, count: n, err: err}
	}
}

// countStates counts the tokens of the profile per state, and finds out how the counts
// change by themselves.
func countStates(ctx context.Context, i *pat.Issuer, now time.Time) tea.Cmd {
	return func() tea.Msg {
		s, err := i.Standing(ctx, now)
		return countsMsg{s, err}
	}
}

// listIDs names the rows of a filter, at most limit.
func listIDs(ctx context.Context, i *pat.Issuer, seq int, q pat.Query, limit int) tea.Cmd {
	return func() tea.Msg {
		ids, err := i.History.IDs(ctx, q, limit)
		return markedMsg{seq: seq, ids: ids, err: err}
	}
}

// loadMarked reads the marked rows, to copy a snippet of each.
func loadMarked(ctx context.Context, i *pat.Issuer, q pat.Query, kind string) tea.Cmd {
	return func() tea.Msg {
		page, err := i.History.Page(ctx, q)
		return toCopyMsg{tokens: page.Entries, kind: kind, err: err}
	}
}

// lookForChanges asks whether another process wrote to the history.
func lookForChanges(ctx context.Context, i *pat.Issuer, last int64) tea.Cmd {
	return func() tea.Msg {
		n, err := i.History.Changed(ctx)
		if err != nil || n == last {
			return changedMsg{count: last, err: err}
		}
		if last == 0 {
			return changedMsg{count: n} // the session was opened just now
		}
		_ = i.RecallUnit(ctx) // somebody may have proven it; unread it stays as it was
		return changedMsg{count: n, changed: true}
	}
}
