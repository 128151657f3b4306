package ui

import (
	"context"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// Other processes write to the history too. Their changes are noticed by looking
// at the times of its files, never by opening them: closing any descriptor of a
// file would drop SQLite's locks on it. Nothing is queried while nothing changed.

// watcher waits until the files of a history are touched; false if ctx ended.
type watcher func(ctx context.Context, path string, since filesState) bool

// watch starts waiting for a change, or does nothing if nobody else can change the history.
func (s *shell) watch(since filesState) tea.Cmd {
	if s.history == "" && !s.shared {
		return nil
	}
	if s.unwatch != nil {
		s.unwatch()
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.unwatch = cancel
	if s.shared {
		return waitForOthers(ctx, s.issuer.History, since)
	}
	return waitForChange(ctx, s.watcher, s.history, since)
}

// watchPause gathers the writes of one transaction into one look.
const watchPause = 100 * time.Millisecond

// waitForChange waits for a change of the history's files.
func waitForChange(ctx context.Context, wait watcher, path string, since filesState) tea.Cmd {
	return func() tea.Msg {
		if since == (filesState{}) {
			since = touched(path)
		}
		if !wait(ctx, path, since) || !kit.Sleep(ctx, watchPause) {
			return nil
		}
		// Taken before anybody looks: what is written after it is noticed next.
		return watchedMsg{touched(path)}
	}
}

// lookEvery is how often a history that several hosts share is asked for changes.
const lookEvery = time.Second

// waitForOthers waits for a change of a history that is no file here. A database that is
// away is asked again and again: what it holds is read when it is back.
func waitForOthers(ctx context.Context, ledger pat.Ledger, since filesState) tea.Cmd {
	return func() tea.Msg {
		for {
			if n, err := ledger.Changed(ctx); err == nil {
				state := filesState{{at: n, size: 1}}
				if since == (filesState{}) {
					since = state
				}
				if state != since {
					return watchedMsg{state}
				}
			}
			if !kit.Sleep(ctx, lookEvery) {
				return nil
			}
		}
	}
}

// pollEvery is how often the times are looked at where the system cannot tell.
const pollEvery = 2 * time.Second

// pollForChange looks at the times of the files every two seconds.
func pollForChange(ctx context.Context, path string, since filesState) bool {
	for kit.Sleep(ctx, pollEvery) {
		if touched(path) != since {
			return true
		}
	}
	return false
}

// touched is the newest time and the size of the history's files.
func touched(path string) (state filesState) {
	for i, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			state[i] = fileState{info.ModTime().UnixNano(), info.Size()}
		}
	}
	return state
}

type (
	fileState  struct{ at, size int64 }
	filesState [2]fileState // the database and its log
)
