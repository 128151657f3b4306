package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/history/postgres/postgrestest"
)

// host is another computer of the same desk: its own folders, the same server.
func host(t *testing.T, like map[string]string, config string) map[string]string {
	t.Helper()
	dir := quickDir(t)
	env := map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": filepath.Join(dir, "config"), "XDG_DATA_HOME": filepath.Join(dir, "data"),
		"TOOLJET_HOST": like["TOOLJET_HOST"], "TOOLJET_API_TOKEN": like["TOOLJET_API_TOKEN"], "PATH": like["PATH"],
	}
	write(t, filepath.Join(env["XDG_CONFIG_HOME"], "patdesk", "config.toml"), config)
	return env
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Ensure that a history of one computer becomes that of two hosts: tables are made, it is
// copied, both issue, see each other's tokens and open them with one key, and the file is
// left as it is.
func TestShared_FromOneComputerToTwoHosts(t *testing.T) {
	t.Parallel()
	db := postgrestest.New(t)
	server := sandbox.New(sandbox.Options{})
	first := homeOf(t, server)
	must(t, first, issueArgs...)
	must(t, first, "audit", "head")

	_, errs, code := run(t, first, "history", "copy", "--to", db.RoleURL)
	if text := string(errs); code != 9 || !strings.Contains(strings.Join(strings.Fields(text), " "), "patdesk team migrate --as "+db.RoleURL) {
		t.Fatalf("without tables: exit %d: %s", code, text)
	}
	_, errs, code = run(t, first, "team", "migrate", "--as", db.URL, "--role", db.Role)
	if code != 0 || !strings.Contains(string(errs), "went from version 0") {
		t.Fatalf("migrate: exit %d: %s", code, errs)
	}
	_, errs, code = run(t, first, "history", "copy", "--to", db.RoleURL)
	if text := string(errs); code != 0 || !strings.Contains(text, "Copied 1 row") || !strings.Contains(text, "patdesk config set history "+db.RoleURL) {
		t.Fatalf("copy: exit %d: %s", code, text)
	}
	_, errs, code = run(t, homeOf(t, server), "history", "copy", "--to", " "+db.RoleURL+"?sslmode=disable&pooler=session\u200b")
	if text := strings.Join(strings.Fields(string(errs)), " "); code != 9 || !strings.Contains(text, "another history") {
		t.Errorf("with a parameter, and edges that nobody sees: exit %d: %s", code, text)
	}
	if _, errs, code := run(t, first, "history", "copy", "--to", db.RoleURL); code != 9 || !strings.Contains(string(errs), "L16") {
		t.Errorf("copy from the file that was left: exit %d: %s", code, errs)
	}
	if out := must(t, first, "list"); !strings.Contains(out, "ana@example.com") {
		t.Errorf("the file that was left lists %s", out)
	}
	if _, errs, code := run(t, first, append(issueArgs, "--again")...); code != 9 || !strings.Contains(string(errs), "L16") || !strings.Contains(string(errs), "nothing was sent") {
		t.Errorf("issue into the file that was left: exit %d: %s", code, errs)
	}

	must(t, first, "config", "set", "history", db.RoleURL)
	key := filepath.Join(first["XDG_CONFIG_HOME"], "patdesk", "seal.key")
	second := host(t, first, "history = '"+db.RoleURL+"'\nseal_key_command = \"cat '"+key+"'\"\n")
	if _, errs, code := run(t, second, issueArgs...); code == 0 || !strings.Contains(string(errs), "has a live token") {
		t.Errorf("a second token of the pair, unasked: exit %d: %s", code, errs)
	}
	must(t, second, append(issueArgs, "--again")...)
	for _, env := range []map[string]string{first, second} {
		if out := must(t, env, "list", "--json"); strings.Count(out, `"request_id"`) != 2 && strings.Count(out, `"id"`) != 2 {
			t.Errorf("listed %s", out)
		}
		for _, id := range []string{"1", "2"} {
			if out := must(t, env, "show", id, "-o", "token", "--reveal"); !strings.HasPrefix(out, "pat_") {
				t.Errorf("token %s is %q", id, out)
			}
		}
		must(t, env, "audit", "verify")
	}
	if len(server.Ledger()) != 2 {
		t.Errorf("%d tokens on the server", len(server.Ledger()))
	}
}

// Ensure that a database which is named and cannot be used is an error, and that nothing is
// written anywhere else or sent.
func TestShared_NoFileTakesItsPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, config string
		code         int
		says         string
	}{
		{"another scheme", "history = 'mysql://desk@db.example.com/patdesk'", 3, "must be the URL of a PostgreSQL database"},
		{"a password in it", "history = 'postgres://desk:hunter22@db.example.com/patdesk'", 3, "holds a password"},
		{"weak sslmode", "history = 'postgres://desk@db.example.com/patdesk?sslmode=require'", 3, "sslmode"},
		{"another parameter", "history = 'postgres://desk@db.example.com/patdesk?passfile=x'", 3, "parameter"},
		{"nobody answers", "history = 'postgres://desk@127.0.0.1:9/patdesk'", 9, "cannot be reached"},
		{"a password command that fails", "history = 'postgres://desk@127.0.0.1:9/patdesk'\nhistory_password = 'command'\nhistory_password_command = 'exit 3'", 9, "history"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := sandbox.New(sandbox.Options{})
			env := host(t, homeOf(t, server), tt.config+"\n")
			for _, args := range [][]string{{"list"}, issueArgs} {
				_, errs, code := run(t, env, args...)
				if text := strings.Join(strings.Fields(string(errs)), " "); code != tt.code || !strings.Contains(text, tt.says) || strings.Contains(text, "hunter22") {
					t.Errorf("%v: exit %d: %s", args, code, text)
				}
			}
			if _, err := os.Stat(historyOf(env)); err == nil || len(server.Ledger()) > 0 {
				t.Error("it went on without the database")
			}
		})
	}
}
