//go:build unix

package console

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"

	"patdesk/e2e/tty"
	"patdesk/ui/term/termtest"
)

// patience bounds every wait; a test that passes needs a fraction of it.
const patience = 20 * time.Second

const (
	enter = "\r"
	esc   = "\x1b"
	ctrlC = "\x03"
	ctrlS = "\x13"
	ctrlZ = "\x1a"
)

// console is the program on a terminal.
type console struct {
	*tty.Terminal
	t      *testing.T
	before *term.State // the terminal's settings before
}

// openConsole starts a program, patdesk if none is named, on a terminal.
func openConsole(t *testing.T, o tty.Options, args ...string) *console {
	t.Helper()
	path, err := exec.LookPath("patdesk")
	if err != nil {
		t.Fatal(err)
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{path}, args...)
	}
	o.HoldOpen = true
	c := &console{t: t}
	prepare := o.Prepare
	o.Prepare = func(slave *os.File) (err error) {
		if c.before, err = term.GetState(int(slave.Fd())); err != nil || prepare == nil {
			return err
		}
		return prepare(slave)
	}
	if c.Terminal, err = tty.Start(o, args...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// demoEnv is an environment in which nothing is set up and nothing can be copied
// to but the terminal itself.
func demoEnv(t *testing.T, extra ...string) []string {
	t.Helper()
	home := t.TempDir()
	return append([]string{"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "TZ=UTC"}, extra...)
}

// press types keys one after the other, each after what the one before did.
func (c *console) press(keys ...string) {
	c.t.Helper()
	for _, k := range keys {
		c.Type(k)
		c.Settle(60*time.Millisecond, 5*time.Second)
		if k == esc {
			// An escape that is read together with the next key is another key. A
			// busy machine needs a person's pace here.
			time.Sleep(300 * time.Millisecond)
			c.Settle(60*time.Millisecond, 5*time.Second)
		}
	}
}

// sees waits until the screen shows all texts.
func (c *console) sees(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if err := c.WaitText(patience, text); err != nil {
			c.t.Fatal(err)
		}
	}
}

// ends waits for the end of the program and checks its exit code.
func (c *console) ends(code int) {
	c.t.Helper()
	got, err := c.Exit(patience)
	if err != nil {
		c.t.Fatal(err)
	}
	if got != code {
		c.t.Errorf("exit code %d, want %d; the screen:\n%s", got, code, c.Text())
	}
}

// restored fails unless the terminal is as it was before the program started:
// its settings, the screen, the cursor, the style, the keyboard and the modes of
// mouse, paste and focus.
func (c *console) restored() {
	c.t.Helper()
	now, err := term.GetState(int(c.Settings.Fd()))
	if err != nil {
		c.t.Fatal(err)
	}
	if !reflect.DeepEqual(now, c.before) {
		c.t.Errorf("the settings are %+v, were %+v", now, c.before)
	}
	_, err = c.Wait(2*time.Second, func(s *tty.Screen) bool { return len(s.Modes()) == 0 })
	c.Look(func(s *tty.Screen) {
		if len(s.Modes()) > 0 {
			c.t.Errorf("modes are left on: %v (%v)", s.Modes(), err)
		}
	})
}

// copied are the texts that the program sent to the terminal's clipboard.
func (c *console) copied() []string {
	c.t.Helper()
	var texts []string
	c.Look(func(s *tty.Screen) {
		for _, p := range s.Copied {
			b, err := base64.StdEncoding.DecodeString(p)
			if err != nil {
				c.t.Errorf("OSC 52 holds no base64: %v", err)
			}
			texts = append(texts, string(b))
		}
	})
	return texts
}

// ending is one way for the console to end.
type ending struct {
	name string
	do   func(c *console)
	code int
}

var endings = []ending{
	{"q", func(c *console) { c.Type("q") }, 0},
	{"ctrl+c twice", func(c *console) { c.press(ctrlC); c.Type(ctrlC) }, 0},
	{"q with the mouse on", func(c *console) {
		c.Type("M")
		if _, err := c.Wait(patience, func(s *tty.Screen) bool { return strings.Contains(fmt.Sprint(s.Modes()), "?1006") }); err != nil {
			c.t.Error(err)
		}
		c.Type("q")
	}, 0},
	{"q in a form", func(c *console) { c.press("n"); c.sees("New token"); c.press(esc); c.sees("2 Time"); c.Type("q") }, 0},
	{"SIGINT", func(c *console) { c.signal(syscall.SIGINT) }, 130},
	{"SIGTERM", func(c *console) { c.signal(syscall.SIGTERM) }, 143},
	{"SIGHUP", func(c *console) { c.signal(syscall.SIGHUP) }, 129},
	{"SIGQUIT", func(c *console) { c.signal(syscall.SIGQUIT) }, 131},
	{"SIGTERM with a dialog open", func(c *console) { c.press("?"); c.signal(syscall.SIGTERM) }, 143},
	{"SIGSTOP, SIGCONT, q", func(c *console) {
		c.signal(syscall.SIGSTOP)
		time.Sleep(20 * time.Millisecond)
		c.signal(syscall.SIGCONT)
		c.Settle(60*time.Millisecond, 5*time.Second)
		c.Type("q")
	}, 0},
}

func (c *console) signal(s syscall.Signal) { _ = c.Cmd.Process.Signal(s) }

// Ensure the terminal is as it was in every way the program can end from outside
// or by keys. The ways that need a mistake in the program are tested in ui.
func TestConsole_TerminalIsRestored(t *testing.T) { restoredAfterEndings(t, 2) }

// Ensure the same many times.
func TestConsole_TerminalIsRestored_Sweep(t *testing.T) {
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
		restoredAfterEndings(t, 20)
	default:
		restoredAfterEndings(t, 5)
	}
}

func restoredAfterEndings(t *testing.T, rounds int) {
	t.Helper()
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			for range rounds {
				c := openConsole(t, tty.Options{Env: demoEnv(t)}, "--demo")
				c.sees("URGENT")
				e.do(c)
				c.ends(e.code)
				c.restored()
				c.Close()
			}
		})
	}
	t.Run("the terminal goes away", func(t *testing.T) {
		for range rounds {
			c := openConsole(t, tty.Options{Env: demoEnv(t)}, "--demo")
			c.sees("URGENT")
			_ = c.Settings.Close()
			_ = c.Keyboard.Close()
			if _, err := c.Exit(patience); err != nil {
				t.Fatal(err)
			}
			c.Close()
		}
	})
	t.Run("the history cannot be opened", func(t *testing.T) {
		for range rounds {
			env := demoEnv(t, "TOOLJET_HOST=http://127.0.0.1:1", "TOOLJET_API_TOKEN=key-0123456789abcdef")
			path := filepath.Join(t.TempDir(), "history.db")
			if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
				t.Fatal(err)
			}
			c := openConsole(t, tty.Options{Env: append(env, "PATDESK_DATA="+path)})
			c.ends(9)
			c.restored()
			c.Close()
		}
	})
	for _, how := range []string{"ctrl+z", "SIGTSTP"} {
		t.Run(how+" and fg", func(t *testing.T) {
			for range rounds {
				suspendAndReturn(t, how)
			}
		})
	}
}

// suspendAndReturn stops the console from a shell with job control, looks at the
// terminal that the shell gets back, and goes on.
func suspendAndReturn(t *testing.T, how string) {
	t.Helper()
	bash := termtest.Need(t, "bash")
	c := openConsole(t, tty.Options{Env: demoEnv(t, "PS1=ready> ", "HISTFILE=/dev/null")}, bash, "--norc", "--noprofile", "--noediting", "-i")
	c.sees("ready>")
	shell, err := term.GetState(int(c.Settings.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	// A prompt is written once the shell has the terminal again, not before.
	prompts := func(n int) {
		t.Helper()
		if _, err := c.Wait(patience, func(s *tty.Screen) bool { return strings.Count(s.String(), "ready>") == n }); err != nil {
			t.Fatal(err)
		}
	}
	c.Type("clear; patdesk --demo\r")
	c.sees("URGENT")
	if how == "SIGTSTP" {
		pid := child(t, c.Cmd.Process.Pid)
		_ = syscall.Kill(pid, syscall.SIGTSTP)
	} else {
		c.Type(ctrlZ)
	}
	c.sees("Stopped")
	prompts(1)
	c.before, shell = shell, c.before
	c.restored()
	c.Type("fg\r")
	c.sees("URGENT")
	c.press("j")
	c.Type("q")
	prompts(2)
	c.restored()
	c.before = shell
	c.Type("exit\r")
	c.ends(0)
	c.restored()
	c.Close()
}

// child is the one child of a process.
func child(t *testing.T, parent int) (pid int) {
	t.Helper()
	termtest.Need(t, "pgrep")
	out, err := exec.Command("pgrep", "-P", fmt.Sprint(parent)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(out), &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}

// Ensure that a window that changes its size is followed down to the notice and
// back, and that keys are off under the notice.
func TestConsole_Resize(t *testing.T) {
	c := openConsole(t, tty.Options{Env: demoEnv(t)}, "--demo")
	c.sees("ROLE@ISSUE", "URGENT") // a key before there are rows moves nothing
	c.press("j", "j")
	const selected = "cy" // the third
	if _, err := c.Wait(patience, func(s *tty.Screen) bool { return selectedIn(s) == selected }); err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{60, 20}, {40, 12}, {30, 8}, {20, 6}, {140, 45}, {100, 30}} {
		if err := c.Resize(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
		if size[0] < 40 {
			if _, err := c.Wait(patience, func(s *tty.Screen) bool { return !strings.Contains(s.String(), "Tokens") }); err != nil {
				t.Fatalf("%v: no notice: %v", size, err)
			}
			c.press("n", "q")
			time.Sleep(300 * time.Millisecond) // a size that comes before they are read would bring them to the list
			continue
		}
		if _, err := c.Wait(patience, func(s *tty.Screen) bool { return selectedIn(s) == selected }); err != nil {
			t.Fatalf("%v: the cursor is not on %q: %v", size, selected, err)
		}
		if strings.Contains(c.Text(), "New token") {
			t.Errorf("%v: a key worked under the notice", size)
		}
	}
	c.Type("q")
	c.ends(0)
	c.restored()
}

// selectedIn is the user of the selected row of the list, up to the @.
func selectedIn(s *tty.Screen) string {
	for _, l := range s.Lines() {
		if strings.HasPrefix(l, "▌") {
			for _, word := range strings.Fields(l) {
				if name, _, ok := strings.Cut(word, "@"); ok {
					return name
				}
			}
		}
	}
	return ""
}
