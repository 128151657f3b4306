package console

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
	"patdesk/history/postgres/postgrestest"
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

// prompt is that of the shells of the desk's host: with the exit code of what ran last.
var prompt = regexp.MustCompile(`\[(\d+)\]> `)

// asks are what a reader is asked for, silently or not, by what stands in the line that was
// typed or in what it wrote.
type asks map[string]string

// follow types lines of the guide into a shell, as a reader would, and what one asks for.
// Each line must succeed.
func follow(t *testing.T, c *tty.Terminal, lines string, answers asks) {
	t.Helper()
	for line := range strings.Lines(lines) {
		line = strings.TrimSuffix(line, "\n")
		before, asked := len(c.Output()), false
		c.Type(line + "\r")
		e2etest.Within(t, time.Minute, line+" ends", func() bool {
			out := c.Output()[before:]
			for what, answer := range answers {
				if !asked && bytes.Contains(out, []byte(what)) {
					c.Type(answer + "\r")
					asked = true
				}
			}
			code := prompt.FindSubmatch(out)
			if code != nil && string(code[1]) != "0" {
				t.Fatalf("%s: the guide's command fails:\n%s", line, c.Text())
			}
			return code != nil
		})
	}
}

// farToolJet is ToolJet on a machine of the network, with a proxy beside it that leads there
// as well. It counts the requests that came each way.
type farToolJet struct {
	key             string // of the admin
	ca, caKey       string // its certificate, which is good for other names of example.com as well
	direct, proxied atomic.Int64
}

func newFarToolJet(t *testing.T, m *machine, address string) *farToolJet {
	t.Helper()
	server, j := sandbox.New(sandbox.Options{}), &farToolJet{}
	j.key = server.Key()
	counted := func(n *atomic.Int64) *httptest.Server {
		return httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			server.ServeHTTP(w, r)
		}))
	}
	open, behind := counted(&j.direct), counted(&j.proxied)
	_ = open.Listener.Close()
	open.Listener = m.listen(address + ":443")
	for _, s := range []*httptest.Server{open, behind} {
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that were not used
		s.StartTLS()                                   // with a certificate for *.example.com
		t.Cleanup(s.Close)
	}
	j.ca = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: open.Certificate().Raw}))
	private, err := x509.MarshalPKCS8PrivateKey(open.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	j.caKey = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	proxy := httptest.NewUnstartedServer(tunnel(behind.Listener.Addr().String()))
	_ = proxy.Listener.Close()
	proxy.Listener = m.listen(address + ":3128")
	proxy.Start()
	t.Cleanup(proxy.CloseClientConnections)
	return j
}

// tunnel is a proxy that connects to one address, whichever is asked for.
func tunnel(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", address)
		if r.Method != http.MethodConnect || r.Host != "tooljet.example.com:443" || err != nil {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		defer to.Close()
		from, rest, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer from.Close()
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(to, rest)
			_ = to.Close()
		}()
		_, _ = io.Copy(from, to)
	})
}

// deskScript makes the host of the desk: with files of its own where the guide writes some.
const deskScript = `
mkdir -p /root/etc
cp -a /etc/. /root/etc
rm -f /root/etc/ssh/ssh_host_* /root/etc/ssh/sshd_config.d/*
mount --bind /root/etc /etc
for dir in /home /usr/local /var /run; do mount -t tmpfs -o mode=755 tmpfs $dir; done
mkdir -p /usr/local/bin /var/mail /var/log /var/lib /var/tmp
ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
echo "PS1='[\$?]> '" >/etc/profile.d/zz-prompt.sh
touch /root/patdesk
echo LANG=C.UTF-8 >/etc/default/locale
mount --bind "$PROGRAM" /root/patdesk
mount -t tmpfs tmpfs /tmp
service ssh start >/dev/null
`

// laptopScript makes a computer of somebody who comes to the desk.
const laptopScript = `
mkdir -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N "" -C "$NAME" -f /root/.ssh/id_ed25519
cp /etc/hosts /root/hosts
mount --bind /root/hosts /etc/hosts
`

// block is a piece of the guide that is typed, or written into a file.
type block struct{ kind, text string }

var fenced = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks are those of a section of the guide, from its heading to the next one.
func blocks(t *testing.T, heading string) (all []block) {
	t.Helper()
	page, err := os.ReadFile("../../docs/team.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "\n## "+heading+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	if !found {
		t.Fatalf("the guide has no section %q", heading)
	}
	for _, m := range fenced.FindAllStringSubmatch(text, -1) {
		all = append(all, block{m[1], m[2]})
	}
	return all
}

// Ensure whoever follows the guide has a desk: on a host of its own, with the sshd and the
// service that systems have, for people on computers of their own who cannot reach ToolJet.
// Two of them come in two roles, and a copy reaches the terminal of the one who asked.
func TestGuide_TeamDesk(t *testing.T) { follows(t, false) }

// Ensure the same, on to a history that is shared.
func TestGuide_TeamDesk_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	follows(t, true)
}

// follows follows the guide to the end of its way without a database, or to its end.
func follows(t *testing.T, shared bool) {
	t.Helper()
	e2etest.SkipShort(t)
	if os.Geteuid() != 0 {
		t.Skip("only root can make networks and accounts, even where nobody else sees them")
	}
	t.Parallel()
	termtest.Need(t, "ip", "nsenter", "ssh", "ssh-keygen", "useradd", "su", "service")
	if _, err := os.Stat("/etc/init.d/ssh"); err != nil {
		termtest.Missing(t, "sshd is not installed as Debian does")
	}
	host, outside := newMachine(t, "host", deskScript), newMachine(t, "outside", "")
	laptops := map[string]*machine{"ana": newMachine(t, "ana", laptopScript), "bo": newMachine(t, "bo", laptopScript), "ci": newMachine(t, "ci", laptopScript)}
	ana, bo, ci := laptops["ana"], laptops["bo"], laptops["ci"]
	_, there := host.wire(0, outside)
	host.must(there+" tooljet.example.com proxy.example.com\n", "cat >>/etc/hosts")
	server := newFarToolJet(t, outside, there)
	host.must(server.ca, "cat >>/etc/ssl/certs/ca-certificates.crt")
	team := strings.NewReplacer("2027-01-31", time.Now().AddDate(1, 0, 0).Format(time.DateOnly)) // the guide's day will have passed
	addresses := map[string]string{}
	for n, who := range []string{"ana", "bo", "ci"} {
		here, there := host.wire(n+1, laptops[who])
		addresses[who] = there
		laptops[who].must(here+" host.example.com\n", "cat >>/etc/hosts")
		laptops[who].must("host.example.com "+host.must("", "cat /etc/ssh/ssh_host_ed25519_key.pub"), "cat >.ssh/known_hosts")
	}

	// On the host.
	shell := host.opens("su -")
	e2etest.Eventually(t, "a prompt", func() bool { return prompt.Match(shell.Output()) })
	commands, files := 0, 0
	for _, b := range blocks(t, "Set it up in ten minutes") {
		switch kind, text := b.kind, b.text; kind {
		case "sh":
			follow(t, shell, text, asks{"not shown): ": server.key})
			commands += strings.Count(text, "\n")
		case "toml":
			for who, laptop := range laptops {
				text = regexp.MustCompile(`ssh-ed25519 AAAA… `+who+`\b[^"]*`).ReplaceAllLiteralString(text, strings.TrimSpace(laptop.must("", "cat .ssh/id_ed25519.pub")))
			}
			host.must(team.Replace(text), "cat >~desk/.config/patdesk/team.toml")
			files++
		default:
			name := regexp.MustCompile(`^# (/etc/\S+)\n`).FindStringSubmatch(text)
			if name == nil {
				t.Fatalf("a file without a name:\n%s", text)
			}
			host.must(text, "cat >"+name[1])
			files++
		}
	}
	if commands < 10 || files != 2 {
		t.Errorf("the guide has %d commands and %d files", commands, files)
	}
	if server.direct.Load() == 0 || server.proxied.Load() != 0 {
		t.Errorf("the account asked ToolJet %d times, and %d through the proxy", server.direct.Load(), server.proxied.Load())
	}

	// At the laptops.
	lines := strings.Split(strings.TrimSpace(blocks(t, "Use it")[0].text), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "ssh -t ") || !strings.Contains(lines[2], " issue ") {
		t.Fatalf("the guide says %q", lines)
	}
	// sshd was told to read its files again, and begins anew for that: it lets ana in once it has.
	e2etest.Eventually(t, "a door for ana", func() bool {
		_, _, code := ana.run("", lines[1])
		return code == 0
	})
	before := server.direct.Load()
	anas, bos := ana.opens(lines[0]), bo.opens(lines[0])
	sees := func(c *tty.Terminal, keys, text string) {
		t.Helper()
		c.Type(keys)
		if err := c.WaitText(time.Minute, text); err != nil {
			t.Fatalf("after %q: %v", keys, err)
		}
	}
	for _, c := range []*tty.Terminal{anas, bos} {
		sees(c, "", "0 live")
	}
	url := strings.TrimSpace(ana.must("", lines[2]))
	for _, c := range []*tty.Terminal{anas, bos} { // who see what the other one does
		sees(c, "", "1 live")
	}
	if out := ana.must("", lines[1]); !strings.Contains(out, "ana@example.com") {
		t.Errorf("%s: %s", lines[1], out)
	}
	for _, tt := range []struct {
		who     *machine
		command string
		code    int
		want    string
	}{
		{bo, lines[1], 0, "ana@example.com"},
		{bo, lines[2], 4, "role issue is needed"},
		{ana, strings.Replace(lines[2], "orders", "support", 1), 4, "orders"},
		{ci, strings.Split(lines[1], " list")[0] + " drift", 4, "allows: issue, verify, list"},
		{ci, lines[0], 4, "a machine runs commands only"},
		{ci, lines[2] + " --again", 0, "https://tooljet.example.com/"},
		{ana, "ssh root@host.example.com true", 255, ""},
		{ana, "ip route get " + there, 2, "unreachable"}, // nor can anybody else ask ToolJet from there
	} {
		out, errs, code := tt.who.run("", tt.command)
		if said := strings.Join(strings.Fields(out+errs), " "); code != tt.code || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %s: exit %d, want %d and %q:\n%s", tt.who.name, tt.command, code, tt.code, tt.want, said)
		}
	}
	if server.direct.Load() != before || server.proxied.Load() == 0 {
		t.Errorf("seats asked ToolJet %d times past the proxy of team.toml, %d times through it", server.direct.Load()-before, server.proxied.Load())
	}
	sees(anas, "y", "OSC 52")
	sees(bos, "y", "may not see the secret")
	copied := regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)`)
	m := copied.FindSubmatch(anas.Output())
	if m == nil {
		t.Fatal("ana's copy did not reach her terminal")
	}
	if text, err := base64.StdEncoding.DecodeString(string(m[1])); err != nil || !strings.Contains(url, string(text)) {
		t.Errorf("ana's copy is %q, %v", text, err)
	}
	if copied.Match(bos.Output()) {
		t.Error("a copy went to bo's terminal")
	}
	for _, c := range []*tty.Terminal{anas, bos} {
		c.Type("\x03\x03")
		if code, err := c.Exit(time.Minute); code != 0 {
			t.Errorf("left with %d, %v", code, err)
		}
	}
	told := host.must("", `su - desk -c "patdesk activity"`)
	for _, want := range []string{"ana@ssh " + addresses["ana"], "bo@ssh " + addresses["bo"]} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told:\n%s", want, told)
		}
	}
	secondDoor(t, host, ana, bo)
	if shared {
		sharedHistory(t, host, ana, server)
	}
}

// secondDoor follows the guide's section on the door that needs no sshd.
func secondDoor(t *testing.T, host, ana, bo *machine) {
	t.Helper()
	all := blocks(t, "Without sshd: patdesk serve")
	if len(all) != 3 || all[0].kind != "toml" || strings.Count(all[2].text, "\n") != 2 {
		t.Fatalf("the guide says %q", all)
	}
	host.must("\n"+all[0].text, "cat >>~desk/.config/patdesk/team.toml")
	desk := host.opens("su - desk")
	e2etest.Eventually(t, "a prompt", func() bool { return prompt.Match(desk.Output()) })
	desk.Type(strings.TrimSpace(all[1].text) + "\r")
	if err := desk.WaitText(time.Minute, ":2222"); err != nil {
		t.Fatal(err)
	}
	door := host.must("", "ssh-keygen -y -f ~desk/.config/patdesk/serve/host_ed25519")
	for _, who := range []*machine{ana, bo} {
		who.must("[host.example.com]:2222 "+door, "cat >>.ssh/known_hosts")
	}
	console, command, _ := strings.Cut(strings.TrimSpace(all[2].text), "\n")
	c := ana.opens(console)
	if err := c.WaitText(time.Minute, "live"); err != nil {
		t.Fatal(err)
	}
	if out := bo.must("", command); !strings.Contains(out, "ana@example.com") {
		t.Errorf("%s: %s", command, out)
	}
	if out, errs, code := bo.run("", strings.Replace(command, "list user:ana", "issue ana@example.com orders", 1)); code != 4 {
		t.Errorf("bo issues there: exit %d\n%s%s", code, out, errs)
	}
	desk.Type("\x03")
	if err := c.WaitText(time.Minute, "closed"); err != nil {
		t.Error(err)
	}
	e2etest.Eventually(t, "the end of the door", func() bool { return len(prompt.FindAll(desk.Output(), -1)) == 2 })
}

// sharedHistory follows the guide's section on a history in PostgreSQL, which is on a machine
// of its own and asks for passwords, and comes to the desk again.
func sharedHistory(t *testing.T, host, ana *machine, server *farToolJet) {
	t.Helper()
	termtest.Need(t, "psql")
	cluster := postgrestest.NewCluster(t)
	sql := func(at, text string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "psql", "-X", "-v", "ON_ERROR_STOP=1", "-At", at)
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	admin := func(text string) string {
		t.Helper()
		out, err := sql(cluster.URL, text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", text, err, out)
		}
		return strings.TrimSpace(out)
	}
	// A database as an organisation has one: with a certificate, and passwords.
	rules := admin("SHOW hba_file")
	info, err := os.Stat(rules)
	if err != nil {
		t.Fatal(err)
	}
	account, _ := info.Sys().(*syscall.Stat_t)
	for name, text := range map[string]string{
		"desk.crt": server.ca, "desk.key": server.caKey,
		filepath.Base(rules): "hostssl patdesk patdesk_owner,desk all scram-sha-256\nhost all postgres all trust\n",
	} {
		path := filepath.Join(filepath.Dir(rules), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	admin("ALTER SYSTEM SET ssl_cert_file = 'desk.crt'; ALTER SYSTEM SET ssl_key_file = 'desk.key'; ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf()")

	all := blocks(t, "Several hosts: one history in PostgreSQL")
	if len(all) < 3 || all[0].kind != "sql" || all[1].kind != "sh" || all[2].kind != "sh" {
		t.Fatalf("the guide says %q", all)
	}
	statements := strings.Replace(all[0].text, "'…'", "'of the owner'", 1)
	for line := range strings.Lines(strings.Replace(statements, "'…'", "'of the desk'", 1)) {
		admin(line)
	}
	at, err := url.Parse(cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	e2etest.Eventually(t, "a database with a certificate", func() bool {
		_, err := sql("postgres://patdesk_owner:of%20the%20owner@"+at.Host+"/patdesk?sslmode=require", "SELECT 1")
		return err == nil
	})
	db := newMachine(t, "db", "")
	_, there := host.wire(4, db)
	host.must(there+" db.example.com\n", "cat >>/etc/hosts")
	forward(db.listen(there+":5432"), at.Host)

	shell := host.opens("su -")
	e2etest.Eventually(t, "a prompt", func() bool { return prompt.Match(shell.Output()) })
	for _, b := range all[1:3] {
		follow(t, shell, b.text, asks{"read -r": "of the owner", "/dev/stdin": "of the desk"})
	}
	command := "ssh desk@host.example.com "
	if out := ana.must("", command+"list user:ana"); strings.Count(out, "ana@example.com") != 2 { // those of the file
		t.Errorf("the shared history has:\n%s", out)
	}
	ana.must("", command+"issue ana@example.com orders --life 1h --again -o url")
	if n := admin(`\c patdesk` + "\nSELECT count(*) FROM entries WHERE outcome = 'issued'"); !strings.HasSuffix(n, "3") {
		t.Errorf("the database has %q tokens, want 3", n)
	}
	if strings.Contains(shell.Text(), "of the owner") {
		t.Error("the owner's password stands on the screen")
	}
}

// forward leads the connections of a listener to an address, until it is closed.
func forward(l net.Listener, to string) {
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer from.Close()
				c, err := net.Dial("tcp", to) //nolint:noctx // it ends with the other one
				if err != nil {
					return
				}
				defer c.Close()
				go func() {
					_, _ = io.Copy(c, from)
					_ = c.Close()
				}()
				_, _ = io.Copy(from, c)
			}()
		}
	}()
}
