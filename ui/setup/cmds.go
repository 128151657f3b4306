package setup

import (
	"context"
	"time"

	"patdesk/pat"
	"patdesk/ui/kit"

	tea "charm.land/bubbletea/v2"
)

// settleFor is how long nothing is typed before what was typed is tried.
const settleFor = 400 * time.Millisecond

// settle waits until typing has paused.
func settle(ctx context.Context, seq int) tea.Cmd {
	return func() tea.Msg {
		if !kit.Sleep(ctx, settleFor) {
			return nil
		}
		return settledMsg{seq}
	}
}

// connectTimeout bounds opening a server or a session.
const connectTimeout = 45 * time.Second

// connect tries an address and a key; nothing is saved.
func connect(ctx context.Context, try func(context.Context, kit.Candidate) (*pat.Issuer, error), seq int, c kit.Candidate) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		i, err := try(ctx, c)
		return connectedMsg{seq: seq, issuer: i, err: err}
	}
}

// saveCandidate keeps a server where the person chose and opens it. It is a write.
func saveCandidate(ctx context.Context, save func(context.Context, kit.Candidate) (kit.Session, error), c kit.Candidate, prove bool) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		n, err := save(ctx, c)
		return kit.SwitchedMsg{Session: n, Issue: !prove, Prove: prove, Err: err}
	}
}

// openProfile opens another profile.
func openProfile(ctx context.Context, open func(context.Context, string) (kit.Session, error), name string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		n, err := open(ctx, name)
		return kit.SwitchedMsg{Session: n, Err: err}
	}
}

// openSandbox opens the built-in ToolJet.
func openSandbox(ctx context.Context, open func(context.Context) (kit.Session, error)) tea.Cmd {
	return func() tea.Msg {
		n, err := open(ctx)
		return kit.SwitchedMsg{Session: n, Err: err}
	}
}

// toSandbox opens the built-in ToolJet.
func toSandbox(s kit.Shell) tea.Cmd {
	if s.Servers().Sandbox == nil {
		s.Say(kit.LevelWarn, "There is no sandbox here.")
		return nil
	}
	s.Say(kit.LevelInfo, "Opening the sandbox: a ToolJet in this program, nothing on disk.")
	return openSandbox(s.Context(), s.Servers().Sandbox)
}
