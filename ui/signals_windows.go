package ui

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/paint"
)

// signals is the console's own signal layer. Windows has interrupts, and tells of a
// closed window, a log-off and a shut-down, all of which Go calls SIGTERM: some
// seconds later it ends the process (HandlerRoutine, CTRL_CLOSE_EVENT).
type signals struct {
	program *tea.Program
	in      chan os.Signal
	done    chan struct{}

	mu  sync.Mutex
	end *SignalError
}

func listen(p *tea.Program, _ *paint.Model) *signals {
	s := &signals{program: p, in: make(chan os.Signal, 1), done: make(chan struct{})}
	signal.Notify(s.in, os.Interrupt, syscall.SIGTERM)
	go s.loop()
	return s
}

func (s *signals) loop() {
	select {
	case <-s.done:
		return
	case sig := <-s.in:
		number, _ := sig.(syscall.Signal)
		s.mu.Lock()
		s.end = &SignalError{Name: sig.String(), Number: int(number)}
		s.mu.Unlock()
		go s.program.Send(stopMsg{sig.String()})
	}
	select {
	case <-s.done:
	case <-time.After(killAfter):
		s.program.Kill()
	}
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
