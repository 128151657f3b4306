package ui

import (
	"context"
	"sync"
)

// Watch looks at the files of a history for many consoles at once: the system gives
// a user only so many eyes (fs.inotify.max_user_instances). The zero value is ready.
type Watch struct {
	mu   sync.Mutex
	look map[string]*look // by path
}

// look is one wait for a change that several share.
type look struct {
	over    chan struct{} // closed when something changed, or nobody could look
	changed bool          // before over is closed
	waiting int
	stop    context.CancelFunc
}

// wait is a watcher.
func (w *Watch) wait(ctx context.Context, path string, since filesState) bool {
	l := w.join(path)
	defer w.leave(path, l)
	if touched(path) != since { // before anybody looked
		return true
	}
	select {
	case <-ctx.Done():
		return false
	case <-l.over:
		return l.changed
	}
}

// join shares the look at a path, or begins one.
func (w *Watch) join(path string) *look {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.look[path]
	if l == nil {
		ctx, stop := context.WithCancel(context.Background())
		l = &look{over: make(chan struct{}), stop: stop}
		if w.look == nil {
			w.look = map[string]*look{}
		}
		w.look[path] = l
		since := touched(path)
		go func() {
			l.changed = notifyForChange(ctx, path, since)
			w.forget(path, l)
			close(l.over)
		}()
	}
	l.waiting++
	return l
}

// leave ends a look that nobody waits for any more.
func (w *Watch) leave(path string, l *look) {
	w.mu.Lock()
	l.waiting--
	last := l.waiting == 0
	w.mu.Unlock()
	if last {
		w.forget(path, l)
		l.stop()
	}
}

func (w *Watch) forget(path string, l *look) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.look[path] == l {
		delete(w.look, path)
	}
}
