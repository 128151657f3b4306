// Package aloud is the console as a conversation, for ears, for terminals that print
// lines only, and for pipes: sentences in place of a screen, numbered choices in place
// of a cursor, nothing written over. It asks the same service, has the same keys in the
// same table, and says what package pat says; what a screen is to the console is one
// file here.
package aloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// Options is what a conversation starts with.
type Options struct {
	// Session is the profile that is open; its Issuer is nil on the first run. Its
	// Config is never nil.
	Session kit.Session
	Servers kit.Servers
	// Switch says in words what switched this mode on: "--accessible".
	Switch string
	// Keep keeps the setting that opens this mode from now on; nil = it cannot, or need
	// not, be kept.
	Keep      func(ctx context.Context) error
	Clipboard *term.Clipboard
	Snippets  *snippet.Set
	// About is the program and what it was built with, in one line, for reports.
	About  string
	Getenv func(string) string

	In  io.Reader
	Out io.Writer
	// Terminal says that somebody types: In is a terminal.
	Terminal bool
	// ReadSecret asks for something that is not shown; nil = In shows nothing anyway.
	ReadSecret func(ctx context.Context, question string) (secret.Text, error)
	Zone       *time.Location
}

// talk is one conversation.
type talk struct {
	o Options
	*voice
	in   *lines
	keys kit.Keys

	i       *pat.Issuer
	profile *config.Profile
	config  *config.Config
	closing func()

	shown   shown
	current pat.Token             // what a key without a number is about; ID 0 = nothing
	fresh   map[int64]string      // tokens issued here and never handed over, with their user
	unsaved map[int64]pat.Secrets // tokens that the history could not keep
	filter  string                // of the list, as typed
	failing bool                  // the list shows what failed
	order   int                   // of the list, in orders
	told    time.Time             // news up to then are told, by the server's clock
	leaving bool                  // the person wants to leave once what is under way is over
}

// Run holds the conversation until the person leaves it, the input ends or ctx does.
// Errors: the context's; a pat.Problem where the input ended in the middle of a
// question.
func Run(ctx context.Context, o Options) error {
	t := &talk{
		o: o, voice: &voice{out: o.Out}, in: newLines(o.In), fresh: map[int64]string{}, unsaved: map[int64]pat.Secrets{},
		config: o.Session.Config,
	}
	if t.o.Zone == nil {
		t.o.Zone = time.UTC
	}
	var problems []string
	t.keys, problems = kit.NewKeys(t.config.Keys)
	t.say("patdesk reads itself aloud, because of %s: one line, one sentence.", o.Switch)
	for _, p := range problems {
		t.say("%s", kit.Sentence(p))
	}
	err := t.open(ctx)
	for err == nil {
		err = t.turn(ctx)
	}
	return t.end(ctx, err)
}

// open begins with the profile, or with the first run where there is none.
func (t *talk) open(ctx context.Context) error {
	if t.o.Session.Issuer == nil {
		return t.firstRun(ctx)
	}
	return t.enter(ctx, t.o.Session)
}

// enter goes on with a session that was opened, and closes the one before.
func (t *talk) enter(ctx context.Context, s kit.Session) error {
	if t.closing != nil {
		t.closing()
	}
	t.i, t.profile, t.closing = s.Issuer, s.Profile, s.Close
	if s.Config != nil {
		t.config = s.Config
	}
	t.shown, t.current, t.filter, t.told = shown{}, pat.Token{}, "", t.i.Now()
	where := "profile " + t.i.Settings.Profile
	if s.Demo {
		where = "the sandbox, nothing on disk"
	}
	if t.profile != nil && t.profile.Production {
		where += ", a production server"
	}
	if t.i.Settings.ReadOnly {
		where += ", read-only"
	}
	t.say("This is %s, %s. Admin key: %s.", t.base(), where, s.KeyOrigin)
	counts, err := t.i.History.Counts(ctx, t.i.Server(), t.i.Now())
	if err != nil {
		return err
	}
	t.say("%s", countWords(counts))
	k := t.keys
	runs, err := t.i.Waiting(ctx)
	if err != nil {
		return err
	}
	if len(runs) > 0 {
		t.say("%s: %s goes on with what is left.", pat.WaitingWords(len(runs)), kit.Name(k.Global.Runs))
	}
	t.say("%s issues a token, %s reads the list, %s reads all keys, %s quits. Each is a line of its own.",
		kit.Name(k.List.New), listKey, kit.Name(k.Global.Help), kit.Name(k.Global.Quit))
	return nil
}

// end says why it is over and leaves nothing behind.
func (t *talk) end(ctx context.Context, err error) error {
	if t.o.Clipboard != nil {
		clear, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer stop()
		if cleared, _ := t.o.Clipboard.ClearOurs(clear); cleared {
			t.say("The clipboard is cleared.")
		}
	}
	if t.closing != nil {
		t.closing()
	}
	switch {
	case t.failed() != nil:
		return fmt.Errorf("write to the terminal: %w", t.failed())
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errQuit):
		t.say("patdesk has ended.")
		return nil
	case err == errEnded: //nolint:errorlint // wrapped, a question was cut off by it
		t.say("The input has ended, and so has patdesk.")
		return nil
	}
	return err
}

// unanswered is the end of the input in the middle of a question.
func unanswered(err error) error {
	if err == errEnded { //nolint:errorlint // it is wrapped here
		return &pat.Problem{ID: pat.IDCanceled, Cause: "the input ended before a question was answered; what was asked for was not sent", Err: err}
	}
	return err
}

// countWords say how many tokens there are.
func countWords(c pat.Counts) string {
	words := fmt.Sprintf("%s live", pat.Plural(int(c.Live), "token"))
	for _, of := range []struct {
		n    int64
		what string
	}{{c.Urgent, "urgent"}, {c.Unsure, "of unknown outcome"}, {c.Drift, "with drift"}} {
		if of.n > 0 {
			words += fmt.Sprintf(", %d %s", of.n, of.what)
		}
	}
	return words + "."
}

// untilNews is when something may have changed.
func (t *talk) untilNews(ctx context.Context) time.Duration {
	const most = time.Minute
	if t.i == nil {
		return time.Hour
	}
	at, err := t.i.History.NextChange(ctx, t.i.Server(), t.told)
	if err != nil || at.IsZero() {
		return most
	}
	return min(most, max(time.Second, at.Sub(t.i.Now())))
}

// tellNews tells what became urgent or ended since it was told last.
func (t *talk) tellNews(ctx context.Context) {
	if t.i == nil {
		return
	}
	now := t.i.Now()
	turns, err := t.i.Turned(ctx, t.told, now)
	if err != nil {
		return // it is tried again
	}
	t.told = now
	if turns.Any() {
		t.say("%s", pat.TurnWords(turns, true))
	}
}
