//go:build unix

package console

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
)

// Ensure that on a terminal that does not know its size the console is as large as
// its environment says, else 80 columns by 24 rows, and follows once it knows.
func TestConsole_SizeUnknown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		known      pty.Winsize
		env        []string
		cols, rows int
	}{
		{name: "nothing is known", cols: 80, rows: 24},
		{name: "the environment knows", env: []string{"COLUMNS=72", "LINES=26"}, cols: 72, rows: 26},
		{name: "the environment is wrong", env: []string{"COLUMNS=wide", "LINES=-3"}, cols: 80, rows: 24},
		{name: "the columns are known", known: pty.Winsize{Cols: 90}, cols: 90, rows: 24},
		{name: "the rows are known", known: pty.Winsize{Rows: 28}, env: []string{"LINES=20"}, cols: 80, rows: 28},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := openConsole(t, tty.Options{
				Env:     demoEnv(t, tt.env...),
				Prepare: func(slave *os.File) error { return pty.Setsize(slave, &tt.known) },
			}, "--demo")
			c.sees("URGENT")
			c.spans(tt.cols, tt.rows)
			if err := c.Resize(100, 30); err != nil {
				t.Fatal(err)
			}
			c.spans(100, 30)
			c.Type("q")
			c.ends(0)
		})
	}
}

// spans waits until the console fills so many columns and rows: its rule goes to
// the last column, its keys stand in the last row.
func (c *console) spans(cols, rows int) {
	c.t.Helper()
	_, err := c.Wait(patience, func(s *tty.Screen) bool {
		lines := s.Lines()
		wide := 0
		for _, l := range lines {
			wide = max(wide, len([]rune(strings.TrimRight(l, " "))))
		}
		high := len(lines)
		for high > 0 && strings.TrimSpace(lines[high-1]) == "" {
			high--
		}
		return wide == cols && high == rows
	})
	if err != nil {
		c.t.Fatalf("not %d by %d: %v", cols, rows, err)
	}
}

// Ensure that the console draws on however often it is stopped from outside and
// goes on again.
func TestConsole_StoppedManyTimes(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	c := openConsole(t, tty.Options{Env: demoEnv(t)}, "--demo")
	c.sees("URGENT")
	for range 5 {
		c.signal(syscall.SIGSTOP)
		time.Sleep(20 * time.Millisecond)
		c.signal(syscall.SIGCONT)
		c.Settle(60*time.Millisecond, 5*time.Second)
		c.Type("?")
		c.sees("Everywhere")
		c.press(esc)
		if _, err := c.Wait(patience, func(s *tty.Screen) bool { return !strings.Contains(s.String(), "Everywhere") }); err != nil {
			t.Fatal(err)
		}
	}
	c.Type("q")
	c.ends(0)
	c.restored()
}

// Ensure that a slow line, which tears the sequences of keys, does not press esc:
// what is being filled in stays.
func TestConsole_TornKeys(t *testing.T) {
	c := openConsole(t, tty.Options{Cols: 100, Rows: 30, Env: demoEnv(t)}, "--demo")
	c.sees("URGENT")
	c.press("n")
	c.sees("New token")
	for _, pause := range []time.Duration{30 * time.Millisecond, 55 * time.Millisecond, 80 * time.Millisecond} {
		for _, key := range []string{"[A", "[B", "OP", "[1;5C"} {
			c.Type("\x1b")
			time.Sleep(pause)
			c.Type(key)
			c.Settle(60*time.Millisecond, 5*time.Second)
			if key == "OP" { // the help of the form
				c.sees("Keys")
				c.press(esc)
			}
			c.sees("New token")
		}
	}
	c.press(esc)
	c.sees("URGENT")
}
