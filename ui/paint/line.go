package paint

import (
	"errors"
	"io"
	"strconv"

	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/term"
)

// line is the way to the terminal with its settings.
type line struct {
	console uv.Console // nil if the input is no terminal
	set     bool       // its settings were changed
}

func newLine(in io.Reader, out io.Writer) *line {
	tty, ok := in.(uv.File)
	if !ok || !term.IsTerminal(int(tty.Fd())) {
		return &line{}
	}
	shown, ok := out.(uv.File)
	if !ok || !term.IsTerminal(int(shown.Fd())) {
		shown = tty
	}
	return &line{console: uv.NewConsole(tty, shown, []string{})}
}

func (l *line) take() error {
	if l.console == nil || l.set {
		return nil
	}
	_, err := l.console.MakeRaw()
	l.set = err == nil
	return err
}

// release restores the settings. A line that is gone has none.
func (l *line) release() error {
	if !l.set {
		return nil
	}
	l.set = false
	if err := l.console.Restore(); err != nil && !errors.Is(err, uv.ErrNotTerminal) {
		return err
	}
	return nil
}

// raw reports whether the settings are those of a raw terminal.
func (l *line) raw() bool { return l.set }

// size asks the system, then env, else it is 80 by 24.
func (l *line) size(env uv.Environ) (width, height int) {
	if l.console != nil {
		if w, h, err := l.console.GetSize(); err == nil {
			width, height = w, h
		}
	}
	return known(width, env.Getenv("COLUMNS"), 80), known(height, env.Getenv("LINES"), 24)
}

func known(asked int, said string, otherwise int) int {
	if asked > 0 {
		return asked
	}
	if n, err := strconv.Atoi(said); err == nil && n > 0 {
		return n
	}
	return otherwise
}
