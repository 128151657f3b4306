package cli

import (
	"io"
	"os"
	"os/user"

	"patdesk/ui/term"
)

// Env is everything a command takes from the process it runs in. Nothing in
// this package touches os.Stdin, os.Stdout or the environment directly.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	// InTTY and OutTTY say whether In and Out are terminals: only then may a
	// command ask questions or draw.
	InTTY, OutTTY bool
	// Getenv looks up the environment.
	Getenv func(string) string
	// Unsetenv removes a variable from the environment, so that helper programs
	// do not inherit the admin key.
	Unsetenv func(string)
}

// System is the Env of the running process.
func System() *Env {
	return &Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTTY: term.IsTerminal(os.Stdin), OutTTY: term.IsTerminal(os.Stdout),
		Getenv: os.Getenv, Unsetenv: func(k string) { _ = os.Unsetenv(k) },
	}
}

// who names the person and the machine for the history.
func who(getenv func(string) string) (by, machine string) {
	if u, err := user.Current(); err == nil {
		by = u.Username
	}
	if by == "" {
		by = getenv("USER")
	}
	if h, err := os.Hostname(); err == nil {
		machine = h
	}
	return by, machine
}
