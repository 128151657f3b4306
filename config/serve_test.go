package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Ensure the table of serve is read as it is written, and has its defaults without.
func TestServe_Load(t *testing.T) {
	team, err := teamOf(t, "", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	s := team.Serve
	if s.Listen != "127.0.0.1:2222" || s.AllowRemote || s.MaxSessions != 200 || s.PerPerson != 5 || s.IdleTimeout.Duration != 30*time.Minute ||
		s.HostKey != filepath.Join(filepath.Dir(team.Path), "serve", "host_ed25519") {
		t.Errorf("without a table: %+v", s)
	}
	key := filepath.Join(t.TempDir(), "host")
	team, err = teamOf(t, "[serve]\nlisten = \"[2001:db8::1]:22\"\nallow_remote = true\nhost_key = '"+key+"'\nmax_sessions = 20\nper_person = 2\nidle_timeout = \"5m\"\n", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := team.Serve, (Serve{Listen: "[2001:db8::1]:22", AllowRemote: true, HostKey: key, MaxSessions: 20, PerPerson: 2, IdleTimeout: Duration{5 * time.Minute}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Ensure each mistake in the table of serve is refused, with its line and a way to mend it.
func TestServe_Mistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"listen = \"0.0.0.0:2222\"", "2:10: serve.listen: others than this computer would reach it; write allow_remote = true"},
		{"listen = \"[::]:2222\"", "allow_remote"},
		{"listen = \"192.0.2.7:2222\"", "allow_remote"},
		{"listen = \"[::ffff:192.0.2.7]:2222\"", "allow_remote"},
		{"listen = \"localhost:2222\"", "an address and a port"},
		{"listen = \":2222\"", "an address and a port"},
		{"listen = \"127.0.0.1\"", "an address and a port"},
		{"listen = \"127.0.0.1:ssh\"", "an address and a port"},
		{"listen = \"127.0.0.1:66000\"", "an address and a port"},
		{"listen = 2222", "text in quotes"},
		{"lissten = \"127.0.0.1:22\"", "listen"},
		{"allow_remote = \"yes\"", "true or false"},
		{"host_key = \"host_ed25519\"", "a folder of its own"},
		{"host_key = \"./x/../host\"", "a folder of its own"},
		{"host_key = \"\"", "a path"},
		{"max_sessions = 0", "from 1 to 1000"},
		{"max_sessions = 1001", "from 1 to 1000"},
		{"max_sessions = \"20\"", "without quotes"},
		{"max_sessions = 2.5", "a whole number"},
		{"per_person = -1", "from 1 to 1000"},
		{"idle_timeout = \"5s\"", "between 1m and 24h"},
		{"idle_timeout = \"2d\"", "between 1m and 24h"},
		{"idle_timeout = \"soon\"", "not a duration"},
		{"password = \"x\"", "no such setting"},
	} {
		team, err := teamOf(t, "[serve]\n"+tt.text+"\n", 0o600)
		if err == nil || team != nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: team %v, error %v, want %q", tt.text, team, err, tt.want)
		}
	}
	if _, err := teamOf(t, "serve = true\n", 0o600); err == nil || !strings.Contains(err.Error(), "[serve]") {
		t.Errorf("no table: %v", err)
	}
}

// Ensure a changed team counts at once, also when it changes again within a tick of the
// clock and keeps its size, and nobody is let in by one that cannot be read.
func TestRoster_Changes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.toml")
	r := NewRoster(path, time.UTC)
	person := func(role string) string {
		return "[people.ana]\nkeys = [\"" + anasKey + "\"]\nrole = \"" + role + "\"\napps = [\"*\"]\n"
	}
	for _, tt := range []struct {
		name, text, role string // role "" = an error
	}{
		{"no file", "", ""},
		{"written", person("issue"), "issue"},
		{"another role of the same length", person("admin"), "admin"},
		{"and back", person("issue"), "issue"},
		{"broken", "[people.ana\n", ""},
		{"mended", person("view"), "view"},
		{"removed", "", ""},
	} {
		if tt.text == "" {
			_ = os.Remove(path)
		} else if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			team, err := r.Team()
			switch {
			case tt.role == "":
				if err == nil || team != nil {
					t.Errorf("%s: %+v, %v", tt.name, team, err)
				}
			case err != nil || team.Member("ana").Role != tt.role:
				t.Errorf("%s: %+v, %v", tt.name, team, err)
			}
		}
	}
}

// Ensure a team that did not change is not read again, and one that others may write
// since is refused.
func TestRoster_Rests(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Now(), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r := NewRoster(path, time.UTC)
	first, err := r.Team()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Team(); err != nil || again != first {
		t.Errorf("read again: %v", err)
	}
	if os.Getenv("OS") == "Windows_NT" {
		return // it has no such modes
	}
	if err := os.Chmod(path, 0o666); err != nil { //nolint:gosec // what is refused
		t.Fatal(err)
	}
	if _, err := r.Team(); err == nil {
		t.Error("a file that others may write was taken")
	}
}
