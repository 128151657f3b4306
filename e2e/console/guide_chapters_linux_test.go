package console

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/history/postgres/postgrestest"
	"patdesk/ui/term/termtest"
)

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
