package cli_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/history/historytest"
)

// home is a home without rows, with a sandbox on a socket as the server of the
// environment.
func home(t *testing.T) map[string]string {
	t.Helper()
	return homeOf(t, sandbox.New(sandbox.Options{}))
}

// homeOf is home with a sandbox of its own.
func homeOf(t *testing.T, s *sandbox.Server) map[string]string {
	t.Helper()
	l, err := sandbox.Serve(context.WithoutCancel(t.Context()), "127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	dir := quickDir(t)
	env := map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": filepath.Join(dir, "config"), "XDG_DATA_HOME": filepath.Join(dir, "data"),
		"TOOLJET_HOST": l.URL, "TOOLJET_API_TOKEN": s.Key(), "PATH": os.Getenv("PATH"),
	}
	blank(t, env)
	return env
}

// blank gives a home a history without rows. That a command makes one is for the scripts
// of e2e.
func blank(t *testing.T, env map[string]string) {
	t.Helper()
	if err := historytest.Blank(historyOf(env)); err != nil {
		t.Fatal(err)
	}
}

func historyOf(env map[string]string) string {
	return filepath.Join(env["XDG_DATA_HOME"], "patdesk", "history.db")
}

func must(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	out, errs, code := run(t, env, args...)
	if code != 0 {
		t.Fatalf("%v ended with %d: %s", args, code, errs)
	}
	return string(out)
}

// poke changes a history behind patdesk's back.
func poke(t *testing.T, env map[string]string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+historyOf(env))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// localFailure is a row of the catalogue that has nothing to do with a server.
type localFailure struct {
	id    string
	setup func(t *testing.T, env map[string]string)
	args  []string
	title string
	cause string
	next  string
	exit  int
}

var issueArgs = []string{"issue", "ana@example.com", "orders"}

var localFailures = []localFailure{
	{id: "L2", setup: func(t *testing.T, env map[string]string) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		env["PATDESK_DATA"] = filepath.Join(file, "data")
	}, args: issueArgs, title: "/history.db; nothing was sent", cause: "is a file", next: "Move that file away", exit: 9},
	{id: "L4", setup: func(t *testing.T, env map[string]string) {
		path := historyOf(env)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Repeat("not a database at all. ", 400)), 0o600); err != nil {
			t.Fatal(err)
		}
	}, args: []string{"list"}, title: "", cause: "", next: "", exit: 9},
	{id: "L5", setup: func(t *testing.T, env map[string]string) {
		must(t, env, issueArgs...)
		poke(t, env, "PRAGMA user_version = 99")
	}, args: []string{"list"}, title: "History is from a newer version", cause: "older than", next: "Update", exit: 9},
	{id: "L7", setup: func(t *testing.T, env map[string]string) {
		must(t, env, issueArgs...)
		if err := os.Chmod(historyOf(env), 0o644); err != nil {
			t.Fatal(err)
		}
	}, args: []string{"list"}, title: "History is not private", cause: "history.db", next: "chmod 600", exit: 3},
	{id: "L10", setup: func(t *testing.T, env map[string]string) {
		must(t, env, issueArgs...)
		if err := os.WriteFile(historyOf(env)+"-wal", []byte(strings.Repeat("not a log of this history ", 400)), 0o600); err != nil {
			t.Fatal(err)
		}
	}, args: []string{"list"}, title: "A log beside the history is not its own", cause: "history.db-wal", next: "mv '", exit: 9},
	{id: "K1", setup: func(t *testing.T, env map[string]string) {
		writeConfig(t, env, "[profiles.a]\nurl = \""+env["TOOLJET_HOST"]+"\"\nkey = \"keyring\"\n")
		delete(env, "TOOLJET_HOST")
		delete(env, "TOOLJET_API_TOKEN")
	}, args: []string{"users"}, title: "Key store does not answer", cause: "", next: "profile add", exit: 3},
	{id: "K2", setup: func(t *testing.T, env map[string]string) {
		must(t, env, issueArgs...)
		key := filepath.Join(env["XDG_CONFIG_HOME"], "patdesk", "seal.key")
		if err := os.Remove(key); err != nil {
			t.Fatal(err)
		}
	}, args: []string{"show", "1", "--reveal"}, title: "Cannot decrypt this entry", cause: "", next: "", exit: 3},
	{id: "B1", setup: func(t *testing.T, env map[string]string) {
		must(t, env, issueArgs...)
		env["PATH"] = t.TempDir()
	}, args: []string{"copy", "1"}, title: "No clipboard here", cause: "", next: "-o", exit: 3},
	{id: "U1", args: []string{"users", "--token=s3cr3t-value"}, title: "Secrets are not accepted as arguments", cause: "visible", next: "--key-stdin", exit: 2},
	{id: "U1", args: []string{"users", "-ts3cr3t-value"}, title: "Secrets are not accepted as arguments", cause: "visible", next: "--key-stdin", exit: 2},
	{id: "U1", args: []string{"issue", "ana@example.com", "orders", "--note", "see pat_5ec7e75ec7e7"}, title: "Secrets are not accepted as arguments", cause: "visible", next: "--key-stdin", exit: 2},
	{id: "U1", args: []string{"list", "user:ana", "app:pat_5ec7e75ec7e7"}, title: "Secrets are not accepted as arguments", cause: "visible", next: "--key-stdin", exit: 2},
	{id: "U1", args: []string{"verify", "pat_5ec7e7"}, title: "Secrets are not accepted as arguments", cause: "visible", next: "--key-stdin", exit: 2},
	{id: "config", setup: func(t *testing.T, env map[string]string) { writeConfig(t, env, "themee = \"dark\"\n") }, args: []string{"profile", "list"}, title: "The configuration cannot be used", cause: "config.toml:1:1", next: "", exit: 3},
	{id: "no-server", setup: func(_ *testing.T, env map[string]string) { delete(env, "TOOLJET_HOST") }, args: issueArgs, title: "No ToolJet server is set up", cause: "", next: "profile add", exit: 3},
	{id: "read-only", setup: func(t *testing.T, env map[string]string) {
		writeConfig(t, env, "[profiles.a]\nurl = \""+env["TOOLJET_HOST"]+"\"\nkey = \"env\"\nread_only = true\n")
	}, args: issueArgs, title: "This profile is read-only", cause: "profile a", next: "", exit: 3},
	{id: "live", setup: func(t *testing.T, env map[string]string) { must(t, env, issueArgs...) }, args: issueArgs, title: "This pair has a live token", cause: "cannot be revoked", next: "--again", exit: 2},
	{id: "not-found", args: []string{"show", "77"}, title: "No such row in the history", cause: "", next: "patdesk list", exit: 2},
	{id: "usage", args: []string{"isue"}, title: "This cannot be done as written", cause: `no command "isue"`, next: "issue", exit: 2},
	{id: "usage", args: []string{"issue", "ana@example.com"}, title: "This cannot be done as written", cause: "a user and an app", next: "--help", exit: 2},
	{id: "usage", args: []string{"profile", "test", "a", "b"}, title: "This cannot be done as written", cause: "at most one profile", next: "--help", exit: 2},
	{id: "usage", args: []string{"list", "--state", "broken"}, title: "This cannot be done as written", cause: "no state", next: "", exit: 2},
	{id: "field", args: append(issueArgs, "--life", "1x"), title: "A field needs another value", cause: "life: ", next: "", exit: 2},
	{id: "field", args: []string{"issue", "ana", "orders"}, title: "A field needs another value", cause: "user: ", next: "", exit: 2},
	{id: "key", setup: func(_ *testing.T, env map[string]string) { env["TOOLJET_API_TOKEN"] = "Basic abcdef" }, args: []string{"users"}, title: "The admin key cannot be used", cause: "TOOLJET_API_TOKEN", next: "", exit: 3},
}

// Ensure every failure on this computer is told with its title, cause, next
// step and exit code, as text and as JSON.
func TestErrors_Local(t *testing.T) {
	t.Parallel()
	for _, f := range localFailures {
		t.Run(f.id+" "+strings.Join(f.args[:1], " "), func(t *testing.T) {
			env := home(t)
			if f.setup != nil {
				f.setup(t, env)
			}
			_, errs, code := run(t, env, f.args...)
			text := string(errs)
			if code != f.exit || !strings.Contains(text, f.title) || !strings.Contains(text, f.id) {
				t.Errorf("exit %d, want %d; said:\n%s", code, f.exit, text)
			}
			_, errs, code = run(t, env, append(f.args, "--json")...)
			var x struct{ ID, Title, Cause, Next, Retry string }
			if err := json.Unmarshal(errs, &x); err != nil {
				t.Fatalf("json: %v in %s", err, errs)
			}
			if x.ID != f.id || code != f.exit || x.Retry == "" || x.Cause == "" || x.Next == "" {
				t.Errorf("json %+v, exit %d", x, code)
			}
			if !strings.Contains(x.Title, f.title) || !strings.Contains(x.Cause, f.cause) || !strings.Contains(x.Next, f.next) {
				t.Errorf("title %q cause %q next %q", x.Title, x.Cause, x.Next)
			}
			for _, l := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
				if strings.Contains(text, "s3cr3t") || strings.Contains(text, "pat_5ec7e7") || strings.Contains(text, "abcdef") {
					t.Errorf("the value is repeated: %s", l)
				}
				if n := len([]rune(l)); n > 80 && strings.Contains(strings.TrimSpace(l), " ") && !strings.Contains(l, "/") {
					t.Errorf("a line of %d columns: %s", n, l)
				}
			}
		})
	}
}

// Ensure a history that another program keeps busy is told as such and nothing
// is sent (L6).
func TestErrors_BusyHistory(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, issueArgs...)
	db, err := sql.Open("sqlite3", "file:"+historyOf(env)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	_, errs, code := run(t, env, append(issueArgs, "--again", "--json")...)
	var x struct{ ID, Title string }
	if err := json.Unmarshal(errs, &x); err != nil || x.ID != "L6" || code != 9 {
		t.Errorf("exit %d, %+v, %v", code, x, err)
	}
}

// fill writes a file that takes all of a disk's room, and names it.
func fill(t *testing.T, disk string) string {
	t.Helper()
	name := filepath.Join(disk, "filler")
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	_ = f.Close()
	return name
}

// Ensure a full disk stops before anything is sent (L1), and nobody who looks.
func TestErrors_FullDisk(t *testing.T) {
	t.Parallel()
	env := home(t)
	mount := tinyDisk(t)
	env["PATDESK_DATA"] = mount
	must(t, env, issueArgs...)
	filler := fill(t, mount)
	_, errs, code := run(t, env, append(issueArgs, "--again", "--json")...)
	var x struct {
		ID, Title string
		Sent      bool
	}
	if err := json.Unmarshal(errs, &x); err != nil || x.ID != "L1" || code != 9 || x.Sent {
		t.Errorf("exit %d, %+v, %v", code, x, err)
	}
	// What only looks goes on, at the history and at the server.
	for _, args := range [][]string{{"list"}, {"show", "1"}, {"users"}, {"apps"}, {"workspaces"}, {"exposure"}, {"exposure", "--json"}} {
		if out, errs, code := run(t, env, args...); code != 0 || len(out) == 0 {
			t.Errorf("%v: exit %d, said %s", args, code, errs)
		}
	}
	if out, _, code := run(t, env, "framing", "--json"); code == 9 || len(out) == 0 {
		t.Errorf("framing: exit %d", code)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if out := must(t, env, append(issueArgs, "--again", "--json")...); !strings.Contains(out, `"id": 2`) {
		t.Errorf("after space was freed: %s", out)
	}
}

// Ensure --help of every command names no flag that takes a secret.
func TestHelp_NoSecretFlags(t *testing.T) {
	t.Parallel()
	env := home(t)
	for _, c := range []string{"", "issue", "list", "show", "copy", "reissue", "verify", "users", "profile add", "doctor", "sandbox"} {
		out := must(t, env, append(strings.Fields(c), "--help")...)
		for _, flag := range []string{"--token ", "--key ", "--secret ", "--password "} {
			if strings.Contains(out, flag) {
				t.Errorf("%s offers %s", c, flag)
			}
		}
		if !strings.Contains(out, "Usage:") {
			t.Errorf("help of %q: %s", c, out)
		}
	}
}
