package kit

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// Requests is what outlives the screens that asked for something: which requests
// are under way, what they wait for, and the draft of the form. Each has a ticket,
// so that its waits and its outcome are told from those of others. Zero is the
// ticket of requests that no screen waits for.
type Requests struct {
	Draft   *Draft
	now     func() time.Time // the shell's clock
	tickets int
	asked   map[int]bool    // tickets of requests for tokens that are under way
	waits   map[int]Waiting // by the tickets of their requests
}

// Draft is what a person has typed into the form. It survives esc, and it
// remembers the request that is under way, so that coming back shows it.
type Draft struct {
	User, App, Life, Idle, Note string
	Ticket                      int
	Begun                       time.Time
	Problem                     error
}

// Waiting is a wait that is going on.
type Waiting struct {
	Why   string    // the catalogue's words
	Until time.Time // on the shell's clock
	stop  func()
}

// NewRequests returns none, on a clock.
func NewRequests(now func() time.Time) *Requests {
	return &Requests{now: now, asked: map[int]bool{}, waits: map[int]Waiting{}}
}

// NewTicket names a request.
func (r *Requests) NewTicket() int {
	r.tickets++
	return r.tickets
}

// Begin notes that a token is asked for.
func (r *Requests) Begin(ticket int) { r.asked[ticket] = true }

// End notes the outcome of a request for a token. The draft is done with if it
// brought one; else it remembers what kept it from that.
func (r *Requests) End(m IssuedMsg) {
	delete(r.waits, m.Ticket)
	delete(r.asked, m.Ticket)
	if d := r.Draft; d != nil && d.Ticket == m.Ticket {
		if d.Ticket, d.Problem = 0, m.Err; m.Err == nil || Unsaved(m.Err) {
			r.Draft = nil
		}
	}
}

// Asked is the ticket of a request for a token that is under way.
func (r *Requests) Asked() (ticket int, ok bool) {
	for ticket := range r.asked {
		return ticket, true
	}
	return 0, false
}

// Wait remembers what a request waits for, whether or not its screen is still
// open. Until is the wait's end on the shell's clock.
func (r *Requests) Wait(ticket int, w Waiting) {
	for other, w := range r.waits {
		if !w.Until.After(r.now()) {
			delete(r.waits, other)
		}
	}
	r.waits[ticket] = w
}

// WaitOf is what the request of a ticket waits for now.
func (r *Requests) WaitOf(ticket int) (Waiting, bool) {
	w, ok := r.waits[ticket]
	return w, ok && w.Until.After(r.now())
}

// AskedAt is when the request of a ticket was sent last, if it was first at begun.
func (r *Requests) AskedAt(ticket int, begun time.Time) time.Time {
	if w := r.waits[ticket]; w.Until.After(begun) {
		return w.Until
	}
	return begun
}

// WaitChange is when the words of a wait change next; zero if there is none.
func WaitChange(s Shell, ticket int, now time.Time) time.Time {
	w, ok := s.Requests().WaitOf(ticket)
	if !ok {
		return time.Time{}
	}
	return PaceOf(s).EndChange(w.Until, now)
}

// StopWaits ends every wait, so that the program can end.
func (r *Requests) StopWaits() {
	for _, w := range r.waits {
		w.stop()
	}
}

// EndWait lets a person end the wait of a ticket; its request is then not sent
// again. ok is false if it does not wait.
func EndWait(s Shell, ticket int) (_ Action, ok bool) {
	r := s.Requests()
	w, ok := r.WaitOf(ticket)
	return Action{Key: s.Keys().Form.EndWait, Title: "Stop waiting for the server", Hint: 5, Run: func() tea.Cmd {
		delete(r.waits, ticket)
		w.stop()
		return nil
	}}, ok
}

// Unsaved reports whether a token came that the history could not keep.
func Unsaved(err error) bool {
	_, is := errors.AsType[*pat.UnsavedError](err)
	return is
}
