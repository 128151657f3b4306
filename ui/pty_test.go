//go:build linux

package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/tokens"
)

// childVar makes this test binary run the console instead of the tests.
const childVar = "PATDESK_UI_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childVar) != "" {
		os.Exit(child())
	}
	os.Exit(historytest.Main(m))
}

// child runs the real console on the sandbox, on this process's terminal.
func child() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	i, err := sandboxIssuer(ctx, history.Memory)
	if err != nil {
		return 91
	}
	set, err := snippet.NewSet(nil)
	if err != nil {
		return 93
	}
	o := Options{
		Issuer: i, Config: config.Default(""), Profile: &config.Profile{Name: "demo", URL: i.Client.BaseURL()}, KeyOrigin: "sandbox", Demo: true, Snippets: set,
		Terminal: Terminal{In: os.Stdin, Out: os.Stdout, Environ: os.Environ(), Zone: time.Local, Local: true}.withDefaults(),
	}
	o.Clipboard = o.Terminal.NewClipboard(term.ModeOSC52, 0)
	s := newShell(ctx, o, kit.NewTheme(lookOf(o)))
	if os.Getenv(childVar) == "bomb" {
		s.home = func() kit.Screen { return &bomb{List: tokens.New(s)} }
	}
	return code(s.run(cancel))
}

// sandboxIssuer issues on a sandbox that has some tokens already.
func sandboxIssuer(ctx context.Context, path string) (*pat.Issuer, error) {
	box := sandbox.New(sandbox.Options{})
	key, err := secret.NewKey()
	if err != nil {
		return nil, err
	}
	store, err := history.Open(ctx, history.Options{Path: path, KeepTokens: true, Key: func(context.Context) (secret.Key, error) { return key, nil }})
	if err != nil {
		return nil, err
	}
	c, err := client.New("https://tooljet.example.com", secret.New(box.Key()), client.WithTransport(box.Transport()))
	if err != nil {
		return nil, err
	}
	i := &pat.Issuer{Client: c, History: store, Settings: pat.Settings{Profile: "demo", Unit: pat.Seconds, KeySource: "sandbox"}}
	for n := range 8 {
		req := pat.Request{User: box.Users()[n].Email, App: box.Apps()[0].ID, Life: time.Duration(n+1) * 47 * time.Minute, Idle: time.Hour}
		_, _ = i.Issue(ctx, req) // archived users are refused, which makes a row too
	}
	return i, nil
}

func code(err error) int {
	var signal *SignalError
	var crash *CrashError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &signal):
		return 128 + signal.Number
	case errors.As(err, &crash):
		fmt.Fprintln(os.Stderr, crash.Explain())
		return 70
	default:
		return 71
	}
}

// bomb is the list of tokens with keys that make it panic.
type bomb struct {
	*tokens.List
	inView bool
}

func (b *bomb) View() (string, *tea.Cursor) {
	if b.inView {
		panic("in View \x1b]0;owned\a")
	}
	return b.List.View()
}

func (b *bomb) Actions() []kit.Action {
	boom := func() tea.Msg { panic("in a command \x1b]0;owned\a") }
	return []kit.Action{
		{Key: kit.Bind("U", "", "U"), Run: func() tea.Cmd { panic("in Update \x1b]0;owned\a") }},
		{Key: kit.Bind("W", "", "W"), Run: func() tea.Cmd { b.inView = true; return nil }},
		{Key: kit.Bind("C", "", "C"), Run: func() tea.Cmd { return boom }},
		{Key: kit.Bind("B", "", "B"), Run: func() tea.Cmd { return tea.Batch(boom, func() tea.Msg { return nil }) }},
	}
}

// terminal is a console on a real pty.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	ptmx   *os.File
	tty    *os.File
	before *unix.Termios
	mu     sync.Mutex
	out    bytes.Buffer
	done   chan struct{} // the reader has ended
	exited chan error
}

func newTerminal(t *testing.T, argv []string, env ...string) *terminal {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pty: ", err)
	}
	if err := pty.Setsize(ptmx, &pty.Winsize{Rows: 30, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, ptmx: ptmx, tty: tty, done: make(chan struct{}), exited: make(chan error, 1)}
	if x.before, err = unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS); err != nil {
		t.Fatal(err)
	}
	x.cmd = exec.Command(argv[0], argv[1:]...)
	x.cmd.Env = append(os.Environ(), append(env, "TERM=xterm-256color", "LANG=C.UTF-8", "COLORTERM=truecolor")...)
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = tty, tty, tty
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(x.done)
		buf := make([]byte, 32<<10)
		for {
			n, err := ptmx.Read(buf)
			x.mu.Lock()
			x.out.Write(buf[:n])
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { x.exited <- x.cmd.Wait() }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		_ = tty.Close()
		_ = ptmx.Close()
	})
	return x
}

func (x *terminal) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.out.String()
}

// waitFor waits until the output after offset shows a text.
func (x *terminal) waitFor(from int, what string) {
	x.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(x.text()[from:], what) {
			return
		}
	}
	x.t.Fatalf("the terminal never showed %q after byte %d:\n%q", what, from, x.text())
}

func (x *terminal) write(s string) {
	x.t.Helper()
	if _, err := x.ptmx.WriteString(s); err != nil {
		x.t.Fatal(err)
	}
}

func (x *terminal) signal(s syscall.Signal) { _ = x.cmd.Process.Signal(s) }

// exit waits for the end and returns the exit code.
func (x *terminal) exit() int {
	x.t.Helper()
	select {
	case <-x.exited:
		return x.cmd.ProcessState.ExitCode()
	case <-time.After(20 * time.Second):
		x.t.Fatalf("the console does not end:\n%q", x.text())
		return -1
	}
}

// restored fails unless the terminal is as it was found.
func (x *terminal) restored() {
	x.t.Helper()
	now, err := unix.IoctlGetTermios(int(x.tty.Fd()), unix.TCGETS)
	if err != nil {
		x.t.Fatal(err)
	}
	if *now != *x.before {
		x.t.Errorf("termios is %+v, was %+v", now, x.before)
	}
	out := x.text()
	// What was written last has to be read, which takes its time on a busy machine.
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); out = x.text() {
		if strings.LastIndex(out, "\x1b[?1049l") > strings.LastIndex(out, "\x1b[?1049h") {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	for on, off := range map[string]string{
		"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?2004h": "\x1b[?2004l", "\x1b[?1004h": "\x1b[?1004l",
		"\x1b[?1002h": "\x1b[?1002l", "\x1b[?1006h": "\x1b[?1006l",
	} {
		if strings.LastIndex(out, on) > strings.LastIndex(out, off) {
			x.t.Errorf("%q is not followed by %q", on, off)
		}
	}
	if a, b := strings.LastIndex(out, "\x1b[>"), strings.LastIndex(out, "\x1b[<"); a > b && strings.HasSuffix(strings.SplitN(out[a:], "u", 2)[0], "5") {
		x.t.Errorf("keyboard modes stay on: %q", out[a:])
	}
	if strings.Contains(out, "owned") && strings.Contains(out, "\x1b]0;owned") {
		x.t.Error("the text of a panic reached the terminal raw")
	}
}

func (x *terminal) started() {
	x.t.Helper()
	x.waitFor(0, "Tokens")
	x.waitFor(0, "live")
}

// stopChild sends SIGTSTP to the console, which is a child of the shell.
func (x *terminal) stopChild() {
	x.t.Helper()
	out, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", x.cmd.Process.Pid, x.cmd.Process.Pid))
	var pid int
	if _, serr := fmt.Sscan(string(out), &pid); err != nil || serr != nil {
		x.t.Skip("children are not listed here")
	}
	_ = syscall.Kill(pid, syscall.SIGTSTP)
}
