package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// emulated is a program of a target that runs here, under an emulator where this
// machine is of another kind.
type emulated struct {
	before []string // the emulator, before the path of the program
	path   string
	env    []string
	drive  string // the folder that is C:, under Wine
}

// emulate finds how the program at path, of the target, is run here.
func emulate(t *testing.T, of target, path string) emulated {
	t.Helper()
	p := emulated{path: path}
	switch {
	case of.windows():
		p.before, p.env, p.drive = wine(t)
	case of.goarch != "amd64":
		p.before = []string{termtest.Need(t, "qemu-aarch64-static")}
	}
	if !of.windows() {
		termtest.Need(t, "xclip")
		p.env = append(p.env, "DISPLAY="+termtest.Xvfb(t))
	}
	return p
}

// wine makes a Windows of its own, with the library that Go needs and Wine 8 lacks.
func wine(t *testing.T) (program, env []string, drive string) {
	t.Helper()
	const loader = "/usr/lib/wine/wine64" // Debian has it in no path
	if _, err := os.Stat(loader); err != nil {
		termtest.Missing(t, "wine64 is not installed")
	}
	prefix := t.TempDir()
	env = append(os.Environ(), "WINEPREFIX="+prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=bcryptprimitives=n", "DISPLAY=", "HOME="+prefix)
	t.Cleanup(func() { // else its services write into the folder while it is removed
		end := exec.Command("/usr/lib/wine/wineserver", "-k", "-w")
		end.Env = env
		_ = end.Run()
	})
	boot := exec.CommandContext(t.Context(), loader, "wineboot", "--init")
	boot.Env = env
	if out, err := boot.CombinedOutput(); err != nil {
		t.Fatalf("wineboot: %v\n%s", err, out)
	}
	server := exec.CommandContext(t.Context(), "/usr/lib/wine/wineserver", "--persistent") // else each program starts Windows anew
	server.Env = env
	if err := server.Run(); err != nil { // it goes on in the background, with what output it was given
		t.Fatalf("wineserver: %v", err)
	}
	drive = filepath.Join(prefix, "drive_c")
	library := filepath.Join(drive, "windows/system32/bcryptprimitives.dll")
	do(t, "testdata", "x86_64-w64-mingw32-gcc", "-shared", "-O2", "-o", library, "bcryptprimitives.c", "-ladvapi32")
	return []string{loader}, env, drive
}

// here is a path of the program as this machine has it.
func (p emulated) here(path string) string {
	if rest, is := strings.CutPrefix(path, `C:\`); is {
		return filepath.Join(p.drive, strings.ReplaceAll(rest, `\`, "/"))
	}
	return path
}

// run runs the program with more environment and returns its output, its messages
// and its exit code. A child that goes on to clear the clipboard keeps nobody
// waiting.
func (p emulated) run(t *testing.T, env []string, args ...string) (out, errs string, code int) {
	t.Helper()
	line := append(append(p.before[:len(p.before):len(p.before)], p.path), args...)
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = append(append([]string{}, p.env...), env...), t.TempDir(), 2*time.Second
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatalf("%v did not start", line)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// works runs a program that was built: it must know what it is, issue a token on a
// sandbox, show it, copy it and look at itself. native is the program for here.
func works(t *testing.T, of target, p emulated, native, clone string) {
	t.Helper()
	out, _, code := p.run(t, nil, "version", "--json")
	var v struct{ Commit, OS, Arch, Go string }
	if err := json.Unmarshal([]byte(out), &v); err != nil || code != 0 {
		t.Fatalf("version: %v, exit code %d: %s", err, code, out)
	}
	commit := strings.TrimSpace(do(t, clone, "git", "rev-parse", "HEAD"))
	if v.Commit != commit || v.OS != of.goos || v.Arch != of.goarch {
		t.Errorf("version: %+v, want commit %s, %s, %s", v, commit, of.goos, of.goarch)
	}
	if want := releaseGo(t, clone); want != "local" && v.Go != want {
		t.Errorf("built with %s, want %s", v.Go, want)
	}
	t.Setenv("PATH", filepath.Dir(native)+string(os.PathListSeparator)+os.Getenv("PATH"))
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := []string{"TOOLJET_HOST=" + server, "TOOLJET_API_TOKEN=" + key}
	if !of.windows() {
		env = e2etest.Home(t, server, key)
	}
	for _, step := range []struct {
		args string
		want string // of output and messages
	}{
		{"issue ana@example.com orders --life 1h", `#1 issued for ana@example.com on Orders portal`},
		{"list", `(?m)^1\tOK\t.*ana@example.com\tOrders portal`},
		{"show 1", `(?m)^#1  OK  ana@example.com`},
		{"show 1 -o iframe", `<iframe src="http://127.0.0.1:\d+/embed-apps/.*personal-access-token=pat_[0-9a-f]+`},
		{"copy 1 --as iframe", `HTML iframe copied with .*, checked by reading back`},
		{"verify 1", `#1 valid`},
		{"reissue 1 --yes", `#2 issued`},
		{"list --json", `"state": "older"`},
		{"doctor", `(?s)\[ok\] History.*\[ok\] Certificates: those of the system.*\[ok\] Admin key`},
	} {
		out, errs, code := p.run(t, env, strings.Fields(step.args)...)
		// An emulated clipboard that has to start first does not answer in time.
		for try := 0; try < 10 && strings.Contains(errs, "no answer within"); try++ {
			out, errs, code = p.run(t, env, strings.Fields(step.args)...)
		}
		if code != 0 || !regexp.MustCompile(step.want).MatchString(out+errs) {
			t.Errorf("%s: exit code %d, want %s in\n%s%s", step.args, code, step.want, out, errs)
		}
	}
}

// releaseGo is the Go that a release is built with, as the Makefile says it.
func releaseGo(t *testing.T, clone string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(clone, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^RELEASE_GO \?= (\S+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("the Makefile names no RELEASE_GO")
	}
	return string(m[1])
}
