package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure a colour that cannot be read well is saved and told when it is set, by the list
// and by the doctor; and that what is no colour is refused.
func TestConfig_Colours(t *testing.T) {
	t.Parallel()
	env := home(t)
	env["PATDESK_CONFIG"] = t.TempDir()
	env["COLORFGBG"] = ""
	path := filepath.Join(env["PATDESK_CONFIG"], "config.toml")
	text := "theme = \"dark\"\n\n# ours\n[colours]\ngood = \"115\" # mint\n\n[profiles.acme]\nurl = \"" + env["TOOLJET_HOST"] + "\"\nkey = \"env\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const told = "muted on a dark background: 1.6 to 1"
	for _, c := range []struct {
		args      []string
		code      int
		out, errs string
		quiet     bool
	}{
		{args: []string{"config", "list"}, out: "colours.good", quiet: true},
		{args: []string{"config", "set", "colours.muted", "#333333"}, errs: told},
		{args: []string{"config", "get", "colours.muted"}, out: "#333333"},
		{args: []string{"config", "list"}, out: "colours.muted", errs: told},
		{args: []string{"doctor"}, out: "[!!] Configuration"},
		{args: []string{"config", "set", "colours.muted", "grey"}, code: 2, errs: "this is not a colour"},
		{args: []string{"config", "set", "colours.muted", ""}, quiet: true},
		{args: []string{"config", "list"}, quiet: true},
	} {
		out, errs, code := run(t, env, c.args...)
		if code != c.code || !strings.Contains(string(out), c.out) || !strings.Contains(string(errs), c.errs) || c.quiet && strings.Contains(string(errs), "to 1") {
			t.Errorf("%v: exit %d\n%s\n%s", c.args, code, out, errs)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if now := string(b); !strings.Contains(now, "# ours\n[colours]\n# mint\ngood = \"115\"") || strings.Contains(now, "muted") {
		t.Errorf("the file is now\n%s", now)
	}
}
