package ui

import (
	"context"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
)

// Other processes write to the history too. Their changes are noticed by looking
// at the times of its files, never by opening them: closing any descriptor of a
// file would drop SQLite's locks on it. Nothing is queried while nothing changed.

// watcher waits until the files of a history are touched; false if ctx ended.
type watcher func(ctx context.Context, path string, since filesState) bool

// watch starts waiting for a change, or does nothing if there is no file.
func (s *shell) watch(since filesState) tea.Cmd {
	if s.history == "" {
		return nil
	}
	if s.unwatch != nil {
		s.unwatch()
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.unwatch = cancel
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
