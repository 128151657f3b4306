package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
)

// canary is one home in which commands run, and everything they left behind.
type canary struct {
	t       *testing.T
	dir     string
	env     []string
	secrets map[string]string
	places  map[string][]byte // what must hold no secret, by where it is
}

// command prepares patdesk in the canary's home.
func (c *canary) command(args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(c.t.Context(), "patdesk", args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.env, c.dir, &out, &errs
	return cmd, &out, &errs
}

// run runs a command. Its stderr must hold no secret, its stdout neither unless
// its format asks for one.
func (c *canary) run(asked bool, args ...string) string {
	cmd, out, errs := c.command(args...)
	_ = cmd.Run()
	where := strings.Join(args, " ")
	c.places["stderr of "+where] = errs.Bytes()
	if !asked {
		c.places["stdout of "+where] = out.Bytes()
	}
	return out.String()
}

// crash runs a command that waits for its server, looks at what other programs
// can see of it, and ends it with a signal.
func (c *canary) crash(server string, sig syscall.Signal, args ...string) {
	if _, err := e2etest.Control(http.MethodPost, server, "faults", map[string]any{"kind": "delay", "delay": "3s"}); err != nil {
		c.t.Fatal(err)
	}
	cmd, out, errs := c.command(args...)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	time.Sleep(400 * time.Millisecond)
	for _, what := range []string{"cmdline", "comm"} {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", cmd.Process.Pid, what))
		c.places[fmt.Sprintf("%s at signal %d", what, sig)] = b
	}
	_ = cmd.Process.Signal(sig)
	_ = cmd.Wait()
	c.places[fmt.Sprintf("output at signal %d", sig)] = append(out.Bytes(), errs.Bytes()...)
}

// collect adds every file below the home.
func (c *canary) collect() int {
	files := 0
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".key") && !strings.HasSuffix(path, "seal.key") {
			return err // the key file is where the person keeps the admin key
		}
		b, err := os.ReadFile(path)
		files++
		c.places["file "+path] = b
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return files
}

// hits are all places that hold a secret in any form.
func (c *canary) hits() []string {
	var found []string
	for what, secret := range c.secrets {
		for form, needle := range e2etest.Needles(secret) {
			for place, b := range c.places {
				if bytes.Contains(b, needle) {
					found = append(found, fmt.Sprintf("%s (%s) in %s", what, form, place))
				}
			}
		}
	}
	return found
}

// recorder is a helper program that notes its arguments and environment, and
// swallows its input like a clipboard tool.
const recorder = `#!/bin/sh
tr '\0' '\n' < /proc/$$/cmdline >> "$RECORD.$$"
tr '\0' '\n' < /proc/$$/environ >> "$RECORD.$$"
case "$*" in *-o*) cat "$STORE" 2>/dev/null;; *) cat > "$STORE";; esac
`

// Ensure no secret is left anywhere by a whole run of the command line: files,
// arguments, environments of helpers, outputs, crash texts.
func TestCanary_NoSecretLeaks(t *testing.T) {
	t.Parallel()
	e2etest.SkipShort(t)
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := t.TempDir()
	tools := filepath.Join(t.TempDir(), "bin")
	clip := filepath.Join(t.TempDir(), "clipboard") // the allowed sink
	for _, d := range []string{tools, filepath.Join(dir, "tmp"), filepath.Join(dir, "config", "patdesk")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	keyFile := filepath.Join(dir, "acme.key")
	write := func(path, text string, mode os.FileMode) {
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(tools, "xclip"), recorder, 0o700)
	write(keyFile, key+"\n", 0o600)
	command := fmt.Sprintf("tr '\\\\0' '\\\\n' < /proc/$$/environ > %s/record.command; cat %s", dir, keyFile)
	write(filepath.Join(dir, "config", "patdesk", "config.toml"), fmt.Sprintf(
		"profile = \"acme\"\n[profiles.acme]\nurl = %q\nkey = \"file\"\nkey_file = %q\n[profiles.cmd]\nurl = %q\nkey = \"command\"\nkey_command = \"%s\"\n",
		server, keyFile, server, command), 0o600)
	c := &canary{t: t, dir: dir, places: map[string][]byte{}, secrets: map[string]string{"admin key": key}}
	c.env = []string{
		"HOME=" + dir, "XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), "XDG_DATA_HOME=" + filepath.Join(dir, "data"),
		"TMPDIR=" + filepath.Join(dir, "tmp"), "PATH=" + tools + string(os.PathListSeparator) + os.Getenv("PATH"),
		"DISPLAY=:999", "RECORD=" + filepath.Join(dir, "record"), "STORE=" + clip,
	}

	c.run(false, "issue", "ana@example.com", "orders", "--note", "canary")
	c.run(false, "issue", "ana@example.com", "orders", "--again", "--json")
	c.run(true, "issue", "bo@partner.example", "orders", "-o", "iframe")
	c.run(false, "issue", "nobody@example.com", "orders")
	for _, kind := range []string{"drop-after", "truncate", "html", "redirect", "no-token", "foreign-url", "hang"} {
		if kind == "hang" {
			continue // takes as long as the client waits
		}
		if _, err := e2etest.Control(http.MethodPost, server, "faults", map[string]any{"kind": kind}); err != nil {
			t.Fatal(err)
		}
		c.run(false, "issue", "cy@example.com", "stock", "--again")
	}
	for _, args := range []string{"list", "list --json", "show 1", "show 1 --json", "verify 1", "verify 1 --json", "reissue 1", "users", "apps", "doctor", "doctor --json", "profile list", "profile test", "paths", "version"} {
		c.run(false, strings.Fields(args)...)
	}
	for _, id := range []string{"1", "2", "3"} {
		token := strings.TrimSpace(c.run(true, "show", id, "-o", "token"))
		if !strings.HasPrefix(token, "pat_") {
			t.Fatalf("token %s is %q", id, token)
		}
		c.secrets["token "+id] = token
		for _, format := range []string{"url", "iframe", "env", "json"} {
			c.run(format != "json", "show", id, "-o", format)
		}
	}
	c.run(false, "copy", "1")
	c.run(false, "copy", "2", "--as", "iframe")
	c.run(false, "--profile", "cmd", "users")
	c.run(false, "users", "--token="+key)
	cmd, out, errs := c.command("users", "--key-stdin")
	cmd.Stdin = strings.NewReader(key + "\n")
	_ = cmd.Run()
	c.places["key on stdin"] = append(out.Bytes(), errs.Bytes()...)
	for _, sig := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGTERM, syscall.SIGKILL} {
		c.crash(server, sig, "issue", "eve@example.com", "visits", "--again")
	}
	// The key in the environment is the person's choice; helpers must not get it.
	c.env = append(c.env, "TOOLJET_API_TOKEN="+key, "TOOLJET_HOST="+server)
	c.run(false, "issue", "gil@example.com", "stock", "--copy")
	c.run(false, "copy", "1")

	files := c.collect()
	if found := c.hits(); len(found) > 0 {
		t.Errorf("%d hits:\n%s", len(found), strings.Join(found, "\n"))
	}
	t.Logf("%d secrets, %d places, %d of them files", len(c.secrets), len(c.places), files)
	records, _ := filepath.Glob(filepath.Join(dir, "record.*"))
	if len(records) < 3 {
		t.Errorf("helpers were seen %d times only: the test looks at too little", len(records))
	}
	// The control: the search does find what is there.
	b, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	c.places = map[string][]byte{"the clipboard": b, "planted": []byte("x" + base64.StdEncoding.EncodeToString([]byte("ab"+key+"cd")))}
	c.secrets["copied"] = c.secrets["token 1"]
	if found := c.hits(); len(found) == 0 {
		t.Error("the search finds nothing where a secret is")
	}
}
