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
