//go:build unix

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
)

// ending is a signal to a command whose request is on the way, and what becomes of it.
type ending struct {
	name    string
	delay   time.Duration // of the answer
	signals []syscall.Signal
	apart   time.Duration // from each signal to the next
	outcome string
	code    int // of the exit, -1 when the signal ends the process
}

// Ensure a signal throws no answer away: a command that has sent its request
// waits for it and records it; one that has sent nothing ends at once.
func TestEnding_SignalInFlight(t *testing.T) {
	t.Parallel()
	for _, e := range []ending{
		{"TERM", 2 * time.Second, []syscall.Signal{syscall.SIGTERM}, 0, "issued", 0},
		{"INT", 2 * time.Second, []syscall.Signal{syscall.SIGINT}, 0, "issued", 0},
		{"HUP", 2 * time.Second, []syscall.Signal{syscall.SIGHUP}, 0, "issued", 0},
		{"one wish, sent to process and group", 2 * time.Second, []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}, time.Millisecond, "issued", 0},
		{"no answer", 30 * time.Second, []syscall.Signal{syscall.SIGTERM}, 0, "unknown", 7},
		{"twice", 30 * time.Second, []syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}, time.Second, "unknown", -1},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			e.check(t)
		})
	}
}

// Ensure the same of sixteen answers, each with a delay of its own below the wait.
func TestEnding_SignalInFlight_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("PATDESK_LONG=1 sends sixteen signals")
	}
	t.Parallel()
	for n := range 16 {
		delay := time.Second + time.Duration(n)*130*time.Millisecond
		t.Run(delay.String(), func(t *testing.T) {
			t.Parallel()
			ending{"", delay, []syscall.Signal{syscall.SIGTERM}, 0, "issued", 0}.check(t)
		})
	}
}

// check starts a command, sends the signals once its request is there, and looks at the
// end and at the row.
func (e ending) check(t *testing.T) {
	t.Helper()
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := e2etest.Home(t, server, key)
	if _, err := e2etest.Control(http.MethodPost, server, "faults", map[string]any{"kind": "delay", "delay": e.delay.String()}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "patdesk", "issue", "ana@example.com", "orders")
	said := &e2etest.Output{}
	cmd.Env, cmd.Stderr = env, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e2etest.Eventually(t, "the request", func() bool {
		b, err := e2etest.Control(http.MethodGet, server, "requests", nil)
		return err == nil && strings.Contains(string(b), "personal-access-token")
	})
	for n, s := range e.signals {
		if n > 0 {
			time.Sleep(e.apart)
		}
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != e.code {
		t.Errorf("exit %d, want %d: %s", code, e.code, said.String())
	}
	if e.code >= 0 && !strings.Contains(said.String(), "waiting for its answer") {
		t.Errorf("the wait is not told: %s", said.String())
	}
	var rows []struct{ Outcome string }
	if err := json.Unmarshal([]byte(e2etest.Run(t, env, "list", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || rows[0].Outcome != e.outcome {
		t.Errorf("rows %v, want one %s", rows, e.outcome)
	}
}

// Ensure data that did not reach standard output ends in an error that says so,
// whatever the command, and that a reader that left is no error of ours.
func TestEnding_Stdout(t *testing.T) {
	t.Parallel()
	env, _ := e2etest.Desk(t)
	commands := [][]string{
		{"version"},
		{"paths"},
		{"help"},
		{"issue", "--help"},
		{"list"},
		{"list", "--json"},
		{"show", "1"},
		{"show", "1", "-o", "iframe"},
		{"users", "--json"},
		{"doctor"},
		{"completion", "bash"},
		{"profile", "list", "--json"},
		{"issue", "ana@example.com", "orders", "--again", "-o", "url"},
	}
	for name, redirect := range map[string]string{"full": ">/dev/full", "closed": ">&-"} {
		if _, err := os.Stat("/dev/full"); err != nil && name == "full" {
			continue
		}
		for _, c := range commands {
			cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `exec patdesk "$@" ` + redirect, "sh"}, c...)...)
			var said strings.Builder
			cmd.Env, cmd.Stderr = env, &said
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != 9 || !strings.Contains(strings.Join(strings.Fields(said.String()), " "), "standard output is not complete") {
				t.Errorf("%v, %s: exit %d: %s", c, name, code, said.String())
			}
		}
	}
	for _, c := range [][]string{{"list"}, {"help"}, {"version"}, {"show", "1"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := exec.CommandContext(t.Context(), "patdesk", c...)
		cmd.Env, cmd.Stdout = env, w
		_ = cmd.Run()
		w.Close()
		if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !s.Signaled() || s.Signal() != syscall.SIGPIPE {
			t.Errorf("%v to a reader that left: %v", c, cmd.ProcessState)
		}
	}
}
