package cli

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"patdesk/pat"
	"patdesk/ui"
)

// Ensure the sandbox that is opened beside a configuration leaves its profiles in
// reach, and that the one of --demo brings its own, proven as it says.
func TestConsole_Sandbox(t *testing.T) {
	t.Parallel()
	n, err := aside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if n.Config != nil || !n.Demo || n.Issuer == nil {
		t.Errorf("%+v", n)
	}
	d, err := demoSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if p := d.Config.Profiles["demo"]; p == nil || p != d.Profile || p.UnitProven() != d.Issuer.Settings.UnitProven {
		t.Errorf("%+v", p)
	}
}

// Ensure a demo that a signal ends while its past is made up says nothing of tokens:
// wherever it is cut off, the error is that the caller gave up. The past has an
// answer that is lost on purpose.
func TestConsole_DemoCutOff(t *testing.T) {
	t.Parallel()
	whole := &cutOff{Context: t.Context(), after: math.MaxInt64}
	d, err := demoSession(whole)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	const cuts = 60
	for i := range int64(cuts) {
		ctx, cancel := context.WithCancel(pat.WithGrace(t.Context(), answerWait, nil))
		d, err := demoSession(&cutOff{Context: ctx, cancel: cancel, after: whole.asked.Load() * i / cuts})
		if err == nil {
			d.Close()
			t.Errorf("cut %d: a demo", i)
		} else if !pat.IsGone(err) || outcomeUnknown(err) {
			t.Errorf("cut %d: %v", i, err)
		}
		cancel()
	}
}

// cutOff is a context that is cancelled after it was asked for values so many times.
type cutOff struct {
	context.Context
	cancel context.CancelFunc
	after  int64
	asked  atomic.Int64
}

func (c *cutOff) Value(key any) any {
	if c.asked.Add(1) == c.after+1 {
		c.cancel()
	}
	return c.Context.Value(key)
}

// Ensure that the demo has theme and keys of the configuration and nothing else of
// it, that it needs none, and that a broken one is told.
func TestConsole_DemoObeysTheConfiguration(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	demo := func(env map[string]string) (ui.Session, error) {
		t.Helper()
		a := &app{demo: true, env: &Env{Getenv: func(name string) string { return env[name] }}}
		n, err := a.firstSession(t.Context())
		if err == nil {
			t.Cleanup(n.Close)
		}
		return n, err
	}
	home := map[string]string{"HOME": filepath.Dir(file), "PATDESK_CONFIG": file}

	write("theme = \"light\"\n[keys]\nissue = [\"N\"]\n[profiles.live]\nurl = \"https://tooljet.example.com\"\n")
	n, err := demo(home)
	if err != nil || n.Config.Theme != "light" || !slices.Equal(n.Config.Keys["issue"], []string{"N"}) || n.Config.Profiles["live"] != nil {
		t.Errorf("%+v, %v", n.Config, err)
	}
	if n, err = demo(nil); err != nil || n.Config.Theme != "auto" {
		t.Errorf("without a place: %+v, %v", n.Config, err)
	}
	write("theme = \"mauve\"\n")
	if _, err = demo(home); err == nil || !strings.Contains(err.Error(), "auto, dark, light or contrast") {
		t.Errorf("a broken one: %v", err)
	}
}
