//go:build unix

package term

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// Ensure that GNU screen passes the clipboard's sequences on to its terminal,
// longer ones than it takes in one string too, and their clearing.
func TestCopy_ThroughGNUScreen(t *testing.T) {
	t.Parallel()
	screen := termtest.Need(t, "screen")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a token": "pat_" + strings.Repeat("a", 60), "as long as a string": strings.Repeat("b", 180), "a back end": strings.Repeat("line\n", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "screen") //nolint:usetesting // a socket's path must be short
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), screen, "-S", "clip", "-c", "/dev/null", exe)
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "SCREENDIR=" + dir, "HOME=" + dir, "TERM=xterm-256color", "LANG=C.UTF-8", screenRole + "=" + text}
			ptmx, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
			if err != nil {
				t.Fatal(err)
			}
			out := &attached{}
			go func() { _, _ = io.Copy(out, ptmx) }()
			t.Cleanup(func() {
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
				_ = ptmx.Close()
			})
			eventually(t, "the text leaves screen", func() bool { return out.holds(ansi.SetSystemClipboard(text)) })
			if _, err := ptmx.WriteString("\n"); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the clearing leaves screen", func() bool { return out.holds(ansi.ResetSystemClipboard) })
			_, _ = ptmx.WriteString("\n")
			eventually(t, "screen ends", func() bool { return out.holds("terminating") })
		})
	}
}

// Ensure that inside tmux nothing is wrapped for a screen around it.
func TestCopy_ScreenAroundTmux(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]string{
		"":                         ansi.SetSystemClipboard("x"),
		"STY=1.x":                  "\x1bP" + ansi.SetSystemClipboard("x") + "\x1b\\",
		"STY=1.x TMUX=/tmp/t,1,0":  ansi.SetSystemClipboard("x"),
		"TERM=screen.xterm STY=":   ansi.SetSystemClipboard("x"),
		"TERM=screen TMUX=/t,1,0 ": ansi.SetSystemClipboard("x"),
	} {
		var out bytes.Buffer
		c := NewClipboard(ClipboardOptions{Mode: ModeOSC52, Env: Env{Getenv: envOf(strings.Fields(env)...), Out: &out}})
		if _, err := c.Copy(t.Context(), secret.New("x")); err != nil || out.String() != want {
			t.Errorf("%q: %q, %v", env, out.String(), err)
		}
	}
}
