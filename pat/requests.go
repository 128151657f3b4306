package pat

import (
	"context"
	"slices"
	"sync"
	"time"

	"patdesk/client"
)

// mostRequests bounds how many requests a session remembers.
const mostRequests = 200

// RequestLog remembers the last requests of a session, in memory alone. It is safe for
// concurrent use; the zero RequestLog is empty.
type RequestLog struct {
	mu      sync.Mutex
	sent    []SentRequest // oldest first
	last    int64
	version int64
	changed chan struct{} // closed at the next change; nil while nobody waits
}

// SentRequest is a request to a server as it was seen from here. It holds no query, no
// body, no key and no token; what the server said in it is foreign text.
type SentRequest struct {
	ID           int64 // counts up in a session
	Stage        Stage
	Method, Path string
	Host         string // scheme://host[:port]
	RequestID    string
	At           time.Time // when it began, by the local clock
	State        RequestState
	Until        time.Time // of a wait: its end by the local clock
	Tries        []Try     // the last of them is under way while State is RequestAsking
	Err          error     // what it failed with in the end, or why it waits
}

// Try is one of the times that a request was sent.
type Try struct {
	At         time.Time     // by the local clock
	Took       time.Duration // until its answer had been read, or had not come
	Status     int           // 0 without an answer
	ServerTime time.Time     // the answer's Date header, zero without one
}

// RequestState says how far a request is.
type RequestState string

// The states of a request.
const (
	RequestAsking  RequestState = "asking"
	RequestWaiting RequestState = "waiting" // for the time that the server asked for
	RequestDone    RequestState = "done"
)

type requestLogKey struct{}

// WithRequestLog returns a context for calls that a log follows where their client is
// shared.
func WithRequestLog(ctx context.Context, l *RequestLog) context.Context {
	return context.WithValue(ctx, requestLogKey{}, l)
}

// ObserveShared is an observer for a client that several people share: a call is told to
// the log of its context alone, so that nobody sees what another asks for.
func ObserveShared(ctx context.Context, c client.Call) func(client.Step) {
	l, ok := ctx.Value(requestLogKey{}).(*RequestLog)
	if !ok {
		return nil
	}
	return l.Observe(ctx, c)
}

// Observe follows a call: it is an observer for client.WithObserver.
func (l *RequestLog) Observe(_ context.Context, c client.Call) func(client.Step) {
	var id int64
	l.change(func() {
		l.last++
		id = l.last
		l.sent = append(l.sent, SentRequest{
			ID: id, Stage: stageOf(c.Op), Method: c.Method, Path: c.Path, Host: c.Host, RequestID: c.RequestID, At: c.At, State: RequestAsking,
		})
		l.sent = slices.Delete(l.sent, 0, max(0, len(l.sent)-mostRequests))
	})
	return func(s client.Step) {
		l.change(func() {
			if at := slices.IndexFunc(l.sent, func(r SentRequest) bool { return r.ID == id }); at >= 0 {
				l.sent[at].take(s)
			}
		})
	}
}

// take follows a step. Tries are copied before they are changed: they were given away.
func (r *SentRequest) take(s client.Step) {
	r.Tries = slices.Clone(r.Tries)
	var err error
	if s.Err != nil {
		err = &StageError{Stage: r.Stage, Err: s.Err}
	}
	switch s.Kind {
	case client.Asked:
		r.State, r.Until, r.Err = RequestAsking, time.Time{}, nil
		r.Tries = append(r.Tries, Try{At: s.At})
	case client.Answered:
		last := &r.Tries[len(r.Tries)-1]
		last.Took, last.Status, last.ServerTime = s.Took, s.Status, s.ServerTime
		r.Err = err
	case client.Waits:
		r.State, r.Until, r.Err = RequestWaiting, s.Until, err
	case client.Done:
		r.State, r.Until, r.Err = RequestDone, time.Time{}, err
	}
}

// stageOf is what a call of the client is made for.
func stageOf(op string) Stage {
	switch op {
	case "create token":
		return StageIssue
	case "exchange token", "end session":
		return StageVerify
	case "set role":
		return StageRole
	default:
		return StageRead
	}
}

func (l *RequestLog) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	l.version++
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Requests are those remembered, the newest first, and the version of the log that they
// are of. A nil log has none.
func (l *RequestLog) Requests() (sent []SentRequest, version int64) {
	if l == nil {
		return nil, 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	sent = slices.Clone(l.sent)
	slices.Reverse(sent)
	return sent, l.version
}

// Wait waits until the log is newer than a version, and reports whether it is: it is not
// where ctx ended first. A nil log never is.
func (l *RequestLog) Wait(ctx context.Context, version int64) bool {
	for l != nil {
		l.mu.Lock()
		newer := l.version != version
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		if newer {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// Of are the requests with an X-Request-Id, the newest first.
func (l *RequestLog) Of(requestID string) []SentRequest {
	all, _ := l.Requests()
	return slices.DeleteFunc(all, func(r SentRequest) bool { return requestID == "" || r.RequestID != requestID })
}
