//go:build unix

package console

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
	"patdesk/ui/term/termtest"
)

// The numbers of keys that the first token, the next one and a re-issue may take
// from a person; a paste counts as one.
const (
	firstRunKeys = 22
	nextKeys     = 11
	reissueKeys  = 3
)

// desktop is where a console of these tests runs: what surrounds it, and how
// what was copied can be read there.
type desktop struct {
	name   string
	config string // of the configuration file, before anything is set up
	tmux   []string
	// none: nothing can be copied here, and the screen must say so.
	none bool
}

var desktops = []desktop{
	{name: "plain terminal"},
	{name: "inside tmux", tmux: []string{"set -g status off", "set -s escape-time 0", "set -s set-clipboard off"}},
	{name: "OSC 52 inside tmux", config: "clipboard = \"osc52\"\n", tmux: []string{"set -g status off", "set -s escape-time 0", "set -s set-clipboard on"}},
	{name: "no clipboard", config: "clipboard = \"native\"\n", none: true},
}

// hand is a person at a console, whose keys are counted.
type hand struct {
	*console
	desktop
	env    []string
	socket string // of tmux
	keys   int
}

// sit starts a console with nothing set up but the address of a server.
func sit(t *testing.T, d desktop, cols, rows int) (*hand, string, string) {
	t.Helper()
	url, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	h := &hand{desktop: d, env: demoEnv(t, "TOOLJET_HOST="+url)}
	if d.config != "" {
		dir := filepath.Join(strings.TrimPrefix(h.env[0], "HOME="), ".config", "patdesk")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(d.config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h.open(t, cols, rows)
	return h, url, key
}

// open starts the console, inside tmux where the desktop says so.
func (h *hand) open(t *testing.T, cols, rows int) {
	t.Helper()
	o := tty.Options{Cols: cols, Rows: rows, Env: h.env}
	if h.tmux == nil {
		h.console = openConsole(t, o)
		return
	}
	h.socket = termtest.Tmux(t, h.tmux...)
	args := []string{"tmux", "-S", h.socket, "new-session"}
	for _, v := range h.env {
		args = append(args, "-e", v)
	}
	// What follows the console keeps the pane, to look back in it.
	h.console = openConsole(t, o, append(args, "sh -c 'patdesk; echo "+afterwards+"; exec cat'")...)
}

// does types keys and counts them.
func (h *hand) does(keys ...string) {
	h.t.Helper()
	h.keys += len(keys)
	h.press(keys...)
}

// pastes is one key.
func (h *hand) pastes(text string) {
	h.keys++
	h.Paste(text)
	h.Settle(60*time.Millisecond, 5*time.Second)
}

// within fails when more keys were used than allowed, and counts anew.
func (h *hand) within(what string, most int) {
	h.t.Helper()
	if h.t.Logf("%s: %d keys", what, h.keys); h.keys > most {
		h.t.Errorf("%s took %d keys, want at most %d", what, h.keys, most)
	}
	h.keys = 0
}

// hasCopied waits until an iframe that was not there before has been copied, or
// until the screen says that it cannot be and what can be done.
func (h *hand) hasCopied(before string) string {
	h.t.Helper()
	if h.none {
		h.sees("No clipboard here")
		return h.written(before)
	}
	var got string
	e2etest.Eventually(h.t, "an iframe on the clipboard", func() bool {
		if h.tmux != nil {
			out, _ := exec.Command("tmux", "-S", h.socket, "show-buffer").Output()
			got = string(out)
		} else if all := h.copied(); len(all) > 0 {
			got = all[len(all)-1]
		}
		return strings.Contains(got, "<iframe") && got != before
	})
	return got
}

// written takes the way out that works without a clipboard, which costs a key of
// its own: a private file.
func (h *hand) written(before string) (got string) {
	h.t.Helper()
	h.press("w")
	home := strings.TrimPrefix(h.env[0], "HOME=")
	e2etest.Eventually(h.t, "a private file with an iframe", func() bool {
		_ = filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !e.Type().IsRegular() {
				return nil
			}
			b, _ := os.ReadFile(path)
			info, err := e.Info()
			if text := string(b); strings.Contains(text, "<iframe") && text != before && err == nil && info.Mode() == 0o600 {
				got = text
			}
			return nil
		})
		return got != "" && got != before
	})
	return got
}

// Ensure that a person gets from nothing configured to a snippet, to the next
// one, and from an ended token to a fresh snippet, in as many keys as promised.
func TestConsole_KeysToASnippet(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	for _, d := range desktops {
		for _, size := range [][2]int{{100, 30}, {60, 20}} {
			t.Run(fmt.Sprintf("%s %dx%d", d.name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				h, url, key := sit(t, d, size[0], size[1])
				h.sees("TOOLJET_HOST")
				h.does(enter)
				h.pastes(key)
				h.sees("accepted")
				h.does(enter, enter, ctrlS)
				h.sees("New token", "users")
				h.does("a", "n", "a", enter, "o", "r", "d", enter, ctrlS)
				h.sees("pat_…")
				h.does("i")
				first := h.hasCopied("")
				h.within("the first token", firstRunKeys)

				h.home()
				h.keys = 0
				h.does("n", "a", "n", "a", enter, "r", "e", "t", enter, ctrlS)
				h.sees("pat_…")
				h.does("i")
				second := h.hasCopied(first)
				h.within("the next token", nextKeys)
				// The server's clock goes on by hours; the console finds out as soon as
				// it asks anything.
				if _, err := e2etest.Control(http.MethodPost, url, "clock", map[string]string{"advance": "3h"}); err != nil {
					t.Fatal(err)
				}
				h.home()
				h.press(doctorTab)
				h.sees("Unit of patExpiry")
				h.press("1")
				h.sees("ENDED?")
				h.keys = 0
				h.does("r", enter, "i")
				h.hasCopied(second)
				h.within("a fresh one for an ended token", reissueKeys)
				if n := len(e2etest.Issued(t, url)); n != 3 {
					t.Errorf("the server issued %d tokens", n)
				}
				h.home()
				h.press("q")
				h.gone()
			})
		}
	}
}

// afterwards is what a terminal shows once the console has ended, and the console
// never does.
const afterwards = "the-console-has-gone"

// gone waits for the end of the console and looks at what it left behind.
func (h *hand) gone() {
	h.t.Helper()
	if h.tmux == nil {
		h.ends(0)
		h.restored()
		return
	}
	h.sees(afterwards)
	for what, text := range map[string]string{"pane": h.pane("-p"), "scroll-back": h.pane("-p", "-S", "-"), "other screen": h.pane("-p", "-a", "-q")} {
		if strings.Contains(text, "pat_") || strings.Contains(text, "iframe") {
			h.t.Errorf("the %s of tmux holds\n%s", what, text)
		}
	}
}

func (h *hand) pane(args ...string) string {
	out, _ := exec.Command("tmux", append([]string{"-S", h.socket, "capture-pane"}, args...)...).Output()
	return string(out)
}

// Ensure that after the console has ended the terminal's memory holds no secret
// that was on the screen, typed or copied.
func TestConsole_LeavesNoSecretInTheScrollBack(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	h, _, key := sit(t, desktops[1], 100, 30)
	h.sees("TOOLJET_HOST")
	h.press(enter)
	h.Paste(key)
	h.sees("accepted")
	h.press(enter, enter, ctrlS)
	h.sees("New token", "users")
	h.press("a", "n", "a", enter, "o", "r", "d", enter, ctrlS)
	h.sees("pat_…")
	token := strings.TrimSpace(e2etest.Run(t, h.env, "show", "1", "-o", "token"))
	h.press("i", "y", "v")
	h.sees(token[:8])
	h.press("v", "s")
	h.sees("select with the mouse", "pat_")
	h.press(esc)
	h.home()
	h.press("v", "q")
	h.sees(afterwards)
	text := h.pane("-p", "-S", "-") + h.pane("-p", "-a", "-q", "-S", "-")
	for what, secret := range map[string]string{"admin key": key, "token": token, "part of the token": token[8:24]} {
		for form, needle := range e2etest.Needles(secret) {
			if strings.Contains(text, string(needle)) {
				t.Errorf("the scroll-back holds the %s (%s)", what, form)
			}
		}
	}
	if !strings.Contains(text, afterwards) {
		t.Error("the scroll-back was not read")
	}
}

// home goes back to the list, through the question about a token that was never
// copied where there is one.
func (h *hand) home() {
	h.t.Helper()
	for range 12 { // more than pages, for the clock changes the screen, too
		h.Settle(200*time.Millisecond, 5*time.Second)
		was := h.Text()
		if strings.Contains(was, "2 Time") {
			return
		}
		key := esc
		if strings.Contains(was, "Leave without copying?") {
			key = "y"
		}
		h.press(key)
		for end := time.Now().Add(5 * time.Second); h.Text() == was && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond)
		}
	}
	h.t.Fatalf("esc does not lead back to the list:\n%s", h.Text())
}
