//go:build unix

package e2e

import (
	"fmt"
	"os"
	"time"

	"patdesk/e2e/tty"
)

func init() { programs["terminal"] = terminalMain }

// terminalMain is a program for scripts, "terminal KEYS PROGRAM [ARG ...]": it runs
// the program on a terminal, types what the file KEYS holds, and prints all that
// was written there. The scripts' own ttyin loses what was not read yet when the
// program ends.
func terminalMain() {
	keys, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
	t, err := tty.Start(tty.Options{Mute: true, Env: os.Environ()}, os.Args[2:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(125)
	}
	t.Type(string(keys))
	code, err := t.Exit(time.Minute)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 125
	}
	_, _ = os.Stdout.Write(t.Output())
	t.Close()
	os.Exit(code)
}
