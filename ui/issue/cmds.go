package issue

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// loadUsers and loadApps read the lists of the server.
func loadUsers(ctx context.Context, i *pat.Issuer, fresh bool) tea.Cmd {
	return func() tea.Msg {
		users, err := i.Users(ctx, fresh)
		return UsersMsg{Users: users, err: err}
	}
}

func loadApps(ctx context.Context, i *pat.Issuer, fresh bool) tea.Cmd {
	return func() tea.Msg {
		apps, err := i.Apps(ctx, fresh)
		return AppsMsg{Apps: apps, err: err}
	}
}

// loadLive looks up what may still work of a pair.
func loadLive(ctx context.Context, i *pat.Issuer, seq int, user, app string) tea.Cmd {
	return func() tea.Msg {
		tokens, err := i.LivePair(ctx, user, app)
		return liveMsg{seq: seq, tokens: tokens, err: err}
	}
}
