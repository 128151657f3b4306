package console

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"patdesk/e2e/tty"
	"patdesk/ui/term/termtest"
)

// machine is a computer of its own as far as the network, files and processes go: its
// first process, with namespaces. All that runs there ends with it.
type machine struct {
	t    *testing.T
	name string
	pid  int
}

// own is what every machine does first. It ends with 77 where the system refuses
// namespaces, and otherwise waits until the test, or the process of the test, ends.
const own = `set -e
{ mount --make-rprivate / && mount -t proc proc /proc; } || exit 77
hostname "$NAME"
ip link set lo up
mount -t tmpfs -o mode=700 tmpfs /root
`

// newMachine starts one, which prepares itself with a script for the shell.
func newMachine(t *testing.T, name, script string) *machine {
	t.Helper()
	m := &machine{t: t, name: name}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", own+script+"\necho ready\nexec cat >/dev/null")
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "NAME=" + name, "PROGRAM=" + termtest.Need(t, "patdesk")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS}
	var said bytes.Buffer
	cmd.Stderr = &said
	alive, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("the system refuses namespaces: %v", err)
	}
	t.Cleanup(func() {
		_ = alive.Close()
		_ = cmd.Wait()
	})
	if first, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		_ = cmd.Wait()
		if cmd.ProcessState.ExitCode() == 77 {
			t.Skipf("the system refuses mounts in namespaces: %s", said.String())
		}
		t.Fatalf("%s: %q, %v: %s", name, first, err, said.String())
	}
	m.pid = cmd.Process.Pid
	return m
}

// at are the words that run something there.
func (m *machine) at(words ...string) []string {
	return append([]string{"nsenter", "-t", strconv.Itoa(m.pid), "-m", "-n", "-p", "-u", "--"}, words...)
}

// env is the environment of whoever sits at a machine.
func (m *machine) env() []string {
	return []string{"PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=xterm-256color"}
}

// run runs a line of shell there and returns what it wrote.
func (m *machine) run(input, line string) (out, errs string, code int) {
	m.t.Helper()
	words := m.at("sh", "-c", "cd && "+line)
	cmd := exec.CommandContext(m.t.Context(), words[0], words[1:]...)
	var o, e bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = m.env(), strings.NewReader(input), &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		m.t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// must is run of what has to succeed.
func (m *machine) must(input, line string) string {
	m.t.Helper()
	out, errs, code := m.run(input, line)
	if code != 0 {
		m.t.Fatalf("%s: %s: exit %d\n%s%s", m.name, line, code, out, errs)
	}
	return out
}

// opens runs a line of shell there on a terminal.
func (m *machine) opens(line string) *tty.Terminal {
	m.t.Helper()
	c, err := tty.Start(tty.Options{Env: m.env()}, m.at("sh", "-c", "cd && exec "+line)...)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(c.Close)
	return c
}

// wire connects a machine with another one by a cable, with an address at each end.
func (m *machine) wire(n int, other *machine) (here, there string) {
	m.t.Helper()
	here, there = fmt.Sprintf("192.0.2.%d", 4*n+1), fmt.Sprintf("192.0.2.%d", 4*n+2)
	m.ip(fmt.Sprintf("link add eth%d type veth peer name eth0 netns %d\naddr add %s/30 dev eth%[1]d\nlink set eth%[1]d up\n", n, other.pid, here))
	other.ip(fmt.Sprintf("addr add %s/30 dev eth0\nlink set eth0 up\n", there))
	return here, there
}

// ip changes the network of a machine. It runs outside, where all machines have numbers.
func (m *machine) ip(lines string) {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), "nsenter", "-t", strconv.Itoa(m.pid), "-n", "--", "ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(lines)
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Skipf("the system refuses a network of its own: %v: %s", err, out)
	}
}

// listen listens on an address of the machine, in this process.
func (m *machine) listen(address string) net.Listener {
	m.t.Helper()
	type result struct {
		l   net.Listener
		err error
	}
	made := make(chan result)
	go func() {
		runtime.LockOSThread() // and never unlocks it: the thread ends with this function
		var r result
		ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", m.pid))
		if err == nil {
			err = unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET)
			_ = ns.Close()
		}
		if r.err = err; err == nil {
			r.l, r.err = net.Listen("tcp", address) //nolint:noctx // the test closes it
		}
		made <- r
	}()
	r := <-made
	if r.err != nil {
		m.t.Fatal(r.err)
	}
	m.t.Cleanup(func() { _ = r.l.Close() })
	return r.l
}
