package secret

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

// fromStdin reads standard input to its end. It refuses a terminal, where the
// key would be shown while it is typed: asking with a hidden prompt is for the
// caller to do.
func (s Source) fromStdin(ctx context.Context) (Text, error) {
	if s.Stdin == nil {
		return Text{}, s.fail(ReasonUnavailable, "there is no standard input", nil)
	}
	if f, ok := s.Stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return Text{}, s.fail(ReasonUnavailable, "standard input is a terminal, which would show the key; use a pipe", nil)
	}
	type result struct {
		b   []byte
		err error
	}
	// A read from a pipe cannot be interrupted; on cancellation its goroutine
	// stays behind until the pipe ends, which is the end of the program.
	done := make(chan result, 1)
	go func() {
		b, err := io.ReadAll(io.LimitReader(s.Stdin, maxSecret+1))
		done <- result{b, err}
	}()
	select {
	case <-ctx.Done():
		return Text{}, s.interrupted(ctx.Err())
	case r := <-done:
		if r.err != nil {
			return Text{}, s.fail(ReasonFailed, "standard input cannot be read", r.err)
		}
		if len(r.b) > maxSecret {
			return Text{}, s.fail(ReasonTooLarge, "standard input holds more than 64 KiB", nil)
		}
		return New(trimNewline(string(r.b))), nil
	}
}
