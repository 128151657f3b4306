//go:build unix

package console

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
	"patdesk/history/postgres/postgrestest"
)

// Ensure a console on a history that hosts share shows what another host does, issues and
// copies, and that the other host reads of it; and that it says so when the database is away.
func TestConsole_SharedHistory(t *testing.T) {
	db := postgrestest.New(t)
	proxy := postgrestest.NewProxy(t, db.Address)
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	here, there := e2etest.Home(t, server, key), e2etest.Home(t, server, key)
	home := func(env []string, url string) {
		folder := filepath.Join(strings.TrimPrefix(env[0], "HOME="), ".config", "patdesk")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "config.toml"), []byte("history = '"+url+"'\nkeep_tokens = 'sealed'\nclipboard = 'osc52'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	home(here, postgrestest.Through(t, db.RoleURL, proxy.Address))
	home(there, db.RoleURL)
	e2etest.Run(t, there, "team", "migrate", "--as", db.URL, "--role", db.Role)
	e2etest.Run(t, there, "issue", "ana@example.com", "orders")
	sealed := filepath.Join(".config", "patdesk", "seal.key")
	b, err := os.ReadFile(filepath.Join(strings.TrimPrefix(there[0], "HOME="), sealed))
	if err == nil {
		err = os.WriteFile(filepath.Join(strings.TrimPrefix(here[0], "HOME="), sealed), b, 0o600) //nolint:gosec // a home of this test
	}
	if err != nil {
		t.Fatal(err)
	}

	c := openConsole(t, tty.Options{Env: append(here, "TERM=xterm-256color"), Cols: 110, Rows: 30})
	c.sees("ana@example.com")
	e2etest.Run(t, there, "issue", "bo@partner.example", "stock")
	c.sees("bo@partner.example")
	c.press("G", "g", "i")
	e2etest.Eventually(t, "the copy", func() bool {
		texts := c.copied()
		return len(texts) > 0 && strings.Contains(texts[len(texts)-1], "<iframe")
	})
	e2etest.Eventually(t, "what the other host reads of it", func() bool {
		return strings.Contains(e2etest.Run(t, there, "activity"), "copied")
	})
	proxy.Down()
	c.press("j", "k")
	c.sees("history away", "ana@example.com", "bo@partner.example") // what was read stays
	if text := c.Text(); !regexp.MustCompile(`as of \d\d:\d\d, history away`).MatchString(text) {
		t.Errorf("since when is not said:\n%s", text)
	}
	proxy.Up()
	e2etest.Run(t, there, "issue", "cy@example.com", "orders")
	c.sees("cy@example.com")
	if _, err := c.Wait(patience, func(s *tty.Screen) bool { return !strings.Contains(s.String(), "history away") }); err != nil {
		t.Errorf("it is back: %v", err)
	}
	c.press("q")
	c.ends(0)
	c.restored()
}
