package tokens

import (
	"time"

	"patdesk/pat"
)

// What the list reads. seq tells the view of the list that a result is of.
type (
	// tokensMsg is a piece of the list.
	tokensMsg struct {
		seq     int
		request request
		page    piece
		err     error
	}
	// placeMsg is the place of a token in the whole list, from 0.
	placeMsg struct {
		seq   int
		id    int64
		place pat.Number
		err   error
	}
	// idleMsg says that the cursor may be idle by now.
	idleMsg struct{}
	// pairMsg is what may still work of the pair of a token, beside itself. read is
	// when that was so, zero if it is not known.
	pairMsg struct {
		id    int64
		alive pat.PairAlive
		read  time.Time
		err   error
	}
	// countMsg is the number of rows of a filter.
	countMsg struct {
		seq   int
		count pat.Number
		err   error
	}
	// countsMsg is the number of tokens per state.
	countsMsg struct {
		standing pat.Standing
		err      error
	}
	// markedMsg is what "all" marks.
	markedMsg struct {
		seq int
		ids []int64
		err error
	}
	// toCopyMsg is the marked rows, in the order of the list.
	toCopyMsg struct {
		tokens []pat.Token
		kind   string
		err    error
	}
	// changedMsg says whether another process wrote to the history; count is
	// the history's own counter of changes.
	changedMsg struct {
		count   int64
		changed bool
		err     error
	}
)
