package console

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
	"patdesk/ui/term/termtest"
)

// sshDesk is a shared desk behind a real sshd on the loopback, and two people's keys.
type sshDesk struct {
	t         *testing.T
	home, dir string
	port      string
	ssh       string
	env       []string
}

// newDesk starts a sandbox, a desk for it with a team, and sshd for that.
func newDesk(t *testing.T) *sshDesk {
	t.Helper()
	daemon := "/usr/sbin/sshd" // in nobody's PATH, and it wants to be called by its full name
	if _, err := os.Stat(daemon); err != nil {
		termtest.Missing(t, "sshd is not installed")
	}
	d := closedDesk(t, "")
	d.write(filepath.Join(d.dir, "authorized_keys"), e2etest.Run(t, d.env, "team", "keys"))
	d.listen(daemon)
	return d
}

// closedDesk starts a sandbox and makes a desk for it with a team, which more belongs to.
func closedDesk(t *testing.T, more string) *sshDesk {
	t.Helper()
	d := &sshDesk{t: t, ssh: termtest.Need(t, "ssh", "ssh-keygen"), dir: t.TempDir()}
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	d.env = e2etest.Home(t, server, key)
	d.home = strings.TrimPrefix(d.env[0], "HOME=")
	config := filepath.Join(d.home, ".config", "patdesk")
	public := map[string]string{}
	for _, who := range []string{"host", "ana", "cy"} {
		file := filepath.Join(d.dir, who)
		if out, err := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		b, err := os.ReadFile(file + ".pub") //nolint:gosec // a key of this test
		if err != nil {
			t.Fatal(err)
		}
		public[who] = strings.TrimSpace(string(b))
	}
	d.write(filepath.Join(config, "acme.key"), key)
	d.write(filepath.Join(config, "config.toml"), fmt.Sprintf("profile = \"acme\"\nclipboard = \"auto\"\n[profiles.acme]\nurl = %q\nkey = \"command\"\nkey_command = \"env >%s/env; cat %s/acme.key\"\n", server, d.dir, config))
	d.write(filepath.Join(config, "team.toml"), fmt.Sprintf("[people.ana]\nkeys = [%q]\nrole = \"issue\"\napps = [\"orders\"]\n[people.cy]\nkeys = [%q]\nrole = \"view\"\n", public["ana"], public["cy"])+more)
	return d
}

func (d *sshDesk) write(path, text string) {
	d.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// listen starts sshd as this user, who is the desk's account, with another home.
func (d *sshDesk) listen(daemon string) {
	d.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		d.t.Fatal(err)
	}
	_, d.port, _ = net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	conf := filepath.Join(d.dir, "sshd_config")
	d.write(conf, strings.Join([]string{
		"Port " + d.port, "ListenAddress 127.0.0.1", "HostKey " + filepath.Join(d.dir, "host"), "PidFile none", "UsePAM no", "StrictModes no",
		"AuthorizedKeysFile " + filepath.Join(d.dir, "authorized_keys"), "PasswordAuthentication no", "KbdInteractiveAuthentication no",
		"PermitRootLogin yes", "AcceptEnv *", "SetEnv HOME=" + d.home, "Subsystem sftp internal-sftp", "LogLevel ERROR", "",
	}, "\n"))
	if os.Geteuid() == 0 { // where it keeps nothing, and will not start without
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { //nolint:gosec // as the packages make it
			termtest.Missing(d.t, "sshd has no /run/sshd: "+err.Error())
		}
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(d.t.Context(), daemon, "-D", "-e", "-f", conf)
	cmd.Env, cmd.Stderr = []string{"PATH=" + os.Getenv("PATH")}, &said
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	e2etest.Eventually(d.t, "sshd listens", func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+d.port, time.Second) //nolint:noctx // bounded
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

// args are those of ssh for somebody's key.
func (d *sshDesk) args(who string, more ...string) []string {
	me, err := user.Current()
	if err != nil {
		d.t.Fatal(err)
	}
	return append(d.options(who), append(more, me.Username+"@127.0.0.1")...)
}

// options are those of ssh for somebody's key.
func (d *sshDesk) options(who string) []string {
	return []string{
		"-F", "none", "-p", d.port, "-i", filepath.Join(d.dir, who), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes",
		"-o", "SetEnv=PATH=/nowhere HTTP_PROXY=http://127.0.0.1:9 SSL_CERT_FILE=/nowhere PATDESK_CONFIG=/nowhere TOOLJET_API_TOKEN=stolen BROWSER=/bin/false LANG=C.UTF-8",
	}
}

// run runs a command at somebody's seat, over ssh.
func (d *sshDesk) run(who string, options []string, command ...string) (out, errs string, code int) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.ssh, append(d.args(who, options...), command...)...)
	var o, e bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = []string{"PATH=" + os.Getenv("PATH")}, &o, &e
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		d.t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// sits opens the console at somebody's seat.
func (d *sshDesk) sits(who string) *tty.Terminal {
	d.t.Helper()
	o := tty.Options{Env: []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color"}}
	c, err := tty.Start(o, append([]string{d.ssh}, d.args(who, "-tt")...)...)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(c.Close)
	return c
}

// Ensure a real sshd seats two people at one desk: commands and console under their
// own names and roles, copies to their own terminals, and no door on the host.
func TestSeat_OverSSH(t *testing.T) {
	e2etest.SkipShort(t)
	d := newDesk(t)
	for _, tt := range []struct {
		who     string
		options []string
		command string
		code    int
		want    string
	}{
		{"ana", nil, "issue ana@example.com orders --life 1h", 0, "#1 issued"},
		{"cy", nil, "list", 0, "ana@example.com"},
		{"cy", nil, "show 1 -o url", 4, "role issue is needed"},
		{"ana", nil, "list; touch " + d.dir + "/x", 2, "No shell reads"},
		{"ana", nil, "cat " + d.dir + "/ana", 2, "no command"},
		{"ana", []string{"-s"}, "sftp", 2, ""},
		{"ana", []string{"-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1"}, "list", 255, ""},
	} {
		out, errs, code := d.run(tt.who, tt.options, tt.command)
		text := strings.Join(strings.Fields(out+" "+errs), " ")
		if code != tt.code || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %q: exit %d, want %d and %q\n%s", tt.who, tt.command, code, tt.code, tt.want, text)
		}
	}

	ana, cy := d.sits("ana"), d.sits("cy")
	for _, c := range []*tty.Terminal{ana, cy} {
		if err := c.WaitText(30*time.Second, "1 live"); err != nil {
			t.Fatal(err)
		}
	}
	sees := func(c *tty.Terminal, keys, text string) {
		t.Helper()
		if keys != "" {
			c.Type(keys)
		}
		if err := c.WaitText(30*time.Second, text); err != nil {
			t.Fatalf("after %q: %v", keys, err)
		}
	}
	sees(ana, "y", "OSC 52")
	sees(cy, "y", "may not see the secret")
	if out := ana.Output(); !bytes.Contains(out, []byte("\x1b]52;c;")) {
		t.Error("ana's copy did not go to her terminal")
	}
	if out := cy.Output(); bytes.Contains(out, []byte("\x1b]52;c;")) {
		t.Error("a copy went to cy's terminal")
	}
	sees(cy, "n", "role issue is needed") // of the form
	if err := ana.Resize(140, 60); err != nil {
		t.Fatal(err)
	}
	sees(ana, "?", "Everywhere")
	if text := ana.Text(); strings.Contains(text, "preview") || strings.Contains(text, "suspend") || !strings.Contains(text, "copy iframe") {
		t.Errorf("a door is offered:\n%s", text)
	}
	ana.Type("\x1a") // it would stop what sshd started
	time.Sleep(100 * time.Millisecond)
	sees(ana, "\x1b", "live")
	sees(ana, "p", "live")
	ana.Type("\x03\x03")
	cy.Type("\x03\x03")
	for _, c := range []*tty.Terminal{ana, cy} {
		if code, err := c.Exit(30 * time.Second); code != 0 {
			t.Errorf("left with %d, %v", code, err)
		}
	}
	if _, err := os.Stat(filepath.Join(d.dir, "x")); err == nil {
		t.Error("a shell ran")
	}
	has, err := os.ReadFile(filepath.Join(d.dir, "env")) // what the desk's own commands see
	if err != nil || !strings.Contains(string(has), "LANG=C.UTF-8") {
		t.Errorf("the environment of key_command: %s, %v", has, err)
	}
	for _, sent := range []string{"nowhere", "127.0.0.1:9", "stolen", "BROWSER", "PATDESK_"} {
		if strings.Contains(string(has), sent) {
			t.Errorf("what the login sent reaches the desk's commands: %s in\n%s", sent, has)
		}
	}
	told := e2etest.Run(t, d.env, "activity")
	if !strings.Contains(told, "ana@ssh 127.0.0.1") {
		t.Errorf("who did it is not told:\n%s", told)
	}
	listed, err := exec.CommandContext(t.Context(), "ssh-keygen", "-lf", filepath.Join(d.dir, "ana.pub")).Output()
	fields := strings.Fields(string(listed))
	if err != nil || len(fields) < 2 {
		t.Fatalf("%s, %v", listed, err)
	}
	for filter, want := range map[string]string{"action:login": "through sshd with the key " + fields[1], "action:denied": "run cat: there is no command"} {
		if told := e2etest.Run(t, d.env, "activity", "--json", filter, "by:ana"); !strings.Contains(told, want) {
			t.Errorf("%s: %q is not told:\n%s", filter, want, told)
		}
	}
}
