package aloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// The two ways in which a conversation ends by the person.
var (
	errQuit  = errors.New("the person has left")
	errEnded = errors.New("the input has ended")
	// errBack is an answer that is none: one step back.
	errBack = errors.New("one step back")
)

// voice writes sentences, each a line of its own. Nothing is ever written over.
type voice struct {
	mu  sync.Mutex
	out io.Writer
	err error // the first write that failed: nobody hears what follows
}

// say says one sentence. Its arguments may be foreign: it is cleaned.
func (v *voice) say(format string, args ...any) { v.line(term.Format(format, args...).String()) }

func (v *voice) line(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil {
		_, v.err = io.WriteString(v.out, text+"\n")
	}
}

func (v *voice) failed() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// explain says a failure: what happened, why, what to do, and what a log is searched by.
func (t *talk) explain(err error) {
	if pat.IsGone(err) && !errors.Is(err, context.DeadlineExceeded) {
		return
	}
	x := pat.Explain(err)
	t.say("%s", x.Sentence(pat.Console))
	if len(x.Details) > 1 {
		for _, d := range x.Details {
			t.say("%s", d)
		}
	}
	if x.ServerSays != "" {
		t.say("The server says: %s", term.CleanWidth(x.ServerSays, 200))
	}
	if facts := x.Facts(); len(facts) > 1 {
		t.say("For its log: %s.", strings.Join(facts, ", "))
	}
}

// ask asks something and returns the line that answers it, trimmed. While nothing is
// typed, what changes is told. Errors: errEnded at the end of the input, the context's.
func (t *talk) ask(ctx context.Context, question string) (string, error) {
	t.say("%s", question)
	for {
		if err := t.failed(); err != nil {
			return "", err
		}
		news := time.NewTimer(t.untilNews(ctx))
		select {
		case got := <-t.in.next():
			news.Stop()
			t.in.took()
			if errors.Is(got.err, io.EOF) {
				return "", errEnded
			}
			return strings.TrimSpace(got.text), got.err
		case <-news.C:
			t.tellNews(ctx)
		case <-ctx.Done():
			news.Stop()
			return "", ctx.Err()
		}
	}
}

// answer is ask for something that esc leaves.
func (t *talk) answer(ctx context.Context, question string) (string, error) {
	text, err := t.ask(ctx, question)
	if err == nil && t.isKey(t.keys.Global.Back, text) {
		return "", errBack
	}
	return text, err
}

// secret asks for a secret, which is not shown where a terminal would show it.
func (t *talk) secret(ctx context.Context, question string) (secret.Text, error) {
	if t.o.ReadSecret != nil && t.in.free() {
		text, err := t.o.ReadSecret(ctx, question)
		if errors.Is(err, term.ErrNoAnswer) {
			return text, errBack
		}
		return text, err
	}
	text, err := t.answer(ctx, question)
	return secret.New(text), err
}

// confirm puts a question. What must be typed is typed; else y or yes means yes, and
// everything else no, an empty line as well unless the question is harmless.
func (t *talk) confirm(ctx context.Context, q kit.Question) (bool, error) {
	for _, l := range q.Lines {
		t.say("%s", kit.Sentence(l))
	}
	if q.Typed != "" {
		typed := term.CleanWidth(q.Typed, 60).String()
		text, err := t.answer(ctx, fmt.Sprintf("%s Type %s to go on; any other line leaves it.", q.Title, typed))
		return err == nil && strings.EqualFold(text, typed), none(err)
	}
	empty := "an empty line means no"
	if q.Go {
		empty = "an empty line means yes"
	}
	for {
		text, err := t.answer(ctx, fmt.Sprintf("%s y for yes, n for no, %s.", q.Title, empty))
		if err != nil {
			return false, none(err)
		}
		switch strings.ToLower(text) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		case "":
			return q.Go, nil
		}
		t.say("That is neither y nor n.")
	}
}

// none is an error but one step back, which a question takes for a no.
func none(err error) error {
	if errors.Is(err, errBack) {
		return nil
	}
	return err
}

// waitTold is how often a wait is told.
const waitTold = 30 * time.Second

// await does something that takes a while, and tells of it once in 30 seconds. It
// returns when it is over, also after ctx has ended: what was sent is waited for, as
// long as its context lets it.
func (t *talk) await(ctx context.Context, what string, do func(context.Context)) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watched := pat.WithWaits(ctx, func(w pat.Wait) bool {
		if w.Delay > kit.LongestWait {
			return false
		}
		if w.Delay >= time.Second {
			t.say("%s. Continuing in %s; ctrl+c ends patdesk, and it is not sent then.", pat.Explain(w.Err).Title, pat.AloudSpan(w.Delay, true))
		}
		return true
	})
	done := make(chan struct{})
	go func() { defer close(done); do(watched) }()
	begun := time.Now()
	every := time.NewTicker(waitTold)
	defer every.Stop()
	for asked := false; ; {
		select {
		case <-done:
			return
		case <-every.C:
			t.say("Still %s, for %s.", what, pat.AloudSpan(time.Since(begun), false))
		case got := <-t.meanwhile():
			t.in.took()
			switch {
			case got.err == nil && t.isKey(t.keys.Global.Quit, got.text):
				t.say("Quit while patdesk is %s? What comes of it is recorded. y for yes; any other line waits on.", what)
				asked = true
				continue
			case got.err == nil && asked && strings.EqualFold(got.text, "y"):
				t.leaving = true
				stop()
			case !asked || got.err != nil:
				t.in.back(got) // typed ahead
			}
			asked = false
		}
	}
}

// meanwhile brings what is typed at a terminal during a wait. What a pipe holds is for
// the questions that follow.
func (t *talk) meanwhile() <-chan line {
	if !t.o.Terminal || t.leaving || t.in.ahead() {
		return nil
	}
	return t.in.next()
}
