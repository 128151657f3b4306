package token

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
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

// framedMsg says who may show the app of a token in a frame.
type framedMsg struct {
	app     string // its id
	framing pat.Framing
}

// loadFraming asks the server who may show the app of a token in a frame.
func loadFraming(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	return func() tea.Msg {
		if f, ok := i.FramingOf(ctx, t); ok {
			return framedMsg{t.AppID, f}
		}
		return nil
	}
}

// framingLines are the verdict of the server's headers, to stand beside a snippet; none
// before it is known.
func framingLines(th *kit.Theme, f *pat.Framing, indent string, width int) []string {
	if f == nil {
		return nil
	}
	level, words := f.Beside()
	return kit.Signed(th, level, kit.Sentence("Framing: "+words), indent, width)
}
