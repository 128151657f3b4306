package ui

import (
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"patdesk/ui/term"
)

// Terminal is all that a console needs of its surroundings. Consoles with
// terminals of their own share nothing, also in one process.
type Terminal struct {
	In  io.Reader
	Out io.Writer
	// Environ is the person's environment as NAME=value: the kind of the terminal,
	// its colours, the language.
	Environ []string
	// Getenv looks a variable up, and may know of more than Environ, such as the key
	// that no helper inherits; nil looks into Environ.
	Getenv func(string) string
	// Zone is the person's; nil is UTC.
	Zone *time.Location
	// Size and Resized say how large the terminal is where Local is false. Without a
	// size it has 80 by 24 cells.
	Size    Size
	Resized <-chan Size
	// Local says that In and Out are files and this process's own terminal: signals
	// are about it, ctrl+z gives it to the shell, its size is asked of the system,
	// and the clipboard of this computer is the person's.
	Local bool
}

// Size is the size of a terminal in cells.
type Size struct{ Width, Height int }

func (t Terminal) withDefaults() Terminal {
	if t.Getenv == nil {
		t.Getenv = t.Lookup
	}
	if t.Zone == nil {
		t.Zone = time.UTC
	}
	if t.Size.Width <= 0 || t.Size.Height <= 0 {
		t.Size = Size{80, 24}
	}
	return t
}

// Lookup finds a variable in Environ; the last one counts, as in os/exec.
func (t Terminal) Lookup(name string) (value string) {
	for _, v := range t.Environ {
		if n, is, ok := strings.Cut(v, "="); ok && n == name {
			value = is
		}
	}
	return value
}

// NewClipboard makes the clipboard of the person at this terminal. Where the
// terminal is not local, the display, tmux and files of this computer are
// somebody else's: what is not switched off goes to the terminal (OSC 52).
func (t Terminal) NewClipboard(mode string, clearAfter time.Duration) *term.Clipboard {
	t = t.withDefaults()
	if !t.Local && mode != term.ModeOff {
		mode = term.ModeOSC52
	}
	return term.NewClipboard(term.ClipboardOptions{Mode: mode, Clear: clearAfter, Env: term.Env{Getenv: t.Getenv, Out: t.Out}})
}

// colours finds out which colours the terminal shows, without asking it.
func (t Terminal) colours() colorprofile.Profile {
	env := t.Environ
	if t.Getenv("NO_COLOR") != "" {
		env = append(env[:len(env):len(env)], "NO_COLOR=1")
	}
	if t.Local {
		return colorprofile.Detect(t.Out, env)
	}
	return colorprofile.Env(env)
}

// options are what the framework is told of the terminal.
func (t Terminal) options(in io.Reader) []tea.ProgramOption {
	return []tea.ProgramOption{tea.WithInput(in), tea.WithOutput(t.Out), tea.WithEnvironment(t.Environ), tea.WithoutSignalHandler()}
}

// follow tells p of each new size until done is closed.
func (t Terminal) follow(p *tea.Program, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case size, ok := <-t.Resized:
			if !ok {
				return
			}
			p.Send(tea.WindowSizeMsg(size))
		}
	}
}
