//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"patdesk/address"
	"patdesk/e2e/tty"
	"patdesk/history/historytest"
	"patdesk/secret"
)

// The terminal of all measurements, and the longest wait in them.
const (
	cols, lines = 120, 40
	patience    = 60 * time.Second
)

// bench runs the measurements.
type bench struct {
	starts, keys, idle int
	work               string
	url, key           string
	consoles           map[int]program // by the rows of their histories
}

// prepare builds both programs and starts a server for the console.
func (b *bench) prepare() (stop func(), err error) {
	if b.work, err = os.MkdirTemp("", "patdesk-bench-"); err != nil {
		return nil, err
	}
	// The sandbox has a file of its own, or the two processes would share its pages
	// and each would count half of them.
	for name, pkg := range map[string]string{"patdesk": ".", "sandbox": ".", "barelist": "./scripts/barelist"} {
		out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(b.work, name), pkg).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("build %s: %w: %s", name, err, out)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, filepath.Join(b.work, "sandbox"), "sandbox", "--addr", "127.0.0.1:0")
	stop = func() { cancel(); _ = cmd.Wait(); _ = os.RemoveAll(b.work) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return stop, err
	}
	if err := cmd.Start(); err != nil {
		return stop, err
	}
	for said := bufio.NewScanner(out); b.key == "" && said.Scan(); {
		if v, ok := strings.CutPrefix(said.Text(), "TOOLJET_HOST="); ok {
			b.url = v
		}
		if v, ok := strings.CutPrefix(said.Text(), "TOOLJET_API_TOKEN="); ok {
			b.key = v
		}
	}
	if b.key == "" {
		return stop, errors.New("the sandbox said nothing")
	}
	return stop, nil
}

// program is one of the two that are compared.
type program struct {
	argv []string
	env  []string
	full func(*tty.Screen) bool // whether the screen is complete
}

// console is the program on a history of n rows, which is made when it is first asked for.
func (b *bench) console(n int) (program, error) {
	if p, made := b.consoles[n]; made {
		return p, nil
	}
	p, err := b.newConsole(n)
	if err == nil {
		b.consoles[n] = p
	}
	return p, err
}

func (b *bench) newConsole(n int) (program, error) {
	home := filepath.Join(b.work, fmt.Sprint("home", n))
	conf, data := filepath.Join(home, "config"), filepath.Join(home, "data")
	for _, d := range []string{conf, data} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return program{}, err
		}
	}
	text := fmt.Sprintf("profile = %q\n[profiles.%s]\nurl = %q\nkey = \"env\"\n", historytest.Profile, historytest.Profile, b.url)
	if err := os.WriteFile(filepath.Join(conf, "config.toml"), []byte(text), 0o600); err != nil {
		return program{}, err
	}
	env := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "PATDESK_CONFIG=" + conf, "PATDESK_DATA=" + data, "TOOLJET_API_TOKEN=" + b.key}
	key, _, err := secret.KeyStore{Dir: conf}.Load(context.Background())
	if err != nil {
		return program{}, err
	}
	past := historytest.Past{Rows: n, Users: min(n, 5000), Apps: min(n, 200), Now: time.Now(), Key: key, Server: address.Server(b.url)}
	if err := historytest.Fill(context.Background(), filepath.Join(data, "history.db"), past); err != nil {
		return program{}, err
	}
	if err := b.shortLives(env); err != nil {
		return program{}, err
	}
	total := regexp.MustCompile(`of [\d,.  ]*\d`)
	return program{argv: []string{filepath.Join(b.work, "patdesk")}, env: env, full: func(s *tty.Screen) bool {
		return rowsOf(s) >= 20 && total.MatchString(s.String())
	}}, nil
}

// shortLives issues a screenful of tokens that end within the hour, so that every
// visible row ticks each second.
func (b *bench) shortLives(env []string) error {
	patdesk := func(args ...string) ([]byte, error) {
		cmd := exec.Command(filepath.Join(b.work, "patdesk"), args...)
		cmd.Env = env
		out, err := cmd.Output()
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w: %s", err, e.Stderr)
		}
		return out, err
	}
	var users []struct{ Email, Status string }
	var apps []struct{ Slug string }
	for what, list := range map[string]any{"users": &users, "apps": &apps} {
		out, err := patdesk(what, "--json")
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if err := json.Unmarshal(out, list); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	done, refused := 0, error(nil)
	for i := 0; done < lines+20 && i < len(users)*len(apps); i++ {
		_, err := patdesk("issue", users[i%len(users)].Email, apps[i/len(users)].Slug, "--life", fmt.Sprintf("%dm", 30+i%29))
		if err == nil {
			done++
		} else {
			refused = err
		}
	}
	if done < lines {
		return fmt.Errorf("only %d tokens with a short life: %w", done, refused)
	}
	return nil
}

func (b *bench) floor(n int, tick bool) program {
	return program{
		argv: []string{filepath.Join(b.work, "barelist"), "-rows", fmt.Sprint(n), fmt.Sprintf("-tick=%t", tick)},
		env:  []string{"HOME=" + b.work, "PATH=" + os.Getenv("PATH")},
		full: func(s *tty.Screen) bool { return rowsOf(s) >= 20 },
	}
}

// rowsOf counts the rows of a list that are shown.
func rowsOf(s *tty.Screen) (n int) {
	for _, l := range s.Lines() {
		if strings.Contains(l, "@") {
			n++
		}
	}
	return n
}

// cursorRow is the selected row with its place: number and user, for neighbours may be
// of one user.
func cursorRow(s *tty.Screen) string {
	for y, l := range s.Lines() {
		if words := strings.Fields(l); strings.HasPrefix(l, "▌") && len(words) > 2 {
			return fmt.Sprint(y, words[1], userOf(l))
		}
	}
	return ""
}

var user = regexp.MustCompile(`\S+@\S+`)

func userOf(line string) string { return user.FindString(line) }

func (p program) open() (*tty.Terminal, error) {
	return tty.Start(tty.Options{Cols: cols, Rows: lines, Env: p.env}, p.argv...)
}

// measure compares the console on n rows with the floor.
func (b *bench) measure(n int) (pair, error) {
	p := pair{rows: n}
	ours, err := b.console(n)
	if err != nil {
		return p, err
	}
	bare := b.floor(n, false)
	var first, floor []float64
	for i := range b.starts + 1 {
		a, err := start(ours)
		if err != nil {
			return p, err
		}
		z, err := start(bare)
		if err != nil {
			return p, err
		}
		if i > 0 { // the first of each warms the caches
			first, floor = append(first, a), append(floor, z)
		}
	}
	p.ours.start, p.bare.start = median(first), median(floor)
	if err := b.session(ours, &p.ours, n); err != nil {
		return p, err
	}
	if err := b.session(bare, &p.bare, n); err != nil {
		return p, err
	}
	p.bare.timeline, p.bare.activity = p.bare.start, p.bare.start
	p.bare.timelineScroll, p.bare.activityScroll = p.bare.scroll95, p.bare.scroll95
	ticking := b.floor(n, true)
	t, err := ticking.open()
	if err != nil {
		return p, err
	}
	defer t.Close()
	if _, err := t.Wait(patience, ticking.full); err != nil {
		return p, err
	}
	p.bare.ticking, p.bare.tickBytes, p.bare.tickWakes = b.watch(t)
	return p, nil
}

// start is the time from the start of the process to its first full frame.
func start(p program) (float64, error) {
	t, err := p.open()
	if err != nil {
		return 0, err
	}
	defer t.Close()
	at, err := t.Wait(patience, p.full)
	return ms(at.Sub(t.Began)), err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(v []float64) float64 { return quantile(v, .5) }

func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

// pause is a moment that has nothing to do with the framework's frames.
func pause() { time.Sleep(time.Duration(20+rand.IntN(40)) * time.Millisecond) }
