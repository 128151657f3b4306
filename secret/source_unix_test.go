//go:build unix

package secret

import (
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestResolve_Command(t *testing.T) {
	for command, want := range map[string]string{
		"echo hunter2":                         "hunter2",
		"printf hunter2":                       "hunter2",
		`printf 'hunter2\n\n'`:                 "hunter2\n",
		"echo noise >&2; echo hunter2":         "hunter2",
		"x=hunter2; echo \"$x\" | cat":         "hunter2",
		"head -c 65536 /dev/zero | tr '\\0' k": strings.Repeat("k", 65536),
	} {
		wantKey(t, Source{Kind: KindCommand, Command: command}, want)
	}
	for command, want := range map[string]SourceReason{
		"sleep 0.01 & exit 4":      ReasonFailed,
		"":                         ReasonMissing,
		"  ":                       ReasonMissing,
		"true":                     ReasonMissing,
		"echo":                     ReasonMissing,
		"exit 3":                   ReasonFailed,
		"echo hunter2; exit 1":     ReasonFailed,
		"kill -9 $$":               ReasonFailed,
		"no-such-program-anywhere": ReasonFailed,
		"head -c 65537 /dev/zero":  ReasonTooLarge,
		"yes hunter2":              ReasonTooLarge,
		"trap '' PIPE; while :; do echo hunter2; done": ReasonTooLarge,
	} {
		_, err := Source{Kind: KindCommand, Command: command}.Resolve(t.Context())
		wantReason(t, err, want)
	}
}

// Ensure that what a command says in anger is kept apart from the error, and short.
func TestResolve_CommandStderr(t *testing.T) {
	_, err := Source{Kind: KindCommand, Command: "printf 'not\\033[2J signed in hunter2' >&2; exit 1"}.Resolve(t.Context())
	e := wantReason(t, err, ReasonFailed)
	if e.Detail != "not\x1b[2J signed in hunter2" || !strings.Contains(err.Error(), "the command ended with exit status 1") {
		t.Errorf("got %q, %v", e.Detail, err)
	}
	_, err = Source{Kind: KindCommand, Command: "yes | head -c 500000 >&2; exit 1"}.Resolve(t.Context())
	if e := wantReason(t, err, ReasonFailed); len(e.Detail) < 100 || len(e.Detail) > 200 {
		t.Errorf("%d bytes of stderr", len(e.Detail))
	}
}

// shortly is a context that ends soon, in place of the ten seconds of a command.
func shortly(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestResolve_CommandGetsNoKeyAndNoInput(t *testing.T) {
	t.Setenv("TOOLJET_API_TOKEN", "hunter2")
	t.Setenv("OTHER", "kept")
	wantKey(t, Source{Kind: KindCommand, Command: `echo "$OTHER:$TOOLJET_API_TOKEN:$(cat)"`}, "kept::")
	_, err := Source{Kind: KindCommand, Command: "exec 3</dev/tty && echo has a terminal"}.Resolve(t.Context())
	wantReason(t, err, ReasonFailed)
}

// Ensure that a command has no terminal to ask on: the console owns it.
func TestResolve_CommandHasItsOwnSession(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("the session of a process is read from /proc, which is not here")
	}
	wantKey(t, Source{Kind: KindCommand, Command: `[ "$(cut -d' ' -f6 /proc/$$/stat)" = $$ ] && echo leader`}, "leader")
}

// Ensure that something which stays behind and holds the pipe does not spoil a
// key that was printed.
func TestResolve_CommandThatLeavesSomethingRunning(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	wantKey(t, Source{Kind: KindCommand, Command: "sleep 600 & echo $! >" + pid + "; echo hunter2"}, "hunter2")
	b, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(n, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// Ensure that a command which is given up is killed together with what it started.
func TestResolve_CommandIsKilledWithAllItStarted(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := Source{Kind: KindCommand, Command: "trap '' TERM; sleep 600 & echo $! >>" + pids + "; (sleep 600; true) & echo $! >>" + pids + "; echo $$ >>" + pids + "; wait"}.Resolve(ctx)
		failed <- err
	}()
	var started []string
	for len(started) < 3 {
		time.Sleep(time.Millisecond)
		b, _ := os.ReadFile(pids)
		started = strings.Fields(string(b))
	}
	cancel()
	wantReason(t, <-failed, ReasonCanceled)
	for _, f := range started {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		for !gone(pid) {
			time.Sleep(time.Millisecond)
		}
	}
}

func TestResolve_CommandTimeout(t *testing.T) {
	_, err := Source{Kind: KindCommand, Command: "sleep 600"}.Resolve(shortly(t))
	wantReason(t, err, ReasonTimeout)
}

// gone reports whether a process has ended; one that nobody waits for counts.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestResolve_CommandCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := Source{Kind: KindCommand, Command: "sleep 600"}.Resolve(ctx)
	wantReason(t, err, ReasonCanceled)
	_, err = Source{Kind: KindCommand, Command: "echo hunter2"}.Resolve(ctx)
	wantReason(t, err, ReasonCanceled)
}

// keyFile makes a private key file.
func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "it's a key")
	if err := os.WriteFile(path, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestResolve_FileModes(t *testing.T) {
	for _, tt := range []struct {
		file, dir fs.FileMode
		fix       string // %f is the file, %d its directory; "" = accepted
	}{
		{0o600, 0o700, ""},
		{0o400, 0o755, ""},
		{0o600, 0o777 | os.ModeSticky, ""},
		{0o640, 0o700, "chmod 600 %f"},
		{0o604, 0o700, "chmod 600 %f"},
		{0o620, 0o700, "chmod 600 %f"},
		{0o601, 0o700, "chmod 600 %f"},
		{0o600, 0o770, "chmod go-w %d"},
		{0o600, 0o707, "chmod go-w %d"},
	} {
		path := keyFile(t)
		for p, mode := range map[string]fs.FileMode{path: tt.file, filepath.Dir(path): tt.dir} {
			if err := os.Chmod(p, mode); err != nil {
				t.Fatal(err)
			}
		}
		s := Source{Kind: KindFile, Path: path}
		if tt.fix == "" {
			wantKey(t, s, "hunter2")
			continue
		}
		_, err := s.Resolve(t.Context())
		e := wantReason(t, err, ReasonNotPrivate)
		fix := strings.NewReplacer("%f", shellQuote(path), "%d", shellQuote(filepath.Dir(path))).Replace(tt.fix)
		if e.Fix != fix {
			t.Errorf("file %o in %o: fix %q, want %q", tt.file, tt.dir, e.Fix, fix)
		}
		// The command that is printed does mend it.
		if out, err := shell(t.Context(), e.Fix).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", e.Fix, err, out)
		}
		wantKey(t, s, "hunter2")
	}
}

func TestResolve_FileAttacks(t *testing.T) {
	good := keyFile(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.Symlink(good, at("link")), os.Symlink(at("nothing"), at("dangling")), syscall.Mkfifo(at("fifo"), 0o600), os.Mkdir(at("dir"), 0o700),
		os.WriteFile(at("empty"), nil, 0o600), os.WriteFile(at("big"), make([]byte, 64<<10+1), 0o600), os.WriteFile(at("two"), []byte("hunter2"), 0o600), os.Link(at("two"), at("names")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]SourceReason{
		at("link"): ReasonNotPrivate, at("dangling"): ReasonNotPrivate, at("fifo"): ReasonNotPrivate, at("dir"): ReasonNotPrivate, "/dev/zero": ReasonNotPrivate,
		at("empty"): ReasonMissing, at("big"): ReasonTooLarge, at("names"): ReasonNotPrivate, at("nothing"): ReasonMissing, "": ReasonMissing,
	} {
		_, err := Source{Kind: KindFile, Path: path}.Resolve(t.Context())
		wantReason(t, err, want)
	}
	if os.Geteuid() == 0 {
		other := keyFile(t)
		if err := os.Chown(other, 4242, -1); err != nil {
			t.Fatal(err)
		}
		_, err := Source{Kind: KindFile, Path: other}.Resolve(t.Context())
		if e := wantReason(t, err, ReasonNotPrivate); e.Fix != "" || !strings.Contains(e.Error(), "sudo") {
			t.Errorf("fix %q in %v", e.Fix, e)
		}
	}
}

// Ensure that a file is private whatever the umask is, and that writing does not
// follow a link out of its place.
func TestWritePrivate_ModesAndLinks(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o077, 0o277} {
		old := syscall.Umask(mask)
		path := filepath.Join(t.TempDir(), "key")
		err := WritePrivate(path, []byte("x"))
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		if fi, err := os.Stat(path); err != nil || fi.Mode() != 0o600 {
			t.Errorf("umask %o: %v, %v", mask, fi.Mode(), err)
		}
	}
	target := keyFile(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := WritePrivate(link, []byte("x")); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("through a link: %v", err)
	}
	if b, err := os.ReadFile(target); err != nil || string(b) != "hunter2\n" {
		t.Errorf("the target is %q, %v", b, err)
	}
}

func TestSessionBus(t *testing.T) {
	empty, with, file := t.TempDir(), t.TempDir(), t.TempDir()
	l, err := net.Listen("unix", filepath.Join(with, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.WriteFile(filepath.Join(file, "bus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		addr, xdg, dir string
		want           bool
	}{
		{"", "", empty, false},
		{"unix:path=/somewhere", "", empty, true},
		{"autolaunch:", "", empty, false},
		{"autolaunch:", "", with, true},
		{"", "", with, true},
		{"", with, with, true},
		{"", with, empty, false}, // the library would not look there, and start a bus
		{"", empty, with, false},
		{"", "", file, false},
	} {
		env := func(name string) string {
			return map[string]string{"DBUS_SESSION_BUS_ADDRESS": tt.addr, "XDG_RUNTIME_DIR": tt.xdg}[name]
		}
		if got := sessionBus(env, tt.dir); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// Ensure that without a session bus nothing is started that would stay behind.
func TestResolve_KeyringStartsNothing(t *testing.T) {
	bin, mark := t.TempDir(), filepath.Join(t.TempDir(), "started")
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte("#!/bin/sh\ntouch "+mark+"\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	claims := func(string) string { return "unix:path=/somewhere" } // a getenv that is not the process's
	for _, addr := range []string{"", "autolaunch:"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", addr)
		for _, getenv := range []func(string) string{nil, os.Getenv, claims} {
			_, err := Source{Kind: KindKeyring, Profile: "p", Getenv: getenv}.Resolve(t.Context())
			wantReason(t, err, ReasonUnavailable)
		}
		wantReason(t, StoreKeyring(t.Context(), "p", New("hunter2")), ReasonUnavailable)
		wantReason(t, DeleteKeyring(t.Context(), "p"), ReasonUnavailable)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a session bus was started")
	}
}

// Ensure that a stale address gives an error at once.
func TestResolve_KeyringStaleBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "gone"))
	_, err := Source{Kind: KindKeyring, Profile: "p"}.Resolve(t.Context())
	wantReason(t, err, ReasonUnavailable)
}

// Ensure that a key store that does not answer is left after three seconds.
func TestCallKeyring_TimeLimit(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/somewhere")
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		start := time.Now()
		_, err := callKeyring(t.Context(), os.Getenv, func() (string, error) {
			<-hang
			return "hunter2", nil
		})
		wantReason(t, keyringError(err), ReasonTimeout)
		if took := time.Since(start); took != keyringTimeout {
			t.Errorf("it took %v", took)
		}
		close(hang)
		synctest.Wait()
	})
}

func TestKeyring_RoundTrip(t *testing.T) {
	if !KeyringAvailable(nil) {
		t.Skip("there is no session bus here, so no key store to try")
	}
	const profile = "patdesk-test-of-the-key-store"
	if err := StoreKeyring(t.Context(), profile, New("hunter2")); err != nil {
		t.Skip("the key store of this session cannot be used: ", err)
	}
	wantKey(t, Source{Kind: KindKeyring, Profile: profile}, "hunter2")
	for range 2 {
		if err := DeleteKeyring(t.Context(), profile); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Source{Kind: KindKeyring, Profile: profile}.Resolve(t.Context())
	wantReason(t, err, ReasonMissing)
}
