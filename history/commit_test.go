package history_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/secret"
)

// Ensure writes that share a commit are each whole: those that fail undo only
// themselves, those of callers who gave up are not done, and all others are on
// the disk.
func TestStore_SharedCommits(t *testing.T) {
	t.Parallel()
	key, err := secret.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "data", "history.db")
	s, err := history.Open(t.Context(), history.Options{
		Path: path, KeepTokens: true, Key: func(context.Context) (secret.Key, error) { return key, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	const workers, each = 16, 30
	var mu sync.Mutex
	made := map[int64]bool{}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				switch {
				case i%5 == 3: // a row that does not exist: undone alone
					if _, err := s.Finish(t.Context(), 1<<40, history.Result{Outcome: history.Rejected}); !errors.Is(err, history.ErrNotFound) {
						t.Errorf("finish of no row: %v", err)
					}
				case i%5 == 4:
					if _, err := s.Begin(gone, draft(w, i)); !errors.Is(err, context.Canceled) {
						t.Errorf("begin without a caller: %v", err)
					}
				default:
					e, err := s.Begin(t.Context(), draft(w, i))
					if err != nil {
						t.Errorf("begin: %v", err)
						continue
					}
					now := time.Now()
					if _, err := s.Finish(t.Context(), e.ID, history.Result{
						Outcome: history.Issued, Token: secret.New("pat_0123456789abcdef0123"), Issued: now, Expires: now.Add(time.Hour),
					}); err != nil {
						t.Errorf("finish: %v", err)
					}
					mu.Lock()
					if made[e.ID] {
						t.Errorf("row %d was given twice", e.ID)
					}
					made[e.ID] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = history.Open(t.Context(), history.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := s.Counts(t.Context(), "", time.Now())
	if err != nil || c.Total != int64(len(made)) || len(made) != workers*each*3/5 {
		t.Errorf("%d rows, %d made, %v", c.Total, len(made), err)
	}
}

func draft(w, i int) history.Draft {
	return history.Draft{Profile: "acme", UserEmail: string(rune('a'+w)) + "@example.com", AppSlug: string(rune('a' + i%26)), Life: time.Hour}
}
