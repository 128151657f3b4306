package ui

import (
	"fmt"
	"runtime/debug"

	"patdesk/ui/term"

	tea "charm.land/bubbletea/v2"
)

// crash is a panic that was caught. Its text may hold anything and is cleaned
// before it is shown; the stack is kept for those who ask for it.
type crash struct {
	what  string
	stack []byte
}

func newCrash(r any) *crash {
	return &crash{what: term.CleanWidth(fmt.Sprintf("%T: %v", r, r), 160).String(), stack: debug.Stack()}
}

// guard catches panics of commands, which run in goroutines of their own, and of
// the commands of a batch.
func (s *shell) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = crashedMsg{newCrash(r)}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for n := range batch {
				batch[n] = s.guard(batch[n])
			}
		}
		return msg
	}
}
