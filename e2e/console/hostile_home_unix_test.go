//go:build unix

package console

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"patdesk/config"
	"patdesk/e2e/tty"
	"patdesk/history"
	"patdesk/secret"
)

const (
	hostileApp = "8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc"
	hostileKey = "key-0123456789abcdef"
	// Terminals that know how to name keys send these for escape and shift+tab.
	escKey   = "\x1b[27u"
	shiftTab = "\x1b[Z"
	f2       = "\x1bOQ"
)

// homeDir is a home folder with a configuration.
type homeDir struct {
	home, config string
	env          []string
}

// bareHome is one in which nothing is set up.
func bareHome(t *testing.T) homeDir {
	t.Helper()
	home := t.TempDir()
	return homeDir{
		home: home, config: filepath.Join(home, ".config", "patdesk"),
		env: []string{"HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "TZ=UTC"},
	}
}

// newHome is one with a profile for a server, and what else the profile shall
// say.
func newHome(t *testing.T, url, more string) homeDir {
	t.Helper()
	d := bareHome(t)
	d.configure(t, url, more)
	return d
}

func (d homeDir) configure(t *testing.T, url, more string) {
	t.Helper()
	if err := os.MkdirAll(d.config, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"config.toml": fmt.Sprintf("profile = \"acme\"\n[profiles.acme]\nurl = %q\nkey = \"file\"\nkey_file = \"admin.key\"\n%s\n", url, more),
		"admin.key":   hostileKey,
	} {
		if err := os.WriteFile(filepath.Join(d.config, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// walk opens the console on a screen where everything has room.
func (d homeDir) walk(t *testing.T, texts []specimen) *walk {
	t.Helper()
	c := openConsole(t, tty.Options{Env: d.env, Cols: 139, Rows: 45}) // the detail of a row is below the list
	return newWalk(c, texts)
}

// row is what a row of the history says of a text.
type row func(s specimen, i int) (history.Draft, history.Result)

// server is the address in the home's configuration: tokens belong to it.
func (d homeDir) server(t *testing.T) string {
	t.Helper()
	c, err := config.Load(filepath.Join(d.config, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	p := c.Profiles["acme"]
	if p == nil {
		t.Fatal("the home has no profile acme")
	}
	return p.URL
}

// fill writes a row for each text, through the package that keeps the history.
func (d homeDir) fill(t *testing.T, texts []specimen, of row) {
	t.Helper()
	ctx := t.Context()
	key, _, err := secret.KeyStore{Dir: d.config}.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	h, err := history.Open(ctx, history.Options{
		Path: filepath.Join(d.home, ".local", "share", "patdesk", "history.db"), KeepTokens: true,
		Key: func(context.Context) (secret.Key, error) { return key, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range texts {
		draft, result := of(s, i)
		draft.Host = d.server(t)
		e, err := h.Begin(history.WithActor(ctx, history.Actor{Name: s.text('b'), Machine: s.text('m')}), draft)
		if err == nil {
			_, err = h.Finish(ctx, e.ID, result)
		}
		if err == nil && result.Outcome == history.Issued {
			err = h.MarkVerified(ctx, e.ID, time.Now(), s.text('v'), "role", s.text('d'))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}

// issuedRow is a token all of whose texts are one text. Those of later rows end
// later.
func issuedRow(s specimen, i int) (history.Draft, history.Result) {
	now, token := time.Now(), fmt.Sprintf("pat_%032x", s.n)
	draft := history.Draft{
		Profile: "acme", Host: "https://tooljet.example.com", UserEmail: s.text('e'), UserName: s.text('u'),
		AppID: fmt.Sprintf("8ba8bf0e-6b8f-4e07-abb9-%012d", s.n), AppName: s.text('a'), AppSlug: s.text('s'),
		WorkspaceID: s.text('i'), Workspace: s.text('w'), Role: s.text('r'), Note: s.text('n'),
		Life: 30 * 24 * time.Hour, IdleMinutes: 60, SentExpiry: 30 * 24 * 3600, Unit: "seconds", UnitProven: true,
	}
	return draft, history.Result{
		Outcome: history.Issued, Token: secret.New(token),
		URL:    secret.New("https://tooljet.example.com/embed-apps/" + hostileApp + "?personal-access-token=" + token),
		Issued: now, Expires: now.Add(10*24*time.Hour + time.Duration(i)*time.Minute), URLWarning: s.text('x'),
	}
}

// failedRow is a request that was refused in the words of a server.
func failedRow(s specimen, _ int) (history.Draft, history.Result) {
	said, _ := json.Marshal(map[string]any{ //nolint:errchkjson // strings and numbers
		"id": "H400", "title": s.text('t'), "cause": s.text('c'), "next": s.text('k'), "status": 400, "sent": true,
		"request_id": s.text('o'), "server_says": s.text('q'),
	})
	draft, _ := issuedRow(s, 0)
	draft.UserEmail, draft.UserName, draft.AppName, draft.AppSlug = "", s.text('y'), "", s.text('z')
	return draft, history.Result{Outcome: history.Rejected, ErrorID: "H400", ErrorTitle: s.text('t'), ErrorText: string(said), Status: 400}
}
