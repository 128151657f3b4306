package cli_test

import (
	"encoding/base64"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
)

// Ensure the door lets in nobody without a key of the team, forwards nothing, and takes
// of a session nothing but its terminal and its command.
func TestServe_Refuses(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "")
	login := func(auth ...ssh.AuthMethod) error {
		c, err := ssh.Dial("tcp", d.addr, &ssh.ClientConfig{User: "ana", Auth: auth, HostKeyCallback: ssh.FixedHostKey(d.host), Timeout: 60 * time.Second})
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	c, err := d.dial("ana")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := login(ssh.PublicKeys(d.keys["ana"])); err != nil {
		t.Errorf("the key of the host is not the one that it shows: %v", err)
	}
	answers := func(_, _ string, questions []string, _ []bool) ([]string, error) {
		return make([]string, len(questions)), nil
	}
	for name, auth := range map[string][]ssh.AuthMethod{
		"an unknown key": {ssh.PublicKeys(d.keys["nobody"])}, "a password": {ssh.Password("x")}, "a conversation": {ssh.KeyboardInteractive(answers)}, "nothing": nil,
	} {
		if err := login(auth...); err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
			t.Errorf("with %s: %v", name, err)
		}
	}
	if text := d.said.String(); !strings.Contains(text, "nobody was let in from 127.0.0.1") || !strings.Contains(text, "ana sits down") && strings.Contains(text, "leaves") {
		t.Errorf("the host is told:\n%s", text)
	}

	if to, err := c.Dial("tcp", d.addr); err == nil {
		_ = to.Close()
		t.Error("a connection was forwarded")
	}
	if to, err := c.Dial("unix", "/run/x"); err == nil {
		_ = to.Close()
		t.Error("a socket was forwarded")
	}
	if l, err := c.ListenTCP(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}); err == nil {
		_ = l.Close()
		t.Error("it listens for somebody")
	}
	n, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.RequestSubsystem("sftp"); err == nil {
		t.Error("there is a subsystem")
	}
	for _, request := range []string{"auth-agent-req@openssh.com", "x11-req", "signal", "break", "xon-xoff"} {
		if ok, err := n.SendRequest(request, true, nil); ok || err != nil {
			t.Errorf("%s: %v, %v", request, ok, err)
		}
	}
	for name, value := range map[string]string{
		"LD_PRELOAD": "/x.so", "PATH": "/nowhere", "HOME": "/nowhere", "HTTPS_PROXY": "http://127.0.0.1:9", "PATDESK_CONFIG": "/nowhere", "TOOLJET_API_TOKEN": "stolen",
		"SSH_CONNECTION": "192.0.2.1", "LANG": strings.Repeat("x", 4096), "TZ": "a\nb",
	} {
		if err := n.Setenv(name, value); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := n.Setenv("TZ", "Asia/Tokyo"); err != nil {
		t.Error("the zone is not taken")
	}
}

// Ensure what is given to ssh is never read by a shell, and is told with its exit code.
func TestServe_Commands(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	d := openDoor(t, s, "")
	for _, tt := range []struct {
		who, command string
		code         int
		want         string
	}{
		{"ana", "list; id", 2, "No shell reads"},
		{"ana", "list $(id)", 2, "No shell reads"},
		{"ana", "list `id`", 2, "No shell reads"},
		{"ana", "list\nid", 2, "one line of plain text"},
		{"ana", "list\x00id", 2, "one line of plain text"},
		{"ana", "list 'x", 2, "has no end"},
		{"ana", "cat /etc/passwd", 2, "no command"},
		{"ana", "scp /tmp", 2, "no command"},
		{"ana", "serve", 4, "not offered at a seat"},
		{"ana", "seat cy", 4, "not offered at a seat"},
		{"ana", "profile list", 4, "not offered at a seat"},
		{"ana", "list --url http://127.0.0.1:9", 4, "not offered at a seat"},
		{"ana", "--demo", 4, "not offered at a seat"},
		{"ci", "issue ana@example.com orders --again -o url", 0, "pat_"},
		{"ci", "issue ana@example.com orders --again", 0, "issued"},
		{"ci", "issue ana@example.com orders --again", 4, "2 requests in a minute"},
		{"ana", "reissue --user ana@example.com", 2, "Add --yes"}, // nobody is asked
		{"ana", "list --json", 0, `"app_slug": "orders"`},
		{"cy", "verify 1", 4, "role issue is needed"},
	} {
		text, code := d.run(tt.who, tt.command)
		if code != tt.code || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %q: exit %d, want %d and %q\n%s", tt.who, tt.command, code, tt.code, tt.want, text)
		}
		if strings.Contains(text+d.said.String(), s.Key()) {
			t.Errorf("%s: %q shows the admin key", tt.who, tt.command)
		}
	}
	if text := d.said.String(); strings.Contains(text, "pat_") {
		t.Errorf("the host is told a secret:\n%s", text)
	}
}

// Ensure answers of a terminal that are none of what was asked, too long, or never end are
// no keys and no text of anybody's, and hold up neither the console nor the next person's.
func TestServe_HostileAnswers(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "")
	ana, cy := d.two()
	const evil = "EVIL-ANSWER"
	for _, answer := range []string{
		"\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(evil)) + "\a",
		"\x1b]52;c;" + strings.Repeat("QUJD", 1_000_000) + "\x1b\\",
		"\x1b]10;rgb:ffff/ffff/ffff\a", "\x1b]11;" + evil + "\x1b\\", "\x1b]0;" + evil + "\a",
		"\x1b[?1;2c", "\x1b[>1;10;0c", "\x1b[?2026;2$y", "\x1b[?0u", "\x1b[999999999;999999999R", "\x1b[" + strings.Repeat("9;", 50_000) + "R",
		"\x1bP>|" + evil + "\x1b\\", "\x1bP1+r" + strings.Repeat("41", 50_000) + "\x1b\\", "\x1b_G" + evil + "\x1b\\", "\x1b^" + evil + "\x1b\\",
		"\x1b[<0;99999;99999M", "\x1b[<64;1;1M", "\x1b[M\xff\xff\xff", "\x1b[I\x1b[O\x1b[I", "\xff\xfe\xc3\x28", "\u202e", "\x1b[200~\x1b[201~",
	} {
		if _, err := io.WriteString(ana.keys, answer); err != nil {
			t.Fatal(err)
		}
	}
	ana.types("?", "Everywhere")
	ana.types("\x1b", "by you")
	// Nor is a size that no screen has: its cells would take all the memory of the host.
	large := d.session("ana")
	drawn := &e2etest.Output{}
	large.Stdout = drawn
	if err := large.RequestPty("xterm-256color", 1<<20, 1<<20, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := large.Shell(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a console at a large terminal", func() bool { return strings.Contains(drawn.String(), "1 live") })
	for _, size := range [][2]int{{1000, 1000}, {1 << 20, 1 << 20}, {0, 0}, {1, 1}, {30, 100}} {
		before := len(ana.out.String())
		if err := ana.n.WindowChange(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "it is drawn", func() bool { return len(ana.out.String()) > before })
	}
	ana.types("?", "Everywhere")
	ana.types("\x1b", "by you")
	for _, c := range []*sitter{ana, cy} {
		if strings.Contains(c.text(), evil) {
			t.Errorf("an answer is shown:\n%s", c.text())
		}
	}
	if strings.Contains(ana.out.String(), "\x1b]52;c;") {
		t.Error("something was copied")
	}
	cy.types("\r", "by ana")
	for _, c := range []*sitter{ana, cy} {
		if _, err := io.WriteString(c.keys, "\x03\x03"); err != nil {
			t.Fatal(err)
		}
		if code := c.leaves(); code != 0 || len(c.screen.Modes()) > 0 {
			t.Errorf("left with %d, %v:\n%s", code, c.screen.Modes(), c.text())
		}
	}
	if text, code := d.run("cy", "list"); code != 0 {
		t.Errorf("then: %d, %s", code, text)
	}
}
