package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patdesk/cli"
	"patdesk/snippet"
	"patdesk/ui/term/termtest"
)

const (
	evilApp   = "8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc"
	evilKey   = "key-of-the-hostile-server"
	evilToken = "pat_0123456789abcdef0123456789abcdef"
)

// evilServer is a ToolJet all of whose texts are hostile.
type evilServer struct {
	text  string
	issue func(w http.ResponseWriter, text string)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *evilServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t := s.text
	if len(t) > 7000 { // what the client takes of one string
		t = t[:7000]
	}
	place := map[string]any{"id": "11111111-2222-4333-8444-555555555555", "name": t, "status": t, "userPermission": map[string]any{"name": t}}
	user := map[string]any{"id": "99999999-2222-4333-8444-555555555555", "name": t, "email": t, "status": t, "workspaces": []any{place}}
	switch p := r.URL.Path; {
	case p == "/api/ext/users/personal-access-token" && s.issue != nil:
		s.issue(w, t)
	case p == "/api/ext/users/personal-access-token":
		answer(w, 201, map[string]any{"personalAccessToken": evilToken, "redirectUrl": "http://" + r.Host + "/embed-apps/" + evilApp + "?personal-access-token=" + evilToken})
	case p == "/api/ext/users/session":
		answer(w, 401, map[string]any{"statusCode": 401, "message": t})
	case p == "/api/ext/users":
		answer(w, 200, []any{user})
	case strings.HasPrefix(p, "/api/ext/user/"):
		answer(w, 200, user)
	case p == "/api/ext/workspaces":
		answer(w, 200, []any{place})
	case strings.HasSuffix(p, "/apps"):
		answer(w, 200, []any{map[string]any{"id": evilApp, "name": t, "slug": t}})
	case p == "/api/config":
		answer(w, 200, map[string]any{"RELEASE_VERSION": t, "TOOLJET_HOST": t, "SUB_PATH": t})
	case p == "/api/health":
		answer(w, 200, map[string]any{"works": t})
	default:
		answer(w, 404, map[string]any{"statusCode": 404, "message": t})
	}
}

// run is one patdesk command in this process.
func run(t *testing.T, env map[string]string, args ...string) (out, errs []byte, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Main(context.Background(), args, &cli.Env{
		In: strings.NewReader(""), Out: &o, Err: &e,
		Getenv: func(k string) string { return env[k] },
	})
	return o.Bytes(), e.Bytes(), code
}

// quickDir is a folder in memory where the system has one: these tests commit
// thousands of rows and ask nothing of the disk. Its name is always as long, since
// sentences that hold it are wrapped.
func quickDir(t *testing.T) string {
	t.Helper()
	dir := fmt.Sprintf("/dev/shm/patdesk-test-%010d", rand.Uint32())
	if err := os.Mkdir(dir, 0o700); err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// surface is one way for a hostile text to come near the terminal.
type surface struct {
	name  string
	issue func(w http.ResponseWriter, text string)
	args  func(text string) [][]string
	env   func(t *testing.T, env map[string]string, text string)
}

func fixed(args ...[]string) func(string) [][]string { return func(string) [][]string { return args } }

func says(status int, shape func(string) any) func(http.ResponseWriter, string) {
	return func(w http.ResponseWriter, text string) {
		answer(w, status, map[string]any{"statusCode": status, "message": shape(text), "code": text, "path": text})
	}
}

var oneIssue = []string{"issue", "ana@example.com", evilApp}

var surfaces = []surface{
	{name: "users", args: fixed([]string{"users"}, []string{"users", "--json"})},
	{name: "apps", args: fixed([]string{"apps"}, []string{"apps", "--json"})},
	{name: "workspaces", args: fixed([]string{"workspaces"}, []string{"workspaces", "--json"})},
	{name: "doctor", args: fixed([]string{"doctor"}, []string{"doctor", "--json"})},
	{name: "names and note in history", args: func(x string) [][]string {
		return [][]string{
			append(oneIssue, "--note", x[:min(len(x), 400)]),
			{"list"},
			{"list", "--json"},
			{"show", "1"},
			{"show", "1", "--json", "--reveal"},
			append(oneIssue, "--again"),
			oneIssue,
			{"verify", "1"},
			{"reissue", "1"},
		}
	}},
	{name: "snippets", args: func(string) [][]string {
		all := [][]string{oneIssue}
		for _, k := range snippet.Kinds() {
			all = append(all, []string{"show", "1", "-o", k.Name})
		}
		return all
	}},
	{name: "message string", args: fixed(oneIssue, append(oneIssue, "--json"), []string{"list"}, []string{"show", "1"}), issue: says(400, func(x string) any { return x })},
	{name: "message array", args: fixed(oneIssue, append(oneIssue, "--json")), issue: says(400, func(x string) any { return []string{x, "email " + x} })},
	{name: "message object", args: fixed(oneIssue, append(oneIssue, "--json")), issue: says(400, func(x string) any { return map[string]any{"title": x, "error": x, "data": []string{x}} })},
	{name: "message 403", args: fixed(oneIssue), issue: says(403, func(x string) any { return x })},
	{name: "message 500", args: fixed(oneIssue), issue: says(500, func(x string) any { return x })},
	{name: "body", args: fixed(oneIssue), issue: func(w http.ResponseWriter, x string) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(502)
		_, _ = w.Write([]byte(x))
	}},
	{name: "headers", args: fixed(oneIssue), issue: func(w http.ResponseWriter, x string) {
		h := strings.Map(func(r rune) rune {
			if r < 0x20 && r != '\t' || r == 0x7f {
				return -1
			}
			return r
		}, x[:min(len(x), 2000)])
		w.Header()["Www-Authenticate"] = []string{h}
		w.Header()["Retry-After"] = []string{h}
		w.Header()["Content-Type"] = []string{h}
		w.WriteHeader(401)
	}},
	{name: "redirect", args: fixed(oneIssue), issue: func(w http.ResponseWriter, x string) {
		w.Header()["Location"] = []string{"https://" + strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0x7f {
				return -1
			}
			return r
		}, x[:min(len(x), 300)])}
		w.WriteHeader(302)
	}},
	{name: "embed URL", args: fixed(oneIssue, []string{"show", "1"}, []string{"show", "1", "-o", "url"}), issue: func(w http.ResponseWriter, x string) {
		answer(w, 201, map[string]any{"personalAccessToken": evilToken, "redirectUrl": "https://" + x + "/embed-apps/" + evilApp})
	}},
	{name: "token", args: fixed(oneIssue, append(oneIssue, "--again", "-o", "token")), issue: func(w http.ResponseWriter, x string) {
		answer(w, 201, map[string]any{"personalAccessToken": "pat_" + x, "redirectUrl": ""})
	}},
	{name: "arguments", args: func(x string) [][]string {
		return [][]string{
			{x},
			{"issue", x, x},
			{"issue", "ana@example.com", x},
			append(oneIssue, "--life", x),
			append(oneIssue, "--idle", x),
			append(oneIssue, "-o", x),
			{"list", "--state", x},
			{"list", "--left", x},
			{"list", "--user", x, "--app", x},
			{"show", x},
			{"copy", "1", "--as", x},
			{"verify", x},
			{"reissue", x},
			{"profile", "use", x},
			{"profile", "add", x, "--url", x, "--keep", x},
			{"profile", "test", x},
			{"completion", x},
			{"--profile", x, "list"},
			{"--url", x, "users"},
			{"list", "--limit", x},
			{"--" + x},
			{"sandbox", "--addr", x},
			{"sandbox", "--unit", x},
		}
	}},
	{name: "environment", args: fixed([]string{"users"}, []string{"paths"}, []string{"list"}), env: func(_ *testing.T, env map[string]string, x string) {
		env["TOOLJET_HOST"] = "http://127.0.0.1:1/" + x
		env["TOOLJET_API_TOKEN"] = x
		env["USER"] = x
	}},
	{name: "file names", args: fixed([]string{"paths"}, []string{"list"}, []string{"users"}, []string{"doctor"}), env: func(t *testing.T, env map[string]string, x string) {
		name := strings.NewReplacer("\x00", "", "/", "").Replace(x[:min(len(x), 100)])
		dir := filepath.Join(t.TempDir(), name)
		env["PATDESK_CONFIG"], env["PATDESK_DATA"] = filepath.Join(dir, "c"), filepath.Join(dir, "d")
	}},
	{name: "configuration", args: fixed([]string{"profile", "list"}, []string{"profile", "list", "--json"}, []string{"users"}, []string{"doctor"}), env: func(t *testing.T, env map[string]string, x string) {
		q := fmt.Sprintf("%+q", strings.ToValidUTF8(x[:min(len(x), 2000)], "?"))
		q = strings.NewReplacer(`\x`, `\u00`, `\a`, `\u0007`, `\v`, `\u000b`).Replace(q)
		writeConfig(t, env, fmt.Sprintf("profile = \"a\"\n[profiles.a]\nurl = \"https://tooljet.example.com\"\nkey = \"command\"\nkey_command = %s\n[snippets]\nmine = %s\n", q, q))
	}},
	{name: "unknown configuration key", args: fixed([]string{"profile", "list"}, []string{"users"}), env: func(t *testing.T, env map[string]string, x string) {
		writeConfig(t, env, x+" = 1\n["+x+"]\ntheme = \""+x+"\"\n")
	}},
	{name: "key command", args: fixed([]string{"users"}), env: func(t *testing.T, env map[string]string, x string) {
		file := filepath.Join(t.TempDir(), "words")
		if err := os.WriteFile(file, []byte(x), 0o600); err != nil {
			t.Fatal(err)
		}
		writeConfig(t, env, "[profiles.a]\nurl = \"https://tooljet.example.com\"\nkey = \"command\"\nkey_command = \"cat "+file+" >&2; exit 3\"\n")
		delete(env, "TOOLJET_HOST")
	}},
}

func writeConfig(t *testing.T, env map[string]string, text string) {
	t.Helper()
	dir := t.TempDir()
	env["PATDESK_CONFIG"] = filepath.Join(dir, "config.toml")
	if err := os.WriteFile(env["PATDESK_CONFIG"], []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Ensure that no text of a server, a file, the environment or an argument gets
// a control byte to the terminal, through any surface of the command line.
func TestHostileText_NoForeignControls(t *testing.T) {
	t.Parallel()
	checkHostile(t, 75)
}

// Ensure the same for an eighth of the corpus, or for all of it with
// PATDESK_LONG=full, which takes some minutes.
func TestHostileText_NoForeignControls_Sweep(t *testing.T) {
	t.Parallel()
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
		checkHostile(t, 1)
	default:
		checkHostile(t, 8)
	}
}

// checkHostile sends every nth hostile text through every surface.
func checkHostile(t *testing.T, every int) {
	corpus := termtest.Corpus()
	cells := 0
	for i, s := range surfaces {
		t.Run(s.name, func(t *testing.T) {
			for n := i % every; n < len(corpus); n += every {
				cells++
				checkSurface(t, s, corpus[n])
			}
		})
	}
	t.Logf("%d texts in %d surfaces: %d cells", len(corpus), len(surfaces), cells)
}

func checkSurface(t *testing.T, s surface, h termtest.Hostile) {
	t.Helper()
	srv := httptest.NewServer(&evilServer{text: h.Value, issue: s.issue})
	defer srv.Close()
	dir := quickDir(t)
	env := map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": filepath.Join(dir, "c"), "XDG_DATA_HOME": filepath.Join(dir, "d"),
		"TOOLJET_HOST": srv.URL, "TOOLJET_API_TOKEN": evilKey, "PATH": os.Getenv("PATH"),
	}
	blank(t, env)
	if s.env != nil {
		s.env(t, env, h.Value)
	}
	for _, args := range s.args(h.Value) {
		out, errs, code := run(t, env, args...)
		if len(out)+len(errs) == 0 && code != 0 {
			t.Errorf("%s: %.40q said nothing and ended with %d", h.Name, args, code)
		}
		for _, b := range [][]byte{untabbed(t, h, args, out), errs} {
			if found := termtest.ForeignControls(b, false); len(found) > 0 {
				t.Errorf("%s: %.60q let %v through", h.Name, args, found[:min(len(found), 3)])
			}
		}
		for _, a := range args {
			if a == "--json" {
				checkASCII(t, h, out, errs)
			}
		}
	}
}

// untabbed takes the tabs of a table out of what a command printed, which are as
// many in every line as in its headings: none is a text's own.
func untabbed(t *testing.T, h termtest.Hostile, args []string, out []byte) []byte {
	t.Helper()
	if len(args) == 0 || !slices.Contains([]string{"users", "apps", "workspaces", "list", "profile"}, args[0]) {
		return out
	}
	lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
	for _, l := range lines {
		if bytes.Count(l, []byte("\t")) != bytes.Count(lines[0], []byte("\t")) {
			t.Errorf("%s: %.60q has a row with more or fewer cells: %.100q", h.Name, args, l)
		}
	}
	return bytes.ReplaceAll(out, []byte("\t"), []byte(" "))
}

// checkASCII looks for anything but printable ASCII in JSON output.
func checkASCII(t *testing.T, h termtest.Hostile, outputs ...[]byte) {
	t.Helper()
	for _, b := range outputs {
		for _, c := range b {
			if c != '\n' && (c < 0x20 || c > 0x7e) {
				t.Errorf("%s: JSON holds byte %#x", h.Name, c)
				return
			}
		}
	}
}
