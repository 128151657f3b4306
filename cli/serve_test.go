package cli_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"patdesk/cli"
	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
)

// door is patdesk serve in this process, with keys of its members, and of one who is none.
type door struct {
	t     *testing.T
	addr  string
	host  ssh.PublicKey
	keys  map[string]ssh.Signer
	home  string
	said  *e2etest.Output
	close func() int // ends it as SIGTERM does, and returns its exit code
}

// newKey is a key of somebody.
func newKey(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// team is the team of the tests: ana issues for orders, cy views, ci is a machine.
func (d *door) team(more string) string {
	key := func(who string) string {
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(d.keys[who].PublicKey())))
	}
	return fmt.Sprintf("[people.ana]\nkeys = [%q]\nrole = \"issue\"\napps = [\"orders\"]\n[people.cy]\nkeys = [%q]\nrole = \"view\"\n"+
		"[machines.ci]\nkeys = [%q]\nrole = \"issue\"\napps = [\"orders\"]\ncommands = [\"issue\", \"list\"]\nrate = \"2/min\"\n[serve]\nlisten = \"127.0.0.1:0\"\n%s",
		key("ana"), key("cy"), key("ci"), more)
}

func (d *door) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.home, ".config", "patdesk", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// openDoor opens the desk of a sandbox for the team; more belongs to [serve].
func openDoor(t *testing.T, s *sandbox.Server, more string) *door {
	t.Helper()
	d, env := closedDoor(t, s, "", more)
	d.open(env)
	return d
}

// closedDoor is a desk that open opens; config comes before its profile.
func closedDoor(t *testing.T, s *sandbox.Server, config, more string) (d *door, env map[string]string) {
	t.Helper()
	env = homeOf(t, s)
	d = &door{t: t, home: env["HOME"], said: &e2etest.Output{}, keys: map[string]ssh.Signer{}}
	for _, who := range []string{"ana", "cy", "ci", "nobody"} {
		d.keys[who] = newKey(t)
	}
	d.write("acme.key", s.Key())
	d.write("config.toml", config+fmt.Sprintf("profile = \"acme\"\n[profiles.acme]\nurl = %q\nkey = \"file\"\nkey_file = \"acme.key\"\n", env["TOOLJET_HOST"]))
	d.write("team.toml", d.team(more))
	return d, env
}

// open runs patdesk serve until the test ends, or close is called.
func (d *door) open(env map[string]string) {
	d.t.Helper()
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(d.t.Context()))
	code := make(chan int, 1)
	go func() {
		code <- cli.Main(ctx, []string{"serve"}, &cli.Env{
			In: strings.NewReader(""), Out: io.Discard, Err: d.said, Getenv: func(k string) string { return env[k] },
		})
	}()
	d.close = sync.OnceValue(func() int {
		cancel(&cli.Signal{Number: 15})
		return <-code
	})
	d.t.Cleanup(func() { d.close() })
	open := regexp.MustCompile(`open on (\S+), its key is (\S+)`)
	waitFor(d.t, "the door is open", func() bool {
		m := open.FindStringSubmatch(d.said.String())
		if m != nil {
			d.addr = m[1]
		}
		return m != nil
	})
}

// waitFor waits until something is so; a busy computer may take long.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not seen: %s", what)
}

// dial comes with a key.
func (d *door) dial(who string) (*ssh.Client, error) {
	return ssh.Dial("tcp", d.addr, &ssh.ClientConfig{
		User: "desk", Auth: []ssh.AuthMethod{ssh.PublicKeys(d.keys[who])}, Timeout: 60 * time.Second,
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error { d.host = key; return nil },
	})
}

func (d *door) session(who string) *ssh.Session {
	d.t.Helper()
	c, err := d.dial(who)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
	n, err := c.NewSession()
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// run runs a command at somebody's seat.
func (d *door) run(who, command string) (text string, code int) {
	d.t.Helper()
	n := d.session(who)
	out := &e2etest.Output{}
	n.Stdout, n.Stderr = out, out
	err := n.Run(command)
	return strings.Join(strings.Fields(out.String()), " "), exitOf(err)
}

// exitOf is the exit code of a session; -1 if it told none.
func exitOf(err error) int {
	if e, ok := errors.AsType[*ssh.ExitError](err); ok {
		return e.ExitStatus()
	}
	if err != nil {
		return -1
	}
	return 0
}

// sitter is somebody at the console.
type sitter struct {
	t    *testing.T
	n    *ssh.Session
	keys io.Writer
	out  *e2etest.Output

	mu     sync.Mutex
	screen *tty.Screen
}

// Write implements io.Writer for what comes to the terminal.
func (c *sitter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.out.Write(p)
	return c.screen.Write(p)
}

func (c *sitter) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.screen.String()
}

// sits opens the console for somebody.
func (d *door) sits(who string, env ...string) *sitter {
	d.t.Helper()
	c := &sitter{t: d.t, n: d.session(who), out: &e2etest.Output{}, screen: tty.NewScreen(100, 30)}
	d.t.Cleanup(func() { _ = c.screen.Close() })
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		_ = c.n.Setenv(name, value) // what is refused is refused
	}
	if err := c.n.RequestPty("xterm-256color", 30, 100, ssh.TerminalModes{}); err != nil {
		d.t.Fatal(err)
	}
	var err error
	if c.keys, err = c.n.StdinPipe(); err != nil {
		d.t.Fatal(err)
	}
	c.n.Stdout, c.n.Stderr = c, c
	if err := c.n.Shell(); err != nil {
		d.t.Fatal(err)
	}
	return c
}

// two issues a token as ana, and opens the consoles of ana and cy, who see it.
func (d *door) two() (ana, cy *sitter) {
	d.t.Helper()
	if text, code := d.run("ana", "issue ana@example.com orders --life 1h"); code != 0 {
		d.t.Fatal(text)
	}
	ana, cy = d.sits("ana"), d.sits("cy")
	ana.sees("1 live")
	cy.sees("1 live")
	return ana, cy
}

// sees waits until the screen shows a text.
func (c *sitter) sees(text string) {
	c.t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(c.text(), text) {
			return
		}
	}
	c.t.Fatalf("the screen never showed %q:\n%s", text, c.text())
}

// types presses keys and waits until the screen shows a text.
func (c *sitter) types(keys, text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.keys, keys); err != nil {
		c.t.Fatal(err)
	}
	c.sees(text)
}

// Ensure two people of two roles sit in one process: each at the console of their own
// name, with their own terminal, colours and clipboard, and what one may not do is denied.
func TestServe_TwoPeople(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "")
	for _, tt := range []struct {
		who, command string
		code         int
		want         string
	}{
		{"ana", "issue ana@example.com orders --life 1h", 0, "#1 issued"},
		{"ana", "issue ana@example.com stock", 4, "their apps are orders"},
		{"cy", "list", 0, "Orders portal"},
		{"cy", "show 1 -o url", 4, "role issue is needed"},
		{"cy", "activity --json", 0, `"actor": "ana@ssh 127.0.0.1"`},
		{"ci", "show 1", 4, "team.toml allows: issue, list"},
		{"ci", "", 4, "a machine runs commands only"},
		{"ana", "", 2, "The console needs a terminal. -> Come with a terminal (ssh -t)"},
	} {
		if text, code := d.run(tt.who, tt.command); code != tt.code || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %q: exit %d, want %d and %q\n%s", tt.who, tt.command, code, tt.code, tt.want, text)
		}
	}

	ana, cy := d.sits("ana", "LANG=C.UTF-8", "COLORTERM=truecolor"), d.sits("cy", "LANG=C", "NO_COLOR=1")
	ana.sees("1 live")
	cy.sees("1 live")
	if out := ana.out.String(); !strings.Contains(out, "\x1b[38;2;") || !strings.Contains(out, "─") {
		t.Error("ana has no colours, or plain letters")
	}
	if out := cy.out.String(); regexp.MustCompile(`\x1b\[[0-9;]*38;`).MatchString(out) || strings.Contains(out, "─") {
		t.Error("cy has colours, or more than plain letters")
	}
	ana.types("\r", "by you")
	cy.types("\r", "by ana")
	ana.types("y", "OSC 52")
	cy.types("y", "may not see the secret")
	if !strings.Contains(ana.out.String(), "\x1b]52;c;") || strings.Contains(cy.out.String(), "\x1b]52;") {
		t.Error("ana's copy did not go to her terminal alone")
	}
	ana.mu.Lock()
	ana.screen.Resize(140, 45)
	ana.mu.Unlock()
	if err := ana.n.WindowChange(45, 140); err != nil {
		t.Fatal(err)
	}
	ana.types("?", "Everywhere")
	ana.types("\x1b", "by you")
	// Of the one client that they share each sees the requests of their own.
	ana.types("5", "Admin key")
	ana.types("4", "read: GET /api/ext/")
	cy.types("4", "18 events, ")
	if strings.Contains(cy.text(), "/api/ext/") {
		t.Errorf("cy sees what ana asked for:\n%s", cy.text())
	}
	for _, c := range []*sitter{ana, cy} {
		if _, err := io.WriteString(c.keys, "\x03\x03"); err != nil {
			t.Fatal(err)
		}
		if code := exitOf(c.n.Wait()); code != 0 {
			t.Errorf("left with %d:\n%s", code, c.text())
		}
		if modes := c.screen.Modes(); len(modes) > 0 {
			t.Errorf("the terminal is left with %v", modes)
		}
	}
	// What she did at the console is hers, and so is what it was done with.
	if text, _ := d.run("cy", "activity --json"); !regexp.MustCompile(`"actor": "ana@ssh 127.0.0.1",[^}]*"via": "console",[^}]*"action": "copied"`).MatchString(text) {
		t.Errorf("told is\n%s", text)
	}
	if code := d.close(); code != 0 {
		t.Errorf("the desk closed with %d: %s", code, d.said)
	}
}
