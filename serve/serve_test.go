package serve

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// desk is a server whose sessions do what the test says.
type desk struct {
	t    *testing.T
	addr string
	key  ssh.Signer
	end  func() error // closes it

	server *Server
	gone   atomic.Bool // ana is of the team no more

	mu   sync.Mutex
	said []string
}

func (d *desk) log(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, fmt.Sprintf(format, args...))
}

// opened serves one member, ana, until the test ends.
func opened(t *testing.T, sit func(context.Context, *Session) int) *desk {
	t.Helper()
	return openedFor(t, idleTime, sit)
}

// openedFor is opened where a connection without a session lasts so long.
func openedFor(t *testing.T, idle time.Duration, sit func(context.Context, *Session) int) *desk {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t}
	if d.key, err = ssh.NewSignerFromKey(private); err != nil {
		t.Fatal(err)
	}
	host, _, err := HostKey(filepath.Join(t.TempDir(), "serve", "host_ed25519"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed by the server
	if err != nil {
		t.Fatal(err)
	}
	d.addr = l.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	s := New(Options{
		HostKey: host, MaxSessions: 50, PerPerson: 50, Variables: []string{"LANG"}, Sit: sit, Log: d.log,
		Member: func(kind, b string) (string, error) {
			if !d.gone.Load() && kind == d.key.PublicKey().Type() && b == blob(d.key.PublicKey()) {
				return "ana", nil
			}
			return "", nil
		},
	})
	s.ends = 2 * time.Second // enough for sessions that can end
	s.lines.after = idle
	d.server = s
	go func() { ended <- s.Serve(ctx, l, Dismissal{Sentence: "closed", Code: 143}) }()
	d.end = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// connect logs in.
func (d *desk) connect() (*ssh.Client, error) {
	d.t.Helper()
	c, err := ssh.Dial("tcp", d.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(d.key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: time.Minute}) //nolint:gosec // a server of this test
	if err == nil {
		d.t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func (d *desk) session() (*ssh.Client, *ssh.Session) {
	d.t.Helper()
	c, err := d.connect()
	if err != nil {
		d.t.Fatal(err)
	}
	n, err := c.NewSession()
	if err != nil {
		d.t.Fatal(err)
	}
	return c, n
}

func exitOf(err error) int {
	if e, ok := errors.AsType[*ssh.ExitError](err); ok {
		return e.ExitStatus()
	}
	if err != nil {
		return -1
	}
	return 0
}

// Ensure a session that panics ends alone, with the exit code of a mistake, and neither
// the client nor the host is told what was thrown.
func TestServe_PanicEndsAlone(t *testing.T) {
	t.Parallel()
	stays := make(chan struct{})
	d := opened(t, func(_ context.Context, s *Session) int {
		if s.Command == "panic" {
			panic("pat_secret")
		}
		_, _ = io.WriteString(s.Out, "there")
		<-stays
		return 0
	})
	_, other := d.session()
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start("stay"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("there"))); err != nil {
		t.Fatal(err)
	}
	_, n := d.session()
	text, err := n.CombinedOutput("panic")
	if code := exitOf(err); code != 3 || strings.Contains(string(text), "secret") {
		t.Errorf("exit %d, %q", code, text)
	}
	close(stays)
	if err := other.Wait(); err != nil {
		t.Errorf("the other session: %v", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if all := strings.Join(d.said, "\n"); !strings.Contains(all, "ended by a mistake") || strings.Contains(all, "secret") {
		t.Errorf("the host is told:\n%s", all)
	}
}

// Ensure a terminal has the size that it was asked for with, and each later one, also
// one that came before the session; nobody needs to take them.
func TestServe_Sizes(t *testing.T) {
	t.Parallel()
	d := opened(t, func(ctx context.Context, s *Session) int {
		if s.Command == "deaf" {
			return 0
		}
		_, _ = fmt.Fprintf(s.Out, "%v %dx%d %s\n", s.Terminal, s.Size.Width, s.Size.Height, strings.Join(s.Environ, " "))
		for {
			select {
			case <-ctx.Done():
				return 0
			case size := <-s.Resized:
				_, _ = fmt.Fprintf(s.Out, "%dx%d\n", size.Width, size.Height)
				if size.Width == 132 {
					return 0
				}
			}
		}
	})
	for _, command := range []string{"", "deaf"} {
		_, n := d.session()
		if err := n.Setenv("LANG", "C"); err != nil {
			t.Fatal(err)
		}
		if err := n.RequestPty("vt100", 24, 80, ssh.TerminalModes{}); err != nil {
			t.Fatal(err)
		}
		for range 3 { // more than anything would hold
			if err := n.WindowChange(40, 100); err != nil {
				t.Fatal(err)
			}
		}
		out, err := n.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if command != "" {
			err = n.Start(command)
		} else {
			err = n.Shell()
		}
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			if err := n.WindowChange(41, 101); err != nil {
				break // it has ended
			}
		}
		_ = n.WindowChange(50, 132)
		text, _ := io.ReadAll(out)
		if command == "" && (!strings.HasPrefix(string(text), "true 80x24 LANG=C TERM=vt100\r\n") || !strings.HasSuffix(string(text), "132x50\r\n")) {
			t.Errorf("%q", text)
		}
		if err := n.Wait(); err != nil {
			t.Errorf("%q: %v", command, err)
		}
	}
}

// Ensure a session ends when its client goes, by its channel or with all of its
// connection, although it reads nothing.
func TestServe_ClientGoes(t *testing.T) {
	t.Parallel()
	began, gone := make(chan struct{}), make(chan error)
	d := opened(t, func(ctx context.Context, _ *Session) int {
		began <- struct{}{}
		<-ctx.Done()
		gone <- context.Cause(ctx)
		return 0
	})
	for name, leave := range map[string]func(*ssh.Client, *ssh.Session){
		"its channel":    func(_ *ssh.Client, n *ssh.Session) { _ = n.Close() },
		"its connection": func(c *ssh.Client, _ *ssh.Session) { _ = c.Close() },
	} {
		c, n := d.session()
		if err := n.Start("x"); err != nil {
			t.Fatal(err)
		}
		<-began
		leave(c, n)
		select {
		case err := <-gone:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("the session outlives %s", name)
		}
	}
}

// Ensure a server that closes says why to all, each with the exit code.
func TestServe_Dismisses(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	d := opened(t, func(ctx context.Context, s *Session) int {
		began <- struct{}{}
		<-ctx.Done()
		why, ok := errors.AsType[*Dismissal](context.Cause(ctx))
		if !ok {
			return 1
		}
		_, _ = fmt.Fprintln(s.Err, why.Sentence)
		return why.Code
	})
	var all []*ssh.Session
	for range 5 {
		_, n := d.session()
		if err := n.Start("x"); err != nil {
			t.Fatal(err)
		}
		<-began
		all = append(all, n)
	}
	if err := d.end(); err != nil {
		t.Error(err)
	}
	for _, n := range all {
		if code := exitOf(n.Wait()); code != 143 {
			t.Errorf("exit %d", code)
		}
	}
	if c, err := net.Dial("tcp", d.addr); err == nil { //nolint:noctx // it fails at once
		_ = c.Close()
		t.Error("it listens still")
	}
}

// Ensure nobody's client fills the memory of the desk with what costs it nothing: variables
// that are sent over and over, and channels on which nothing is asked for.
func TestServe_Hoards(t *testing.T) {
	t.Parallel()
	d := opened(t, func(_ context.Context, s *Session) int {
		_, _ = fmt.Fprint(s.Out, len(s.Environ))
		return 0
	})
	c, n := d.session()
	refused := 0
	for range 10 * mostSent {
		if n.Setenv("LANG", "C") != nil {
			refused++
		}
	}
	if out, err := n.Output("x"); refused != 9*mostSent || err != nil || string(out) != fmt.Sprint(mostSent) {
		t.Errorf("%d refused, %q, %v", refused, out, err)
	}
	var kept []*ssh.Session
	for end := time.Now().Add(time.Minute); len(kept) < 50+spare && time.Now().Before(end); {
		if n, err := c.NewSession(); err == nil {
			kept = append(kept, n)
		} else {
			time.Sleep(time.Millisecond) // the one above is on its way out
		}
	}
	if _, err := c.NewSession(); err == nil || len(kept) != 50+spare {
		t.Errorf("%d channels are open, and one more: %v", len(kept), err)
	}
	_ = kept[0].Close()
	var again *ssh.Session
	for end := time.Now().Add(time.Minute); again == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
		again, _ = c.NewSession() // once the other one is gone
	}
	if again == nil {
		t.Fatal("a channel that was closed counts on")
	}
	if out, err := again.Output("x"); err != nil || string(out) != "0" {
		t.Errorf("%q, %v", out, err)
	}
}

// Ensure a client that takes nothing more is let go nevertheless.
func TestServe_StuckClient(t *testing.T) {
	t.Parallel()
	began, left := make(chan struct{}), make(chan struct{})
	d := opened(t, func(_ context.Context, s *Session) int {
		close(began)
		defer close(left)
		for text := make([]byte, 1<<20); ; {
			if _, err := s.Out.Write(text); err != nil {
				return 1
			}
		}
	})
	_, n := d.session()
	if _, err := n.StdoutPipe(); err != nil { // which nobody reads
		t.Fatal(err)
	}
	if err := n.Start("x"); err != nil {
		t.Fatal(err)
	}
	<-began
	d.gone.Store(true) // the server stays open, and lets this session go
	select {
	case <-left:
	case <-time.After(time.Minute):
		t.Error("it is stuck")
	}
}

// Ensure a key of the host is made once, for this user alone, and one that others could
// read, or that is none, is refused.
func TestHostKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "serve", "host_ed25519")
	first, made, err := HostKey(path)
	if err != nil || !made {
		t.Fatalf("%v, made %v", err, made)
	}
	again, made, err := HostKey(path)
	if err != nil || made || Fingerprint(first) != Fingerprint(again) || !strings.HasPrefix(Fingerprint(first), "SHA256:") {
		t.Errorf("%v, made %v: %s, %s", err, made, Fingerprint(first), Fingerprint(again))
	}
	if os.Getenv("OS") != "Windows_NT" {
		for file, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v", file, fi.Mode(), err)
			}
		}
		if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // what is refused
			t.Fatal(err)
		}
		if _, _, err := HostKey(path); err == nil {
			t.Error("one that others can read is taken")
		}
	}
}

// Ensure a key of the host is read in each form that a server may have it in, and what is
// none is told by what it is, without a word of it.
func TestHostKey_Forms(t *testing.T) {
	t.Parallel()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	open, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(open))
	for name, tt := range map[string]struct{ text, want string }{
		"as OpenSSH writes it": {text, ""},
		"with CRLF":            {strings.ReplaceAll(text, "\n", "\r\n"), ""},
		"with a mark":          {"\ufeff" + text, ""},
		"behind a comment":     {"# of this host\n" + text, ""},
		"as PKCS#8":            {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), ""},
		"locked":               {string(pem.EncodeToMemory(locked)), "is locked with a passphrase"},
		"locked as PKCS#8":     {string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})), "is locked with a passphrase"},
		"the public one":       {string(ssh.MarshalAuthorizedKey(signer.PublicKey())), "is a public key"},
		"DER":                  {string(der), "is no private key in the form of"},
		"cut":                  {text[:len(text)/2], "is no private key in the form of"},
		"no key in it":         {"-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n", "is no private key in the form of"},
	} {
		path := filepath.Join(t.TempDir(), "host")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		key, _, err := HostKey(path)
		switch {
		case tt.want == "" && (err != nil || Fingerprint(key) != Fingerprint(signer)):
			t.Errorf("%s: %v", name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
		for _, word := range strings.Fields(tt.text) {
			if err != nil && len(word) > 7 && strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error has a word of it: %v", name, err)
			}
		}
	}
}
