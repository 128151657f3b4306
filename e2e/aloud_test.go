package e2e

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"patdesk/e2e/e2etest"
)

// aloud is the console as a conversation through two pipes.
type aloud struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	mu    sync.Mutex
	out   bytes.Buffer
	heard int // how much of it was listened to
}

// Write implements io.Writer: what the program says.
func (a *aloud) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out.Write(p)
}

func (a *aloud) text() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out.String()
}

// converse starts the conversation.
func converse(t *testing.T, env []string, args ...string) *aloud {
	t.Helper()
	a := &aloud{t: t, cmd: exec.CommandContext(t.Context(), "patdesk", args...)}
	a.cmd.Env, a.cmd.Stdout, a.cmd.Stderr = env, a, a
	var err error
	if a.in, err = a.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return a
}

// hears waits until the program has said something, after what was heard before, and
// returns the line of it.
func (a *aloud) hears(what string) string {
	a.t.Helper()
	var said string
	defer func() {
		if a.t.Failed() {
			a.t.Logf("it said:\n%s", a.text())
		}
	}()
	e2etest.Eventually(a.t, what, func() bool {
		rest := a.text()[a.heard:]
		at := strings.Index(rest, what)
		end := -1
		if at >= 0 {
			end = strings.IndexByte(rest[at:], '\n')
		}
		if end < 0 {
			return false
		}
		said = rest[at : at+end]
		a.heard += at + end
		return true
	})
	return said
}

// says answers.
func (a *aloud) says(lines ...string) {
	a.t.Helper()
	for _, l := range lines {
		if _, err := io.WriteString(a.in, l+"\n"); err != nil {
			a.t.Fatalf("%v; it said:\n%s", err, a.text())
		}
	}
}

// ends closes the input and returns the exit code, after a look at all that was said:
// no byte below space but newline.
func (a *aloud) ends() int {
	a.t.Helper()
	_ = a.in.Close()
	code := 0
	if e, ok := errors.AsType[*exec.ExitError](a.cmd.Wait()); ok {
		code = e.ExitCode()
	}
	for i, c := range []byte(a.text()) {
		if c < ' ' && c != '\n' || c == 0x7f {
			a.t.Fatalf("byte %#x at %d of:\n%s", c, i, a.text())
		}
	}
	return code
}

// silentHome is the environment of a person for whom nothing is set up.
func silentHome(t *testing.T, extra ...string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".config", "patdesk"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".config", "patdesk", "config.toml"), []byte("clipboard = \"file\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color"}, extra...)
}

// Ensure the first run, an issue, a re-issue, a change of a role and a copy can be done
// by somebody who hears one line after the other: each step is answered from what was
// read, and no secret is read out unless its own key asks for it.
func TestAloud_FirstRunToCopy(t *testing.T) {
	t.Parallel()
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := silentHome(t)
	a := converse(t, env, "--accessible")
	a.hears("because of --accessible")
	a.hears("1. Where is ToolJet?")
	a.says(server)
	a.hears("2. Admin key")
	a.says("tj_pat_not_this_one")
	a.hears("2. Admin key")
	a.says(key)
	a.hears("3. Where shall the key live?")
	a.says("plain file")
	a.hears("4. Name")
	a.says("acme")
	a.hears("5. Is it a production server")
	a.says("")
	a.hears("Saved as profile acme.")
	a.hears("from now on")
	a.says("")
	a.hears("Kept as the setting accessible.")
	a.hears("Issue the first token now?")
	a.says("")

	a.hears("User?")
	a.says("ana")
	a.hears("1. ana at example.com")
	a.hears("User?")
	a.says("1")
	a.hears("App?")
	a.says("orders")
	a.hears("Life")
	a.says("soon")
	a.hears("Life")
	a.says("2h")
	a.hears("Idle time")
	a.says("")
	a.hears("Note")
	a.says("Kiosk 4")
	a.hears("The plan: a token for ana at example.com on Orders portal, for 2 hours, idle time 1 hour.")
	a.hears("If this server reads minutes, it lives for 5 days.")
	a.hears("Issue it?")
	a.says("perhaps")
	a.hears("Issue it?")
	a.says("y")
	a.hears("It is token #1: ana at example.com, Orders portal, ok, ends in")

	a.says("l")
	a.hears("1. ana at example.com, Orders portal, ok, ends in")
	a.says("r 1")
	a.hears("keeps working until")
	a.hears("Re-issue with the same settings?")
	a.says("y")
	a.hears("It is token #2")

	a.says("o age")
	a.hears("left, newest, user, app or state")
	a.says("o newest")
	a.hears("2 tokens, the newest first.")
	a.says("o")
	a.hears("2 tokens, by user.")
	a.says("?")
	a.hears("on the command line: patdesk preview 12, patdesk bulk FILE.")

	a.says("R ana@example.com")
	a.hears("In which workspace?")
	a.says("sales")
	a.hears("Which role?")
	a.says("builder")
	a.hears("Live there: ana at example.com, Orders portal, ok")
	a.hears("Re-issue 1 token with the new role, too?")
	a.says("y")
	a.hears("The plan:")
	a.hears("cannot be revoked")
	a.hears("y for yes")
	a.says("y")
	a.hears("It is token #3")
	a.hears("3 done, 0 failed, 0 unsure, 0 not sent.")

	a.says("y")
	a.hears("Embed URL is in ")
	a.says("s 1", "iframe")
	a.hears("without the secret")
	if text := a.text(); strings.Contains(text, secretOf(t, env, "3")) {
		t.Errorf("a secret was read out:\n%s", text)
	}
	a.says("v #3")
	a.hears(secretOf(t, env, "3"))
	a.says("q")
	a.hears("was never copied")
	a.hears("Quit without copying?")
	a.says("y")
	a.hears("patdesk has ended.")
	if code := a.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(a.text(), key) {
		t.Error("the admin key was read out")
	}

	b := converse(t, env) // the setting is kept, and the profile
	b.hears("because of the setting accessible")
	b.hears("3 tokens live")
	if code := b.ends(); code != 0 {
		t.Errorf("the end of the input: exit code %d", code)
	}
}

// secretOf is the text of a token.
func secretOf(t *testing.T, env []string, id string) string {
	t.Helper()
	return strings.TrimSpace(e2etest.Run(t, env, "show", id, "-o", "token"))
}

// Ensure a conversation that is cut off in a question sends nothing and says so, and one
// that loses an answer keeps its row unsure.
func TestAloud_CutOff(t *testing.T) {
	t.Parallel()
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := e2etest.Home(t, server, key, "ACCESSIBLE=1")
	a := converse(t, env)
	a.says("n", "ana@example.com", "orders", "", "", "")
	a.hears("Issue it?")
	if code := a.ends(); code != 6 {
		t.Errorf("exit code %d", code)
	}
	if n := len(e2etest.Issued(t, server)); n != 0 {
		t.Errorf("%d tokens were issued", n)
	}

	if _, err := e2etest.Control(http.MethodPost, server, "faults", map[string]any{"kind": "drop-after"}); err != nil {
		t.Fatal(err)
	}
	b := converse(t, env)
	b.says("n", "ana@example.com", "orders", "", "", "", "y")
	b.hears("It is recorded as token #1, unsure")
	b.says("l")
	b.hears("1. ana at example.com, Orders portal, unsure, may exist for at most")
	b.says("f", "nonsense here", "#77", "q")
	if code := b.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Ensure the switches that turn reading aloud off are heard, and that a production
// server wants the name of the person.
func TestAloud_SwitchAndGuard(t *testing.T) {
	t.Parallel()
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, off := range [][]string{{"ACCESSIBLE=0"}, {"ACCESSIBLE=false", "TERM=dumb"}, {}} {
		a := converse(t, e2etest.Home(t, server, key, off...))
		if a.ends(); !strings.Contains(a.text(), "needs a terminal") {
			t.Errorf("%v: %s", off, a.text())
		}
	}
	env := e2etest.Home(t, server, key, "TERM=dumb")
	e2etest.Run(t, env, "issue", "ana@example.com", "orders")
	home := strings.TrimPrefix(env[0], "HOME=")
	profile := "[profiles.acme]\nurl = \"" + server + "\"\nkey = \"env\"\nproduction = true\n"
	if err := os.WriteFile(filepath.Join(home, ".config", "patdesk", "config.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	a := converse(t, env, "--profile", "acme")
	a.hears("because of TERM=dumb")
	a.hears("a production server")
	a.says("r #1")
	a.hears("Type ana to go on")
	a.says("y")
	a.hears("Nothing was sent.")
	a.says("r #1", "ana")
	a.hears("It is token #2")
	a.ends()
}
