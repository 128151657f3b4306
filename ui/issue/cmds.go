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

// loadOpens asks which apps a user may open. Without an answer nothing is known.
func loadOpens(ctx context.Context, i *pat.Issuer, u pat.User) tea.Cmd {
	return func() tea.Msg {
		opens, err := i.Opens(ctx, u)
		if err != nil {
			opens = pat.Opens{}
		}
		return opensMsg{u.ID, opens}
	}
}
