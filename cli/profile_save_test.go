package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/cli"
)

// add runs profile add with the key on stdin.
func add(t *testing.T, env map[string]string, key string, args ...string) (said string, code int) {
	t.Helper()
	bare := map[string]string{}
	for k, v := range env {
		bare[k] = v
	}
	delete(bare, "TOOLJET_API_TOKEN")
	var out, errs bytes.Buffer
	code = cli.Main(context.Background(), append([]string{"profile", "add"}, args...), &cli.Env{
		In: strings.NewReader(key + "\n"), Out: &out, Err: &errs, Getenv: func(k string) string { return bare[k] },
	})
	return errs.String(), code
}

// Ensure the key that was tried is the key that is kept, whatever lay there.
func TestProfileAdd_StaleKeyFile(t *testing.T) {
	t.Parallel()
	for name, lay := range map[string]func(path string) error{
		"another key":  func(p string) error { return os.WriteFile(p, []byte("old-rotated-key-0000000000\n"), 0o600) },
		"empty":        func(p string) error { return os.WriteFile(p, nil, 0o600) },
		"readable":     func(p string) error { return os.WriteFile(p, []byte("old-rotated-key\n"), 0o644) }, //nolint:gosec // the fault under test
		"half written": func(p string) error { return os.WriteFile(p, []byte{0, 0, 0}, 0o600) },
		"nothing":      func(string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			env := home(t)
			dir := filepath.Join(env["XDG_CONFIG_HOME"], "patdesk")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := lay(filepath.Join(dir, "acme.key")); err != nil {
				t.Fatal(err)
			}
			if said, code := add(t, env, env["TOOLJET_API_TOKEN"], "acme", "--keep", "file", "--key-stdin"); code != 0 {
				t.Fatalf("exit %d: %s", code, said)
			}
			delete(env, "TOOLJET_API_TOKEN")
			must(t, env, "profile", "test", "acme")
			if fi, err := os.Stat(filepath.Join(dir, "acme.key")); err != nil || fi.Mode().Perm() != 0o600 {
				t.Errorf("key file: %v %v", fi.Mode(), err)
			}
		})
	}
}

// Ensure a profile whose key cannot be kept, or whose configuration cannot be
// saved, leaves nothing behind: no profile, no file, no copy of the key.
func TestProfileAdd_TakesBack(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lay  func(env map[string]string, dir string) error
		args func(dir string) []string
		code int
	}{
		"the key's folder is a file": {
			func(_ map[string]string, dir string) error { return os.WriteFile(filepath.Join(dir, "x"), nil, 0o600) },
			func(dir string) []string { return []string{"--key-file", filepath.Join(dir, "x", "a.key")} }, 3,
		},
		"the key's place is a folder": {
			func(_ map[string]string, dir string) error { return os.Mkdir(filepath.Join(dir, "acme.key"), 0o700) },
			func(string) []string { return nil }, 3,
		},
		"the configuration is a folder": {
			func(_ map[string]string, dir string) error { return os.Mkdir(filepath.Join(dir, "config.toml"), 0o700) },
			func(string) []string { return nil }, 3,
		},
		"the key's place is a link": {
			func(_ map[string]string, dir string) error {
				return os.Symlink("/nowhere", filepath.Join(dir, "acme.key"))
			},
			func(string) []string { return nil }, 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := home(t)
			dir := filepath.Join(env["XDG_CONFIG_HOME"], "patdesk")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := tt.lay(env, dir); err != nil {
				t.Fatal(err)
			}
			said, code := add(t, env, env["TOOLJET_API_TOKEN"], append([]string{"acme", "--keep", "file", "--key-stdin"}, tt.args(dir)...)...)
			if code != tt.code || strings.Contains(said, "unexpected") {
				t.Errorf("exit %d, want %d: %s", code, tt.code, said)
			}
			err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				if b, _ := os.ReadFile(path); bytes.Contains(b, []byte(env["TOOLJET_API_TOKEN"])) || bytes.Contains(b, []byte("acme")) {
					t.Errorf("left behind: %s: %s", path, b)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Ensure a profile that a killed run left without its key is finished by the
// next one, and that copies which never got their name go.
func TestProfileAdd_AfterAKill(t *testing.T) {
	t.Parallel()
	env := home(t)
	dir := filepath.Join(env["XDG_CONFIG_HOME"], "patdesk")
	key := env["TOOLJET_API_TOKEN"]
	text := "profile = \"acme\"\n[profiles.acme]\nurl = \"" + env["TOOLJET_HOST"] + "\"\nkey = \"file\"\nkey_file = \"" + filepath.Join(dir, "acme.key") + "\"\n"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	staged := filepath.Join(dir, ".acme.key.2147483646-1.tmp")
	if err := os.WriteFile(staged, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, code := add(t, env, key, "acme", "--keep", "file", "--key-stdin"); code != 0 {
		t.Fatalf("exit %d: %s", code, said)
	}
	if _, err := os.Stat(staged); err == nil {
		t.Error("the copy of the killed run is still there")
	}
	if said, code := add(t, env, key, "acme", "--keep", "file", "--key-stdin"); code != 2 || !strings.Contains(said, "already") {
		t.Errorf("a whole profile was replaced: exit %d: %s", code, said)
	}
	must(t, env, "profile", "remove", "acme")
	if _, err := os.Stat(filepath.Join(dir, "acme.key")); err == nil {
		t.Error("the key is still there")
	}
}
