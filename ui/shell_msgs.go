package ui

import (
	"time"

	"patdesk/ui/term"

	"patdesk/ui/kit"
)

// The messages that only the shell takes. Facts for the screens are in package
// kit. Past participles are what was done, seq comes first where a result can be
// overtaken, err last. There are no imperatives and no navigation messages.

type (
	// watchedMsg says that the files of the history were touched.
	watchedMsg struct{ state filesState }
	// awayMsg says that the history cannot be asked any more, and as of when what is on the
	// screen is, by the local clock; with a zero time, that it can be again.
	awayMsg struct {
		state filesState
		asOf  time.Time
	}
	// crashedMsg says that a command panicked.
	crashedMsg struct{ crash *crash }
	// wokenMsg says that the process goes on after it was stopped from outside.
	wokenMsg struct{}
	// cannotSuspendMsg says that there is no shell to go to.
	cannotSuspendMsg struct{}
	// stopMsg says that the system asks the program to end.
	stopMsg struct{ signal string }
	// clearDueMsg says that the time of a copy is over; seq tells which copy.
	clearDueMsg struct{ seq int }
	// clearedMsg is what became of clearing a copy.
	clearedMsg struct {
		cleared term.Cleared
		err     error
	}
)

// Announce tells that the clipboard was cleared.
func (m clearedMsg) Announce() (kit.Level, term.Text) {
	if m.err != nil {
		return kit.LevelWarn, term.Clean("The copy could not be cleared: " + m.err.Error())
	}
	return kit.LevelInfo, term.Clean(m.cleared.Note)
}
