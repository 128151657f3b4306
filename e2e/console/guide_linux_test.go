package console

import (
	"bytes"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
	"patdesk/ui/term/termtest"
)

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
