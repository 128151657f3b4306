package token

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// tokenMsg is a row as it is now.
type tokenMsg struct {
	id    int64
	token pat.Token
	err   error
}

// loadToken reads a row anew.
func loadToken(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		t, err := i.History.Get(ctx, id)
		return tokenMsg{id: id, token: t, err: err}
	}
}

// comparedMsg is a token as it is after it was compared with what the server said
// last.
type comparedMsg struct{ token pat.Token }

// compare compares a token that is opened with lists that are there.
func compare(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	return func() tea.Msg {
		if now, err := i.CompareToken(ctx, t); err == nil && now.Drift != t.Drift {
			return comparedMsg{now}
		}
		return nil
	}
}
