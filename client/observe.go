package client

import (
	"context"
	"net/http"
	"time"
)

// Call is one call of the API, from its first try to its last answer, as an
// Observer is told of it. It holds no query, no header, no body, no key and no
// token.
type Call struct {
	Op, Method, Path string
	Host             string    // scheme://host[:port]
	RequestID        string    // the X-Request-Id of all its tries
	At               time.Time // when it began, by the local clock
}

// StepKind is what happens to a Call.
type StepKind int

// The kinds of Step, in the order in which a call can take them.
const (
	Asked    StepKind = iota // a try is made
	Answered                 // it is over, whatever it brought
	Waits                    // there will be another, later
	Done                     // there will be none
)

// Step is what happened to a Call. Attempt counts its tries from 1; it is 0 while a
// call waits before its first.
type Step struct {
	Kind    StepKind
	Attempt int
	At      time.Time // by the local clock

	Took       time.Duration // of Answered: from the beginning of the try
	Status     int           // of Answered: 0 without an answer
	ServerTime time.Time     // of Answered: the Date header, zero without one
	Until      time.Time     // of Waits: the end of it by the local clock
	Err        *Error        // of Answered and Done: the failure, or nil; of Waits: why
}

// Observer is told when a call begins, with the context of its caller, and returns
// what is told of its steps, the last of which is Done; nil for a call that it does
// not follow. Both run in the goroutine of the call, and calls run at the same time.
type Observer func(context.Context, Call) func(Step)

// WithObserver lets an observer follow the calls of the client, also those that it
// makes to the page of another site. What fails before a try is made is no call.
func WithObserver(o Observer) Option {
	return func(opts *options) error {
		opts.observer = o
		return nil
	}
}

// observed is a call that may be followed. It is used by the goroutine of the call
// alone; nil is one that nobody follows.
type observed struct {
	step    func(Step) // nil: nobody follows it
	attempt int
	begun   time.Time
	status  int
	date    time.Time
}

func (c *Client) observed(ctx context.Context, r request) *observed {
	o := &observed{}
	if c.options.observer != nil {
		o.step = c.options.observer(ctx, Call{
			Op: r.op, Method: r.method, Path: c.clean(r.url.EscapedPath()), Host: c.origin, RequestID: r.id, At: time.Now().Round(0),
		})
	}
	return o
}

func (o *observed) tell(s Step) {
	if o.step == nil {
		return
	}
	s.Attempt, s.At = o.attempt, time.Now().Round(0)
	o.step(s)
}

func (o *observed) asked() {
	o.attempt++
	o.begun, o.status, o.date = time.Now(), 0, time.Time{}
	o.tell(Step{Kind: Asked})
}

// headers takes what the answer of this try begins with.
func (o *observed) headers(resp *http.Response, date time.Time) {
	if o != nil {
		o.status, o.date = resp.StatusCode, date
	}
}

func (o *observed) answered(err *Error) {
	o.tell(Step{Kind: Answered, Took: time.Since(o.begun), Status: o.status, ServerTime: o.date, Err: err})
}

func (o *observed) waits(until time.Time, why *Error) {
	o.tell(Step{Kind: Waits, Until: until, Err: why})
}

func (o *observed) done(err *Error) { o.tell(Step{Kind: Done, Err: err}) }
