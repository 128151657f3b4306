package cli

import (
	"io"
	"sync"
)

// serial lets several goroutines write: what is told of a wait comes beside what a
// command tells itself.
type serial struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (s *serial) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}
