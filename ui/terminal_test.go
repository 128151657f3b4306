//go:build linux

package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// guest is a console in this process whose person sits at a pty of their own.
type guest struct {
	t       *testing.T
	ptmx    *os.File
	tty     *os.File
	leave   context.CancelFunc // ends the console from outside
	resized chan Size
	ended   chan error
	mu      sync.Mutex
	out     bytes.Buffer
}

func (g *guest) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.out.String()
}

// host runs a console for somebody at another terminal.
func host(t *testing.T, i *pat.Issuer, path, zone string, size Size, env ...string) *guest {
	t.Helper()
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pty: ", err)
	}
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	g := &guest{t: t, ptmx: ptmx, tty: tty, leave: cancel, resized: make(chan Size), ended: make(chan error, 1)}
	at := Terminal{In: tty, Out: tty, Environ: append(env, "TERM=xterm-256color"), Zone: place, Size: size, Resized: g.resized}
	o := Options{
		Issuer: i, Config: config.Default(""), Profile: &config.Profile{Name: "demo", URL: i.Client.BaseURL()}, KeyOrigin: "sandbox",
		History: path, Snippets: set, Terminal: at, Clipboard: at.NewClipboard(term.ModeAuto, time.Minute),
	}
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := ptmx.Read(buf)
			g.mu.Lock()
			g.out.Write(buf[:n])
			g.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	over := make(chan struct{})
	go func() { defer close(over); g.ended <- Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		<-over
		_ = tty.Close()
		_ = ptmx.Close()
	})
	g.waits(0, "live")
	return g
}

// waits waits until the output after a place holds a text, and returns where the
// output ends then.
func (g *guest) waits(from int, what string) int {
	g.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if out := g.text(); strings.Contains(out[from:], what) {
			return len(out)
		}
	}
	g.t.Fatalf("the terminal never showed %q after byte %d:\n%q", what, from, g.text())
	return 0
}

// types writes keys and returns where the output ended before.
func (g *guest) types(keys string) int {
	g.t.Helper()
	from := len(g.text())
	if _, err := io.WriteString(g.ptmx, keys); err != nil {
		g.t.Fatal(err)
	}
	return from
}

// lives fails unless the console answers keys.
func (g *guest) lives() {
	g.t.Helper()
	g.waits(g.types("?"), "Everywhere")
	g.waits(g.types("\x1b"), "\x1b")
	time.Sleep(400 * time.Millisecond) // escape alone is known by what does not follow
}

// Ensure two consoles of one process and one history share neither colours, size,
// zone, clipboard, ctrl+z nor the signals of the process.
func TestTerminal_TwoConsolesInOneProcess(t *testing.T) {
	helper := filepath.Join(t.TempDir(), "bin")
	touched := filepath.Join(t.TempDir(), "clipboard of this computer")
	if err := os.Mkdir(helper, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"wl-copy", "wl-paste", "tmux"} {
		if err := os.WriteFile(filepath.Join(helper, tool), []byte("#!/bin/sh\necho used >>'"+touched+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", helper+":"+os.Getenv("PATH"))
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	signals := make(chan os.Signal, 8) // so that the process outlives them
	signal.Notify(signals, syscall.SIGINT, syscall.SIGHUP, syscall.SIGWINCH, syscall.SIGCONT)
	defer signal.Stop(signals)

	path := filepath.Join(t.TempDir(), "history.db")
	i, err := sandboxIssuer(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = i.History.Close() }()
	a := host(t, i, path, "Asia/Tokyo", Size{140, 45}, "LANG=C.UTF-8", "COLORTERM=truecolor", "TMUX=/tmp/tmux-1/default,1,0")
	b := host(t, i, path, "America/New_York", Size{100, 30}, "LANG=C", "NO_COLOR=1")

	if out := a.text(); !strings.Contains(out, "\x1b[38;2;") || !strings.Contains(out, "─") {
		t.Error("the first console has no colours, or plain letters")
	}
	if out := b.text(); regexp.MustCompile(`\x1b\[[0-9;]*38;`).MatchString(out) || strings.Contains(out, "─") {
		t.Error("the second console has colours, or more than plain letters")
	}
	// The zone stands in the detail: the same end, five or six hours and fourteen apart.
	hours := func(g *guest) string {
		g.waits(g.types("\r"), "your time")
		m := regexp.MustCompile(`(\d\d):\d\d your time`).FindStringSubmatch(g.text())
		if m == nil {
			t.Fatalf("no end in the person's zone:\n%q", g.text())
		}
		return m[1]
	}
	if x, y := hours(a), hours(b); x == y {
		t.Errorf("both zones have the hour %s", x)
	}

	// A copy reaches the terminal of who asked, by OSC 52 only.
	before := len(b.text())
	a.waits(a.types("y"), "\x1b]52;c;")
	if strings.Contains(b.text()[before:], "\x1b]52;") {
		t.Error("the copy of the first console reached the second")
	}
	if _, err := os.Stat(touched); err == nil {
		t.Error("a copy for another terminal touched the clipboard of this computer")
	}

	// Neither ctrl+z nor a signal is about them.
	a.types("\x1a")
	a.lives()
	b.lives()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGWINCH, syscall.SIGCONT} {
		_ = syscall.Kill(os.Getpid(), sig)
	}
	for range 3 { // three other kinds reach nobody else
		<-signals
	}
	a.lives()
	b.lives()

	// A new size of the one is none of the other.
	before = len(a.text())
	from := len(b.text())
	b.resized <- Size{30, 8}
	b.waits(from, "Keys are off")
	if strings.Contains(a.text()[before:], "Keys are off") {
		t.Error("the second console's size is the first one's too")
	}

	// The end of one leaves the other.
	a.types("\x1b")
	time.Sleep(400 * time.Millisecond)
	a.types("\x03")
	a.types("\x03")
	select {
	case err := <-a.ended:
		if err != nil {
			t.Error(err)
		}
		a.ended <- nil
	case <-time.After(20 * time.Second):
		t.Fatal("the first console does not end")
	}
	from = len(b.text())
	b.resized <- Size{100, 30}
	b.waits(from, "live")
	b.lives()
}

// Ensure a console that is ended from outside leaves nobody behind who reads the
// terminal: what is typed afterwards is for whoever has it next.
func TestTerminal_EndedFromOutside(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	i, err := sandboxIssuer(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = i.History.Close() }()
	for range 5 {
		g := host(t, i, path, "UTC", Size{100, 30})
		g.leave()
		if err := <-g.ended; !errors.Is(err, context.Canceled) {
			t.Fatalf("ended by its context: %v", err)
		}
		for k, left := 0, ""; ; k++ {
			if left = readers(); left == "" {
				break
			}
			if k == 3 { // who is on the way out may need a moment
				t.Fatalf("still reads the terminal:\n%s", left)
			}
			time.Sleep(5 * time.Millisecond)
		}
		g.types("next\n")
		line := make([]byte, 16)
		if n, err := g.tty.Read(line); err != nil || string(line[:n]) != "next\n" {
			t.Fatalf("the next reader got %q, %v", line[:n], err)
		}
	}
}

// readers is the stack of a goroutine that reads the input of a program; empty if
// there is none.
func readers() string {
	all := make([]byte, 1<<20)
	all = all[:runtime.Stack(all, true)]
	for one := range strings.SplitSeq(string(all), "\n\n") {
		if strings.Contains(one, "TerminalReader") {
			return one
		}
	}
	return ""
}

// Ensure a terminal that is not local has no ctrl+z, and one that is has.
func TestTerminal_SuspendIsLocal(t *testing.T) {
	t.Parallel()
	for _, local := range []bool{true, false} {
		there := func(_ *driver, o *Options) { o.Terminal.Local = local }
		story(t, stage{seed: everyState, options: there}, func(d *driver) {
			if _, ok := kit.Match(d.s.actions(), keyMsg("ctrl+z")); ok != local {
				t.Errorf("local %v: ctrl+z %v", local, ok)
			}
		})
	}
}
