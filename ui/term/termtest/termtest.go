// Package termtest helps tests of everything that reaches a terminal: a corpus
// of hostile texts, a finder of control sequences in output, and the displays
// and programs that clipboard tests need. Only tests import it.
package termtest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// NoSkip is the environment variable that turns a skipped test into a failed one
// when it is 1, for machines that must have every program.
const NoSkip = "PATDESK_NO_SKIP"

// Need skips the test unless all programs are in PATH, and returns the path of
// the first one.
func Need(tb testing.TB, programs ...string) string {
	tb.Helper()
	first := ""
	for _, p := range programs {
		path, err := exec.LookPath(p)
		switch {
		case err == nil && first == "":
			first = path
		case err == nil:
		default:
			Missing(tb, p+" is not installed")
		}
	}
	return first
}

// Missing skips a test over what this machine has not got, or fails it where
// nothing may be skipped.
func Missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv(NoSkip) == "1" {
		tb.Fatalf("%s, and %s=1", what, NoSkip)
	}
	tb.Skip(what)
}

// Xvfb starts an X11 display without a screen for the time of the test and
// returns its name, such as ":7".
func Xvfb(tb testing.TB) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), Need(tb, "Xvfb"), "-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "64x64x8")
	r, w, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{w}
	start(tb, cmd)
	_ = w.Close()
	defer func() { _ = r.Close() }()
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		tb.Fatalf("Xvfb told no display: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// Tmux starts a tmux server with one session on a socket of its own for the time
// of the test and returns the socket. Each option is a line of its configuration.
func Tmux(tb testing.TB, options ...string) string {
	tb.Helper()
	tmux := Need(tb, "tmux")
	dir, err := os.MkdirTemp("", "tmux") //nolint:usetesting // a socket's path must be short
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	conf, socket := filepath.Join(dir, "conf"), filepath.Join(dir, "s")
	if err := os.WriteFile(conf, []byte(strings.Join(options, "\n")+"\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	// -D keeps the server in the foreground, so that it ends with the test, and
	// -N keeps the client from starting one that would not.
	start(tb, exec.CommandContext(tb.Context(), tmux, "-S", socket, "-f", conf, "-D"))
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		out, err := exec.CommandContext(tb.Context(), tmux, "-N", "-S", socket, "new-session", "-d", "-x", "80", "-y", "24", "cat").CombinedOutput()
		if err == nil {
			return socket
		}
		if time.Now().After(end) {
			tb.Fatalf("tmux new-session: %v: %s", err, out)
		}
	}
}

// start runs cmd, which was made with the test's context, until the end of the
// test, and lets it tidy up behind itself.
func start(tb testing.TB, cmd *exec.Cmd) {
	tb.Helper()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cmd.Wait() })
}
