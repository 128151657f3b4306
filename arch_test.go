package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is what a room of the console, a folder below ui that has no line of its own
// here, may import: the kit, and never another room. It asks the Shell for that by
// kit.Place.
var room = []string{"address", "config", "pat", "paste", "secret", "snippet", "span", "ui/kit", "ui/term", "ui/widget"}

// arrows are the imports that each package may have of the others. An arrow
// that is not here needs a reason, and then a line here.
var arrows = map[string][]string{
	"patdesk":                               {"cli"},
	"patdesk/address":                       {"pattern"},
	"patdesk/cli":                           {"address", "client", "client/sandbox", "config", "history", "history/postgres", "literal", "paste", "pat", "pattern", "secret", "serve", "snippet", "span", "ui", "ui/aloud", "ui/kit", "ui/term"}, // ui/kit: the names of actions in [keys]
	"patdesk/ui":                            {"config", "pat", "snippet", "ui/kit", "ui/paint", "ui/term", "ui/widget"},                                                                                                                          // and every room
	"patdesk/ui/aloud":                      room,                                                                                                                                                                                                // a console of its own, beside the shell
	"patdesk/ui/kit":                        {"config", "literal", "pat", "secret", "snippet", "ui/term", "ui/widget"},                                                                                                                           // never a room; literal: words of requests shown as curl
	"patdesk/ui/kit/kittest":                {"client", "config", "pat", "secret", "snippet", "ui/kit", "ui/term", "ui/term/termtest"},
	"patdesk/ui/widget":                     {"ui/term"},
	"patdesk/ui/paint":                      {"ui/term"},
	"patdesk/ui/paint/painttest":            {"e2e/tty", "ui/paint"},
	"patdesk/csp":                           {},
	"patdesk/loopback":                      {"address", "secret"},
	"patdesk/pat":                           {"address", "client", "csp", "history", "literal", "loopback", "paste", "pattern", "secret", "snippet", "span"},
	"patdesk/client":                        {"address", "literal", "pattern", "secret"},
	"patdesk/history":                       {"address", "literal", "pattern", "secret"},
	"patdesk/config":                        {"address", "paste", "pattern", "secret", "span"},
	"patdesk/snippet":                       {"address", "literal", "pattern", "secret"},
	"patdesk/snippet/snippettest":           {"ui/term/termtest"},
	"patdesk/ui/term":                       {"secret"},
	"patdesk/secret":                        {"paste", "pattern"},
	"patdesk/paste":                         {"address", "pattern"},
	"patdesk/serve":                         {"pat", "secret", "ui"}, // pat: exit codes; ui: the size of a terminal
	"patdesk/span":                          {"pattern"},
	"patdesk/pattern":                       {},
	"patdesk/literal":                       {},
	"patdesk/client/sandbox":                {"address", "pattern"},
	"patdesk/docs":                          {},
	"patdesk/e2e":                           {},
	"patdesk/e2e/browser":                   {},
	"patdesk/e2e/console":                   {},
	"patdesk/e2e/e2etest":                   {"cli", "history/historytest/wide"},
	"patdesk/e2e/tty":                       {},
	"patdesk/history/historytest":           {"history", "history/historytest/wide", "secret"},
	"patdesk/history/historytest/wide":      {},
	"patdesk/history/postgres":              {"history", "secret"},
	"patdesk/history/postgres/postgrestest": {"ui/term/termtest"},
	"patdesk/ui/term/termtest":              {},
	"patdesk/scripts/barelist":              {},
	"patdesk/scripts/benchui":               {"address", "history/historytest", "e2e/tty", "secret"},
	"patdesk/scripts/dist":                  {},
	"patdesk/scripts/man":                   {"cli"},
	"patdesk/scripts/module":                {},
	"patdesk/scripts/screenshots":           {"e2e/tty"},
}

// isRoom reports whether a package is a room of the console.
func isRoom(path string) bool {
	name, below := strings.CutPrefix(path, "patdesk/ui"+"/")
	return below && arrows[path] == nil && !strings.Contains(name, "/")
}

// linked reports whether a package is part of the program.
func linked(path string) bool {
	return !strings.HasSuffix(path, "test") && !strings.Contains(path, "/scripts/") && !strings.Contains(path, "/e2e/")
}

// Ensure packages import each other only along the arrows.
func TestArchitecture_Arrows(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		allowed, known := arrows[p.ImportPath]
		switch {
		case isRoom(p.ImportPath):
			allowed = room
		case !known:
			t.Errorf("%s is not in the map of arrows", p.ImportPath)
		}
		for _, imp := range p.Imports {
			short, ours := strings.CutPrefix(imp, "patdesk/")
			shown := p.ImportPath == "patdesk/ui" && isRoom(imp)
			if ours && !shown && !slices.Contains(allowed, short) {
				t.Errorf("%s must not import %s", p.ImportPath, imp)
			}
			if imp == "github.com/mattn/go-sqlite3" && p.ImportPath != "patdesk/history" {
				t.Errorf("%s imports the SQLite driver; only history may", p.ImportPath)
			}
			if imp == "regexp" && p.ImportPath != "patdesk/pattern" && linked(p.ImportPath) {
				t.Errorf("%s imports regexp, whose expressions are compiled at each start; use patdesk/pattern", p.ImportPath)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("saw %d packages only", seen)
	}
}

// Ensure nothing in the domain and on the screens begins with an empty context: who acts is
// said by the context alone, and without it a write at a desk would be the desk's own.
func TestArchitecture_ActorsStay(t *testing.T) {
	mayBegin := map[string]string{
		"pat/actor.go":       "it asks who is meant where nobody is named",
		"ui/watch_shared.go": "it looks at a file for all consoles",
	}
	seen := 0
	for _, root := range []string{"pat", "ui"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(filepath.Dir(path), "test") {
				return err
			}
			seen++
			text, err := os.ReadFile(path)
			begins := strings.Contains(string(text), "context.Background()") || strings.Contains(string(text), "context.TODO()")
			if may := mayBegin[filepath.ToSlash(path)] != ""; begins != may {
				t.Errorf("%s begins a context: %v, may: %v", path, begins, may)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Errorf("saw %d files only", seen)
	}
}

// Ensure the module that builds tables at every start of a program is a version
// that does not: before v0.0.28 that cost fifty milliseconds, even for --help.
func TestModules_StartQuickly(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", "github.com/mattn/go-runewidth").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	v := strings.TrimSpace(string(out))
	patch, err := strconv.Atoi(strings.TrimPrefix(v, "v0.0."))
	if strings.HasPrefix(v, "v0.0.") && (err != nil || patch < 28) {
		t.Errorf("go-runewidth is %s", v)
	}
}

// Ensure the steps that docs/architecture.md tells of are where it says.
func TestArchitecture_Document(t *testing.T) {
	doc, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	steps := 0
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !strings.Contains(cells[4], "`") {
			continue
		}
		steps++
		places, functions := quoted.FindAllStringSubmatch(cells[3], -1), strings.Split(cells[4], ";")
		if len(functions) != len(places) {
			t.Errorf("%d places and %d lists of functions: %s", len(places), len(functions), line)
			continue
		}
		for i, place := range places {
			source := sourceBelow(t, place[1])
			for _, f := range quoted.FindAllStringSubmatch(functions[i], -1) {
				if !regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + f[1] + `[(\[]`).MatchString(source) {
					t.Errorf("step %s: there is no %s in %s", strings.TrimSpace(cells[1]), f[1], place[1])
				}
			}
		}
	}
	if steps != 15 {
		t.Errorf("%d steps, want 15", steps)
	}
}

// sourceBelow is the Go source of a file, or of all files below a folder.
func sourceBelow(t *testing.T, place string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(place, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Errorf("%s: %v", place, err)
	}
	return all.String()
}
