//go:build unix

package term

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	xterm "golang.org/x/term"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// openTerminal returns both ends of a terminal: the person's and the program's.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, program, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Close()
		_ = person.Close()
	})
	return person, program
}

func termios(t *testing.T, f *os.File) *xterm.State {
	t.Helper()
	st, err := xterm.GetState(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func sameTermios(t *testing.T, before, after *xterm.State) {
	t.Helper()
	if diff := cmp.Diff(fmt.Sprintf("%+v", *before), fmt.Sprintf("%+v", *after)); diff != "" {
		t.Errorf("the terminal is not as before: %s", diff)
	}
}

// promptWriter closes seen when the prompt was written.
type promptWriter struct {
	bytes.Buffer
	seen chan struct{}
}

func (w *promptWriter) Write(p []byte) (int, error) {
	if w.Len() == 0 {
		close(w.seen)
	}
	return w.Buffer.Write(p)
}

func TestReadSecret(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, keys, want string
		err              error
	}{
		{"typed", "s3cret-key\r", "s3cret-key", nil},
		{"corrected", "wrong\x15s3crex\x7ft\r", "s3cret", nil},
		{"unicode", "schlüssel\r", "schlüssel", nil},
		{"arrows are no text", "a\x1b[D\x1b[Cb\r", "ab", nil},
		{"empty", "\r", "", nil},
		{"ctrl+c", "abc\x03", "", ErrNoAnswer},
		{"ctrl+d", "\x04", "", ErrNoAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			person, program := openTerminal(t)
			before := termios(t, program)
			out := &promptWriter{seen: make(chan struct{})}
			go func() {
				<-out.seen
				_, _ = io.WriteString(person, tt.keys)
			}()
			got, err := ReadSecret(t.Context(), program, out, "Admin key\x1b]0;x\x07: ")
			if !errors.Is(err, tt.err) || got.Reveal(secret.ForChecking) != tt.want {
				t.Errorf("%q %v", got.Reveal(secret.ForChecking), err)
			}
			if shown := out.String(); !strings.HasPrefix(shown, "Admin key␛]0;x␇: ") || tt.want != "" && strings.Contains(shown, tt.want) {
				t.Errorf("shown: %q", shown)
			}
			sameTermios(t, before, termios(t, program))
		})
	}
}

func TestReadSecret_CancelRestoresTheTerminal(t *testing.T) {
	t.Parallel()
	_, program := openTerminal(t)
	before := termios(t, program)
	out := &promptWriter{seen: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-out.seen
		cancel()
	}()
	if _, err := ReadSecret(ctx, program, out, "Key: "); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	sameTermios(t, before, termios(t, program))
}

func TestReadSecret_NeedsATerminal(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	defer func() { _ = r.Close() }()
	if _, err := ReadSecret(t.Context(), r, io.Discard, "Key: "); !errors.Is(err, ErrNoTerminal) {
		t.Error(err)
	}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, rest string
		want     bool
		err      error
		asked    int
	}{
		{"y\nrest", "rest", true, nil, 1},
		{" YES \r\n", "", true, nil, 1},
		{"\n", "", false, nil, 1},
		{"no\ny\n", "y\n", false, nil, 1},
		{"what\ny\n", "", true, nil, 2},
		{"1\n2\n3\ny\n", "y\n", false, nil, 3},
		{"", "", false, ErrNoAnswer, 1},
		{"y", "", false, ErrNoAnswer, 1},
		{strings.Repeat("y", 5000) + "\nn\n", "", false, nil, 2},
	} {
		in := strings.NewReader(tt.in)
		var out bytes.Buffer
		got, err := Confirm(t.Context(), in, &out, "Issue for \x1b[2Jada@example.com?")
		rest, _ := io.ReadAll(in)
		if got != tt.want || !errors.Is(err, tt.err) || string(rest) != tt.rest {
			t.Errorf("%.20q: %v %v, rest %q", tt.in, got, err, rest)
		}
		if n := strings.Count(out.String(), "Issue for ␛[2Jada@example.com? [y/N] "); n != tt.asked || len(termtest.ForeignControls(out.Bytes(), false)) > 0 {
			t.Errorf("%.20q: shown %q", tt.in, out.String())
		}
	}
}

func TestConfirm_EndsWithTheContext(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(w.Close(), r.Close()) }()
	out := &promptWriter{seen: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-out.seen
		cancel()
	}()
	if ok, err := Confirm(ctx, r, out, "Go on?"); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%v %v", ok, err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	if ok, err := Confirm(t.Context(), null, io.Discard, "Go on?"); ok || !errors.Is(err, ErrNoAnswer) {
		t.Errorf("no input: %v %v", ok, err)
	}
}

func TestIsTerminal(t *testing.T) {
	t.Parallel()
	_, program := openTerminal(t)
	if !IsTerminal(program) {
		t.Error("a terminal is none")
	}
	if IsTerminal(&bytes.Buffer{}) || IsTerminal(nil) {
		t.Error("a buffer is a terminal")
	}
}

// Ensure that only a terminal of which more is known than that it prints is taken
// for one that can show the console.
func TestMovesCursor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, goos string
		want       bool
	}{
		{"xterm-256color", "linux", true},
		{"screen", "linux", true},
		{"linux", "linux", true},
		{"vt100", "freebsd", true},
		{"dumb", "linux", false},
		{"dumb-emacs-ansi", "darwin", false},
		{"unknown", "linux", false},
		{"dumb", "windows", false},
		{"", "linux", false},
		{"", "darwin", false},
		{"", "windows", true},
	} {
		if got := MovesCursor(tt.kind, tt.goos); got != tt.want {
			t.Errorf("%q on %s: %v", tt.kind, tt.goos, got)
		}
	}
}
