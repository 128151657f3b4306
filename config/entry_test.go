package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const entryFile = `theme = "dark"
[keys]
issue = ["n", "ctrl+n"]
[snippets]
link = "{{.URL}}"
page = {template = "<p>{{.URL}}</p>", kind = "html"}
[profiles.acme]
url = "https://tooljet.example.com"
allow_http = true
unit_proven_at = "2026-11-19T08:00:00Z"
unit_proven_version = "3.20.1"
[profiles.van]
url = "https://van.example.com"
default_life = "2h"
`

// Ensure a setting is changed by its path, says so, and survives saving.
func TestSet(t *testing.T) {
	for _, tt := range []struct{ key, text, want string }{
		{"theme", "light", "light"},
		{"profile", "acme", "acme"},
		{"notify", "bell", "bell"},
		{"colours.good", "#7aa2f7", "#7aa2f7"},
		{"colours.on_accent", "16", "16"},
		{"colours.bad", "", ""},
		{"notify_names", "True", "true"},
		{"clipboard_clear", "0", "0"},
		{"history_keep", "1w", "7d"},
		{"keys.issue", "N", "N"},
		{"keys.new", " n  ctrl+n ", "n ctrl+n"},
		{"keys.filter", "f", "f"},
		{"snippets.link", "see {{.URL}}", "see {{.URL}}"},
		{"snippets.page", "<b>{{.URL}}</b>\n", "<b>{{.URL}}</b>\n"},
		{"snippets.other", "{{.Token}}", "{{.Token}}"},
		{"profiles.acme.max_life", "30m", "30m"},
		{"profiles.acme.default_idle", "90m", "1h30m"},
		{"profiles.acme.key_command", "pass tooljet", "pass tooljet"},
		{"profiles.acme.quiet_hours", "22:30-07:00", "22:30-07:00"},
		{"profiles.acme.ca_file", "", ""},
		{"profiles.acme.production", "true", "true"},
	} {
		c, err := parse("config.toml", []byte(entryFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set(tt.key, tt.text); err != nil {
			t.Errorf("%s: %v", tt.key, err)
			continue
		}
		again, err := parse("config.toml", c.encode())
		if err != nil {
			t.Errorf("%s: %v", tt.key, err)
			continue
		}
		for _, c := range []*Config{c, again} {
			if e, err := c.Entry(tt.key); err != nil || e.Text() != tt.want {
				t.Errorf("%s = %q, %v; want %q", tt.key, e.Text(), err, tt.want)
			}
		}
		if tt.key == "snippets.page" && !strings.HasPrefix(again.Snippets["page"], htmlMark) {
			t.Errorf("the template lost its kind: %q", again.Snippets["page"])
		}
	}
}

// Ensure what is wrong is told by its path and never repeats the value, which
// may be a secret in the wrong place.
func TestSet_Faults(t *testing.T) {
	for _, tt := range []struct{ key, text, want string }{
		{"tehme", "dark", `tehme: there is no such setting; did you mean "theme"?`},
		{"", "x", `"": there is no such setting`},
		{"theme", "SECRET", "theme: must be auto, dark, light or contrast"},
		{"notify", "SECRET", "notify: must be off, bell, osc or desktop"},
		{"clipboard_clear", "SECRET", "clipboard_clear: this is not a duration"},
		{"clipboard_clear", "2d", "clipboard_clear: must be 0, or from 1s to 1d"},
		{"profile", "acmee", `profile: there is no profile of this name; did you mean "acme"?`},
		{"max_life", "1d", "max_life: there is no such setting; it belongs to a profile: profiles.NAME.max_life"},
		{"colours.acent", "7", `colours.acent: there is no such setting; did you mean "accent"?`},
		{"colours.good", "SECRET", "colours.good: this is not a colour"},
		{"colours", "7", "colours: is a table: name a setting in it; as colours.accent"},
		{"keys", "n", "keys: is a table: name a setting in it; as keys.issue"},
		{"profiles", "n", "profiles: is a table"},
		{"profiles.acme", "n", "profiles.acme: is a table: name a setting in it; as profiles.acme.max_life"},
		{"profiles.acne.url", "n", `profiles.acne: there is no profile of this name; did you mean "acme"?`},
		{"profiles.acme.theme", "dark", "profiles.acme.theme: there is no such setting; it holds for all profiles: theme"},
		{"profiles.acme.max_lif", "1d", `profiles.acme.max_lif: there is no such setting; did you mean "max_life"?`},
		{"profiles.acme.token", "SECRET", "profiles.acme.token: there is no such setting; secrets never stand in this file"},
		{"profiles.acme.key", "SECRET", "profiles.acme.key: must be keyring"},
		{"profiles.acme.key", "file", `profiles.acme.key: "file" needs a key_file`},
		{"profiles.acme.url", "ftp://SECRET", "profiles.acme.url: the address must start with https://"},
		{"profiles.van.max_life", "30m", "profiles.van.default_life: is longer than max_life"},
		{"profiles.acme.default_idle", "90s", "profiles.acme.default_idle: must be whole minutes"},
		{"profiles.acme.ca_file", "a\x00b", "profiles.acme.ca_file: must not contain the character NUL"},
		{"keys.issue", "", "keys.issue: has no key"},
		{"keys.issue", strings.Repeat("x", 40), "keys.issue: this is not the name of a key"},
		{"snippets.My", "x", "snippets.My: this cannot be the name of a snippet"},
		{"snippets.page", " ", "snippets.page: the template is empty"},
		{"api_key", "SECRET", "api_key: there is no such setting; secrets never stand in this file"},
	} {
		c, err := parse("config.toml", []byte(entryFile))
		if err != nil {
			t.Fatal(err)
		}
		err = c.Set(tt.key, tt.text)
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Error(), tt.want) || strings.Contains(fmt.Sprint(err), "SECRET") {
			t.Errorf("%s: got %v, want %s", tt.key, err, tt.want)
		}
	}
}

// Ensure what was proven or allowed for a server does not go to another one.
func TestSet_AnotherServer(t *testing.T) {
	for url, stays := range map[string]bool{
		"https://tooljet.example.com/": true, "https://TOOLJET.example.com": true,
		"https://other.example.com": false, "https://tooljet.example.com/tools": false,
	} {
		c, err := parse("config.toml", []byte(entryFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set("profiles.acme.url", url); err != nil {
			t.Fatal(err)
		}
		if p := c.Profiles["acme"]; p.UnitProven() != stays || p.AllowHTTP != stays || (p.UnitProvenVersion != "") != stays {
			t.Errorf("%s: %+v", url, p)
		}
	}
}

// Ensure comments, wherever they stand, survive a change by path.
func TestSet_CommentsStay(t *testing.T) {
	const text = "# top\n\ntheme = \"dark\" # end of line\n# before a table\n[keys] # beside a table\nissue = [ # in a list\n  \"n\", # an item\n]\n[profiles.acme]\n# above\nurl = \"https://tooljet.example.com\"\n# last\n"
	c, err := parse("config.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set("theme", "light"); err != nil {
		t.Fatal(err)
	}
	got := string(c.encode())
	for _, comment := range []string{"# top", "# end of line", "# before a table", "# beside a table", "# in a list", "# an item", "# above", "# last"} {
		if strings.Count(got, comment) != 1 {
			t.Errorf("%s is there %d times in\n%s", comment, strings.Count(got, comment), got)
		}
	}
}
