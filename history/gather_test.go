package history

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// openedWritten is a store that was written to once, so that all that a first write does is done.
func openedWritten(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "data", "history.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	writeNothing(t, s)
	return s
}

func writeNothing(t *testing.T, s *Store) {
	t.Helper()
	if err := s.tx(t.Context(), func(context.Context, Work) error { return nil }); err != nil {
		t.Error(err)
	}
}

// Ensure those who wrote together a moment ago share a commit again, however far apart
// they come, where the disk is slow.
func TestGather_Together(t *testing.T) {
	t.Parallel()
	s := openedWritten(t)
	const workers = 5
	s.company = company{size: workers, at: time.Now(), sync: time.Hour}
	before := s.writes.Load()
	var all sync.WaitGroup
	for n := range workers {
		time.Sleep(time.Duration(n) * 5 * time.Millisecond)
		all.Go(func() { writeNothing(t, s) })
	}
	all.Wait()
	if n := s.writes.Load() - before; n != 1 {
		t.Errorf("%d writes took %d commits", workers, n)
	}
	if s.company.size != workers {
		t.Errorf("they are taken for %d", s.company.size)
	}
}

// Ensure nobody is waited for in vain for long, and not at all where waiting is not worth
// it: alone, after a pause, on a fast disk, and while enough are there.
func TestGather_Alone(t *testing.T) {
	t.Parallel()
	s := openedWritten(t)
	for name, c := range map[string]company{
		"alone":        {size: 1, at: time.Now(), sync: time.Hour},
		"others left":  {size: 8, at: time.Now(), sync: 100 * time.Millisecond},
		"after a rest": {size: 8, at: time.Now().Add(-2 * time.Hour), sync: time.Hour},
		"a fast disk":  {size: 8, at: time.Now(), sync: leastSync - 1},
		"the first":    {},
	} {
		s.company = c
		written := make(chan struct{})
		go func() { defer close(written); writeNothing(t, s) }()
		select {
		case <-written:
		case <-time.After(time.Minute):
			t.Fatalf("%s: it waits", name)
		}
	}
}

// Ensure it is the disk that decides whether others are waited for, and how long ago they wrote.
func TestCompany_Near(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 19, 19, 10, 5, 0, time.UTC)
	for _, tt := range []struct {
		ago, sync time.Duration
		want      bool
	}{
		{0, 0, false},
		{0, leastSync - 1, false},
		{0, leastSync, true},
		{leastSync, leastSync, true},
		{leastSync + 1, leastSync, false},
		{time.Second, time.Minute, true},
		{time.Hour, time.Minute, false},
	} {
		if got := (company{size: 8, at: now.Add(-tt.ago), sync: tt.sync}).near(now); got != tt.want {
			t.Errorf("%s after a commit that took %s: %t", tt.ago, tt.sync, got)
		}
	}
}

// Ensure whoever was served goes on at once, while somebody leads the next batch.
func TestWrite_ServedGoOn(t *testing.T) {
	t.Parallel()
	s := openedWritten(t)
	s.lead <- struct{}{} // the test leads
	served := make(chan struct{})
	go func() { defer close(served); writeNothing(t, s) }()
	for s.waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	s.writing.Lock()
	batch := s.take()
	s.commit(batch)
	s.writing.Unlock()
	close(batch[0].done)
	select {
	case <-served:
	case <-time.After(time.Minute):
		t.Error("it waits for the next batch")
	}
	<-s.lead
}
