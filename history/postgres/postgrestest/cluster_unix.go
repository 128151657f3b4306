//go:build unix

package postgrestest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"patdesk/ui/term/termtest"
)

// Cluster is a PostgreSQL server of its own, for tests that stop it.
type Cluster struct {
	// URL is that of its superuser.
	URL string

	tb   testing.TB
	bin  string
	data string
	as   *syscall.SysProcAttr // the server does not run as root
}

// NewCluster makes and starts a server, which ends with the test.
func NewCluster(tb testing.TB) *Cluster {
	tb.Helper()
	c := &Cluster{tb: tb, bin: programs(tb)}
	dir, err := os.MkdirTemp(os.TempDir(), "pg") //nolint:usetesting // the account of the server has to get to it
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	c.data = filepath.Join(dir, "data")
	if os.Geteuid() == 0 {
		c.become(dir)
	}
	port := freePort(tb)
	c.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres", port)
	c.run("initdb", "-D", c.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
	// What survives the end of the server is what its log has, which the system keeps.
	settings := fmt.Sprintf("port = %d\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n", port)
	f, err := os.OpenFile(filepath.Join(c.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = f.WriteString(settings)
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	c.Start()
	tb.Cleanup(func() { c.Stop("immediate") })
	return c
}

// programs is the folder of the server's programs.
func programs(tb testing.TB) string {
	tb.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well formed
	if len(found) == 0 {
		termtest.Missing(tb, "PostgreSQL is not installed")
	}
	return filepath.Dir(slices.Max(found))
}

// become lets the programs run as the account of PostgreSQL.
func (c *Cluster) become(dir string) {
	c.tb.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		c.tb.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid) // a number on every Unix
	gid, _ := strconv.Atoi(u.Gid)
	c.as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	if err := os.Chown(dir, uid, gid); err != nil {
		c.tb.Fatal(err)
	}
	// The account has to get through the folder above, which may be one of the tests' own.
	above := filepath.Dir(dir)
	if info, err := os.Stat(above); err == nil && info.Mode().Perm()&0o001 == 0 {
		_ = os.Chmod(above, info.Mode().Perm()|0o011)
	}
}

func freePort(tb testing.TB) int {
	tb.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	a, _ := l.Addr().(*net.TCPAddr) // it listened on TCP
	return a.Port
}

// Start starts the server.
func (c *Cluster) Start() {
	c.tb.Helper()
	c.run("pg_ctl", "-D", c.data, "-w", "-t", "120", "-l", filepath.Join(c.data, "log"), "start")
}

// Stop ends the server: "immediate" is as if its machine had lost its power.
func (c *Cluster) Stop(mode string) {
	c.tb.Helper()
	c.run("pg_ctl", "-D", c.data, "-w", "-t", "120", "-m", mode, "stop")
}

// StopFor keeps the server down for a while.
func (c *Cluster) StopFor(mode string, d time.Duration) {
	c.tb.Helper()
	c.Stop(mode)
	time.Sleep(d)
	c.Start()
}

func (c *Cluster) run(program string, args ...string) {
	c.tb.Helper()
	cmd := exec.CommandContext(context.Background(), filepath.Join(c.bin, program), args...) // the end of the test stops it, too
	cmd.Dir, cmd.SysProcAttr = filepath.Dir(c.data), c.as
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	// The server outlives pg_ctl, so its output goes into a file and not into a pipe.
	out, err := os.CreateTemp("", "pg-out-")
	if err != nil {
		c.tb.Fatal(err)
	}
	defer func() { _, _ = out.Close(), os.Remove(out.Name()) }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		c.tb.Errorf("%s %v: %v\n%s", program, args, err, said)
	}
}
