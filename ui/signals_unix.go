//go:build unix

package ui

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"patdesk/ui/paint"
)

// signals is the console's own signal layer. The framework ends the program after
// an interrupt and a request to terminate, but not after a hang-up, a quit or a
// stop from outside.
type signals struct {
	program *tea.Program
	model   *paint.Model
	in      chan os.Signal
	done    chan struct{}

	mu    sync.Mutex
	woken bool // the next SIGCONT belongs to suspend
	end   *SignalError
}

func listen(p *tea.Program, m *paint.Model) *signals {
	s := &signals{program: p, model: m, in: make(chan os.Signal, 8), done: make(chan struct{})}
	signal.Notify(s.in, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGCONT)
	go s.loop()
	go s.resizes()
	return s
}

// resizes tells the program of each new size.
func (s *signals) resizes() {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	defer signal.Stop(changed)
	s.model.Follow(changed, s.done)
}

func (s *signals) loop() {
	for {
		select {
		case <-s.done:
			return
		case sig := <-s.in:
			s.handle(sig)
		}
	}
}

func (s *signals) handle(sig os.Signal) {
	switch sig {
	case syscall.SIGTSTP:
		go s.program.Send(tea.SuspendMsg{})
	case syscall.SIGCONT:
		s.mu.Lock()
		own := s.woken
		s.woken = false
		s.mu.Unlock()
		if !own {
			// Stopped by SIGSTOP, which nobody can catch: whoever had the terminal
			// meanwhile may have changed it.
			go s.program.Send(wokenMsg{})
		}
	default:
		number, _ := sig.(syscall.Signal)
		s.mu.Lock()
		s.end = &SignalError{Name: sig.String(), Number: int(number)}
		s.mu.Unlock()
		go s.program.Send(stopMsg{sig.String()})
		go func() {
			select {
			case <-s.done:
			case <-time.After(killAfter):
				s.program.Kill()
			}
		}()
	}
}

// suspend stops the process and its group until the shell lets them go on. It
// reports whether it could: without a shell that could wake it, it would stop for
// ever. It is called in the program's own loop.
//
// The framework would stop it by SIGTSTP, but once Go was asked to deliver that
// signal it cannot be given back its default meaning.
func (s *signals) suspend() bool {
	if orphaned() {
		return false
	}
	s.mu.Lock()
	s.woken = true
	s.mu.Unlock()
	_ = s.model.Release()
	// This thread may run on for a moment before the stop reaches it, and must not
	// touch the terminal then, which is the shell's already.
	cont := make(chan os.Signal, 1)
	signal.Notify(cont, syscall.SIGCONT)
	_ = syscall.Kill(0, syscall.SIGSTOP)
	<-cont
	signal.Stop(cont)
	_ = s.model.Retake()
	return true
}

// retake takes the terminal again, in the program's own loop.
func (s *signals) retake() {
	_ = s.model.Release()
	_ = s.model.Retake()
}

// orphaned reports whether there is no shell in this session that could wake us.
func orphaned() bool {
	parent, err := unix.Getsid(os.Getppid())
	own, err2 := unix.Getsid(0)
	return err != nil || err2 != nil || parent != own
}

func (s *signals) close() {
	signal.Stop(s.in)
	close(s.done)
}

func (s *signals) ended() *SignalError {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end
}
