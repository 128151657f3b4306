package ui

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Ensure one look at the files of a history tells all consoles of a change, whoever came
// or went meanwhile, and nobody looks when nobody waits.
func TestWatch_Shared(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	touch := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	touch("1")
	w := &Watch{}
	looks := func() int {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.look)
	}
	waiting := func(n int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
			w.mu.Lock()
			have := 0
			if l := w.look[path]; l != nil {
				have = l.waiting
			}
			w.mu.Unlock()
			if have == n {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d wait, want %d", have, n)
			}
		}
	}
	for round := range 3 {
		since := touched(path)
		gone, leave := context.WithCancel(t.Context())
		var told, left sync.WaitGroup
		for range 20 {
			told.Go(func() {
				if !w.wait(t.Context(), path, since) {
					t.Error("not told of the change")
				}
			})
			left.Go(func() {
				if w.wait(gone, path, since) {
					t.Error("told of a change that was not")
				}
			})
		}
		waiting(40)
		if n := looks(); n != 1 {
			t.Errorf("%d looks", n)
		}
		leave()
		left.Wait()
		waiting(20)
		touch("12345"[:2+round])
		told.Wait()
		if !w.wait(t.Context(), path, since) {
			t.Error("a change of before is not told")
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if w.wait(gone, path, touched(path)) || looks() != 0 {
		t.Errorf("%d looks while nobody waits", looks())
	}
}
