package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("PATDESK_TEST_SAVE_LOOP"); path != "" {
		saveForEver(path)
		return
	}
	os.Exit(m.Run())
}

// saveForEver is the child process of TestSave_SurvivesKill.
func saveForEver(path string) {
	c, err := Load(path)
	for err == nil {
		c.Profiles["acme"].UnitProvenVersion = strings.Repeat("x", 1+len(c.Profiles["acme"].UnitProvenVersion)%9000)
		if err = c.Save(); err == nil {
			fmt.Println("saved")
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

func withProfile(path string) *Config {
	c := Default(path)
	c.Profiles["acme"] = &Profile{URL: "https://tooljet.example.com", Production: true}
	return c
}

func TestSave_NewFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "config.toml")
	c := withProfile(path)
	c.Profile = "acme"
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700} {
		fi, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if fi.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", p, fi.Mode().Perm(), want)
		}
	}
	want := `# patdesk configuration. No secret belongs into this file.

profile = "acme"

[profiles.acme]
url = "https://tooljet.example.com"
key = "keyring"
production = true
`
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again, same...); diff != "" {
		t.Errorf("(-saved +loaded):\n%s", diff)
	}
	noLeftovers(t, filepath.Dir(path))
}

func noLeftovers(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Errorf("left behind: %s", f)
	}
}

func TestSave_KeepsCommentsAndSettingsThatStoodThere(t *testing.T) {
	text := `# My settings.
theme = "auto" # the default, but said

# The servers.
[profiles.acme]
# Ask Kim about this one.
url = "https://tooljet.example.com"
key = "keyring"

[profiles.beta]
url = "https://beta.example.com"
key = "session"
# The end.
`
	c := load(t, text)
	c.Profile = "beta"
	c.Profiles["acme"].ReadOnly = true
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(c.Path)
	if err != nil {
		t.Fatal(err)
	}
	want := `profile = "beta"
# My settings.
# the default, but said
theme = "auto"

# The servers.
[profiles.acme]
# Ask Kim about this one.
url = "https://tooljet.example.com"
key = "keyring"
read_only = true

[profiles.beta]
url = "https://beta.example.com"
key = "session"
# The end.
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A second save of the same Config is not taken for somebody else's change.
	c.Profile = "acme"
	if err := c.Save(); err != nil {
		t.Error(err)
	}
}

func TestSave_RefusesToLoseAnothersChange(t *testing.T) {
	c := load(t, "theme = \"dark\"\n")
	if err := os.WriteFile(c.Path, []byte("theme = \"light\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Notify = "bell"
	if err := c.Save(); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v", err)
	}
	fresh := Default(c.Path)
	if err := fresh.Save(); !errors.Is(err, ErrChanged) {
		t.Errorf("a new Config over an existing file: %v", err)
	}
	b, err := os.ReadFile(c.Path)
	if err != nil || string(b) != "theme = \"light\"\n" {
		t.Errorf("the file is %q, %v", b, err)
	}
}

func TestSave_RefusesWhatCouldNotBeLoaded(t *testing.T) {
	c := load(t, "theme = \"dark\"\n")
	c.Theme = "pink"
	var e *Error
	if err := c.Save(); !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
	c.Theme = "dark"
	c.Profiles["a b"] = &Profile{URL: "https://tooljet.example.com"}
	if err := c.Save(); !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
	if b, err := os.ReadFile(c.Path); err != nil || string(b) != "theme = \"dark\"\n" {
		t.Errorf("the file is %q, %v", b, err)
	}
}

func TestSave_SymbolicLinkStays(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "dotfiles.toml"), filepath.Join(dir, "config.toml")
	if err := os.WriteFile(real, []byte("theme = \"dark\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	c, err := Load(link)
	if err != nil {
		t.Fatal(err)
	}
	c.Theme = "light"
	if err := c.Save(); err != nil {
		t.Fatal(err)
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if again, err := Load(link); err != nil || again.Theme != "light" {
		t.Errorf("got %v, %v", again, err)
	}
}

func TestSave_HostileValuesComeBack(t *testing.T) {
	for _, s := range []string{
		"a'b", `a"b`, `a\b`, "a\nb", "'''\nx'''", "\nfirst line empty", "ends with '\n'", "\r\n", "\t", "\x00\x1b\x7f", "é🦊\u202e", "  ", "#", "a\n\n\nb", "x\n'",
	} {
		c := withProfile(filepath.Join(t.TempDir(), "config.toml"))
		if strings.TrimSpace(s) != "" {
			c.Snippets["x"] = s
		}
		c.Profiles["acme"].UnitProvenVersion = s
		c.Keys["odd [action]\n"+s] = []string{"n", "ctrl+n"}
		if err := c.Save(); err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		again, err := Load(c.Path)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if diff := cmp.Diff(c, again, same...); diff != "" {
			t.Errorf("%q (-saved +loaded):\n%s", s, diff)
		}
	}
}

// Ensure that a process killed while saving leaves the old file or the new one,
// whole, and that the next one can save again.
func TestSave_SurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := withProfile(path).Save(); err != nil {
		t.Fatal(err)
	}
	sizes := map[int]bool{}
	for i := range 25 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "PATDESK_TEST_SAVE_LOOP="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// The child is saving when it has reported once; then it is killed at a
		// moment that differs from run to run.
		if _, err := out.Read(make([]byte, 16)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i*137) * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		c, err := Load(path)
		if err != nil {
			t.Fatalf("after kill %d: %v", i, err)
		}
		if c.Profiles["acme"] == nil || !c.Profiles["acme"].Production {
			t.Fatalf("after kill %d: not whole: %+v", i, c)
		}
		sizes[len(c.Profiles["acme"].UnitProvenVersion)] = true
	}
	if len(sizes) < 5 {
		t.Errorf("the child saved too seldom for this to prove anything: %v", sizes)
	}
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Save(); err != nil {
		t.Error(err)
	}
}

func TestClone_IsIndependent(t *testing.T) {
	c := withProfile("x.toml")
	d := c.Clone()
	d.Profiles["acme"].URL, d.Keys["a"], d.Snippets["b"] = "y", []string{"z"}, "w"
	if c.Profiles["acme"].URL != "https://tooljet.example.com" || len(c.Keys)+len(c.Snippets) != 0 {
		t.Errorf("the original changed: %+v", c)
	}
}
