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
		return waitForOthers(ctx, s.issuer.History, since, s.away)
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

// How often a history that several hosts share is asked for changes, and after how long
// without an answer it is away.
const (
	lookEvery = time.Second
	lookFor   = 5 * time.Second
)

// waitForOthers waits for a change of a history that is no file here: of what it holds,
// or of whether it can be asked. A database that is away is asked again and again. asOf is
// when it was asked last, by the local clock, if it is away; zero = it is not.
func waitForOthers(ctx context.Context, ledger pat.Ledger, since filesState, asOf time.Time) tea.Cmd {
	return func() tea.Msg {
		good := time.Now() // what is on the screen was read before
		for {
			n, err := lookAt(ctx, ledger)
			state := filesState{{at: n, size: 1}}
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil && asOf.IsZero():
				return awayMsg{since, good}
			case err != nil:
			case !asOf.IsZero():
				return awayMsg{state, time.Time{}}
			case since != (filesState{}) && state != since:
				return watchedMsg{state}
			default:
				since, good = state, time.Now()
			}
			if !kit.Sleep(ctx, lookEvery) {
				return nil
			}
		}
	}
}

// lookAt asks a history whether it changed.
func lookAt(ctx context.Context, ledger pat.Ledger) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	return ledger.Changed(ctx)
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
