package cli

import (
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"patdesk/secret"
	"patdesk/ui"
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
	// Terminal is that of whoever sits elsewhere, in place of the files In and Out; nil =
	// there is none.
	Terminal *ui.Terminal
	// Getenv looks up the environment.
	Getenv func(string) string
	// Patience is how long a completion may take, 0 = a second.
	Patience time.Duration
	// Only leaves the process these variables and no others: libraries, and programs that
	// are started, see none but them. nil where the process is not ours.
	Only func(environ []string)
}

// system is the Env of the running process. It takes the secrets out of the
// environment, so that helper programs do not inherit it.
func system() *Env {
	hidden := map[string]secret.Text{}
	for _, name := range []string{secret.TokenVar, secret.HistoryPasswordVar} {
		hidden[name] = secret.New(os.Getenv(name))
		_ = os.Unsetenv(name)
	}
	return &Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTTY: term.IsTerminal(os.Stdin), OutTTY: term.IsTerminal(os.Stdout),
		Getenv: func(name string) string {
			if value, ok := hidden[name]; ok {
				return value.Reveal(secret.ForRequest)
			}
			return os.Getenv(name)
		},
		Only: func(environ []string) {
			os.Clearenv()
			for _, v := range environ {
				name, value, _ := strings.Cut(v, "=")
				_ = os.Setenv(name, value)
			}
		},
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
