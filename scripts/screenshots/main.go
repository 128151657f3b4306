//go:build unix

// Screenshots draws the pictures of the console: it runs the program on its
// sandbox in an emulated terminal, types keys, and writes what the screen shows
// as SVG. Times differ from run to run; everything else stays.
//
//	go run ./scripts/screenshots              into docs/screens
//	go run ./scripts/screenshots -png DIR     also as PNG, where rsvg-convert is installed
//	go run ./scripts/screenshots -theme contrast -dir DIR
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"patdesk/e2e/tty"
)

func main() {
	dir := flag.String("dir", filepath.Join("docs", "screens"), "where the pictures go")
	png := flag.String("png", "", "also write PNG pictures here")
	only := flag.String("only", "", "draw only pictures whose name begins so")
	theme := flag.String("theme", "", "the setting of the console; its pictures have it in their name")
	flag.Parse()
	s := &studio{dir: *dir, png: *png, only: *only, theme: *theme}
	if err := s.run(); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// studio makes pictures.
type studio struct {
	dir, png, only string
	theme          string
	bin, home      string
}

// patience bounds every wait.
const patience = 20 * time.Second

func (s *studio) run() (err error) {
	work, err := os.MkdirTemp("", "patdesk-screens-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	s.bin = filepath.Join(work, "patdesk")
	if out, err := exec.Command("go", "build", "-o", s.bin, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w: %s", err, out)
	}
	// The home is on the picture of the first run, so it has a plain name.
	s.home = filepath.Join(os.TempDir(), "home-of-ana")
	if err := os.Mkdir(s.home, 0o700); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.home)) }()
	if err := s.setTheme(); err != nil {
		return err
	}
	for _, d := range []string{s.dir, s.png} {
		if d == "" {
			continue
		}
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	for _, light := range []bool{false, true} {
		for _, r := range reels {
			if err := s.film(r, light); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return s.animate("first-token", firstToken)
}

// setTheme writes the configuration with the theme that was asked for.
func (s *studio) setTheme() error {
	if s.theme == "" {
		return nil
	}
	dir := filepath.Join(s.home, ".config", "patdesk")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "config.toml"), fmt.Appendf(nil, "theme = %q\n", s.theme), 0o600)
}

// film plays a reel and takes its pictures.
func (s *studio) film(r reel, light bool) error {
	if !s.wanted(r) {
		return nil
	}
	env := []string{"HOME=" + s.home, "USER=ana", "PATH=" + os.Getenv("PATH"), "TZ=Europe/Berlin", "PATDESK_DATA=" + filepath.Join(s.home, "data")}
	args := []string{s.bin, "--demo"}
	if r.firstRun {
		url, key, stop, err := s.sandbox()
		if err != nil {
			return err
		}
		defer stop()
		env, args = append(env, "TOOLJET_HOST="+url, "SANDBOX_KEY="+key), args[:1]
	}
	t, err := tty.Start(tty.Options{Cols: r.cols, Rows: r.rows, Light: light, Env: env}, args...)
	if err != nil {
		return err
	}
	defer t.Close()
	if err := t.WaitText(patience, r.begins); err != nil {
		return err
	}
	t.Settle(300*time.Millisecond, patience) // its answer about colours
	for _, st := range r.steps {
		if err := s.play(t, st, env); err != nil {
			return err
		}
		if st.shot != "" {
			t.Settle(150*time.Millisecond, 2*time.Second)
			if err := s.shoot(t, fmt.Sprintf("%s-%dx%d-%s", st.shot, r.cols, r.rows, map[bool]string{true: "light", false: "dark"}[light])); err != nil {
				return err
			}
		}
	}
	return nil
}

// wanted reports whether a reel has a picture that was asked for.
func (s *studio) wanted(r reel) bool {
	for _, st := range r.steps {
		if st.shot != "" && strings.HasPrefix(st.shot, s.only) {
			return true
		}
	}
	return false
}

// play types the keys of a step, each after the one before was answered.
func (s *studio) play(t *tty.Terminal, st step, env []string) error {
	for _, k := range st.keys {
		if k == pasteKey {
			_, key, _ := strings.Cut(env[len(env)-1], "=")
			t.Paste(key)
		} else {
			t.Type(k)
		}
		t.Settle(150*time.Millisecond, 2*time.Second) // sooner, esc and the next key would be one
	}
	if st.paste != "" {
		t.Paste(st.paste)
		t.Settle(150*time.Millisecond, 2*time.Second)
	}
	if st.sees == "" {
		return nil
	}
	if err := t.WaitText(patience, st.sees); err != nil {
		return fmt.Errorf("after %q: %w", st.keys, err)
	}
	return nil
}

// shoot writes the picture of what is shown.
func (s *studio) shoot(t *tty.Terminal, name string) error {
	if !strings.HasPrefix(name, s.only) {
		return nil
	}
	if s.theme != "" {
		name += "-" + s.theme
	}
	var drawn string
	t.Look(func(screen *tty.Screen) { drawn = svg(screen) })
	file := filepath.Join(s.dir, name+".svg")
	if err := os.WriteFile(file, []byte(drawn), 0o644); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(os.Stdout, file)
	if s.png == "" {
		return nil
	}
	return exec.Command("rsvg-convert", "-z", "1.4", "-o", filepath.Join(s.png, name+".png"), file).Run()
}

// sandbox starts the sandbox as a server of its own.
func (s *studio) sandbox() (url, key string, stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, s.bin, "sandbox", "--addr", "127.0.0.1:0")
	stop = func() { cancel(); _ = cmd.Wait() }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", "", stop, err
	}
	if err := cmd.Start(); err != nil {
		return "", "", stop, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "TOOLJET_HOST="); ok {
			url = v
		}
		if v, ok := strings.CutPrefix(lines.Text(), "TOOLJET_API_TOKEN="); ok {
			return url, v, stop, nil
		}
	}
	stop()
	return "", "", stop, errors.New("the sandbox said nothing")
}
