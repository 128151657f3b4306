package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/ui/term/termtest"
)

// desk is a home with one issued token and a clipboard that clears soon.
func desk(t *testing.T, extra ...string) (env []string, url string) {
	t.Helper()
	server, key, stop, err := startSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	env = home(t, server, key, extra...)
	patdesk(t, env, "issue", "ana@example.com", "orders")
	return env, strings.TrimSpace(patdesk(t, env, "show", "1", "-o", "url"))
}

// home is an empty home for a server, with a clipboard that clears soon.
func home(t *testing.T, server, key string, extra ...string) (env []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, ".config", "patdesk"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".config", "patdesk", "config.toml"), []byte("clipboard_clear = \"3s\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "TOOLJET_HOST=" + server, "TOOLJET_API_TOKEN=" + key}, extra...)
}

// patdesk runs the program, which must succeed, and returns its stdout.
func patdesk(t *testing.T, env []string, args ...string) string {
	t.Helper()
	out, _ := patdeskBoth(t, env, args...)
	return out
}

func patdeskBoth(t *testing.T, env []string, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "patdesk", args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("patdesk %v: %v: %s", args, err, errs.String())
	}
	return out.String(), errs.String()
}

// eventually waits for a condition, at most some seconds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	within(t, 15*time.Second, what, ok)
}

// within waits for a condition, at most so long.
func within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not seen: %s", what)
}

// Ensure a copy on a desktop is there, is told as checked, and is cleared by the
// child after the command has ended, unless something else was copied since.
func TestCopy_Desktop(t *testing.T) {
	termtest.Need(t, "Xvfb", "xclip")
	display := "DISPLAY=" + termtest.Xvfb(t)
	env, url := desk(t, display)
	read := func() string {
		cmd := exec.Command("xclip", "-selection", "clipboard", "-o")
		cmd.Env = env
		out, _ := cmd.Output()
		return string(out)
	}
	_, errs := patdeskBoth(t, env, "copy", "1")
	if !strings.Contains(errs, "copied with") || !strings.Contains(errs, "checked by reading back; clears in") {
		t.Errorf("told: %s", errs)
	}
	if got := read(); got != url {
		t.Errorf("clipboard holds %q", got)
	}
	eventually(t, "the clipboard cleared", func() bool { return read() != url })

	patdesk(t, env, "copy", "1", "--as", "iframe")
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
	socket := termtest.Tmux(t)
	tmux := func(args ...string) string {
		out, _ := exec.Command("tmux", append([]string{"-S", socket}, args...)...).Output()
		return string(out)
	}
	env, url := desk(t, "TMUX="+socket+",1,0")
	_, errs := patdeskBoth(t, env, "copy", "1")
	if !strings.Contains(errs, "tmux") {
		t.Errorf("told: %s", errs)
	}
	if got := tmux("show-buffer"); got != url {
		t.Errorf("buffer holds %q", got)
	}
	eventually(t, "the buffer deleted", func() bool { return !strings.Contains(tmux("list-buffers"), "embed-apps") })
}

// Ensure that without any clipboard the command says so and names a way out
// that works.
func TestCopy_NoBackend(t *testing.T) {
	env, url := desk(t)
	cmd := exec.CommandContext(t.Context(), "patdesk", "copy", "1")
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 3 || !strings.Contains(string(out), "No clipboard here") || !strings.Contains(string(out), "-o") {
		t.Errorf("%v: %s", err, out)
	}
	if got := strings.TrimSpace(patdesk(t, env, "show", "1", "-o", "url")); got != url {
		t.Errorf("the way out gives %q", got)
	}
}
