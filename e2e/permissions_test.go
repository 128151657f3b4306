package e2e

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
)

// Ensure that whatever the umask is, every file patdesk makes is 0600 and every
// folder 0700.
func TestPermissions_UnderEveryUmask(t *testing.T) {
	t.Parallel()
	e2etest.SkipShort(t)
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, umask := range []string{"000", "022", "077"} {
		t.Run(umask, func(t *testing.T) {
			home := t.TempDir()
			script := "umask " + umask + ` && set -e
				printf '%s\n' "$KEY" | patdesk profile add acme --url "$URL" --keep file --key-stdin
				patdesk issue ana@example.com orders
				patdesk list
				patdesk copy 1
				patdesk reissue 1`
			cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
			cmd.Env = []string{
				"HOME=" + home, "PATH=" + os.Getenv("PATH"), "KEY=" + key, "URL=" + server, "TMPDIR=" + filepath.Join(home, "tmp"),
			}
			if err := os.Mkdir(filepath.Join(home, "tmp"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(home, ".config", "patdesk"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(home, ".config", "patdesk", "config.toml"), []byte("clipboard = \"file\"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			seen := map[string]bool{}
			err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
				if err != nil || path == home || path == filepath.Join(home, ".config") {
					return err
				}
				info, err := d.Info()
				if err != nil {
					return err
				}
				want := fs.FileMode(0o600)
				if d.IsDir() {
					want = 0o700
				}
				if got := info.Mode().Perm(); got != want {
					t.Errorf("%s is %o", strings.TrimPrefix(path, home), got)
				}
				seen[d.Name()] = true
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"config.toml", "acme.key", "seal.key", "history.db", "patdesk"} {
				if !seen[name] {
					t.Errorf("%s was not made: the test looks at too little", name)
				}
			}
		})
	}
}
