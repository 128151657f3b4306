package cli_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"patdesk/client/sandbox"
	"patdesk/history"
)

// visits are the events of a desk as its owner reads them, the oldest first: who, by which
// face, in which role, what.
func visits(t *testing.T, env map[string]string, filter ...string) (all []string) {
	t.Helper()
	var events []struct {
		Actor, Via, Role, Action, User, App, Detail string
		Token                                       int64
	}
	if err := json.Unmarshal([]byte(must(t, env, append([]string{"activity", "--json"}, filter...)...)), &events); err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Backward(events) {
		if e.Action != "login" && e.Action != "denied" {
			continue
		}
		if e.Token != 0 || e.User+e.App != "" {
			t.Errorf("it is about a token: %+v", e)
		}
		all = append(all, strings.Join([]string{e.Actor, e.Via, e.Role, e.Action, e.Detail}, " | "))
	}
	return all
}

// printOf is the fingerprint of a key as ssh-keygen prints it.
func printOf(t *testing.T, key string) string {
	t.Helper()
	k, _, _, _, err := ssh.ParseAuthorizedKey([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return ssh.FingerprintSHA256(k)
}

// Ensure each login at a seat is recorded with its door, address, key and role, and each
// refusal once, by whom; and that people read of it where they read of tokens.
func TestSeat_LoginsAndRefusals(t *testing.T) {
	login, home := desk(t, sandbox.New(sandbox.Options{}))
	key, foreign := printOf(t, anasKey), printOf(t, cysKey)
	for _, tt := range []struct {
		args    []string
		command string
		code    int
	}{
		{[]string{"ana", key}, "issue ana@example.com orders --life 1h", 0},
		{[]string{"ana", key}, "issue ana@example.com stock", 4},
		{[]string{"ana", key}, "issue ana@example.com stock", 4}, // the same once more in a minute
		{[]string{"ana", foreign}, "list", 4},
		{[]string{"ana", "SHA256:x"}, "list", 2}, // no fingerprint: sshd's line is wrong
		{[]string{"ana"}, "version", 0},
		{[]string{"ana"}, "list; id", 2},
		{[]string{"ana"}, "internal-sftp", 2},
		{[]string{"ana"}, "bulk x", 4},
		{[]string{"ana"}, "list --url http://127.0.0.1:9", 4},
		{[]string{"ana"}, "list --profile other", 4},
		{[]string{"ana"}, "issue --nonsense", 2}, // a slip, not a refusal
		{[]string{"cy"}, "show 1 -o url", 4},
		{[]string{"ci"}, "", 4},
		{[]string{"ci"}, "show 1", 4},
		{[]string{"old"}, "list", 4},
		{[]string{"nobody"}, "list", 4},
	} {
		env := map[string]string{"SSH_ORIGINAL_COMMAND": tt.command}
		for name, v := range login {
			env[name] = v
		}
		if out, errs, code := run(t, env, append([]string{"seat"}, tt.args...)...); code != tt.code {
			t.Errorf("%q: %q: exit %d, want %d\n%s%s", tt.args, tt.command, code, tt.code, out, errs)
		}
	}
	const ana, ci = "ana@ssh 192.0.2.7 | command | issue | ", "ci@ssh 192.0.2.7 | command | issue | "
	in, silent := "login | through sshd with the key "+key, "login | through sshd, which did not say with which key"
	want := []string{
		ana + in, ana + in, ana + "denied | issue for stock: their apps are orders", ana + in, ana + "denied | sit here: team.toml names this key no more",
		ana + silent, ana + silent, ana + "denied | run a line that is no plain command: no shell reads a command at a seat: put a text with ';' in it in single quotes",
		ana + silent, ana + `denied | run internal-sftp: there is no command "internal-sftp"`,
		ana + silent, ana + "denied | run bulk: it is not offered at a seat; these are: activity, apps, copy, drift, due, export, exposure, framing, handover, issue, list, next, reissue, role, show, users, verify, version, workspaces",
		ana + silent, ana + "denied | use --url: it is not offered at a seat", ana + silent, ana + "denied | use profile other: theirs are acme", ana + silent,
		"cy@ssh 192.0.2.7 | command | view | " + silent, "cy@ssh 192.0.2.7 | command | view | denied | see the secret of #1: role issue is needed, theirs is view",
		strings.Replace(ci, "command", "console", 1) + silent, strings.Replace(ci, "command", "console", 1) + "denied | open the console: a machine runs commands only: issue, list",
		ci + silent, ci + "denied | run show: team.toml allows: issue, list",
		"old@ssh 192.0.2.7 | command | admin | denied | sit here: their time at this desk ended on 2001-01-31",
		"nobody@ssh 192.0.2.7 | command |  | denied | sit here: team.toml names no such member",
	}
	got := visits(t, login)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("event %d: got\n%s\nwant\n%s", i, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	for filter, n := range map[string]int{"action:login": 13, "action:denied": 12, "by:cy": 2, "action:denied by:ana": 7, "user:ana": 0, "action:login status:201": 0} {
		if got := visits(t, login, strings.Fields(filter)...); len(got) != n {
			t.Errorf("%s: %d events, want %d: %q", filter, len(got), n, got)
		}
	}
	if table := must(t, login, "activity", "action:denied", "by:cy"); !strings.Contains(table, "see the secret of #1") || strings.Contains(table, " 0 ") {
		t.Errorf("the table:\n%s", table)
	}
	if out, _, code := at(t, login, "cy", "activity action:login by:ana"); code != 0 || strings.Count(out, key) != 3 {
		t.Errorf("a member reads, exit %d:\n%s", code, out)
	}
	_ = must(t, login, "audit", "head")
	if out := must(t, login, "audit", "verify", "--json"); !strings.Contains(out, `"ok": true`) {
		t.Errorf("sealed: %s", out)
	}
	refuse(t, home, `CREATE TRIGGER no_denied BEFORE INSERT ON events WHEN NEW.action = 'denied' BEGIN SELECT raise(ABORT, 'no room'); END`)
	if out, errs, code := at(t, login, "cy", "verify 1"); code != 3 || strings.Contains(errs, "role issue") || !strings.Contains(errs, "Record the refusal") {
		t.Errorf("a refusal that cannot be recorded: exit %d, %s%s", code, out, errs)
	}
}

// refuse runs a statement on the history of a desk.
func refuse(t *testing.T, home, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(home, ".local", "share", "patdesk", "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Ensure nobody sits here whose login cannot be recorded, by neither door.
func TestSeat_NoLoginWithoutARecord(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	d := openDoor(t, s, "")
	if text, code := d.run("ana", "issue ana@example.com orders --life 1h"); code != 0 {
		t.Fatal(text)
	}
	refuse(t, d.home, `CREATE TRIGGER no_login BEFORE INSERT ON events WHEN NEW.action = 'login' BEGIN SELECT raise(ABORT, 'no room'); END`)
	env := map[string]string{"HOME": d.home, "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}
	for _, command := range []string{"list", "issue ana@example.com orders --again --life 1h", "version", ""} {
		text, code := d.run("ana", command)
		if code != 3 || strings.Contains(text, "ana@example.com") || !strings.Contains(text, "Record the login") {
			t.Errorf("serve: %q: exit %d, %s", command, code, text)
		}
		if out, errs, code := at(t, env, "ana", command); code != 3 || out != "" || !strings.Contains(errs, "Record the login") {
			t.Errorf("sshd: %q: exit %d, %s%s", command, code, out, errs)
		}
	}
	if n := len(s.Ledger()); n != 1 {
		t.Errorf("%d tokens were issued", n)
	}
}

// Ensure a script that is refused a thousand times fills no history.
func TestServe_RefusalsDoNotPileUp(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "")
	c, err := d.dial("ana")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	begun := time.Now()
	for i := range 2 * history.DeniedMost {
		n, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if code := exitOf(n.Run(fmt.Sprint("issue ana@example.com stock-", i))); code != 4 {
			t.Fatalf("exit %d", code)
		}
	}
	env := map[string]string{"HOME": d.home}
	denied := visits(t, env, "action:denied")
	quick := time.Since(begun) < history.DeniedAgain // else some may be written again
	if quick && (len(denied) != history.DeniedMost || !strings.HasSuffix(denied[history.DeniedMost-1], history.DeniedLast)) || !strings.Contains(denied[0], "issue for stock-0: their apps are orders") {
		t.Errorf("%d refusals:\n%s", len(denied), strings.Join(denied, "\n"))
	}
	logins := visits(t, env, "action:login")
	if want := "ana@ssh 127.0.0.1 | command | issue | login | through patdesk serve with the key " + ssh.FingerprintSHA256(d.keys["ana"].PublicKey()); len(logins) != 2*history.DeniedMost || logins[0] != want {
		t.Errorf("%d logins: %q, want %q", len(logins), logins[0], want)
	}
}
