// Package e2etest is what the tests of the whole program share: the program and
// its sandbox as processes, homes to run it in, and how to wait for what it does.
package e2etest

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"patdesk/cli"
	"patdesk/history/historytest/wide"
)

// Main runs the tests of a package with the program in the path, as patdesk, and
// whatever more programs they want, by their names.
func Main(m *testing.M, more map[string]func()) {
	programs := map[string]func(){"patdesk": func() { os.Exit(cli.Run()) }}
	maps.Copy(programs, more)
	testscript.Main(wideM{m}, programs)
}

// wideM runs tests that wait for one another's processes side by side.
type wideM struct{ m *testing.M }

// Run implements testscript.TestingM.
func (w wideM) Run() int {
	// Under nohup the programs would ignore SIGHUP as the tests do: what is handled
	// here has its usual meaning in a child.
	if signal.Ignored(syscall.SIGHUP) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	return wide.Run(w.m)
}

// SkipShort skips a test of many processes where tests shall be short, as under the
// race detector: each process takes half a second to start there, and what races within
// it is found by the tests of its packages.
func SkipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts many processes")
	}
}

// Desk starts a sandbox for the time of the test and issues one token on it. It
// returns the environment to run patdesk in, where copies are cleared after three
// seconds, and the embed URL.
func Desk(t *testing.T, extra ...string) (env []string, url string) {
	t.Helper()
	server, key, stop, err := StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	env = Home(t, server, key, extra...)
	Run(t, env, "issue", "ana@example.com", "orders")
	return env, strings.TrimSpace(Run(t, env, "show", "1", "-o", "url"))
}

// Home is the environment of a person who has used nothing yet but has a server
// and its key in the environment; copies are cleared after three seconds.
func Home(t *testing.T, server, key string, extra ...string) (env []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".config", "patdesk"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".config", "patdesk", "config.toml"), []byte("clipboard_clear = \"3s\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "TOOLJET_HOST=" + server, "TOOLJET_API_TOKEN=" + key}, extra...)
}

// Run runs patdesk, which must succeed, and returns its stdout.
func Run(t *testing.T, env []string, args ...string) string {
	t.Helper()
	out, _ := RunBoth(t, env, args...)
	return out
}

// RunBoth runs patdesk, which must succeed, and returns what it wrote.
func RunBoth(t *testing.T, env []string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "patdesk", args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("patdesk %v: %v: %s", args, err, errs.String())
	}
	return out.String(), errs.String()
}

// Eventually waits for a condition, at most 15 seconds.
func Eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	Within(t, 15*time.Second, what, ok)
}

// Within waits for a condition, which it names when the limit has passed.
func Within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not seen: %s", what)
}
