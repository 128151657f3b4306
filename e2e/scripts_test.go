package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"

	"github.com/rogpeppe/go-internal/testscript"
)

// programs are what scripts and tests can run besides patdesk.
var programs = map[string]func(){"patdesk-workers": workersMain, "browser-that-tells": browserMain}

func TestMain(m *testing.M) { e2etest.Main(m, programs) }

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	if testing.Short() { // their processes start slowly then, see e2etest.SkipShort
		scripts = scripts[:len(scripts)/4]
	}
	testscript.Run(t, testscript.Params{
		Files:               scripts,
		Setup:               setup,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sandbox": cmdSandbox,
			"fault":   cmdFault,
			"ledger":  cmdLedger,
			"request": cmdRequest,
			"advance": cmdAdvance,
			"capture": cmdCapture,
			"api":     cmdAPI,
		},
	})
}

// setup gives a script an empty home; the command sandbox starts a server.
func setup(env *testscript.Env) error {
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
	env.Setenv("TZ", "UTC")
	for _, v := range []string{"DISPLAY", "WAYLAND_DISPLAY", "TMUX", "SSH_TTY", "SSH_CONNECTION", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"} {
		env.Setenv(v, "")
	}
	return nil
}

// cmdSandbox starts a sandbox; SANDBOX_URL and SANDBOX_KEY hold its address and
// key. "sandbox env" also makes it the server of the environment.
func cmdSandbox(ts *testscript.TestScript, _ bool, args []string) {
	asEnv := len(args) > 0 && args[0] == "env"
	if asEnv {
		args = args[1:]
	}
	url, key, stop, err := e2etest.StartSandbox(context.Background(), args...)
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv("SANDBOX_URL", url)
	ts.Setenv("SANDBOX_KEY", key)
	if asEnv {
		ts.Setenv("TOOLJET_HOST", url)
		ts.Setenv("TOOLJET_API_TOKEN", key)
	}
}

// cmdFault queues a fault, given as JSON.
func cmdFault(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: fault JSON")
	}
	_, err := e2etest.Control(http.MethodPost, ts.Getenv("SANDBOX_URL"), "faults", json.RawMessage(args[0]))
	ts.Check(err)
}

// cmdAdvance moves the sandbox's clock.
func cmdAdvance(ts *testscript.TestScript, _ bool, args []string) {
	_, err := e2etest.Control(http.MethodPost, ts.Getenv("SANDBOX_URL"), "clock", map[string]string{"advance": args[0]})
	ts.Check(err)
}

// cmdLedger checks how many tokens the sandbox says it issued.
func cmdLedger(ts *testscript.TestScript, neg bool, args []string) {
	out, err := e2etest.Control(http.MethodGet, ts.Getenv("SANDBOX_URL"), "ledger", nil)
	ts.Check(err)
	var issued []json.RawMessage
	ts.Check(json.Unmarshal(out, &issued))
	if got := fmt.Sprint(len(issued)); (got == args[0]) == neg {
		ts.Fatalf("the sandbox issued %s tokens, want %s", got, args[0])
	}
}

// cmdRequest checks that some issue request had a body that matches.
func cmdRequest(ts *testscript.TestScript, neg bool, args []string) {
	out, err := e2etest.Control(http.MethodGet, ts.Getenv("SANDBOX_URL"), "requests", nil)
	ts.Check(err)
	var all []struct{ Body string }
	ts.Check(json.Unmarshal(out, &all))
	found := false
	for _, r := range all {
		found = found || regexp.MustCompile(args[0]).MatchString(r.Body)
	}
	if found == neg {
		ts.Fatalf("requests: %s", out)
	}
}

// cmdAPI changes something on the sandbox by its External API, as an admin does:
// "api METHOD PATH [JSON]".
func cmdAPI(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: api METHOD PATH [JSON]")
	}
	req, err := http.NewRequest(args[0], ts.Getenv("SANDBOX_URL")+args[1], strings.NewReader(strings.Join(args[2:], " ")))
	ts.Check(err)
	req.Header.Set("Authorization", "Basic "+ts.Getenv("SANDBOX_KEY"))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	if out, err := io.ReadAll(res.Body); err != nil || res.StatusCode >= 300 {
		ts.Fatalf("%s: %s %s %v", args, res.Status, out, err)
	}
}

// cmdCapture puts a match of a pattern in the last stdout into a variable.
func cmdCapture(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: capture VAR REGEXP")
	}
	m := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("stdout does not match %s:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Setenv(args[0], m[len(m)-1])
}
