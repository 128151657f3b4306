package ui

import (
	"time"

	"patdesk/pat"
	"patdesk/ui/term"
)

// Every message of the console. Nouns are what was loaded, past participles what
// was done; seq comes first where a result can be overtaken, err last. There are
// no imperatives and no navigation messages: screens call the shell.

// announcer is a message that is worth a toast wherever the person is.
type announcer interface{ announce() (Level, term.Text) }

type (
	// tickMsg says that something visible changes now. seq tells it from a tick
	// that was replaced.
	tickMsg struct{ seq int }
	// watchedMsg says that the files of the history were touched.
	watchedMsg struct{ state filesState }
	// changedMsg says whether another process wrote to the history; count is
	// the history's own counter of changes.
	changedMsg struct {
		count   int64
		changed bool
	}
	// crashedMsg says that a command panicked.
	crashedMsg struct{ crash *crash }
	// wokenMsg says that the process goes on after it was stopped from outside.
	wokenMsg struct{}
	// cannotSuspendMsg says that there is no shell to go to.
	cannotSuspendMsg struct{}
	// stopMsg says that the system asks the program to end.
	stopMsg struct{ signal string }
)

type (
	// tokensMsg is a piece of the list.
	tokensMsg struct {
		seq  int
		want want
		page rows
		err  error
	}
	// placeMsg is the place of a token in the whole list, from 0.
	placeMsg struct {
		seq   int
		id    int64
		place int64
		err   error
	}
	// restedMsg says that the cursor may rest by now.
	restedMsg struct{}
	// pairMsg is what may still work of the pair of a token, itself included.
	pairMsg struct {
		id     int64
		tokens []pat.Token
		known  bool
		err    error
	}
	// countMsg is the number of rows of a filter.
	countMsg struct {
		seq   int
		count int64
		err   error
	}
	// countsMsg is the number of tokens per state.
	countsMsg struct {
		counts pat.Counts
		next   time.Time // when they change by themselves, on the server's clock
		err    error
	}
	// markedMsg is what "all" marks.
	markedMsg struct {
		seq int
		ids []int64
		err error
	}
	// notedMsg says that a note was kept.
	notedMsg struct {
		id  int64
		err error
	}
)
