package term

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/secret"
)

func TestCopy_OSC52BytesAreExact(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := NewClipboard(ClipboardOptions{Mode: ModeOSC52, Env: Env{Getenv: envOf(), Out: &out}, Clear: time.Minute})
	done, err := c.Copy(t.Context(), secret.New("pat_x?é"))
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "\x1b]52;c;cGF0X3g/w6k=\x07" {
		t.Errorf("wrote %q", got)
	}
	if done.Certainty != Sent || done.Backend != ModeOSC52 || done.ClearsAt.IsZero() || !strings.Contains(done.How, "cannot be checked") {
		t.Errorf("%+v", done)
	}
	out.Reset()
	cleared, err := c.ClearNow(t.Context())
	if err != nil || !cleared.Asked || len(cleared.Backends) != 0 || out.String() != "\x1b]52;c;\x07" {
		t.Errorf("%+v %v, wrote %q", cleared, err, out.String())
	}
	out.Reset()
	if ok, err := c.ClearOurs(t.Context()); ok || err != nil || out.Len() > 0 {
		t.Errorf("a second time: %v %v, wrote %q", ok, err, out.String())
	}
}

func TestCopy_AutoOverSSHUsesTheTerminal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"SSH_TTY=/dev/pts/9", "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22"} {
		var out bytes.Buffer
		c := NewClipboard(ClipboardOptions{Env: Env{Getenv: envOf(name, "DISPLAY=:4242", "TERM=xterm-256color"), Out: &out}})
		done, err := c.Copy(t.Context(), secret.New("x"))
		if err != nil || done.Backend != ModeOSC52 || !done.ClearsAt.IsZero() || out.Len() == 0 {
			t.Errorf("%s: %+v %v", name, done, err)
		}
	}
}

func TestCopy_OSC52Refusals(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var out bytes.Buffer
	tests := []struct {
		name, want string
		opts       ClipboardOptions
		text       string
	}{
		{"no output", "there is no terminal", ClipboardOptions{Mode: ModeOSC52, Env: Env{Getenv: envOf()}}, "x"},
		{"a file", "the output is no terminal", ClipboardOptions{Mode: ModeOSC52, Env: Env{Getenv: envOf(), Out: file}}, "x"},
		{"dumb terminal", `"dumb" has no clipboard`, ClipboardOptions{Env: Env{Getenv: envOf("SSH_TTY=x", "TERM=dumb"), Out: &out}}, "x"},
		{"too long", "longer than 74994 bytes", ClipboardOptions{Mode: ModeOSC52, Env: Env{Getenv: envOf(), Out: &out}}, strings.Repeat("x", 74_995)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewClipboard(tt.opts).Copy(t.Context(), secret.New(tt.text))
			var clip *ClipError
			if !errors.As(err, &clip) || !strings.Contains(err.Error(), tt.want) || clip.Next == "" || clip.Title == "" {
				t.Errorf("%v", err)
			}
		})
	}
	if st, _ := file.Stat(); st.Size() != 0 || out.Len() != 0 {
		t.Error("something was written")
	}
}

func TestCopy_NothingTried(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, mode, text, title string }{
		{"off", ModeOff, "x", "Copying is switched off"},
		{"unknown", "clip\x1b", "x", "Unknown clipboard setting"},
		{"empty", ModeFile, "", "Nothing to copy"},
	} {
		_, err := NewClipboard(ClipboardOptions{Mode: tt.mode, Env: Env{Getenv: envOf()}}).Copy(t.Context(), secret.New(tt.text))
		var clip *ClipError
		if !errors.As(err, &clip) || clip.Title != tt.title || clip.Next == "" || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewClipboard(ClipboardOptions{}).Copy(ctx, secret.New("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// copyToFile copies text in mode file with the options and returns the path.
func copyToFile(t *testing.T, o ClipboardOptions, text string) (*Clipboard, string) {
	t.Helper()
	o.Mode = ModeFile
	c := NewClipboard(o)
	done, err := c.Copy(t.Context(), secret.New(text))
	if err != nil {
		t.Fatal(err)
	}
	if done.Certainty != Checked || done.Backend != ModeFile || !strings.Contains(done.How, done.File) {
		t.Errorf("%+v", done)
	}
	return c, done.File
}

func TestCopy_FileIsPrivateAndCleared(t *testing.T) {
	t.Parallel()
	run := t.TempDir()
	dir := filepath.Join(t.TempDir(), "new", "private")
	for _, o := range []ClipboardOptions{{Env: Env{Getenv: envOf("XDG_RUNTIME_DIR=" + run)}}, {Dir: dir, Env: Env{Getenv: envOf()}}} {
		c, path := copyToFile(t, o, "pat_secret\n")
		got, err := os.ReadFile(path)
		if err != nil || string(got) != "pat_secret\n" {
			t.Fatalf("%q %v", got, err)
		}
		for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700 | fs.ModeDir} {
			if st, err := os.Lstat(p); err != nil || st.Mode() != want {
				t.Errorf("%s: %v %v", p, st.Mode(), err)
			}
		}
		if ok, err := c.ClearOurs(t.Context()); !ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("still there: %v", err)
		}
	}
	if left, _ := os.ReadDir(run); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestClearOurs_LeavesForeignFilesAlone(t *testing.T) {
	t.Parallel()
	changes := map[string]func(path string) error{
		"other text":  func(p string) error { return os.WriteFile(p, []byte("zzz_secret"), 0o600) },
		"longer":      func(p string) error { return os.WriteFile(p, []byte("pat_secret and more"), 0o600) },
		"a directory": func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) },
		"a link": func(p string) error {
			other := p + ".other"
			return errors.Join(os.Rename(p, other), os.Symlink(other, p))
		},
	}
	for name, change := range changes {
		c, path := copyToFile(t, ClipboardOptions{Dir: filepath.Join(t.TempDir(), "d"), Env: Env{Getenv: envOf()}}, "pat_secret")
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		if ok, err := c.ClearOurs(t.Context()); ok || err != nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCopy_FileRefusesAnOpenDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := NewClipboard(ClipboardOptions{Mode: ModeFile, Dir: dir, Env: Env{Getenv: envOf()}}).Copy(t.Context(), secret.New("x"))
	if err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("written: %v", left)
	}
}

func TestKeep_NothingIsClearedAfterwards(t *testing.T) {
	t.Parallel()
	c, path := copyToFile(t, ClipboardOptions{Clear: time.Minute, Env: Env{Getenv: envOf()}}, "pat_secret")
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(path)) })
	c.Keep()
	if ok, err := c.ClearOurs(t.Context()); ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	if ok, err := c.SpawnClearer(); ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
}

func TestSpawnClearer_OnlyIfThereIsSomethingToDo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	terminal := NewClipboard(ClipboardOptions{Mode: ModeOSC52, Clear: time.Minute, Env: Env{Getenv: envOf(), Out: &out}})
	if _, err := terminal.Copy(t.Context(), secret.New("x")); err != nil {
		t.Fatal(err)
	}
	forever, path := copyToFile(t, ClipboardOptions{Env: Env{Getenv: envOf()}}, "pat_secret")
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(path)) })
	for name, c := range map[string]*Clipboard{
		"fresh": NewClipboard(ClipboardOptions{Clear: time.Minute}), "terminal": terminal, "no time": forever,
	} {
		if ok, err := c.SpawnClearer(); ok || err != nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
}

func TestSpawnClearer_DeletesTheFile(t *testing.T) {
	t.Parallel()
	c, path := copyToFile(t, ClipboardOptions{Clear: 200 * time.Millisecond, Env: Env{Getenv: envOf()}}, "pat_secret")
	if ok, err := c.SpawnClearer(); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	eventually(t, "no directory", func() bool { _, err := os.Lstat(filepath.Dir(path)); return errors.Is(err, fs.ErrNotExist) })
}

// The child ends at once without an order, and says so if it cannot read it.
func TestRunClearer_BadOrders(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for in, ok := range map[string]bool{"": false, "nonsense": false, "{}": true, `{"key":"AA==","at":"2999-01-01T00:00:00Z","marks":[]}`: true} {
		// Another process, because a signal that RunClearer ignores stays ignored.
		if _, err := run(t, nil, in, exe, ClearerCommand); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestHelperEnv_HoldsNoSecret(t *testing.T) {
	t.Parallel()
	got := helperEnv(envOf("PATH=/bin", "DISPLAY=:1", "TOOLJET_API_TOKEN=canary", "TOOLJET_HOST=https://example.com", "HTTPS_PROXY=http://u:p@example.com"))
	if diff := cmp.Diff([]string{"PATH=/bin", "DISPLAY=:1"}, got); diff != "" {
		t.Error(diff)
	}
}
