package console

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
)

// Ensure the door without sshd works as the guide says: with its table in team.toml, its
// commands, and the ssh that people have.
func TestServe_AsDocumented(t *testing.T) {
	e2etest.SkipShort(t)
	table, commands := "", ""
	for _, b := range blocks(t, "Without sshd: patdesk serve") {
		if b.kind == "toml" {
			table += b.text
		} else {
			commands += b.text
		}
	}
	d := closedDesk(t, strings.Replace(table, `"0.0.0.0:2222"`, `"127.0.0.1:0"`, 1))
	e2etest.Run(t, d.env, "issue", "ana@example.com", "orders")
	if out := e2etest.Run(t, d.env, "team", "check"); !strings.Contains(out, "2 members") {
		t.Errorf("team check: %s", out)
	}
	said := &e2etest.Output{}
	var server *exec.Cmd
	ran := 0
	for line := range strings.Lines(commands) {
		words := strings.Fields(line)
		switch {
		case words[0] == "patdesk":
			server = exec.CommandContext(t.Context(), words[0], words[1:]...)
			// Whoever starts it may have more in the environment than the desk shall use.
			server.Env, server.Stderr = slices.Concat(d.env[:3], []string{"HTTPS_PROXY=http://127.0.0.1:9", "PATDESK_CONFIG=/nowhere", "TOOLJET_API_TOKEN=stolen"}), said
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = server.Process.Kill() })
			e2etest.Within(t, time.Minute, "the door is open", func() bool {
				m := regexp.MustCompile(`open on (\S+),`).FindStringSubmatch(said.String())
				if m != nil {
					_, d.port, _ = net.SplitHostPort(m[1])
				}
				return m != nil
			})
		case words[0] != "ssh" || server == nil:
			t.Fatalf("the guide says %q", line)
		default:
			words = append(d.options("ana"), strings.Fields(strings.NewReplacer("2222", d.port, "host.example.com", "127.0.0.1").Replace(strings.Join(words[1:], " ")))...)
			c, err := tty.Start(tty.Options{Env: []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color"}}, append([]string{d.ssh}, words...)...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			if err := c.WaitText(time.Minute, "Orders portal"); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, said)
			}
			if !strings.Contains(line, "list") {
				c.Type("\x03\x03")
			}
			if code, err := c.Exit(time.Minute); code != 0 {
				t.Errorf("%s: left with %d, %v", line, code, err)
			}
			ran++
		}
	}
	if ran != 2 {
		t.Errorf("%d commands of ssh", ran)
	}
	for _, tt := range [][]string{{"-s", "127.0.0.1", "sftp"}, {"-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "127.0.0.1", "list"}} {
		cmd := exec.CommandContext(t.Context(), d.ssh, append(d.options("ana"), tt...)...)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != 255 {
			t.Errorf("%v: %v\n%s", tt, err, out)
		}
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("it ends with %v:\n%s", err, said)
	}
	has, err := os.ReadFile(filepath.Join(d.dir, "env")) // what the desk's own commands see
	if err != nil || strings.Contains(string(has), "127.0.0.1:9") || strings.Contains(string(has), "stolen") || strings.Contains(string(has), "PATDESK_") {
		t.Errorf("the environment of key_command: %s, %v", has, err)
	}
}
