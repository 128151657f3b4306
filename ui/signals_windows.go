package ui

import (
	"os"
	"os/signal"
	"sync"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/paint"
)

// signals is the console's own signal layer; Windows has interrupts only.
type signals struct {
	program *tea.Program
	in      chan os.Signal
	done    chan struct{}

	mu  sync.Mutex
	end *SignalError
}

func listen(p *tea.Program, _ *paint.Model) *signals {
	s := &signals{program: p, in: make(chan os.Signal, 1), done: make(chan struct{})}
	signal.Notify(s.in, os.Interrupt)
	go func() {
		select {
		case <-s.done:
		case <-s.in:
			s.mu.Lock()
			s.end = &SignalError{Name: "interrupt", Number: 2}
			s.mu.Unlock()
			p.Send(stopMsg{"interrupt"})
		}
	}()
	return s
}

// suspend reports that a process cannot be stopped here.
func (s *signals) suspend() bool { return false }

func (s *signals) retake() {}

func (s *signals) close() {
	signal.Stop(s.in)
	close(s.done)
}

func (s *signals) ended() *SignalError {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end
}
