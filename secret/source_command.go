package secret

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	"patdesk/pattern"
)

// maxDetail is how much of a command's stderr an error keeps, in bytes.
const maxDetail = 200

// fromCommand runs the command of the profile and takes what it prints.
//
// The command gets the environment without any admin key, no standard input and
// no terminal: a program that asks for a password has to do so in a window of
// its own, because the console owns the terminal. When time is up the command
// and everything it started is killed.
func (s Source) fromCommand(ctx context.Context) (Text, error) {
	if strings.TrimSpace(s.Command) == "" {
		return Text{}, s.fail(ReasonMissing, "the profile names no key_command", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var stdout, stderr bounded
	stdout.max, stdout.full = maxSecret, cancel
	stderr.max = maxDetail
	cmd := shell(ctx, s.Command)
	cmd.Env = WithoutTokens(os.Environ())
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Cancel = func() error { return killGroup(cmd) }
	// A grandchild may hold the pipes open after the command itself has ended.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		err = nil // it ended well and left something running
	}
	switch {
	case stdout.over:
		return Text{}, s.fail(ReasonTooLarge, "the command printed more than 64 KiB", nil)
	case ctx.Err() != nil:
		return Text{}, s.interrupted(ctx.Err())
	case err != nil:
		return Text{}, s.commandFailed(err, string(stderr.b), string(stdout.b))
	}
	return New(trimNewline(string(stdout.b))), nil
}

// commandFailed words a command that could not be started or ended badly.
func (s Source) commandFailed(err error, stderr, stdout string) *SourceError {
	e := s.fail(ReasonFailed, "the command could not be started", err)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case 126:
			e.Msg = "the command is there and cannot be run (exit status 126)"
		case 127:
			e.Msg = "the command was not found (exit status 127)"
		default:
			e.Msg = "the command ended with " + exit.String()
		}
		// The ExitError may carry output; the state says all that is needed.
		e.Err = errors.New(exit.String())
	}
	e.Detail = withoutSecrets(stderr, stdout)
	return e
}

var (
	// named is a value behind a word that announces a secret.
	named = pattern.New(`(?i)((?:token|key|password|passwd|secret|authorization|basic|bearer)["']?\s*[:= ]\s*["']?)([^\s"']{6,})`)
	// longWord is what keys and tokens look like: long, without spaces.
	longWord = pattern.New(`[A-Za-z0-9+=_-]{16,}`)
)

// withoutSecrets is what a command said, on one line, without what it printed as
// the key and without what looks like one.
func withoutSecrets(said, printed string) string {
	for line := range strings.Lines(printed) {
		if line = strings.TrimSpace(line); len(line) >= 4 {
			said = strings.ReplaceAll(said, line, "[hidden]")
		}
	}
	said = named.ReplaceAllStringFunc(said, func(m string) string {
		parts := named.FindStringSubmatch(m)
		if !strings.ContainsAny(parts[2], "0123456789") {
			return m // a word of a sentence: "key not found"
		}
		return parts[1] + "[hidden]"
	})
	said = longWord.ReplaceAllStringFunc(said, func(w string) string {
		if strings.ContainsAny(w, "0123456789") || strings.HasPrefix(w, "pat_") {
			return "[hidden]"
		}
		return w
	})
	return strings.Join(strings.Fields(said), " ")
}

// WithoutTokens returns the environment without the variables that may hold an
// admin key or a password.
func WithoutTokens(environ []string) []string {
	kept := make([]string, 0, len(environ))
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if !strings.EqualFold(name, TokenVar) && !strings.EqualFold(name, HistoryPasswordVar) {
			kept = append(kept, e)
		}
	}
	return kept
}

// bounded is a buffer of limited size that drops what is too much, and calls full
// when that happens. It has no other methods of a buffer, because those would
// let io.Copy go around Write.
type bounded struct {
	b    []byte
	max  int
	full func()
	over bool
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	room := b.max - len(b.b)
	if len(p) <= room {
		b.b = append(b.b, p...)
		return len(p), nil
	}
	b.b = append(b.b, p[:room]...)
	if !b.over && b.full != nil {
		b.full()
	}
	b.over = true
	return len(p), nil
}
