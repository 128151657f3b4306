package term

import (
	"os/exec"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// Ensure a trial without any backend is no success, and one that cannot be checked
// does not say that it was.
func TestClipboard_ProbeWithout(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	for mode, want := range map[string]string{ModeOff: "", ModeTmux: "", ModeOSC52: "", ModeFile: "file"} {
		p, err := NewClipboard(ClipboardOptions{Mode: mode, Env: Env{Getenv: none}}).Probe(t.Context())
		if p.Backend != want || (err == nil) != (want != "") || p.Checked {
			t.Errorf("%s: %+v, %v", mode, p, err)
		}
	}
}

// Ensure the trial in tmux is real, and leaves the buffers as they were.
func TestClipboard_ProbeTmux(t *testing.T) {
	t.Parallel()
	termtest.Need(t, "tmux")
	socket := t.TempDir() + "/s"
	tmux := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), "tmux", append([]string{"-S", socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %q: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	tmux("new-session", "-d", "-s", "probe", "sleep 60")
	defer func() { tmux("kill-server") }()
	tmux("set-buffer", "what was copied before")
	before := tmux("list-buffers")
	env := Env{Getenv: func(n string) string { return map[string]string{"TMUX": socket + ",1,0"}[n] }}
	c := NewClipboard(ClipboardOptions{Mode: ModeTmux, Env: env})
	c.limit = patient
	p, err := c.Probe(t.Context())
	if err != nil || !p.Checked || p.Backend != ModeTmux {
		t.Errorf("%+v, %v", p, err)
	}
	if after := tmux("list-buffers"); after != before {
		t.Errorf("the buffers were %q and are %q", before, after)
	}
}
