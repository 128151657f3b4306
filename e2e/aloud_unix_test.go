//go:build unix

package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"patdesk/e2e/e2etest"
)

// Ensure a signal ends a conversation with its own exit code, and that an answer which
// is on its way is awaited and recorded first.
func TestAloud_Signals(t *testing.T) {
	t.Parallel()
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := e2etest.Home(t, server, key, "ACCESSIBLE=1")
	idle := converse(t, env)
	idle.hears("What next?")
	if err := idle.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := idle.endsBySignal(); code != 130 {
		t.Errorf("SIGINT: exit code %d", code)
	}

	if _, err := e2etest.Control(http.MethodPost, server, "faults", map[string]any{"kind": "delay", "delay": "2s"}); err != nil {
		t.Fatal(err)
	}
	busy := converse(t, env)
	busy.says("n", "ana@example.com", "orders", "", "", "", "y")
	e2etest.Eventually(t, "the request", func() bool {
		b, err := e2etest.Control(http.MethodGet, server, "requests", nil)
		return err == nil && strings.Contains(string(b), "personal-access-token")
	})
	if err := busy.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	busy.hears("It is token #1")
	if code := busy.endsBySignal(); code != 143 {
		t.Errorf("SIGTERM: exit code %d:\n%s", code, busy.text())
	}
	if out := e2etest.Run(t, env, "show", "1", "--json"); !strings.Contains(out, `"outcome": "issued"`) {
		t.Errorf("the answer was thrown away: %s", out)
	}
}

// endsBySignal is ends for a program whose input is still open.
func (a *aloud) endsBySignal() int {
	a.t.Helper()
	_ = a.cmd.Wait()
	_ = a.in.Close()
	return a.cmd.ProcessState.ExitCode()
}
