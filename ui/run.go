package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/paint"
	"patdesk/ui/term"
)

// SignalError says that a signal ended the console. Number is the signal's, for
// the exit code 128 + Number.
type SignalError struct {
	Name   string
	Number int
}

// Error implements error.
func (e *SignalError) Error() string { return "ended by " + e.Name }

// killAfter is how long a program may take to end after a signal.
const killAfter = 1500 * time.Millisecond

// CrashError says that the console ended because of a mistake in it. What is
// cleaned; Stack is for those who ask for it, and may hold foreign text.
type CrashError struct {
	What  string
	Stack []byte
}

// Error implements error.
func (e *CrashError) Error() string { return "the console failed: " + e.What }

// How long ending waits: for answers of requests that were sent, then for their
// records, and for the clipboard.
const (
	answerWait = 5 * time.Second
	recordWait = 3 * time.Second
	clearWait  = 2 * time.Second
)

// Run shows the console until the person leaves it. The terminal is restored
// however it ends; *SignalError and *CrashError tell of the unusual ways.
func Run(ctx context.Context, o Options) error {
	o.Terminal = o.Terminal.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return newShell(ctx, o, kit.NewTheme(lookOf(o))).run(cancel)
}

// run runs the program; cancel ends the writes under way.
func (s *shell) run(cancel context.CancelFunc) error {
	// The framework would write frames, secrets included, to files of its own.
	_ = os.Unsetenv("TEA_TRACE")
	_ = os.Unsetenv("TEA_DEBUG")
	t := s.opts.Terminal
	s.tick.sleep, s.watcher = wallSleep, notifyForChange
	if s.opts.Watch != nil {
		s.watcher = s.opts.Watch.wait
	}
	at := paint.Options{In: term.NewInput(t.In), Out: t.Out, Environ: t.Environ, Profile: s.theme.Profile, Width: t.Size.Width, Height: t.Size.Height}
	painter := paint.NewPainter(at)
	m := paint.NewModel(s, painter, s.broken)
	m.Begin()
	if t.Local {
		painter.Resize(painter.Size())
	}
	p := m.Program(s.filter, t.options(at.In)...)
	s.crashed = func() { go p.Quit() }
	err := s.play(p, m, painter)
	s.finish(t.Out, cancel)
	var signal *SignalError
	if s.signals != nil {
		signal = s.signals.ended()
	}
	return s.ended(err, signal)
}

// play runs the program on its terminal, which is given back at the end. Signals
// are about the terminal of the process only.
func (s *shell) play(p *tea.Program, m *paint.Model, painter *paint.Painter) error {
	if s.opts.Terminal.Local {
		s.signals = listen(p, m)
		defer s.signals.close()
	} else {
		done := make(chan struct{})
		defer close(done)
		go s.opts.Terminal.follow(p, done)
	}
	if err := painter.Take(); err != nil {
		return err
	}
	defer func() { _ = painter.Release() }() // of a terminal that went away nothing is left to say
	// It is asked to quit, not killed with its context: a program that is killed
	// leaves its reader behind, which takes the next bytes of the terminal.
	stop := context.AfterFunc(s.ctx, p.Quit)
	_, err := p.Run()
	if !stop() && err == nil {
		return context.Canceled
	}
	return err
}

// broken ends the program after a crash while a frame was drawn.
func (s *shell) broken(r any) {
	if s.crash == nil {
		s.crash = newCrash(r)
	}
	s.crashed()
}

// ended says how the program ended.
func (s *shell) ended(err error, signal *SignalError) error {
	switch {
	case s.crash != nil:
		return &CrashError{What: s.crash.what, Stack: s.crash.stack}
	case errors.Is(err, tea.ErrProgramPanic):
		return &CrashError{What: "unknown"}
	case signal != nil:
		return signal
	case s.idle.over:
		return &IdleError{s.opts.Idle.End}
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case err != nil:
		return fmt.Errorf("run the console: %w", err)
	}
	return nil
}

// finish waits for the answers of requests under way and clears the clipboard.
func (s *shell) finish(out io.Writer, cancel context.CancelFunc) {
	s.requests.StopWaits()
	if !s.quiet(200 * time.Millisecond) {
		_, _ = fmt.Fprintln(out, "patdesk: a request is under way; waiting for its answer.")
		if !s.quiet(answerWait) {
			cancel() // its row becomes unknown
			s.quiet(recordWait)
		}
	}
	if s.opts.Clipboard != nil {
		ctx, stop := context.WithTimeout(context.WithoutCancel(s.ctx), clearWait)
		defer stop()
		_, _ = s.opts.Clipboard.ClearOurs(ctx) // nobody is there to be told
	}
	if s.closeSession != nil {
		s.closeSession()
	}
}

// quiet waits until no request is under way, at most d.
func (s *shell) quiet(d time.Duration) bool {
	done := make(chan struct{})
	var once sync.Once
	go func() { s.writes.Wait(); once.Do(func() { close(done) }) }()
	select {
	case <-done:
		return true
	case <-time.After(d):
		return false
	}
}

// filter sees each message before the framework does.
func (s *shell) filter(msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.EnvMsg:
		return nil // the environment, of which nobody here needs anything
	case wokenMsg:
		s.signals.retake()
		return tea.ResumeMsg{}
	case tea.SuspendMsg:
		if s.signals != nil && s.signals.suspend() {
			return tea.ResumeMsg{}
		}
		return cannotSuspendMsg{}
	}
	return msg
}

// lookOf finds out what the terminal can show, without asking it: a terminal that
// does not answer would delay the first frame.
func lookOf(o Options) kit.Look {
	look := kit.LookFor(o.Config, o.Terminal.Getenv)
	look.Profile, look.ASCII = o.Terminal.colours(), !isUTF8(o.Terminal.Getenv)
	return look
}

func isUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	// Nothing is said: Windows and macOS terminals are UTF-8, and so are nearly
	// all others; only a terminal that names itself dumb is not trusted with it.
	return getenv("TERM") != "dumb" && getenv("TERM") != "linux"
}

// background takes the terminal's own answer about its background, as long as nobody
// has pressed a key: the theme never changes under a person's hands.
func (s *shell) background(m tea.BackgroundColorMsg) tea.Cmd {
	if s.config.Theme == "dark" || s.config.Theme == "light" || s.touched || m.IsDark() == s.theme.Dark || len(s.pages) != 1 {
		return nil
	}
	look := s.theme.Look
	look.Dark = m.IsDark()
	s.theme, s.hintTexts, s.tabs = kit.NewTheme(look), nil, tabs{}
	if s.issuer == nil {
		return s.Replace(s.Page(), kit.NewProfile{})
	}
	return s.replace(s.Page(), s.home())
}

// Explain returns the sentence to print after the console failed.
func (e *CrashError) Explain() string {
	return term.CleanWidth("patdesk failed and restored the terminal ("+e.What+"). The history is complete: each request is recorded before it is sent.", 400).String()
}
