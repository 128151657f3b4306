//go:build linux

package term

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"patdesk/history/historytest/wide"
	"patdesk/ui/term/termtest"
)

const (
	token    = "pat_5f1d8a2e9c7b4f60a1b2c3d4e5f60718293a4b5c6d7e8f90"
	adminKey = "TOOLJET_API_TOKEN=canary-of-the-admin-key"
)

// desktop is an X11 display and one clipboard tool that is spied on.
type desktop struct {
	t       *testing.T
	tool    string
	env     []string // for the copier
	display string
	record  string
}

func newDesktop(t *testing.T, tool string) *desktop {
	t.Helper()
	termtest.Need(t, "xclip", "xsel")
	bin, record := spies(t, tool)
	d := &desktop{t: t, tool: tool, display: "DISPLAY=" + termtest.Xvfb(t), record: record}
	d.env = []string{d.display, "PATH=" + bin}
	return d
}

// read returns what any program would paste; empty if there is nothing.
func (d *desktop) read() string {
	d.t.Helper()
	for range 10 {
		ctx, cancel := context.WithTimeout(d.t.Context(), time.Second)
		// The owner's own tool: xclip and xsel do not always get on with each other.
		args := map[string][]string{"xclip": {"-out", "-selection", "clipboard"}, "xsel": {"--output", "--clipboard"}}[d.tool]
		cmd := exec.CommandContext(ctx, d.tool, args...)
		cmd.Env = append(os.Environ(), d.display)
		out, _ := cmd.Output()
		hung := ctx.Err() != nil // it waits for ever for an owner that just went away
		cancel()
		if !hung {
			return string(out)
		}
	}
	d.t.Fatal("the clipboard cannot be read")
	return ""
}

// write copies as another program would.
func (d *desktop) write(text string) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), "xclip", "-in", "-selection", "clipboard")
	cmd.Env = append(os.Environ(), d.display)
	cmd.Stdin = strings.NewReader(text)
	// No output is collected: xclip stays as the owner of the clipboard with it.
	if err := cmd.Run(); err != nil {
		d.t.Fatal(err)
	}
	eventually(d.t, "foreign text on the clipboard", func() bool { return d.read() == text })
}

// writes counts how often the copier or its child wrote to the clipboard, which
// they can do through the spied tool only.
func (d *desktop) writes() int {
	d.t.Helper()
	record, err := os.ReadFile(d.record)
	if err != nil {
		d.t.Fatal(err)
	}
	return bytes.Count(record, []byte("\n-in\n")) + bytes.Count(record, []byte("\n--input\n"))
}

// leftAlone checks that the foreign text is still there, and that nobody wrote
// since there were so many writes. The text alone would not tell: its owner, a
// tool too, ends when a reader goes away in the middle of its question.
func (d *desktop) leftAlone(foreign string, writes int) {
	d.t.Helper()
	if n := d.writes(); n != writes {
		d.t.Fatalf("%q was overwritten: %d writes, not %d", foreign, n, writes)
	}
	if got := d.read(); got != foreign && got != "" {
		d.t.Fatalf("clipboard holds %q, not %q", got, foreign)
	}
}

func (d *desktop) copier(extra ...string) *copier {
	return newCopier(d.t, append(d.env, extra...)...)
}

func TestCopy_NativeIsReadBackAndCleared(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"xclip", "xsel"} {
		t.Run(tool, func(t *testing.T) {
			d := newDesktop(t, tool)
			for _, text := range []string{token, "https://example.com/?a=1&b=\"ü\"", "<iframe>\n  漢字\n</iframe>\n", strings.Repeat("x", 3000)} {
				c := d.copier()
				before := time.Now()
				done := c.must(copierAsk{Do: "copy", Text: text, Clear: time.Minute}).Copied
				if done.Backend != ModeNative || done.Tool != tool || done.Certainty != Checked || !strings.Contains(done.How, tool) {
					t.Errorf("%+v", done)
				}
				if in := done.ClearsAt.Sub(before); in < time.Minute || in > 2*time.Minute {
					t.Errorf("clears in %s", in)
				}
				if got := d.read(); got != text {
					t.Errorf("clipboard holds %.60q, want %.60q", got, text)
				}
				if done := c.must(copierAsk{Do: "clear"}).Cleared; len(done.Backends) != 1 || done.Note != "Cleared the clipboard." {
					t.Errorf("%+v", done)
				}
				eventually(t, "an empty clipboard", func() bool { return d.read() == "" })
				if done := c.must(copierAsk{Do: "clear"}).Cleared; len(done.Backends) != 0 || done.Note != "" {
					t.Errorf("a second time: %+v", done)
				}
			}
		})
	}
}

func TestClearOurs_LeavesForeignContentAlone(t *testing.T) {
	t.Parallel()
	leavesForeignContentAlone(t, 4)
}

// Ensure the same more often.
func TestClearOurs_LeavesForeignContentAlone_Sweep(t *testing.T) {
	t.Parallel()
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	leavesForeignContentAlone(t, 20)
}

func leavesForeignContentAlone(t *testing.T, trials int) {
	t.Helper()
	for _, tool := range []string{"xclip", "xsel"} {
		t.Run(tool, func(t *testing.T) {
			d := newDesktop(t, tool)
			c := d.copier()
			for i := range trials {
				foreign := "something else " + strconv.Itoa(i)
				c.must(copierAsk{Do: "copy", Text: token + strconv.Itoa(i), Clear: time.Minute})
				d.write(foreign)
				writes := d.writes()
				if done := c.must(copierAsk{Do: "clear"}).Cleared; len(done.Backends) != 0 || done.Asked {
					t.Errorf("trial %d: %+v", i, done)
				}
				d.leftAlone(foreign, writes)
			}
		})
	}
}

func TestSpawnClearer_ClearsAfterItsTime(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"xclip", "xsel"} {
		t.Run(tool, func(t *testing.T) {
			d := newDesktop(t, tool)
			c := d.copier()
			done := c.must(copierAsk{Do: "copy", Text: token, Clear: 300 * time.Millisecond}).Copied
			if !c.must(copierAsk{Do: "spawn"}).Spawned {
				t.Fatal("no child")
			}
			eventually(t, "an empty clipboard", func() bool { return d.read() == "" })
			if time.Now().Before(done.ClearsAt) {
				t.Error("cleared too early")
			}
			eventually(t, "the end of the child", func() bool { return len(clearers(t, d.display)) == 0 })
		})
	}
}

func TestSpawnClearer_LeavesForeignContentAlone(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, "xclip")
	for i := range 5 {
		c := d.copier()
		c.must(copierAsk{Do: "copy", Text: token, Clear: 100 * time.Millisecond})
		foreign := "foreign " + strconv.Itoa(i)
		d.write(foreign)
		writes := d.writes()
		if !c.must(copierAsk{Do: "spawn"}).Spawned {
			t.Fatal("no child")
		}
		eventually(t, "the end of the child", func() bool { return len(clearers(t, d.display)) == 0 })
		d.leftAlone(foreign, writes)
	}
}

// A child whose terminal goes away stays; one that is asked to end clears first.
func TestSpawnClearer_Signals(t *testing.T) {
	t.Parallel()
	d := newDesktop(t, "xclip")
	c := d.copier()
	c.must(copierAsk{Do: "copy", Text: token, Clear: 2 * time.Minute})
	c.must(copierAsk{Do: "spawn"})
	pid := readyClearer(t, d.display)
	if sid, err := sessionOf(pid); err != nil || sid != pid {
		t.Errorf("session %d of child %d: %v", sid, pid, err)
	}
	if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if got := d.read(); got != token {
		t.Errorf("cleared by a hang-up: %q", got)
	}
	eventually(t, "the child waits on", func() bool { return len(clearers(t, d.display)) == 1 })
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "an empty clipboard", func() bool { return d.read() == "" })
	eventually(t, "the end of the child", func() bool { return len(clearers(t, d.display)) == 0 })
}

// Neither the tools nor the child may show the secret, or know the admin key
// unless the process itself still has it.
func TestCopy_SecretIsInNoArgumentAndNoEnvironment(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"xclip", "xsel"} {
		t.Run(tool, func(t *testing.T) {
			d := newDesktop(t, tool)
			c := d.copier(adminKey)
			c.must(copierAsk{Do: "copy", Text: token, Clear: 2 * time.Minute})
			c.must(copierAsk{Do: "spawn"})
			pid := readyClearer(t, d.display)
			seen := 0
			procs, _ := filepath.Glob("/proc/[0-9]*")
			for _, p := range procs {
				cmdline, _ := os.ReadFile(p + "/cmdline")
				environ, _ := os.ReadFile(p + "/environ")
				if bytes.Contains(cmdline, []byte(token)) || bytes.Contains(environ, []byte(token)) {
					t.Errorf("%s shows the secret", cmdline)
				}
				if bytes.Contains(cmdline, []byte(ClearerCommand)) && bytes.Contains(environ, []byte(d.display)) {
					seen++
					if bytes.Contains(environ, []byte("canary")) {
						t.Error("the child knows the admin key")
					}
				}
			}
			if seen != 1 {
				t.Errorf("%d children seen", seen)
			}
			if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			eventually(t, "an empty clipboard", func() bool { return d.read() == "" })
			record, err := os.ReadFile(d.record)
			if err != nil || bytes.Count(record, []byte("CALL\n")) < 4 {
				t.Fatalf("the spy saw too little: %v %s", err, record)
			}
			if bytes.Contains(record, []byte(token)) {
				t.Errorf("the secret is in an argument or environment:\n%s", record)
			}
		})
	}
}

func TestCopy_DeadDisplayIsExplained(t *testing.T) {
	t.Parallel()
	termtest.Need(t, "xclip", "xsel")
	for _, tool := range []string{"xclip", "xsel"} {
		bin, _ := spies(t, tool)
		got := newCopier(t, "PATH="+bin, "DISPLAY=:4242").ask(copierAsk{Do: "copy", Text: token, Mode: ModeNative}).Err
		want := "no clipboard could be reached: native: " + tool + " could not reach the display :4242: exit status 1"
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestCopy_NoBackendAtAll(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, display, want string }{
		{"no tool", t.TempDir(), "DISPLAY=:1", "no clipboard tool is installed"},
		{"no display", os.Getenv("PATH"), "", "no display: DISPLAY and WAYLAND_DISPLAY are not set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.display == "" {
				termtest.Need(t, "xclip")
			}
			got := newCopier(t, "PATH="+tt.path, tt.display).ask(copierAsk{Do: "copy", Text: token}).Err
			for _, want := range []string{"no clipboard could be reached", tt.want, "tmux: not inside tmux", "osc52: there is no terminal to send it to"} {
				if !strings.Contains(got, want) {
					t.Errorf("%q does not say %q", got, want)
				}
			}
			if strings.Contains(got, token) {
				t.Error("the error shows the secret")
			}
		})
	}
}

// A tool that says yes is not believed before its text was read back.
func TestCopy_NativeIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ out, err, how string }{
		"takes nothing": {"echo other", "native: xclip took the text, but the clipboard holds something else", ""},
		"cannot read":   {"exit 1", "", "copied with xclip, but it could not be read back"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			script := "#!/bin/sh\ncase $1 in -in) exec /bin/cat >/dev/null;; esac\n" + tt.out + "\n"
			if err := wide.Program(filepath.Join(dir, "xclip"), []byte(script)); err != nil {
				t.Fatal(err)
			}
			var say copierSay
			for limit := 300 * time.Millisecond; limit <= patient; limit *= 4 { // until the machine is fast enough
				say = newCopierWithin(t, limit, "PATH="+dir, "DISPLAY=:1").ask(copierAsk{Do: "copy", Text: token, Mode: ModeNative})
				if !strings.Contains(say.Err, "no answer") {
					break
				}
			}
			if !strings.HasSuffix(say.Err, tt.err) || (say.Err == "") != (tt.err == "") || say.Copied.How != tt.how {
				t.Errorf("%+v", say)
			}
			if tt.err == "" && say.Copied.Certainty != Sent {
				t.Errorf("certainty %s", say.Copied.Certainty)
			}
		})
	}
}

// A read that hangs, as xclip does when the owner of the selection goes away, is
// not waited for: another one is started.
func TestCopy_HangingReadIsRepeated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, once := filepath.Join(dir, "store"), filepath.Join(dir, "once")
	script := "#!/bin/sh\ncase $1 in -in) exec /bin/cat >" + store + ";; esac\n" +
		"if ! [ -e " + once + " ]; then : >" + once + "; exec /bin/sleep 25; fi\nexec /bin/cat " + store + "\n"
	if err := wide.Program(filepath.Join(dir, "xclip"), []byte(script)); err != nil {
		t.Fatal(err)
	}
	c := newCopier(t, "PATH="+dir, "DISPLAY=:1")
	if done := c.must(copierAsk{Do: "copy", Text: token}).Copied; done.Certainty != Checked {
		t.Errorf("%+v", done)
	}
	if err := os.Remove(once); err != nil {
		t.Fatal(err)
	}
	if done := c.must(copierAsk{Do: "clear"}).Cleared; len(done.Backends) != 1 {
		t.Errorf("%+v", done)
	}
}

// A tool that hangs is given up, the rest of the chain is tried.
func TestCopy_HangingToolIsGivenUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := wide.Program(filepath.Join(dir, "xclip"), []byte("#!/bin/sh\nexec /bin/sleep 4\n")); err != nil {
		t.Fatal(err)
	}
	got := newCopierWithin(t, 200*time.Millisecond, "PATH="+dir, "DISPLAY=:1").ask(copierAsk{Do: "copy", Text: token}).Err
	if !strings.Contains(got, "native: xclip: no answer within 200ms; tmux: ") {
		t.Error(got)
	}
	// Nothing was read, so nothing is said of what the clipboard holds.
	p := newCopierWithin(t, 200*time.Millisecond, "PATH="+dir, "DISPLAY=:1").must(copierAsk{Do: "probe"}).Probe
	if p.Checked || !strings.HasSuffix(p.Text, "it was not tried, because reading the clipboard got no answer within 200ms") {
		t.Errorf("%+v", p)
	}
}

// clearers are the clearing children of a display.
func clearers(t *testing.T, display string) []int {
	t.Helper()
	procs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, p := range procs {
		cmdline, _ := os.ReadFile(p + "/cmdline")
		environ, _ := os.ReadFile(p + "/environ")
		if bytes.HasSuffix(cmdline, []byte("\x00"+ClearerCommand+"\x00")) && bytes.Contains(environ, []byte(display+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(p))
			pids = append(pids, pid)
		}
	}
	return pids
}

// readyClearer waits for the one clearing child of a display to have set up its
// signals, the last of which is that it ignores SIGHUP.
func readyClearer(t *testing.T, display string) (pid int) {
	t.Helper()
	eventually(t, "a child that ignores SIGHUP", func() bool {
		pids := clearers(t, display)
		if len(pids) != 1 {
			return false
		}
		pid = pids[0]
		status, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		for line := range bytes.Lines(status) {
			if mask, ok := bytes.CutPrefix(line, []byte("SigIgn:\t")); ok {
				bits, _ := strconv.ParseUint(string(bytes.TrimSpace(mask)), 16, 64)
				return bits&1 != 0
			}
		}
		return false
	})
	return pid
}

// sessionOf is field 6 of /proc/PID/stat.
func sessionOf(pid int) (int, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	return strconv.Atoi(fields[3])
}
