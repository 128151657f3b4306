package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// Ensure a copy on a desktop is there, is told as checked, and is cleared by the
// child after the command has ended, unless something else was copied since.
func TestCopy_Desktop(t *testing.T) {
	t.Parallel()
	e2etest.SkipShort(t)
	termtest.Need(t, "Xvfb", "xclip")
	display := "DISPLAY=" + termtest.Xvfb(t)
	env, url := e2etest.Desk(t, display)
	read := func() string {
		cmd := exec.Command("xclip", "-selection", "clipboard", "-o")
		cmd.Env = env
		out, _ := cmd.Output()
		return string(out)
	}
	_, errs := e2etest.RunBoth(t, env, "copy", "1")
	if !strings.Contains(errs, "copied with") || !strings.Contains(errs, "checked by reading back; clears in") {
		t.Errorf("told: %s", errs)
	}
	if got := read(); got != url {
		t.Errorf("clipboard holds %q", got)
	}
	e2etest.Eventually(t, "the clipboard cleared", func() bool { return read() != url })

	e2etest.Run(t, env, "copy", "1", "--as", "iframe")
	if !strings.Contains(read(), "&amp;appSlug=orders") {
		t.Errorf("clipboard holds %q", read())
	}
	foreign := exec.Command("xclip", "-selection", "clipboard")
	foreign.Env, foreign.Stdin = env, strings.NewReader("something else")
	if err := foreign.Run(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(4 * time.Second) // past the clearing time
	if got := read(); got != "something else" {
		t.Errorf("foreign content became %q", got)
	}
}

// Ensure a copy inside tmux is in a tmux buffer and gone from all of them after
// its time.
func TestCopy_Tmux(t *testing.T) {
	t.Parallel()
	e2etest.SkipShort(t)
	socket := termtest.Tmux(t)
	tmux := func(args ...string) string {
		out, _ := exec.Command("tmux", append([]string{"-S", socket}, args...)...).Output()
		return string(out)
	}
	env, url := e2etest.Desk(t, "TMUX="+socket+",1,0")
	_, errs := e2etest.RunBoth(t, env, "copy", "1")
	if !strings.Contains(errs, "tmux") {
		t.Errorf("told: %s", errs)
	}
	if got := tmux("show-buffer"); got != url {
		t.Errorf("buffer holds %q", got)
	}
	e2etest.Eventually(t, "the buffer deleted", func() bool { return !strings.Contains(tmux("list-buffers"), "embed-apps") })
}

// Ensure that without any clipboard the command says so and names a way out
// that works.
func TestCopy_NoBackend(t *testing.T) {
	t.Parallel()
	e2etest.SkipShort(t)
	env, url := e2etest.Desk(t)
	cmd := exec.CommandContext(t.Context(), "patdesk", "copy", "1")
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 3 || !strings.Contains(string(out), "No clipboard here") || !strings.Contains(string(out), "-o") {
		t.Errorf("%v: %s", err, out)
	}
	if got := strings.TrimSpace(e2etest.Run(t, env, "show", "1", "-o", "url")); got != url {
		t.Errorf("the way out gives %q", got)
	}
}
