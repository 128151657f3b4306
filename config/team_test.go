package config

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// Two public keys, of nobody.
const (
	anasKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJf1d7bZjJr3VbVnYJtPz5QyWQ0XyUu0dXqj8o3rZl1H ana@laptop"
	bensKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKf1d7bZjJr3VbVnYJtPz5QyWQ0XyUu0dXqj8o3rZl1H"
)

// teamOf loads a team that is written as text.
func teamOf(t *testing.T, text string, mode os.FileMode) (*Team, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "team.toml")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return LoadTeam(path)
}

// Ensure a team is read as it is written.
func TestTeam_Load(t *testing.T) {
	team, err := teamOf(t, `
[people.ana]
keys = ["`+anasKey+`"]
role = "issue"
profiles = ["acme"]
apps = ["orders", " stock "]
workspaces = ["Sales"]
max_life = "7d"
until = "2027-01-31"

[machines.portal-ci]
keys = ["`+bensKey+`"]
role = "issue"
commands = ["issue", "list"]
apps = ["*"]
rate = "60/min"

[profiles.acme]
reveal = "role"

[environment]
HTTPS_PROXY = "http://proxy.example.com:3128"
`, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	ana, ci := team.Member("ana"), team.Member("portal-ci")
	if ana == nil || ci == nil || len(team.Members) != 2 || team.Member("cy") != nil {
		t.Fatalf("%+v", team)
	}
	if ana.Machine || ana.Role != RoleIssue || strings.Join(ana.Apps, ",") != "orders,stock" || ana.Spaces[0] != "Sales" || ana.MaxLife.Duration != 7*24*time.Hour {
		t.Errorf("ana: %+v", ana)
	}
	last := time.Date(2027, 1, 31, 23, 59, 59, 0, time.Local)
	if ana.Ended(last) || !ana.Ended(last.Add(time.Second)) || ci.Ended(last) {
		t.Errorf("until %s", ana.Until)
	}
	if !ci.Machine || ci.Rate != 60 || ci.Commands[1] != "list" || team.Reveal["acme"] != RevealRole || team.Environment["HTTPS_PROXY"] == "" {
		t.Errorf("the machine: %+v, reveal %v", ci, team.Reveal)
	}
	fields := strings.Fields(bensKey)
	if got := team.OfKey(fields[0], fields[1]); got != ci {
		t.Errorf("the key is of %+v", got)
	}
	if got := team.OfKey(fields[0], fields[1][:60]); got != nil {
		t.Errorf("a cut key is of %+v", got)
	}
	if got, want := ana.Login("/usr/bin/patdesk", anasKey), `restrict,pty,command="/usr/bin/patdesk seat ana SHA256:svmBWY5NY7w/Q1RVZcQ3vbU0xXlt6WlLxFzdwIPRFPc" ssh-ed25519 `+strings.Fields(anasKey)[1]+" ana"; got != want {
		t.Errorf("line\n%s, want\n%s", got, want)
	}
	for member, has := range map[*Member]bool{ana: true, ci: false} { // as ssh-keygen -l prints it
		if member.HasKey("SHA256:svmBWY5NY7w/Q1RVZcQ3vbU0xXlt6WlLxFzdwIPRFPc") != has || member.HasKey("") {
			t.Errorf("%s: whose key it is", member.Name)
		}
	}
	if got := ci.Login("/usr/bin/patdesk", bensKey); strings.Contains(got, "pty") {
		t.Errorf("a machine has a terminal: %s", got)
	}
}

// loose is the base64 of a public key whose last bits, which count for nothing, are set.
func loose(t *testing.T) string {
	t.Helper()
	for bits := 1000; bits < 1064; bits += 8 {
		key, err := ssh.NewPublicKey(&rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), uint(bits)), E: 65537})
		if err != nil {
			t.Fatal(err)
		}
		b := []byte(base64.StdEncoding.EncodeToString(key.Marshal()))
		if i := bytes.IndexByte(b, '='); i > 0 {
			b[i-1]++
			return string(b)
		}
	}
	t.Fatal("no key needs filling")
	return ""
}

// Ensure a membership lasts until the end of its day by the zone of the desk, also where
// the clock jumps at midnight.
func TestTeam_Until(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.toml")
	for _, tt := range []struct{ zone, until, end string }{
		{"UTC", "2026-12-31", "2027-01-01T00:00:00Z"},
		{"Asia/Kolkata", "2026-02-28", "2026-02-28T18:30:00Z"},
		{"Europe/Berlin", "2026-03-28", "2026-03-28T23:00:00Z"}, // the day after is short
		{"Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00Z"},  // and has no midnight here
		{"Africa/Cairo", "2026-04-24", "2026-04-24T21:00:00Z"},  // the day itself has none
		{"Asia/Beirut", "2026-03-29", "2026-03-29T21:00:00Z"},
		{"America/Havana", "2026-11-01", "2026-11-02T05:00:00Z"}, // a long day
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Skip(err)
		}
		if err := os.WriteFile(path, []byte("[people.ana]\nkeys = [\""+anasKey+"\"]\nrole = \"view\"\nuntil = \""+tt.until+"\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		team, err := NewRoster(path, zone).Team()
		if err != nil {
			t.Fatal(err)
		}
		m := team.Members[0]
		if got, day := m.Until.UTC().Format(time.RFC3339), m.Until.Add(-time.Second).Format(time.DateOnly); got != tt.end || day != tt.until {
			t.Errorf("%s, until %s: ends %s, want %s; its last day is called %s", tt.zone, tt.until, got, tt.end, day)
		}
	}
}

// Ensure each mistake in a team is refused, with its line and a way to mend it.
func TestTeam_Mistakes(t *testing.T) {
	const person = "[people.ana]\nkeys = [\"" + anasKey + "\"]\n"
	for _, tt := range []struct {
		name, text, want string
		mode             os.FileMode
	}{
		{"unknown table", "[poeple.ana]\n", "1:", 0},
		{"unknown setting", person + "rolle = \"view\"", "3:", 0},
		{"proposed", person + "rolle = \"view\"", "role", 0},
		{"no role", person, "has no role", 0},
		{"unknown role", person + "role = \"amdin\"", "admin", 0},
		{"approvals are not there", person + "role = \"approve\"", "must be one of", 0},
		{"no app", person + "role = \"issue\"", "for no app", 0},
		{"no key", "[people.ana]\nrole = \"view\"", "has no key", 0},
		{"key with options", "[people.ana]\nrole = \"view\"\nkeys = ['command=\"sh\" " + bensKey + "']", "no whole public key", 0},
		{"key of two lines", "[people.ana]\nrole = \"view\"\nkeys = [\"" + bensKey + "\\nssh-rsa AAAA\"]", "no whole public key", 0},
		{"key of another type", "[people.ana]\nrole = \"view\"\nkeys = [\"ssh-rsa " + strings.Fields(bensKey)[1] + "\"]", "no whole public key", 0},
		{"old key", "[people.ana]\nrole = \"view\"\nkeys = [\"ssh-dss AAAAB3NzaC1kc3MA\"]", "no whole public key", 0},
		{"one key, two members", person + "role = \"view\"\n[people.ben]\nrole = \"view\"\nkeys = [\"" + strings.TrimSuffix(anasKey, "ana@laptop") + "\"]", "another member (ana)", 0},
		{"one key twice", "[people.ana]\nkeys = [\"" + anasKey + "\", \"" + strings.TrimSuffix(anasKey, "ana@laptop") + "\"]\nrole = \"view\"", "one key stands here twice", 0},
		{"key cut at its end", "[people.ana]\nrole = \"view\"\nkeys = [\"" + bensKey[:len(bensKey)-8] + "\"]", "no whole public key", 0},
		{"key cut after its type", "[people.ana]\nrole = \"view\"\nkeys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\"]", "no whole public key", 0},
		{"key with more behind it", "[people.ana]\nrole = \"view\"\nkeys = [\"" + bensKey + "AAAA\"]", "no whole public key", 0},
		{"key as sshd does not write it", "[people.ana]\nrole = \"view\"\nkeys = [\"ssh-rsa " + loose(t) + "\"]", "no whole public key", 0},
		{"name of two", person + "role = \"view\"\n[machines.ana]\nrole = \"view\"", "have this name", 0},
		{"name that is a command", "[people.\"a;id\"]\nrole = \"view\"", "cannot be the name", 0},
		{"name that is an option", "[people.-x]\nrole = \"view\"", "cannot be the name", 0},
		{"a person's commands", person + "role = \"view\"\ncommands = [\"list\"]", "only a machine", 0},
		{"a machine without", "[machines.ci]\nrole = \"view\"\nkeys = [\"" + bensKey + "\"]", "without commands", 0},
		{"rate of nothing", "[machines.ci]\nrole = \"view\"\nkeys = [\"" + bensKey + "\"]\ncommands = [\"list\"]\nrate = \"0/min\"", "60/min", 0},
		{"rate an hour", "[machines.ci]\nrole = \"view\"\nkeys = [\"" + bensKey + "\"]\ncommands = [\"list\"]\nrate = \"60/h\"", "60/min", 0},
		{"no date", person + "role = \"view\"\nuntil = \"31.1.2027\"", "2027-01-31", 0},
		{"no list", person + "role = \"issue\"\napps = \"orders\"", "a list of texts", 0},
		{"empty app", person + "role = \"issue\"\napps = [\" \"]", "a list of texts", 0},
		{"reveal", "[profiles.acme]\nreveal = \"all\"", "must be one of", 0},
		{"no variable", "[environment]\n\"A B\" = \"x\"", "name of a variable", 0},
		{"a secret as a variable", "[environment]\nTOOLJET_API_TOKEN = \"x\"", "would be a secret", 0},
		{"others may write", person + "role = \"view\"", "chmod go-w", 0o664},
		{"no TOML", "[people.ana", "1:11: expected", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mode := tt.mode
			if mode == 0 {
				mode = 0o600
			} else if runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			team, err := teamOf(t, tt.text, mode)
			if err == nil || team != nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("team %v, error %v, want %q", team, err, tt.want)
			}
		})
	}
	if _, err := LoadTeam(filepath.Join(t.TempDir(), "team.toml")); err == nil || !strings.Contains(err.Error(), "there is no team") {
		t.Errorf("without a file: %v", err)
	}
}
