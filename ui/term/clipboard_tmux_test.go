//go:build unix

package term

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// tmuxServer is a private tmux server.
type tmuxServer struct {
	t      *testing.T
	socket string
}

func newTmux(t *testing.T, options ...string) tmuxServer {
	t.Helper()
	return tmuxServer{t, termtest.Tmux(t, options...)}
}

func (s tmuxServer) do(input string, args ...string) string {
	s.t.Helper()
	out, err := run(s.t, nil, input, "tmux", append([]string{"-S", s.socket}, args...)...)
	if err != nil {
		s.t.Fatalf("tmux %v: %v", args, err)
	}
	return out
}

// buffers are the contents of all buffers, newest first. One that goes away while
// they are read is left out.
func (s tmuxServer) buffers() []string {
	s.t.Helper()
	var all []string
	for _, name := range strings.Fields(s.do("", "list-buffers", "-F", "#{buffer_name}")) {
		if content, err := run(s.t, nil, "", "tmux", "-S", s.socket, "show-buffer", "-b", name); err == nil {
			all = append(all, content)
		}
	}
	return all
}

// clipboard is one inside the server.
func (s tmuxServer) clipboard(o ClipboardOptions, env ...string) *Clipboard {
	o.Env.Getenv = envOf(append(env, "TMUX="+s.socket+",1,0", "TERM=tmux-256color")...)
	c := NewClipboard(o)
	c.limit = patient
	return c
}

func TestCopy_TmuxBufferIsReadBackAndDeleted(t *testing.T) {
	t.Parallel()
	s := newTmux(t)
	for _, text := range []string{"pat_a", "https://example.com/?a=1&b=\"ü\"", "<iframe>\n  漢字\n</iframe>\n", strings.Repeat("x", 100_000)} {
		c := s.clipboard(ClipboardOptions{Mode: ModeTmux, Clear: time.Minute})
		done, err := c.Copy(t.Context(), secret.New(text))
		if err != nil || done.Backend != ModeTmux || done.Certainty != Checked || done.ClearsAt.IsZero() {
			t.Fatalf("%+v %v", done, err)
		}
		if got := s.buffers(); len(got) != 1 || got[0] != text {
			t.Errorf("buffers %.60q", got)
		}
		if cleared, err := c.ClearNow(t.Context()); err != nil || cleared.Note != "Cleared the tmux buffer." || cleared.Asked {
			t.Errorf("%+v %v", cleared, err)
		}
		if got := s.buffers(); len(got) != 0 {
			t.Errorf("buffers %.60q", got)
		}
	}
}

// Old buffers of ours go too, wherever they are in the stack; others stay, also
// those of the same length.
func TestClearOurs_TmuxDeletesAllOursAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newTmux(t)
	c := s.clipboard(ClipboardOptions{Mode: ModeTmux})
	for _, text := range []string{"pat_one", "pat_two", "pat_one"} {
		if _, err := c.Copy(t.Context(), secret.New(text)); err != nil {
			t.Fatal(err)
		}
		s.do("foreign", "load-buffer", "-")
	}
	if ok, err := c.ClearOurs(t.Context()); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	if got := s.buffers(); !slices.Equal(got, []string{"foreign", "foreign", "foreign"}) {
		t.Errorf("buffers %q", got)
	}
	if _, err := c.Copy(t.Context(), secret.New("pat_three")); err != nil {
		t.Fatal(err)
	}
	s.do("", "delete-buffer")
	if cleared, err := c.ClearNow(t.Context()); err != nil || !strings.HasPrefix(cleared.Note, "Nothing cleared") {
		t.Errorf("%+v %v", cleared, err)
	}
}

func TestSpawnClearer_DeletesTmuxBuffers(t *testing.T) {
	t.Parallel()
	s := newTmux(t)
	c := s.clipboard(ClipboardOptions{Mode: ModeTmux, Clear: 300 * time.Millisecond})
	if _, err := c.Copy(t.Context(), secret.New("pat_one")); err != nil {
		t.Fatal(err)
	}
	s.do("foreign", "load-buffer", "-")
	if ok, err := c.SpawnClearer(); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	eventually(t, "only foreign buffers", func() bool { return slices.Equal(s.buffers(), []string{"foreign"}) })
}

// A terminal inside tmux: OSC 52 arrives as a buffer if set-clipboard is on, and
// that buffer is deleted again.
func TestCopy_OSC52InTmux(t *testing.T) {
	t.Parallel()
	for option, arrives := range map[string]bool{"on": true, "external": false, "off": false} {
		t.Run(option, func(t *testing.T) {
			s := newTmux(t, "set -s set-clipboard "+option)
			tty, err := os.OpenFile(strings.TrimSpace(s.do("", "list-panes", "-F", "#{pane_tty}")), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tty.Close() }()
			text := "https://example.com/?a=1&b=ü"
			c := s.clipboard(ClipboardOptions{Mode: ModeOSC52, Env: Env{Out: tty}})
			done, err := c.Copy(t.Context(), secret.New(text))
			if err != nil || done.Certainty != Sent || !strings.Contains(done.Hint, "set-clipboard") {
				t.Fatalf("%+v %v", done, err)
			}
			// Text after the sequence shows when tmux has read it.
			if _, err := io.WriteString(tty, "AFTER"); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the text after it", func() bool { return strings.Contains(s.do("", "capture-pane", "-p"), "AFTER") })
			want := []string(nil)
			if arrives {
				want = []string{text}
			}
			if got := s.buffers(); !slices.Equal(got, want) {
				t.Errorf("buffers %q, want %q", got, want)
			}
			cleared, err := c.ClearNow(t.Context())
			if err != nil || !cleared.Asked || len(cleared.Backends) != len(want) {
				t.Errorf("%+v %v", cleared, err)
			}
			if got := s.buffers(); len(got) != 0 {
				t.Errorf("buffers %q", got)
			}
		})
	}
}

// attached is a terminal that shows the server's session and keeps what it gets.
type attached struct {
	mu  sync.Mutex
	got bytes.Buffer
}

func (a *attached) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.got.Write(p)
}

func (a *attached) holds(s string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Contains(a.got.String(), s)
}

func attach(t *testing.T, s tmuxServer) *attached {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "tmux", "-S", s.socket, "attach")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	a := &attached{}
	copied := make(chan struct{})
	go func() { _, _ = io.Copy(a, f); close(copied) }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = f.Close()
		<-copied
	})
	eventually(t, "an attached client", func() bool { return s.do("", "list-clients") != "" && a.holds("\x1b[?1049h") })
	return a
}

// In mode auto tmux passes the text on to its own terminal, at home after the
// native tool failed, and over SSH before anything else.
func TestCopy_AutoInTmuxReachesItsTerminal(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]string{"local": "A=", "remote": "SSH_TTY=/dev/pts/9"} {
		for _, option := range []string{"on", "external", "off"} {
			t.Run(name+"-"+option, func(t *testing.T) {
				s := newTmux(t, "set -s set-clipboard "+option)
				terminal := attach(t, s)
				c := s.clipboard(ClipboardOptions{}, env)
				done, err := c.Copy(t.Context(), secret.New("pat_x?"))
				if err != nil || done.Backend != ModeTmux || done.Certainty != Checked || !strings.Contains(done.Hint, "passed on") {
					t.Fatalf("%+v %v", done, err)
				}
				eventually(t, "OSC 52 at the terminal", func() bool { return terminal.holds(";cGF0X3g/\x07") })
				cleared, err := c.ClearNow(t.Context())
				if err != nil || !cleared.Asked || !slices.Equal(cleared.Backends, []string{ModeTmux}) {
					t.Errorf("%+v %v", cleared, err)
				}
				eventually(t, "a blank at the terminal", func() bool { return terminal.holds(";IA==\x07") })
				if got := s.buffers(); len(got) != 0 {
					t.Errorf("buffers %q", got)
				}
			})
		}
	}
}

func TestCopy_TmuxFailuresAreExplained(t *testing.T) {
	t.Parallel()
	termtest.Need(t, "tmux")
	for _, tt := range []struct{ name, tmux, socket, want string }{
		{"outside", "", "", "not inside tmux"},
		{"dead server", "", "TMUX=" + t.TempDir() + "/none,1,0", "tmux load-buffer: "},
		{"no program", "no-such-tmux", "TMUX=/x,1,0", "executable file not found"},
	} {
		c := NewClipboard(ClipboardOptions{Mode: ModeTmux, Env: Env{Getenv: envOf(tt.socket), Tmux: tt.tmux}})
		c.limit = patient
		if _, err := c.Copy(t.Context(), secret.New("pat_x")); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestCopy_TmuxKnowsNoSecretButOnStdin(t *testing.T) {
	t.Parallel()
	s := newTmux(t)
	dir, record := spies(t, "tmux")
	c := s.clipboard(ClipboardOptions{Mode: ModeTmux, Env: Env{Tmux: dir + "/tmux"}}, "TOOLJET_API_TOKEN=canary")
	if _, err := c.Copy(t.Context(), secret.New("pat_secret")); err != nil {
		t.Fatal(err)
	}
	if ok, err := c.ClearOurs(t.Context()); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	got, err := os.ReadFile(record)
	if err != nil || bytes.Count(got, []byte("CALL\n")) != 5 {
		t.Errorf("%v %s", err, got)
	}
	for _, bad := range []string{"pat_secret", "canary"} {
		if bytes.Contains(got, []byte(bad)) {
			t.Errorf("shows %s: %s", bad, got)
		}
	}
}
