package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Ensure a configuration that cannot be written is told as that by every command
// that would change it, and stays as it is.
func TestConfigUnwritten_Commands(t *testing.T) {
	t.Parallel()
	env := home(t)
	disk := tinyDisk(t)
	env["PATDESK_CONFIG"] = disk
	path := filepath.Join(disk, "config.toml")
	text := "[profiles.acme]\nurl = \"" + env["TOOLJET_HOST"] + "\"\nkey = \"env\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skipf("the disk cannot be made read-only: %v", err)
	}
	env["EDITOR"] = "sed -i s/env/session/"
	env["TMPDIR"] = t.TempDir() // what was edited is kept there
	for _, args := range [][]string{
		{"profile", "add", "van", "--keep", "env"},
		{"profile", "use", "acme"},
		{"profile", "remove", "acme"},
		{"config", "set", "theme", "dark"},
		{"config", "set", "profiles.acme.max_life", "7d"},
		{"config", "edit"},
	} {
		_, errs, code := run(t, env, append(args, "--json")...)
		var x struct{ ID, Title, Cause, Next string }
		if err := json.Unmarshal(errs, &x); err != nil {
			t.Fatalf("%v: %v in %s", args, err, errs)
		}
		if x.ID != "config-write" || code != 3 || !strings.Contains(x.Cause, "read-only file system") || x.Next == "" {
			t.Errorf("%v: exit %d, %+v", args, code, x)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != text {
			t.Errorf("%v: %v, the file is now %q", args, err, now)
		}
	}
	for _, args := range [][]string{{"config", "list"}, {"config", "get", "theme"}, {"profile", "list"}, {"users"}} {
		must(t, env, args...)
	}
}

// Ensure a fault is told of what has it: the flag, the variable or the file.
func TestConfig_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
		next string
	}{
		"variable":          {map[string]string{"TOOLJET_HOST": "ftp://tooljet.example.com"}, []string{"users"}, "Correct TOOLJET_HOST"},
		"http by variable":  {map[string]string{"TOOLJET_HOST": "http://tooljet.example.com"}, []string{"users"}, "Correct TOOLJET_HOST"},
		"flag":              {nil, []string{"users", "--url", "https://"}, "Correct --url"},
		"http by flag":      {nil, []string{"users", "--url", "http://tooljet.example.com"}, "Correct --url"},
		"profile by flag":   {nil, []string{"users", "--profile", "acne"}, "Correct --profile"},
		"file":              {map[string]string{"TOOLJET_HOST": "", "THEME": "drak"}, []string{"users"}, "Correct the file"},
		"http in a profile": {map[string]string{"TOOLJET_HOST": "", "THEME": "dark"}, []string{"users"}, "Correct the file"},
	} {
		env := home(t)
		theme := "dark"
		for k, v := range tt.env {
			env[k] = v
			if k == "THEME" {
				theme = v
			}
		}
		writeConfig(t, env, "theme = \""+theme+"\"\n[profiles.acme]\nurl = \"http://tooljet.example.com\"\nkey = \"env\"\n")
		_, errs, code := run(t, env, append(tt.args, "--json")...)
		var x struct{ ID, Next string }
		if err := json.Unmarshal(errs, &x); err != nil || x.ID != "config" || code != 3 || !strings.Contains(x.Next, tt.next) {
			t.Errorf("%s: exit %d, %+v, %v", name, code, x, err)
		}
	}
}

// Ensure a full disk under the configuration is told as that, with no right to
// change that is there already.
func TestConfigUnwritten_FullDisk(t *testing.T) {
	t.Parallel()
	env := home(t)
	disk := tinyDisk(t)
	env["PATDESK_CONFIG"] = disk
	fill(t, disk)
	for _, args := range [][]string{issueArgs, {"config", "set", "theme", "dark"}} {
		_, errs, code := run(t, env, args...)
		if text := string(errs); code != 3 || !strings.Contains(text, "-> Free some space, then try again") || strings.Contains(text, "chmod") || strings.Contains(text, "writable") {
			t.Errorf("%v: exit %d, said %s", args, code, text)
		}
	}
}
