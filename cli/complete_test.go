package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"patdesk/history"
	"patdesk/pat"
)

// commands calls fn for every command that people see.
func commands(root *cobra.Command, fn func(*cobra.Command)) {
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" {
			continue
		}
		fn(cmd)
		commands(cmd, fn)
	}
}

// Ensure every command has its place in the help and an example, and every group
// and proposal a command.
func TestHelp_Commands(t *testing.T) {
	t.Parallel()
	a := &app{env: &Env{Patience: time.Minute, Out: &bytes.Buffer{}, Getenv: func(string) string { return "" }}}
	root := a.tree()
	paths := map[string]bool{}
	commands(root, func(cmd *cobra.Command) {
		path := strings.TrimPrefix(cmd.CommandPath(), "patdesk ")
		paths[path] = true
		if cmd.Example == "" && !cmd.IsAdditionalHelpTopicCommand() {
			t.Errorf("%s has no example", path)
		}
		for l := range strings.Lines(cmd.Example) {
			if !strings.Contains(l, "patdesk "+path) && !strings.Contains(l, "patdesk "+cmd.Parent().Name()) {
				t.Errorf("%s has the example %q", path, l)
			}
		}
		if cmd.Parent() == root && cmd.GroupID == "" && !cmd.IsAdditionalHelpTopicCommand() {
			t.Errorf("%s is in no group", path)
		}
	})
	for path := range a.completions() {
		if !paths[path] && path != "help" {
			t.Errorf("there are proposals for %q, which is no command", path)
		}
	}
	for _, topic := range Topics() {
		if !paths[topic.Name] {
			t.Errorf("there is no topic %s", topic.Name)
		}
	}
}

// Ensure every example is taken as it stands: its command, flags, arguments and filters.
func TestHelp_Examples(t *testing.T) {
	t.Parallel()
	tree := func() *cobra.Command {
		return (&app{env: &Env{Patience: time.Minute, Out: &bytes.Buffer{}, Getenv: func(string) string { return "" }}}).tree()
	}
	seen := 0
	commands(tree(), func(of *cobra.Command) {
		for l := range strings.Lines(of.Example) {
			for _, part := range regexp.MustCompile(`\s(?:&&|[|>])\s`).Split(l, -1) {
				words, err := splitCommand(strings.Trim(strings.TrimPrefix(strings.TrimSpace(part), "source <("), " )\n"))
				if err != nil || len(words) == 0 {
					t.Fatalf("%q: %v", l, err)
				}
				if words[0] != "patdesk" {
					continue // a program beside it
				}
				seen++
				cmd, rest, err := tree().Find(words[1:])
				if err == nil {
					err = cmd.ParseFlags(rest)
				}
				if err == nil {
					err = cmd.ValidateArgs(cmd.Flags().Args())
				}
				if err == nil && (cmd.Name() == "list" && cmd.Parent().Parent() == nil) {
					_, err = pat.ParseFilter(strings.Join(cmd.Flags().Args(), " "))
				}
				if err != nil || !cmd.Runnable() && cmd.Name() != "help" {
					t.Errorf("%s: %v", part, err)
				}
			}
		}
	})
	if seen < 60 {
		t.Errorf("%d examples", seen)
	}
}

// Ensure the topics name every state, exit code, field, format and variable that
// the program knows.
func TestHelp_Topics(t *testing.T) {
	t.Parallel()
	text := map[string]string{}
	for _, topic := range Topics() {
		var b bytes.Buffer
		topic.write(&b)
		text[topic.Name] = b.String()
		for l := range strings.Lines(b.String()) {
			if len([]rune(l)) > 81 {
				t.Errorf("%s: a long line: %q", topic.Name, l)
			}
		}
	}
	for _, s := range history.States() {
		if pat.StateMeaning(s) == "" || !strings.Contains(text["states"], s.Word()) {
			t.Errorf("states say nothing of %s", s)
		}
	}
	for _, f := range pat.FilterFields() {
		if _, err := pat.ParseFilter(f.Example); err != nil || !strings.HasPrefix(f.Example, f.Name+":") || !strings.Contains(text["filters"], f.Example) {
			t.Errorf("filters: %+v: %v", f, err)
		}
	}
	for _, code := range []string{"0 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ", "128+n"} {
		if !strings.Contains(text["exit-codes"], "  "+code) {
			t.Errorf("exit codes lack %q", code)
		}
	}
	for name := range environmentNames(t) {
		if !strings.Contains(text["environment"], name) {
			t.Errorf("the environment lacks %s", name)
		}
	}
}

// ofOthers are variables that are read for the sake of another program or system.
var ofOthers = []string{
	"PATH", "PREFIX", "LOGNAME", "TMUX_PANE", "TMUX_TMPDIR", "TERM_PROGRAM", "WSL_DISTRO_NAME", "TERMUX_VERSION",
	"VTE_VERSION", "KITTY_WINDOW_ID", "ConEmuANSI", "PGSERVICE",
	"APPDATA", "LOCALAPPDATA", "USERPROFILE", "AppData", "LocalAppData", "TEA_DEBUG", "TEA_TRACE", "REQUEST_METHOD",
}

// environmentNames are the names that the sources look up in an environment.
func environmentNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && slices.Contains([]string{"e2e", "scripts", "docs", ".git", "testdata"}, d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			var fn string
			switch f := call.Fun.(type) {
			case *ast.Ident:
				fn = f.Name
			case *ast.SelectorExpr:
				fn = f.Sel.Name
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			if ok && strings.EqualFold(fn, "getenv") {
				names[strings.Trim(lit.Value, `"`)] = true
			}
			return true
		})
		return nil
	})
	if err != nil || len(names) < 10 {
		t.Fatalf("found %v: %v", names, err)
	}
	for _, name := range ofOthers {
		delete(names, name)
	}
	return names
}

// propose runs a completion as a shell does and returns the words.
func propose(t *testing.T, env map[string]string, args ...string) (words []string, directive string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := Main(context.Background(), append([]string{"__complete"}, args...), &Env{Patience: time.Minute, In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(n string) string { return env[n] }})
	if code != 0 {
		t.Fatalf("%q: exit %d: %s", args, code, errs.String())
	}
	for l := range strings.Lines(out.String()) {
		l = strings.TrimSuffix(l, "\n")
		if rest, ok := strings.CutPrefix(l, ":"); ok {
			return words, rest
		}
		words = append(words, l)
	}
	t.Fatalf("%q: no directive: %s", args, out.String())
	return nil, ""
}

// Ensure completions know formats, states, profiles, numbers, users and apps,
// without a network and without making a file.
func TestComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := map[string]string{
		"HOME": dir, "PATDESK_CONFIG": filepath.Join(dir, "c", "config.toml"), "PATDESK_DATA": filepath.Join(dir, "d"),
	}
	if words, _ := propose(t, env, "show", ""); len(words) != 0 {
		t.Errorf("without a history: %q", words)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Fatalf("completing made %v", left)
	}
	config := "profile = \"acme\"\n[profiles.acme]\nurl = \"https://tooljet.example.com\"\nkey = \"session\"\n[profiles.lab]\nurl = \"https://lab.example.com\"\nkey = \"session\"\n[snippets]\nbadge = \"{{.URL}}\"\n"
	for _, d := range []string{"c", "d"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(env["PATDESK_CONFIG"], []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, filepath.Join(dir, "d", "history.db"))
	for _, c := range []struct {
		args []string
		want string // of the words, without what they mean
	}{
		{[]string{"show", ""}, "4 3 2 1"},
		{[]string{"show", "1", ""}, ""},
		{[]string{"copy", "2"}, "2"},
		{[]string{"reissue", "1", "#3", ""}, "4 2"},
		{[]string{"issue", ""}, "bo@partner.example.com ana@example.com"},
		{[]string{"issue", "AN"}, "ana@example.com"},
		{[]string{"issue", "ana@example.com", ""}, "orders stock"},
		{[]string{"issue", "ana@example.com", "orders", ""}, ""},
		{[]string{"list", "--user", "b"}, "bo@partner.example.com"},
		{[]string{"list", "--app=o"}, "orders"},
		{[]string{"list", "--state", "u"}, "urgent unsure"},
		{[]string{"list", "user:a"}, "user:ana@example.com"},
		{[]string{"list", "!role:b"}, "!role:builder"},
		{[]string{"list", "st"}, "state:"},
		{[]string{"list", "left:"}, "left:<1h left:<1d left:<7d left:>1d"},
		{[]string{"list", "--lef"}, "--left"},
		{[]string{"--profile", ""}, "acme lab"},
		{[]string{"profile", "remove", "l"}, "lab"},
		{[]string{"show", "1", "-o", "b"}, "badge"},
		{[]string{"show", "1", "--output=i"}, "iframe"},
		{[]string{"copy", "1", "--as", "t"}, "token"},
		{[]string{"completion", "f"}, "fish"},
		{[]string{"users", ""}, ""},
		{[]string{"help", "exit"}, "exit-codes"},
	} {
		words, directive := propose(t, env, c.args...)
		for i := range words {
			words[i], _, _ = strings.Cut(words[i], "\t")
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.args, got, c.want)
		}
		if directive == "0" || directive == "1" {
			t.Errorf("%q: directive %s proposes files or failed", c.args, directive)
		}
	}
	words, _ := propose(t, env, "show", "1")
	if len(words) != 1 || !strings.HasPrefix(words[0], "1\tana@example.com on Orders portal, ") {
		t.Errorf("a number says %q", words)
	}
}

// Ensure that users and apps which never had a token are proposed from the lists
// that were read last, behind those that had one.
func TestComplete_FromTheLastLists(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := map[string]string{"HOME": dir, "PATDESK_CONFIG": filepath.Join(dir, "c.toml"), "PATDESK_DATA": dir, "TOOLJET_HOST": "https://tooljet.example.com"}
	path := filepath.Join(dir, "history.db")
	fill(t, path)
	s, err := history.Open(t.Context(), history.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		s.SaveUsers(t.Context(), "https://tooljet.example.com", []history.ListedUser{{ID: "1", Email: "abe@example.com"}, {ID: "2", Email: "Ana@example.com"}}, time.Now()),
		s.SaveApps(t.Context(), "https://tooljet.example.com", []history.ListedApp{{ID: "7", Slug: "outages"}, {ID: "8", Slug: "orders"}}, time.Now()),
		s.SaveUsers(t.Context(), "https://lab.example.com", []history.ListedUser{{ID: "1", Email: "alf@example.com"}}, time.Now()),
		s.Close())
	if err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{"issue a": "ana@example.com abe@example.com", "issue x o": "orders outages", "list user:ab": "user:abe@example.com"} {
		words, _ := propose(t, env, strings.Fields(args)...)
		for i := range words {
			words[i], _, _ = strings.Cut(words[i], "\t")
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}

// fill makes a history of four requests, one of them for names that no shell may
// see.
func fill(t *testing.T, path string) {
	t.Helper()
	s, err := history.Open(t.Context(), history.Options{Path: path, Actor: history.Actor{Name: "kim", Machine: "desk-1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, row := range [][4]string{
		{"ana@example.com", "orders", "Orders portal", "acme"},
		{"ana@example.com", "stock", "Stock desk", "acme"},
		{"bo@partner.example.com", "orders", "Orders portal", "acme"},
		{"a$(id)@example.com", "x;reboot", "\x1b[31mRed\ttab", "acme"},
		{"eve@example.com", "orders", "Orders portal", "lab"},
	} {
		end := time.Now().Add(time.Hour)
		_, err := s.Begin(t.Context(), history.Draft{
			Profile: row[3], Host: map[string]string{"acme": "https://tooljet.example.com", "lab": "https://lab.example.com"}[row[3]], UserEmail: row[0], AppSlug: row[1], AppName: row[2],
			Life: time.Hour, IdleMinutes: 60, SentExpiry: 3600, Unit: "seconds", Expires: end, WorstExpires: end,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Ensure a mistyped flag is answered with the one that is meant, and what could
// be a secret is not repeated.
func TestFlagErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args, part, not string
	}{
		{"list --lft <1h", "--left?", ""},
		{"list --stae soon", "--state?", ""},
		{"issue a b --lief 1h", "--life?", ""},
		{"list --jsno", "--json?", ""},
		{"list --entirely-other 1", "patdesk list --help", "mean"},
		{"list --S3cr3tS3cr3tS3cr3t", "no such flag", "S3cr3t"},
		{"list -z", "no such flag", "mean"},
		{"--vresion", "--version?", ""},
	} {
		var out, errs bytes.Buffer
		code := Main(context.Background(), strings.Fields(c.args), &Env{Patience: time.Minute, In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }})
		if code != pat.ExitUsage || !strings.Contains(errs.String(), c.part) || c.not != "" && strings.Contains(errs.String(), c.not) {
			t.Errorf("%s: exit %d: %s", c.args, code, errs.String())
		}
	}
}

// Ensure a mistake in a flag is JSON wherever --json stands.
func TestFlagErrors_JSON(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"list --lft 1h --json", "list --json --lft 1h", "--json list -z", "list -z --json"} {
		var out, errs bytes.Buffer
		code := Main(context.Background(), strings.Fields(args), &Env{Patience: time.Minute, In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }})
		if code != pat.ExitUsage || !json.Valid(errs.Bytes()) {
			t.Errorf("%s: exit %d: %s", args, code, errs.String())
		}
	}
}
