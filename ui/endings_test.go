//go:build linux

package ui

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Ensure the terminal is as it was in every way the console can end.
func TestEndings_TerminalIsRestored(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("real ptys")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, mode string
		do         func(x *terminal)
		code       int
	}{
		{"q", "plain", func(x *terminal) { x.write("q") }, 0},
		{"ctrl+c", "plain", func(x *terminal) { x.write("\x03\x03") }, 0},
		{"mouse on, then q", "plain", func(x *terminal) { x.write("M"); x.waitFor(0, "\x1b[?1002h"); x.write("q") }, 0},
		{"SIGINT", "plain", func(x *terminal) { x.signal(syscall.SIGINT) }, 130},
		{"SIGTERM", "plain", func(x *terminal) { x.signal(syscall.SIGTERM) }, 143},
		{"SIGHUP", "plain", func(x *terminal) { x.signal(syscall.SIGHUP) }, 129},
		{"SIGQUIT", "plain", func(x *terminal) { x.signal(syscall.SIGQUIT) }, 131},
		{"SIGSTOP and SIGCONT", "plain", func(x *terminal) {
			x.signal(syscall.SIGSTOP)
			time.Sleep(50 * time.Millisecond)
			from := len(x.text())
			x.signal(syscall.SIGCONT)
			x.waitFor(from, "Tokens")
			x.write("q")
		}, 0},
		{"SIGTSTP without a shell", "plain", func(x *terminal) { x.signal(syscall.SIGTSTP); x.waitFor(0, "no shell"); x.write("q") }, 0},
		{"ctrl+z without a shell", "plain", func(x *terminal) { x.write("\x1a"); x.waitFor(0, "no shell"); x.write("q") }, 0},
		{"panic in Update", "bomb", func(x *terminal) { x.write("U") }, 70},
		{"panic in View", "bomb", func(x *terminal) { x.write("W") }, 70},
		{"panic in a command", "bomb", func(x *terminal) { x.write("C") }, 70},
		{"panic in a batch", "bomb", func(x *terminal) { x.write("B") }, 70},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newTerminal(t, []string{self}, childVar+"="+c.mode)
			x.started()
			c.do(x)
			if got := x.exit(); got != c.code {
				t.Errorf("exit code %d, want %d:\n%q", got, c.code, x.text())
			}
			x.restored()
		})
	}
	t.Run("the terminal goes away", func(t *testing.T) {
		x := newTerminal(t, []string{self}, childVar+"=plain")
		x.started()
		_ = x.tty.Close()
		_ = x.ptmx.Close()
		begin := time.Now()
		x.exit()
		if d := time.Since(begin); d > 10*time.Second {
			t.Errorf("it took %v to end", d)
		}
	})
}

// Ensure ctrl+z and a stop from outside lead to the shell and back, with the
// terminal restored in between.
func TestEndings_SuspendAndComeBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("real ptys")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"key", "signal"} {
		t.Run(how, func(t *testing.T) {
			x := newTerminal(t, []string{bash, "--norc", "--noprofile", "--noediting", "-i"}, "PS1=ready$ ", "HISTFILE=/dev/null")
			x.waitFor(0, "ready$ ")
			x.write(childVar + "=plain " + self + "\n")
			x.started()
			from := len(x.text())
			if how == "key" {
				x.write("\x1a")
			} else {
				x.stopChild()
			}
			x.waitFor(from, "ready$ ")
			x.waitFor(from, "\x1b[?1049l")
			back := len(x.text())
			x.write("fg\n")
			x.waitFor(back, "\x1b[?1049h")
			x.waitFor(back, "Tokens")
			end := len(x.text())
			x.write("q")
			x.waitFor(end, "ready$ ")
			x.write("exit\n")
			x.exit()
			x.restored()
		})
	}
}
