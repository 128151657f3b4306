package term

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/history/historytest/wide"
	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// copierRole makes the test binary a program that copies on request. The library
// behind the native backend looks at PATH and the display when a process starts,
// so each combination needs a process. The value is how long the copier waits for
// a helper.
const copierRole = "PATDESK_TEST_COPIER"

// patient is longer than a machine stalls: what is copied must not depend on how
// fast it is.
const patient = 20 * time.Second

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 2 && os.Args[1] == ClearerCommand:
		if err := RunClearer(context.Background(), os.Stdin, os.Getenv); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	case os.Getenv(screenRole) != "":
		os.Exit(copyInScreen(os.Getenv(screenRole)))
	case os.Getenv(copierRole) != "":
		limit, err := time.ParseDuration(os.Getenv(copierRole))
		if err != nil {
			os.Exit(1)
		}
		serveCopier(os.Stdin, os.Stdout, limit)
		os.Exit(0)
	}
	os.Exit(wide.Run(m))
}

// screenRole makes the test binary a program that copies a text of that many
// bytes by OSC 52 and then asks the terminal to clear it.
const screenRole = "PATDESK_TEST_IN_SCREEN"

// copyInScreen is that program.
func copyInScreen(text string) int {
	c := NewClipboard(ClipboardOptions{Mode: ModeOSC52, Env: Env{Out: os.Stdout}})
	done, err := c.Copy(context.Background(), secret.New(text))
	if err != nil || !strings.Contains(done.How, "GNU screen") {
		return 1
	}
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return 2
	}
	_, err = c.ClearNow(context.Background())
	_, _ = io.ReadFull(os.Stdin, make([]byte, 1))
	if err != nil {
		return 3
	}
	return 0
}

// copierAsk and copierSay are the two directions of the copier's pipe.
type copierAsk struct {
	Do, Text, Mode string
	Clear          time.Duration
}

type copierSay struct {
	Copied  Copied
	Cleared Cleared
	Probe   Probe
	Spawned bool
	Err     string
}

func serveCopier(in io.Reader, out io.Writer, limit time.Duration) {
	var c *Clipboard
	answers := json.NewEncoder(out)
	for asks := json.NewDecoder(in); ; {
		var ask copierAsk
		if asks.Decode(&ask) != nil {
			return
		}
		var say copierSay
		var err error
		if c == nil {
			c = NewClipboard(ClipboardOptions{Mode: ask.Mode, Clear: ask.Clear})
			c.limit = limit
		}
		switch ask.Do {
		case "copy":
			say.Copied, err = c.Copy(context.Background(), secret.New(ask.Text))
		case "clear":
			say.Cleared, err = c.ClearNow(context.Background())
		case "probe":
			say.Probe, err = c.Probe(context.Background())
		case "spawn":
			say.Spawned, err = c.SpawnClearer()
		}
		if err != nil {
			say.Err = err.Error()
		}
		_ = answers.Encode(say)
	}
}

// copier is a running copier process.
type copier struct {
	t   *testing.T
	in  *json.Encoder
	out *json.Decoder
}

func newCopier(t *testing.T, env ...string) *copier {
	t.Helper()
	return newCopierWithin(t, patient, env...)
}

// newCopierWithin is newCopier that waits so long for a helper.
func newCopierWithin(t *testing.T, limit time.Duration, env ...string) *copier {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append([]string{copierRole + "=" + limit.String(), "HOME=" + t.TempDir()}, env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &copier{t: t, in: json.NewEncoder(in), out: json.NewDecoder(bufio.NewReader(out))}
}

// ask sends one request and waits for its answer.
func (c *copier) ask(ask copierAsk) copierSay {
	c.t.Helper()
	if err := c.in.Encode(ask); err != nil {
		c.t.Fatal(err)
	}
	var say copierSay
	if err := c.out.Decode(&say); err != nil {
		c.t.Fatal(err)
	}
	return say
}

// must is ask for requests that have to succeed.
func (c *copier) must(ask copierAsk) copierSay {
	c.t.Helper()
	say := c.ask(ask)
	if say.Err != "" {
		c.t.Fatalf("%s: %s", ask.Do, say.Err)
	}
	return say
}

// spies makes a directory of tools that note their arguments and environment in
// the returned file and then are the real ones.
func spies(t *testing.T, tools ...string) (dir, record string) {
	t.Helper()
	dir = t.TempDir()
	record = filepath.Join(t.TempDir(), "record")
	for _, tool := range tools {
		script := fmt.Sprintf("#!/bin/sh\n{ echo CALL; printf '%%s\\n' \"$0\" \"$@\"; /bin/cat /proc/$$/environ; echo; } >>%s\nexec %s \"$@\"\n",
			record, termtest.Need(t, tool))
		if err := wide.Program(filepath.Join(dir, tool), []byte(script)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, record
}

// eventually waits up to ten seconds until cond holds.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// run runs a program with env added and input, and returns its output.
func run(t *testing.T, env []string, input, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.Output()
	return string(out), err
}

// envOf is a Getenv of name=value pairs and nothing else but PATH.
func envOf(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if v, ok := strings.CutPrefix(p, name+"="); ok {
				return v
			}
		}
		if name == "PATH" {
			return os.Getenv("PATH")
		}
		return ""
	}
}
