package cli_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
)

// Public keys, of nobody.
const (
	anasKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJf1d7bZjJr3VbVnYJtPz5QyWQ0XyUu0dXqj8o3rZl1H"
	cysKey  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKf1d7bZjJr3VbVnYJtPz5QyWQ0XyUu0dXqj8o3rZl1H"
	ciKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKd1d7bZjJr3VbVnYJtPz5QyWQ0XyUu0dXqj8o3rZl1H"
)

// desk is the account of a shared desk: a profile with its key in a file, and a team.
func desk(t *testing.T, s *sandbox.Server) (login map[string]string, home string) {
	t.Helper()
	env := homeOf(t, s)
	home = env["HOME"]
	dir := filepath.Join(home, ".config", "patdesk")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"acme.key": s.Key(),
		"config.toml": fmt.Sprintf("profile = \"acme\"\n[profiles.acme]\nurl = %q\nkey = \"file\"\nkey_file = \"acme.key\"\n[profiles.other]\nurl = %q\nkey = \"file\"\nkey_file = \"acme.key\"\n",
			env["TOOLJET_HOST"], env["TOOLJET_HOST"]),
		"team.toml": "[people.ana]\nkeys = [\"" + anasKey + "\"]\nrole = \"issue\"\napps = [\"orders\"]\nprofiles = [\"acme\"]\nmax_life = \"2h\"\n" +
			"[people.cy]\nkeys = [\"" + cysKey + "\"]\nrole = \"view\"\nuntil = \"2099-01-31\"\n" +
			"[people.old]\nkeys = [\"" + strings.Replace(cysKey, "IKf", "IKe", 1) + "\"]\nrole = \"admin\"\nuntil = \"2001-01-31\"\n" +
			"[machines.ci]\nkeys = [\"" + ciKey + "\"]\nrole = \"issue\"\napps = [\"orders\"]\ncommands = [\"issue\", \"list\"]\nrate = \"2/min\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{"HOME": home, "PATH": os.Getenv("PATH"), "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22", "TERM": "xterm-256color"}, home
}

// at runs a command at somebody's seat.
func at(t *testing.T, login map[string]string, who, command string) (out, errs string, code int) {
	t.Helper()
	env := map[string]string{"SSH_ORIGINAL_COMMAND": command}
	for name, v := range login {
		env[name] = v
	}
	o, e, code := run(t, env, "seat", who)
	return string(o), string(e), code
}

// Ensure each member can do at their seat what the team says, under their own name,
// and hears why not about the rest.
func TestSeat_Members(t *testing.T) {
	t.Parallel()
	login, _ := desk(t, sandbox.New(sandbox.Options{}))
	for _, tt := range []struct {
		who, command string
		code         int
		want         string // in what is written
	}{
		{"ana", "issue ana@example.com orders --life 1h", 0, "#1 issued"},
		{"ana", "list", 0, "ana@example.com"},
		{"ana", "show 1 -o url", 0, "personal-access-token=pat_"},
		{"ana", `issue 'ana@example.com' "orders" --life 1h --again --note "Kiosk; 4 $ \"x\""`, 2, "No shell reads"},
		{"ana", `issue 'ana@example.com' "orders" --life 1h --again --note 'Kiosk; 4 $(id)'`, 0, "#2 issued"},
		{"ana", "issue ana@example.com stock", 4, "their apps are orders"},
		{"ana", "issue ana@example.com orders --life 3h --again", 2, "the team of this desk allows at most 2h"},
		{"ana", "list --profile other", 4, "theirs are acme"},
		{"ana", "role ana@example.com builder --yes --workspace Sales", 4, "role admin is needed"},
		{"ana", "reissue 1 --yes", 0, "#3 issued"},
		{"ana", "help states", 0, "OK"},
		{"ana", "list --help", 0, "Usage:"},
		{"cy", "list", 0, "Orders portal"},
		{"cy", "activity --json", 0, `"actor": "ana@ssh 192.0.2.7"`},
		{"cy", "show 1", 0, "ana@example.com"},
		{"cy", "show 1 -o url", 4, "role issue is needed"},
		{"cy", "show 1 --reveal", 4, "role issue is needed"},
		{"cy", "export --reveal", 4, "role issue is needed"},
		{"cy", "verify 1", 4, "role issue is needed"},
		{"cy", "issue ana@example.com orders --again", 4, "role issue is needed"},
		{"old", "list", 4, "ended on 2001-01-31"},
		{"ci", "issue ana@example.com orders --again -o url", 0, "pat_"},
		{"ci", "list", 0, "ana@example.com"},
		{"ci", "show 1", 4, "team.toml allows: issue, list"},
		{"ci", "", 4, "a machine runs commands only"},
		{"ci", "issue ana@example.com orders --again", 0, "issued"},
		{"ci", "issue ana@example.com orders --again", 4, "2 requests in a minute"},
		{"nobody", "list", 4, "no such member"},
	} {
		out, errs, code := at(t, login, tt.who, tt.command)
		if code != tt.code || !strings.Contains(strings.Join(strings.Fields(out+" "+errs), " "), tt.want) {
			t.Errorf("%s: %q: exit %d, want %d and %q\n%s%s", tt.who, tt.command, code, tt.code, tt.want, out, errs)
		}
		if tt.who == "cy" && strings.Contains(out+errs, "pat_") && !strings.Contains(out+errs, "pat_…") {
			t.Errorf("%s: %q shows a secret", tt.who, tt.command)
		}
	}
}

// Ensure nothing that is sent to a seat starts a program, writes or reads a file of
// the desk, reaches another server, or gets the admin key.
func TestSeat_Escapes(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	login, home := desk(t, s)
	if _, errs, code := at(t, login, "ana", "issue ana@example.com orders --life 1h"); code != 0 {
		t.Fatal(errs)
	}
	trap, canary := t.TempDir(), filepath.Join(t.TempDir(), "ran")
	for _, name := range []string{"sh", "bash", "vi", "xdg-open", "wl-copy", "xclip", "id"} {
		if err := os.WriteFile(filepath.Join(trap, name), []byte("#!/bin/sh\ntouch '"+canary+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	secretFile := filepath.Join(home, ".config", "patdesk", "acme.key")
	for name, v := range map[string]string{ // what a login may send along
		"PATH": trap + ":" + os.Getenv("PATH"), "EDITOR": trap + "/vi", "VISUAL": trap + "/vi", "BROWSER": trap + "/xdg-open %s", "PAGER": trap + "/sh",
		"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "TMUX": "/tmp/x,1,0", "XDG_CONFIG_HOME": trap, "XDG_DATA_HOME": trap, "PATDESK_CONFIG": trap, "PATDESK_DATA": trap,
		"TOOLJET_HOST": "http://127.0.0.1:9", "TOOLJET_API_TOKEN": "stolen", "HTTPS_PROXY": "http://127.0.0.1:9", "ACCESSIBLE": "1", "TZ": "/etc/passwd",
	} {
		login[name] = v
	}
	before := tree(t, home)
	for _, command := range []string{
		"list; id", "list && id", "list | id", "list || id", "list & id", "list > out", "list >> out", "list < " + secretFile, "$(id)", "`id`", "list $(id)",
		"list ${HOME}", "list \"$(id)\"", "list \"`id`\"", "list\nid", "list\rid", "list\x00id", "list \x1b]0;x\x07", "list (id)", "list {a,b}", "'list", "\"list", "list \\",
		"internal-sftp", "/usr/lib/openssh/sftp-server", "scp -t /tmp", "scp -f " + secretFile, "rsync --server . /", "git-upload-pack /", "sh", "bash -i", "id", "cat " + secretFile,
		"../patdesk list", "/usr/bin/patdesk list", "seat cy", "seat ana", "seat-keys x y", "team who", "team keys", "sandbox", "sandbox --seed " + secretFile, "--demo", "--accessible",
		"preview 1", "preview 1 --no-open", "profile list", "profile add x --url http://127.0.0.1:9 --keep file", "profile test", "config edit", "config get theme", "config set theme dark", "paths",
		"doctor", "completion bash", "__complete show ''", "__completeNoDesc show ''", "seal-key accept", "audit head", "audit verify --head " + secretFile, "clear-clipboard",
		"bulk " + secretFile, "bulk -", "bulk runs", "export --out " + home + "/out.csv", "reissue --user ana@example.com --out " + home + "/out", "role ana@example.com builder --out " + home + "/o",
		"list --url http://127.0.0.1:9", "list --key-stdin", "list --allow-http", "issue ana@example.com orders --key-stdin", "issue ana@example.com orders --url http://127.0.0.1:9",
		"show 1 -o " + secretFile, "show 1 -o @" + secretFile, "list --profile ../../etc", "framing orders --page file://" + secretFile, "drift --fix", "drift --copy", "-V --demo", "man",
	} {
		out, errs, code := at(t, login, "ana", command)
		if code == 0 {
			t.Errorf("%q did something:\n%s%s", command, out, errs)
		}
		if strings.Contains(out+errs, s.Key()) || strings.Contains(out+errs, "stolen") {
			t.Errorf("%q gave a key away", command)
		}
	}
	for _, ok := range []string{"list", "copy 1", "users"} { // what may be done stays inside, too
		_, _, _ = at(t, login, "ana", ok)
	}
	if _, err := os.Stat(canary); err == nil {
		t.Error("a program was started")
	}
	if after := tree(t, home); !slices.Equal(after, before) {
		t.Errorf("files before %q, after %q", before, after)
	}
	for _, dir := range []string{trap} {
		if left := tree(t, dir); len(left) != 7 {
			t.Errorf("files in what the login named: %q", left)
		}
	}
}

// tree are the files below a folder, without what SQLite keeps beside a database.
func tree(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Ensure sshd is told of the keys of members and of nobody else.
func TestSeat_Keys(t *testing.T) {
	t.Parallel()
	login, home := desk(t, sandbox.New(sandbox.Options{}))
	lines := strings.Split(strings.TrimSpace(must(t, login, "team", "keys")), "\n")
	if len(lines) != 3 { // old is over
		t.Fatalf("%q", lines)
	}
	kind, blob, _ := strings.Cut(cysKey, " ")
	one := strings.TrimSpace(must(t, login, "seat-keys", kind, blob))
	if !strings.HasPrefix(one, `restrict,pty,command="`) || !strings.HasSuffix(one, ` seat cy `+printOf(t, cysKey)+`" `+cysKey+" cy") || !slices.Contains(lines, one) {
		t.Errorf("line %q of %q", one, lines)
	}
	for _, nobody := range []string{blob[:40], strings.Replace(blob, "IKf", "IKa", 1), strings.Replace(blob, "IKf", "IKe", 1), "x"} {
		if out := must(t, login, "seat-keys", kind, nobody); out != "" {
			t.Errorf("a key of nobody: %q", out)
		}
	}
	if out := must(t, login, "team", "check"); !strings.Contains(out, "4 members, nothing odd") {
		t.Error(out)
	}
	path := filepath.Join(home, ".config", "patdesk", "team.toml")
	if err := os.Chmod(path, 0o666); err != nil { //nolint:gosec // that is what is tested
		t.Fatal(err)
	}
	for _, args := range [][]string{{"seat-keys", kind, blob}, {"team", "keys"}, {"seat", "cy"}} {
		if out, errs, code := run(t, login, args...); code != 3 || len(out) > 0 || !strings.Contains(string(errs), "chmod go-w") {
			t.Errorf("%q on a team that others can write: exit %d, %s%s", args, code, out, errs)
		}
	}
}

// Ensure a login cannot move the end of a membership with the time zone that it sends.
func TestSeat_UntilOfTheHost(t *testing.T) { //nolint:paralleltest // it sets the zone of the process
	if testing.Short() {
		t.Skip("servers of other tests may still look at the zone, which the race detector sees")
	}
	login, home := desk(t, sandbox.New(sandbox.Options{}))
	over := time.Now().UTC().AddDate(0, 0, -2).Format(time.DateOnly) // in every zone
	team := "[people.ana]\nkeys = [\"" + anasKey + "\"]\nrole = \"view\"\nuntil = \"" + over + "\"\n"
	if err := os.WriteFile(filepath.Join(home, ".config", "patdesk", "team.toml"), []byte(team), 0o600); err != nil {
		t.Fatal(err)
	}
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	time.Local = time.FixedZone("sent", -72*60*60) // as TZ of the login, which Go reads at the start
	if out, errs, code := at(t, login, "ana", "list"); code != 4 || !strings.Contains(errs, "ended on "+over) {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

// Ensure team check tells of what would hold nowhere, and of a team of nobody.
func TestTeamCheck_Doubts(t *testing.T) {
	t.Parallel()
	login, home := desk(t, sandbox.New(sandbox.Options{}))
	path := filepath.Join(home, ".config", "patdesk", "team.toml")
	for _, tt := range []struct{ text, want string }{
		{"", "nobody may sit at this desk"},
		{"[people.ana]\nkeys = [\"" + anasKey + "\"]\nrole = \"view\"\n[profiles.amce]\nreveal = \"nobody\"\n", "profiles.amce: there is no profile amce"},
		{"[people.ana]\nkeys = [\"" + anasKey + "\"]\nrole = \"view\"\nprofiles = [\"amce\"]\n", "ana: there is no profile amce"},
	} {
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := run(t, login, "team", "check"); code != 3 || !strings.Contains(string(errs), tt.want) || !strings.Contains(string(errs), "1 doubt") {
			t.Errorf("%q: exit %d, %s%s", tt.want, code, out, errs)
		}
	}
}
