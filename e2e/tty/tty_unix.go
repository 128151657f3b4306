//go:build unix

package tty

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// Options is how a program is started on a terminal.
type Options struct {
	Cols, Rows int // 0 = 100x30
	Light      bool
	Mute       bool     // the terminal answers no questions
	Env        []string // the whole environment; TERM and COLORTERM are added before it
	Dir        string
	// HoldOpen keeps the program's side of the terminal open here as well, so
	// that its settings can be looked at after the end.
	HoldOpen bool
	// Prepare is called with the program's side before the start.
	Prepare func(*os.File) error
}

// Terminal is a program on a terminal.
type Terminal struct {
	Cmd *exec.Cmd
	// Keyboard is the terminal's side of the pty.
	Keyboard *os.File
	// Settings is the program's side, with HoldOpen.
	Settings *os.File
	// Began is when the process was started.
	Began time.Time

	mu      sync.Mutex
	changed *sync.Cond
	screen  *Screen
	out     []byte
	at      time.Time // of the last output
	last    time.Time // of the last key
	closed  bool
	exited  chan struct{}
	drained chan struct{} // everything that was written has been read
}

// Start runs a program on a new terminal of its own session.
func Start(o Options, argv ...string) (*Terminal, error) {
	if o.Cols == 0 {
		o.Cols, o.Rows = 100, 30
	}
	master, slave, err := pty.Open()
	if err != nil {
		return nil, err
	}
	if err := pty.Setsize(master, size(o.Cols, o.Rows)); err != nil {
		return nil, err
	}
	t := &Terminal{Keyboard: master, screen: NewScreen(o.Cols, o.Rows), exited: make(chan struct{}), drained: make(chan struct{})}
	t.changed = sync.NewCond(&t.mu)
	if o.Light {
		t.screen.Ground, t.screen.Text = Light[0], Light[1]
	}
	if !o.Mute {
		t.screen.Reply = func(s string) { _, _ = master.WriteString(s) }
	}
	if o.Prepare != nil {
		if err := o.Prepare(slave); err != nil {
			return nil, errors.Join(err, master.Close(), slave.Close())
		}
	}
	t.Cmd = exec.Command(argv[0], argv[1:]...)
	t.Cmd.Env = append([]string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"}, o.Env...)
	t.Cmd.Dir = o.Dir
	t.Cmd.Stdin, t.Cmd.Stdout, t.Cmd.Stderr = slave, slave, slave
	t.Cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	t.Began = time.Now()
	if err := t.Cmd.Start(); err != nil {
		return nil, errors.Join(err, master.Close(), slave.Close())
	}
	if o.HoldOpen {
		t.Settings = slave
	} else {
		_ = slave.Close()
	}
	go t.read()
	go func() {
		_ = t.Cmd.Wait()
		close(t.exited)
		t.mu.Lock()
		t.closed = true
		t.changed.Broadcast()
		t.mu.Unlock()
	}()
	return t, nil
}

func size(cols, rows int) *pty.Winsize {
	return &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)}
}

func (t *Terminal) read() {
	defer close(t.drained)
	buf := make([]byte, 64<<10)
	for {
		n, err := t.Keyboard.Read(buf)
		t.mu.Lock()
		t.at = time.Now()
		t.out = append(t.out, buf[:n]...)
		_, _ = t.screen.Write(buf[:n])
		t.changed.Broadcast()
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Type sends keys.
func (t *Terminal) Type(keys string) {
	t.mu.Lock()
	t.last = time.Now()
	t.mu.Unlock()
	_, _ = t.Keyboard.WriteString(keys)
}

// Paste sends a text as a terminal does when a person pastes it.
func (t *Terminal) Paste(text string) { t.Type("\x1b[200~" + text + "\x1b[201~") }

// Resize changes the size of the terminal's window.
func (t *Terminal) Resize(cols, rows int) error {
	t.mu.Lock()
	t.screen.Resize(cols, rows)
	t.mu.Unlock()
	return pty.Setsize(t.Keyboard, size(cols, rows))
}

// Look calls f with the screen, which does not change meanwhile.
func (t *Terminal) Look(f func(*Screen)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(t.screen)
}

// Text is what the screen shows.
func (t *Terminal) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

// Output is every byte that the program wrote.
func (t *Terminal) Output() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]byte(nil), t.out...)
}

// Written is the number of bytes that the program wrote.
func (t *Terminal) Written() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.out)
}

// Wait waits until a complete frame satisfies ok, at most limit, and returns when
// that frame arrived.
func (t *Terminal) Wait(limit time.Duration, ok func(*Screen) bool) (time.Time, error) {
	late := false
	timer := time.AfterFunc(limit, func() {
		t.mu.Lock()
		late = true
		t.changed.Broadcast()
		t.mu.Unlock()
	})
	defer timer.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		if !t.screen.Syncing() && ok(t.screen) {
			return t.at, nil
		}
		// What a program wrote last may be read some time after its end.
		if late {
			why := "in " + limit.String()
			if t.closed {
				why += ", and the program has ended"
			}
			return time.Time{}, fmt.Errorf("not seen %s; the screen:\n%s", why, t.screen)
		}
		t.changed.Wait()
	}
}

// WaitText waits until the screen shows a text.
func (t *Terminal) WaitText(limit time.Duration, text string) error {
	_, err := t.Wait(limit, func(s *Screen) bool { return strings.Contains(s.String(), text) })
	if err != nil {
		return fmt.Errorf("%q %w", text, err)
	}
	return nil
}

// Settle waits until nothing was typed and the program has written nothing for a
// while, at most limit.
func (t *Terminal) Settle(quiet, limit time.Duration) {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(quiet / 10) {
		t.mu.Lock()
		idle := min(time.Since(t.at), time.Since(t.last))
		t.mu.Unlock()
		if idle > quiet {
			return
		}
	}
}

// Exit waits for the end of the program and returns its exit code.
func (t *Terminal) Exit(limit time.Duration) (int, error) {
	select {
	case <-t.exited:
		if t.Settings != nil { // the open side would keep the reader waiting
			t.Settle(30*time.Millisecond, time.Second)
			return t.Cmd.ProcessState.ExitCode(), nil
		}
		<-t.drained
		return t.Cmd.ProcessState.ExitCode(), nil
	case <-time.After(limit):
		return -1, fmt.Errorf("it did not end in %s; the screen:\n%s", limit, t.Text())
	}
}

// Close ends the program at once and releases the terminal.
func (t *Terminal) Close() {
	_ = t.Cmd.Process.Kill()
	<-t.exited
	if t.Settings != nil {
		_ = t.Settings.Close()
	}
	_ = t.Keyboard.Close()
	<-t.drained
	_ = t.screen.Close()
}
