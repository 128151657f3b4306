package aloud

import (
	"context"
	"errors"
	"fmt"
	"time"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// activity reads what was done, the newest first.
func (t *talk) activity(ctx context.Context, words string) error {
	f, err := pat.ParseEventFilter(words, time.Now())
	if err != nil {
		t.say("%s", kit.Sentence(err.Error()))
		return nil
	}
	f.Tokens.Server, f.Now = t.i.Server(), t.i.Now()
	t.shown = shown{}
	if !f.Events {
		t.readRequests(f)
		return nil
	}
	if err := t.events(f.EventFilter, 0)(ctx, pageOf); err != nil {
		return err
	}
	if len(t.shown.rows) == 0 {
		t.say("Nothing was recorded here.")
	}
	return nil
}

// readRequests reads the requests of this session, the newest first.
func (t *talk) readRequests(f pat.ActivityFilter) {
	sent, _ := t.i.Requests.Requests()
	for _, r := range sent {
		if f.Shows(r) {
			t.number(row{request: r}, fmt.Sprintf("%s, %s, %s.", kit.ClockTime(r.At, time.Now(), t.o.Zone), r.Words(), r.Result("", "")))
		}
	}
	if len(t.shown.rows) == 0 {
		t.say("No request was sent yet.")
	}
}

// events reads events that are older than one of them, or the newest.
func (t *talk) events(f pat.EventFilter, before int64) func(context.Context, int) error {
	return func(ctx context.Context, n int) error {
		p, err := t.i.History.Events(ctx, f, before, n)
		if err != nil {
			return err
		}
		for _, e := range p.Events {
			v := pat.EventViewOf(e)
			words := fmt.Sprintf("%s, %s, %s", kit.ClockTime(e.At, time.Now(), t.o.Zone), v.Actor, e.Action)
			if v.Token != 0 {
				words += fmt.Sprintf(", #%d, %s, %s", v.Token, pat.AloudName(v.User), v.App)
			}
			if v.Detail != "" {
				words += ", " + v.Detail
			}
			t.number(row{token: pat.Token{ID: e.Entry}, user: v.User, event: e}, words+".")
		}
		if t.shown.next = nil; p.More && len(p.Events) > 0 {
			t.shown.next = t.events(f, p.Events[len(p.Events)-1].ID)
			t.say("There are more: next reads on.")
		}
		return nil
	}
}

// report copies all that is known of an event, for a ticket; it is read where it
// cannot be copied. It holds no secret.
func (t *talk) report(ctx context.Context, word string) error {
	var r row
	if n := numberOf(word); n >= 1 && int(n) <= len(t.shown.rows) {
		r = t.shown.rows[n-1]
	}
	var text string
	switch {
	case r.request.ID != 0:
		text = pat.RequestReport(r.request, t.about())
	case r.event.ID != 0:
		var token pat.Token
		if r.event.Entry != 0 {
			var err error
			if token, err = t.i.History.Get(ctx, r.event.Entry); err != nil {
				return err
			}
		}
		text = pat.EventReport(r.event, token, t.i.Requests.Of(token.RequestID), t.about())
	default:
		t.say("Say the number of an event that was read; activity reads them.")
		return nil
	}
	c, err := t.o.Clipboard.Copy(ctx, secret.New(text))
	if err == nil {
		t.say("%s.", c.Words("Report"))
		return nil
	}
	if _, is := errors.AsType[*term.ClipError](err); !is {
		return err
	}
	for _, l := range term.Lines(text, mostLines) {
		t.line(l.String())
	}
	return nil
}

// about is the program and its surroundings, for reports.
func (t *talk) about() string { return kit.About(t.o.About, t.o.Getenv, "", t.config.Clipboard) }
