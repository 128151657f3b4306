package term

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/muesli/cancelreader"
	xterm "golang.org/x/term"

	"patdesk/secret"
)

// maxAnswer bounds the answer to a question, in bytes.
const maxAnswer = 1024

var (
	// ErrNoTerminal says that a question needs a terminal and there is none.
	ErrNoTerminal = errors.New("this needs a terminal to ask on")
	// ErrNoAnswer says that the input ended, or the person pressed ctrl+c or
	// ctrl+d, instead of an answer.
	ErrNoAnswer = errors.New("no answer was given")
)

// fileLike is what files have and buffers have not.
type fileLike interface{ Fd() uintptr }

// IsTerminal reports whether f is a file that is a terminal. It takes any reader
// or writer.
func IsTerminal(f any) bool {
	file, ok := f.(fileLike)
	return ok && xterm.IsTerminal(int(file.Fd()))
}

// MovesCursor reports whether a terminal of that kind, the value of TERM, can show
// a full screen on that operating system. Windows needs no TERM. Elsewhere no
// kind, or one of terminfo's for terminals of which nothing is known, is that of
// an editor's shell or of a log.
func MovesCursor(kind, goos string) bool {
	switch kind {
	case "":
		return goos == "windows"
	case "dumb", "unknown", "network", "dialup":
		return false
	}
	return !strings.HasPrefix(kind, "dumb-")
}

// ReadSecret asks for a secret on the terminal in, without showing what is typed.
// The prompt is cleaned and written to out. The terminal is as before when
// ReadSecret returns, also after ctx has ended. The answer may have 4096
// characters.
func ReadSecret(ctx context.Context, in *os.File, out io.Writer, prompt string) (secret.Text, error) {
	if !IsTerminal(in) {
		return secret.Text{}, ErrNoTerminal
	}
	fd := int(in.Fd())
	before, err := xterm.MakeRaw(fd)
	if err != nil {
		return secret.Text{}, fmt.Errorf("hide the input: %w", err)
	}
	defer func() { _ = xterm.Restore(fd, before) }()

	keys, release := cancelable(ctx, in)
	defer release()
	t := xterm.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, out}, "")
	answer, err := t.ReadPassword(Clean(prompt).String())
	switch {
	case ctx.Err() != nil:
		_, _ = io.WriteString(out, "\r\n")
		return secret.Text{}, ctx.Err()
	case errors.Is(err, io.EOF):
		_, _ = io.WriteString(out, "\r\n")
		return secret.Text{}, ErrNoAnswer
	case err != nil && !errors.Is(err, xterm.ErrPasteIndicator):
		return secret.Text{}, fmt.Errorf("read the answer: %w", err)
	}
	return secret.New(answer), nil
}

// Confirm asks a question that is answered by yes or no and returns the answer.
// The question is cleaned and written to out. Only y and yes mean yes; an empty
// line means no; anything else is asked again twice and then means no. The end
// of the input is no answer: ErrNoAnswer. No input after the line is consumed.
func Confirm(ctx context.Context, in io.Reader, out io.Writer, question string) (bool, error) {
	keys, release := cancelable(ctx, in)
	defer release()
	for range 3 {
		if _, err := fmt.Fprintf(out, "%s [y/N] ", Clean(question)); err != nil {
			return false, err
		}
		line, err := readLine(keys)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "", "n", "no":
			return false, nil
		}
	}
	return false, nil
}

// Ask asks a question that is answered by a line and returns the line. The
// question is cleaned and written to out. The end of the input is no answer:
// ErrNoAnswer. No input after the line is consumed.
func Ask(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	keys, release := cancelable(ctx, in)
	defer release()
	if _, err := fmt.Fprintf(out, "%s ", Clean(question)); err != nil {
		return "", err
	}
	line, err := readLine(keys)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return strings.TrimSuffix(line, "\r"), err
}

// readLine reads one line byte by byte, so that what follows stays in r.
func readLine(r io.Reader) (string, error) {
	var line bytes.Buffer
	for b := make([]byte, 1); ; {
		n, err := r.Read(b)
		switch {
		case n == 1 && b[0] == '\n':
			return line.String(), nil
		case n == 1 && line.Len() < maxAnswer:
			line.WriteByte(b[0])
		case errors.Is(err, io.EOF):
			return "", ErrNoAnswer
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", err)
		}
	}
}

// cancelable returns a reader of in whose Read ends with ctx, and a function that
// frees what it needs. An input that cannot be waited for, such as a regular
// file, is read as it is.
func cancelable(ctx context.Context, in io.Reader) (io.Reader, func()) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return in, func() {}
	}
	stop := context.AfterFunc(ctx, func() { r.Cancel() })
	return r, func() {
		stop()
		_ = r.Close()
	}
}
