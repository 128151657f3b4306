package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// same compares what people see of a Config.
var same = cmp.Options{cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()}

// write puts text into a fresh private file and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad_MissingFileGivesDefaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "config.toml")
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Theme: "auto", Motion: "on", Clipboard: "auto", ClipboardClear: Duration{45 * time.Second}, Notify: "off",
		KeepTokens: "sealed", Path: path,
	}
	if diff := cmp.Diff(want, c, same...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Exists() {
		t.Error("it says that there is a file")
	}
}

func TestLoad_Example(t *testing.T) {
	b, err := os.ReadFile("example.toml")
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, string(b))
	want := &Config{
		Profile: "acme-prod", Theme: "dark", Motion: "off", Clipboard: "native", ClipboardClear: Duration{30 * time.Second},
		Notify: "bell", KeepTokens: "never", HistoryKeep: Duration{365 * 24 * time.Hour},
		Colours: Colours{Accent: "#7aa2f7", Good: "115"},
		Keys:    map[string][]string{"issue": {"n", "ctrl+n"}, "filter": {"f"}},
		Snippets: map[string]string{
			"link":   "{{.Title}}: {{.URL}}",
			"portal": "{{/* html */}}<div class=\"tooljet\">\n  <iframe src=\"{{.URL}}\" title=\"{{.Title}}\"></iframe>\n</div>\n",
		},
		Profiles: map[string]*Profile{
			"acme-prod": {
				Name: "acme-prod", URL: "https://tooljet.example.com/tools", Key: "command",
				KeyCommand: "op read op://Ops/ToolJet/key", Production: true, MaxLife: Duration{7 * 24 * time.Hour},
				DefaultLife: Duration{8 * time.Hour}, DefaultIdle: Duration{30 * time.Minute}, Unit: "seconds",
				UnitProvenAt: "2026-11-19T08:00:00Z", UnitProvenVersion: "3.20.1-ee", CAFile: "company-ca.pem", QuietHours: "22-07",
			},
			"staging": {
				Name: "staging", URL: "https://tooljet-staging.example.com", Key: "keyring", ReadOnly: true,
				DefaultLife: Duration{time.Hour}, DefaultIdle: Duration{time.Hour}, Unit: "minutes",
			},
		},
	}
	if diff := cmp.Diff(want, c, append(same, cmpopts.IgnoreFields(Config{}, "Path"))...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoad_DefaultsOfAProfile(t *testing.T) {
	const url = "url = 'https://tooljet.example.com'\n"
	for text, want := range map[string]Profile{
		"":                       {Key: "keyring"},
		"key_command = 'pass x'": {Key: "command", KeyCommand: "pass x"},
		"key_file = '/k'":        {Key: "file", KeyFile: "/k"},
		"key = 'session'":        {Key: "session"},
		"max_life = '15m'":       {Key: "keyring", MaxLife: Duration{15 * time.Minute}, DefaultLife: Duration{15 * time.Minute}},
		"max_life = 0":           {Key: "keyring"},
	} {
		want.Name, want.URL, want.Unit = "a", "https://tooljet.example.com", "seconds"
		want.DefaultIdle = Duration{time.Hour}
		if want.DefaultLife.Duration == 0 {
			want.DefaultLife = Duration{time.Hour}
		}
		c := load(t, "[profiles.a]\n"+url+text)
		if diff := cmp.Diff(&want, c.Profiles["a"]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestLoad_Faults(t *testing.T) {
	const p = "[profiles.acme]\nurl = \"https://tooljet.example.com\"\n"
	for _, tt := range []struct {
		text string
		at   string // line:column
		want string // text of the error after its place
	}{
		// Syntax.
		{"theme = dark", "1:9", `; put text in quotes, as in theme = "dark"`},
		{"accessible = True", "1:14", "; write true, in small letters"},
		{"accessible = yes # please", "1:14", "; write true, in small letters"},
		{"accessible = OFF", "1:14", "; write false, in small letters"},
		{"theme = \"dark\"\ntheme = \"light\"", "2:1", "theme is already defined"},
		{"[profiles.acme\n", "1:15", "expected"},
		{"a\x01 = 1", "1:2", ""},
		// Unknown keys.
		{"tehme = \"dark\"", "1:1", `tehme: there is no such setting; did you mean "theme"?`},
		{"\n  clipbord = \"auto\"", "2:3", `clipbord: there is no such setting; did you mean "clipboard"?`},
		{"colour = 1", "1:1", "colour: there is no such setting"},
		{"history = 'mysql://desk@db.example.com/patdesk'", "1:11", "history: must be the URL of a PostgreSQL database; write it as \"postgres://user@host/database\"; the file of this computer needs no setting"},
		{"history = '/srv/history.db'", "1:11", "history: must be the URL of a PostgreSQL database; write it as \"postgres://user@host/database\"; the file of this computer needs no setting"},
		{"history = 'postgres://desk:hunter22@db.example.com/patdesk'", "1:11", "history: holds a password; leave it out, and say with history_password where it is"},
		{"history_password = 'hunter22'", "1:20", "history_password: must be command, file or env; the password itself never stands in this file"},
		{"history_password = 'command'", "1:20", "history_password: \"command\" needs a history_password_command; add history_password_command = \"…\", a command that prints the password"},
		{"history_password = 'file'", "1:20", "history_password: \"file\" needs a history_password_file; add history_password_file = \"…\", a file of mode 0600"},
		{"url = \"https://tooljet.example.com\"", "1:1", "url: there is no such setting; it belongs into a profile, below a line [profiles.NAME]"},
		{p + "key_comand = \"x\"", "3:1", `profiles.acme.key_comand: there is no such setting; did you mean "key_command"?`},
		{p + "theme = \"dark\"", "3:1", "profiles.acme.theme: there is no such setting; it holds for all profiles and belongs above the first [table]"},
		{p + "token = \"SECRET\"", "3:1", "profiles.acme.token: there is no such setting; secrets never stand in this file"},
		{"api_key = \"SECRET\"", "1:1", "api_key: there is no such setting; secrets never stand in this file"},
		{"profiles.acme = {url = \"https://tooljet.example.com\", prodution = true}", "1:55", `profiles.acme.prodution: there is no such setting; did you mean "production"?`},
		{"profiles.acme.url = \"https://tooljet.example.com\"\nprofiles.acme.redonly = true", "2:15", `did you mean "read_only"?`},
		{"\"a b\" = 1", "1:1", `"a b": there is no such setting`},
		{"\"\\u001b[31m\" = 1", "1:1", `"\x1b[31m": there is no such setting`},
		// Wrong types.
		{"theme = 1", "1:9", "theme: must be text in quotes"},
		{"[colours]\ngood = \"115\"\nbad = \"#ff00g0\"", "3:7", "colours.bad: this is not a colour; write it as"},
		{"[colours]\nbad = \"256\"", "2:7", "colours.bad: this is not a colour"},
		{"[colours]\nbad = \"red\"", "2:7", "colours.bad: this is not a colour"},
		{"[colours]\nbad = \"007\"", "2:7", "colours.bad: this is not a colour"},
		{"[colours]\nbad = 7", "2:7", "colours.bad: must be text in quotes"},
		{"[colours]\nacent = \"7\"", "2:1", "colours.acent: there is no such setting; did you mean \"accent\"?"},
		{"colors = \"7\"", "1:1", "colors: there is no such setting; did you mean \"colours\"?"},
		{"colours = \"7\"", "1:11", "colours: must be a table: start it with a line [colours]"},
		{"motion = \"of\"", "1:10", "motion: must be on or off; did you mean \"on\"?"},
		{"notify_names = \"yes\"", "1:16", "notify_names: must be true or false, without quotes"},
		{"notify = true", "1:10", "notify: must be text in quotes"},
		{"notify = \"yes\"", "1:10", "notify: must be off, bell, osc or desktop"},
		{"clipboard_clear = 45", "1:19", `clipboard_clear: must be a duration in quotes`},
		{"keys = 1", "1:8", "keys: must be a table"},
		{"[keys]\nissue = [1]", "2:1", `keys.issue: must be a key or a list of keys`},
		{"[keys]\nissue = {a = 1}", "2:9", `keys.issue: must be a key or a list of keys`},
		{"[snippets]\nportal = 3", "2:10", "snippets.portal: must be a template in quotes"},
		{"[snippets.portal]\ntemplate = \"x\"\nkind = \"htm\"", "3:8", `snippets.portal.kind: must be "html" or "text"; did you mean "html"?`},
		{"[snippets.portal]\ntemplte = \"x\"", "2:1", `did you mean "template"?`},
		{"profiles = 1", "1:12", "profiles: must be a table"},
		{"[[profiles]]\nurl = \"x\"", "1:3", "profiles: must be a table"},
		{"[profiles]\nacme = 1", "2:8", "profiles.acme: must be a table"},
		{"[profile.acme]\nurl = \"https://tooljet.example.com\"", "1:2", "profile: must be text in quotes: the name of the profile to use; profiles themselves start with [profiles.NAME]"},
		{p + "production = 1", "3:14", "profiles.acme.production: must be true or false"},
		// Bad values.
		{"theme = \"drak\"", "1:9", `theme: must be auto, dark, light or contrast; did you mean "dark"?`},
		{"clipboard = \"osc\"", "1:13", `clipboard: must be auto, native, tmux, osc52, file or off; did you mean "osc52"?`},
		{"keep_tokens = \"plain\"", "1:15", "keep_tokens: must be sealed or never"},
		{"clipboard_clear = \"1x\"", "1:19", "clipboard_clear: this is not a duration; write a duration as 45s"},
		{"clipboard_clear = \"2d\"", "1:19", "clipboard_clear: must be 0, or from 1s to 1d"},
		{"history_keep = \"1m\"", "1:16", "history_keep: must be 0, or from 1h"},
		{"[keys]\nissue = \"\"", "2:9", "keys.issue: this is not the name of a key"},
		{"[snippets]\n\"My portal\" = \"x\"", "2:15", `snippets."My portal": this cannot be the name of a snippet`},
		{"[snippets]\nportal = \" \"", "2:10", "snippets.portal: the template is empty"},
		{"profile = \"acmee\"\n" + p, "1:11", `profile: there is no profile of this name; did you mean "acme"?`},
		{"profile = \"zzz\"\n" + p, "1:11", `profile: there is no profile of this name; there is acme`},
		{"[profiles.\"a b\"]\nurl = \"https://tooljet.example.com\"", "1:11", `profiles."a b": this cannot be the name of a profile`},
		{"[profiles.acme]\nkey = \"keyring\"", "1:11", `profiles.acme: the profile has no url; add url = `},
		{"[profiles.acme]\nurl = \"ftp://tooljet.example.com\"", "2:7", "profiles.acme.url: the address must start with https://"},
		{"[profiles.acme]\nurl = \"https://ana:SECRET@tooljet.example.com\"", "2:7", "must not hold a user name or password"},
		{p + "key = \"SECRET\"", "3:7", "profiles.acme.key: must be keyring, command, file, env or session; the admin key itself never stands in this file"},
		{p + "key = \"command\"", "3:7", `"command" needs a key_command`},
		{p + "key = \"file\"", "3:7", `"file" needs a key_file`},
		{p + "key_command = \"a\"\nkey_file = \"b\"", "4:12", "there is a key_command too"},
		{p + "default_life = \"8d\"\nmax_life = \"7d\"", "3:16", "default_life: is longer than max_life"},
		{p + "max_life = \"20000d\"", "3:12", "max_life: this is not a duration"},
		{p + "default_idle = \"90s\"", "3:16", "default_idle: must be whole minutes"},
		{p + "default_idle = \"10s\"", "3:16", "default_idle: must be from 1m to"},
		{p + "pat_expiry_unit = \"second\"", "3:19", `must be seconds, minutes or milliseconds; did you mean "seconds"?`},
		{p + "unit_proven_at = \"yesterday\"", "3:18", "must be a time, as"},
		{p + "quiet_hours = \"22\"", "3:15", "must be two times of day"},
		{p + "quiet_hours = \"07-07\"", "3:15", "must be two different times of day"},
		// The first fault of the file comes first.
		{"theme = \"x\"\nnotfy = true", "2:1", "notfy"},
		{"keep_tokens = \"x\"\ntheme = \"x\"", "1:15", "keep_tokens"},
	} {
		path := write(t, tt.text)
		_, err := Load(path)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: got %v, want an *Error", tt.text, err)
			continue
		}
		if at := fmt.Sprintf("%d:%d", e.Line, e.Column); at != tt.at {
			t.Errorf("%q: at %s, want %s: %v", tt.text, at, tt.at, err)
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q:\ngot  %v\nwant %s", tt.text, err, tt.want)
		}
		if !strings.HasPrefix(err.Error(), path+":") {
			t.Errorf("%q: the error does not start with the path: %v", tt.text, err)
		}
		if strings.Contains(err.Error(), "SECRET") || strings.ContainsAny(err.Error(), "\x1b\x01\n") {
			t.Errorf("%q: the error repeats a value or control characters: %q", tt.text, err)
		}
	}
}

func TestLoad_ByteOrderMarkAndCRLF(t *testing.T) {
	c := load(t, "\ufefftheme = \"dark\"\r\nnotify = \"bell\"\r\n")
	if c.Theme != "dark" || c.Notify != "bell" {
		t.Errorf("got %+v", c)
	}
}

func TestLoad_TooLarge(t *testing.T) {
	if _, err := Load(write(t, "# "+strings.Repeat("x", maxFile))); err == nil || !strings.Contains(err.Error(), "larger than 256 KiB") {
		t.Errorf("got %v", err)
	}
}

// Ensure that many keys and deep tables cost no more than a moment.
func TestLoad_LargeFilesEnd(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[[[[", 40_000), "a = " + strings.Repeat("[", 200_000), "[" + strings.Repeat("a.", 100_000) + "a]",
		"a = " + strings.Repeat("{a=", 60_000),
	} {
		if _, err := Load(write(t, text)); err == nil {
			t.Errorf("%.20q: accepted", text)
		}
	}
	var b strings.Builder
	b.WriteString("[keys]\n")
	for i := range 15_000 {
		fmt.Fprintf(&b, "k%d = \"n\"\n", i)
	}
	if c := load(t, b.String()); len(c.Keys) != 15_000 {
		t.Errorf("%d keys", len(c.Keys))
	}
}

func FuzzLoad(f *testing.F) {
	example, err := os.ReadFile("example.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, s := range []string{
		"", "profile = \"a\"\n[profiles.a]\nurl='https://h.example.com'\n# end", "[snippets]\na='''\nx\n'''\nb={template=\"<\",kind='html'}",
		"[keys]\na=['n','ctrl+n']\nb='x'", "keys.a='n' # c", "\ufeff# only\r\n", "[profiles.a]\nurl='localhost:3000'\nmax_life=0", "[snippets]\na=\"\\u0000\\r'''\"",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parse("config.toml", b)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("not an *Error: %v", err)
			}
			if strings.ContainsAny(err.Error(), "\x00\x1b\n\r") {
				t.Fatalf("control characters in %q", err)
			}
			return
		}
		// What can be read can be written, and is then the same.
		text := c.encode()
		again, err := parse("config.toml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(c, again, same...); diff != "" {
			t.Fatalf("written and read again (-was +is):\n%s\n%s", diff, text)
		}
		if twice := again.encode(); string(twice) != string(text) {
			t.Fatalf("writing is not stable:\n%s\n%s", text, twice)
		}
	})
}
