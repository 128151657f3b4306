package snippet

import (
	"bytes"
	"encoding/json"
	"go/constant"
	"go/format"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

// script is the JavaScript inside a page or a Vue component.
var script = regexp.MustCompile(`(?s)<script[^>]*>\n(.*)</script>`)

// readers run a kind's parser, by Kind.Parser, over its text; nothing is executed.
var readers = map[string]func(t *testing.T, kind, text string){
	"sh": func(t *testing.T, _, text string) { feed(t, text, "sh", "-n") },
	"node": func(t *testing.T, _, text string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "sample.mjs")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		feed(t, "", "node", "--check", file)
	},
	"esbuild": func(t *testing.T, kind, text string) {
		t.Helper()
		loader := map[string]string{"react": "jsx", "angular": "ts"}[kind]
		if loader == "" {
			inside := script.FindStringSubmatch(text)
			if inside == nil {
				t.Fatalf("no script in\n%s", text)
			}
			text, loader = inside[1], "js"
		}
		feed(t, text, "esbuild", "--loader="+loader, "--log-level=warning")
	},
	"python3": func(t *testing.T, _, text string) {
		t.Helper()
		feed(t, text, "python3", "-c", "import sys; compile(sys.stdin.read(), 'sample', 'exec', dont_inherit=True)")
	},
	"php": func(t *testing.T, _, text string) { feed(t, text, "php", "-l") },
	"go": func(t *testing.T, _, text string) {
		t.Helper()
		if pretty, err := format.Source([]byte(text)); err != nil || string(pretty) != text {
			t.Errorf("gofmt: %v\n%s", err, cmp.Diff(text, string(pretty)))
		}
		dir := t.TempDir()
		for name, content := range map[string]string{"go.mod": "module example.com/tooljet\n\ngo 1.22\n", "tooljet.go": text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), termtest.Need(t, "go"), "vet", ".")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go vet: %v\n%s\n%s", err, out, text)
		}
	},
}

// feed gives a text to a program that shall accept it without a word of complaint.
func feed(t *testing.T, text, program string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), termtest.Need(t, program), args...)
	var complaint bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(text), &complaint
	if out, err := cmd.Output(); err != nil || complaint.Len() > 0 {
		t.Errorf("%s: %v\n%s%s\n%s", program, err, complaint.String(), out, text)
	}
}

// Ensure that the parser or compiler of each code kind accepts it, plain and with
// hostile names, and that each kind of code has one.
func TestRender_ParsersAccept(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		if k.Parser == "" {
			if k.Backend || strings.Contains(render(t, k.Name, sample()), "<script") {
				t.Errorf("%s is code and has no parser", k.Name)
			}
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			read := readers[k.Parser]
			if read == nil {
				t.Fatalf("no reader for %q", k.Parser)
			}
			read(t, k.Name, render(t, k.Name, sample()))
			if k.Parser == "go" {
				return // its constants are read below
			}
			for i, name := range hostileNames() {
				if i%40 == 0 { // each starts a program; the values are read back elsewhere
					d := sample()
					d.AppName, d.AppID, d.AppSlug, d.Unit = name, "", name+"x", name
					read(t, k.Name, render(t, k.Name, d))
				}
			}
		})
	}
}

// line finds the line of a sample that starts with this.
func line(t *testing.T, text, start string) string {
	t.Helper()
	for l := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(l), start) {
			return strings.TrimSpace(l)
		}
	}
	t.Fatalf("no line %q in\n%s", start, text)
	return ""
}

// Ensure that Python, PHP and Go read back exactly the values that were put in.
func TestRender_BackendsWithHostileValues(t *testing.T) {
	t.Parallel()
	var want []string
	for _, name := range hostileNames() {
		want = append(want, strings.ToValidUTF8(name, "\ufffd")+"x")
	}
	samples := func(kind string) (texts []string) {
		for _, name := range hostileNames() {
			d := sample()
			d.AppID, d.AppSlug = "", name+"x"
			texts = append(texts, render(t, kind, d))
		}
		return texts
	}
	for _, tt := range []struct{ kind, program, start, before, each, after string }{
		{"flask", "python3", "APP = ", "import json\nout = []\n", "out.append(APP['appSlug'])\n", "print(json.dumps(out))\n"},
		{"fastapi", "python3", "APP = ", "import json\nout = []\n", "out.append(APP['appSlug'])\n", "print(json.dumps(out))\n"},
		{"laravel", "php", "$app = ", "<?php\n$out = [];\n", "$out[] = $app['appSlug'];\n", "echo json_encode($out);\n"},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			program := termtest.Need(t, tt.program)
			code := tt.before
			for _, text := range samples(tt.kind) {
				code += line(t, text, tt.start) + "\n" + tt.each
			}
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Dir, cmd.Stdin, cmd.Stderr = t.TempDir(), strings.NewReader(code+tt.after), os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			noFiles(t, cmd.Dir)
		})
	}
	t.Run("go", func(t *testing.T) {
		var got []string
		for _, text := range samples("go") {
			value := strings.TrimSpace(strings.TrimPrefix(line(t, text, "app "), "app"))
			v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, strings.TrimPrefix(value, "= "))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, constant.StringVal(v.Value))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
