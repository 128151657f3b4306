package snippet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// renderOwn fills a template of one's own.
func renderOwn(t *testing.T, body string, d Data) string {
	t.Helper()
	s, err := mustSet(t, map[string]string{"own": body}).Render("own", d)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return reveal(s)
}

// elementsOf are the elements of a page as its parser sees them, with attributes,
// and the text of each that holds text alone.
func elementsOf(t *testing.T, page string) (found []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			found = append(found, "comment "+n.Data)
		}
		if n.Type != html.ElementNode || slices.Contains([]string{"html", "head", "body"}, n.Data) {
			continue
		}
		one := n.Data
		for _, a := range n.Attr {
			one += fmt.Sprintf(" %s=%q", a.Key, a.Val)
		}
		if c := n.FirstChild; c != nil && c == n.LastChild && c.Type == html.TextNode && n.Data != "script" {
			one += fmt.Sprintf(" %q", c.Data)
		}
		found = append(found, one)
	}
	return found
}

// Ensure an HTML template of one's own gives exactly its elements, whatever an app
// is called and whatever its address holds.
func TestSet_OwnPageWithHostileValues(t *testing.T) {
	t.Parallel()
	const body = `<section id="app" title="{{.AppName}}" data-who={{.User}}><p>{{.AppName}}</p><iframe src="{{.URL}}" title='{{.Title}}' style="{{.Style}}" allow="{{.Allow}}"></iframe></section>`
	look, err := ParseFrame("80vh", "", "fullscreen, camera", false)
	if err != nil {
		t.Fatal(err)
	}
	check := func(d Data) {
		t.Helper()
		d.Frame = look
		got := elementsOf(t, renderOwn(t, body, d))
		if len(got) != 3 {
			t.Errorf("%q, %q: %d elements: %q", d.AppName, d.URL.Reveal(secret.ForChecking), len(got), got)
			return
		}
		name, who := oneLine(d.AppName), strings.ReplaceAll(d.User, "\x00", "\ufffd")
		text := ""
		if name != "" {
			text = fmt.Sprintf(" %q", name)
		}
		if diff := cmp.Diff([]string{
			fmt.Sprintf(`section id="app" title=%q data-who=%q`, name, who), "p" + text,
		}, got[:2]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", d.AppName, diff)
		}
		if want := fmt.Sprintf(` title=%q style="border:0;width:100%%;height:80vh" allow="fullscreen; camera"`, d.title()); !strings.HasPrefix(got[2], `iframe src="https://tooljet.example.com/`) || !strings.HasSuffix(got[2], want) {
			t.Errorf("%q: %s, want …%s", d.AppName, got[2], want)
		}
	}
	for _, name := range hostileNames() {
		d := sample()
		d.AppName = name
		d.User = "ana+" + strings.ToValidUTF8(strings.ReplaceAll(name, "\r", ""), "") + "@example.com"
		check(d)
	}
	for _, u := range hostileURLs() {
		d := sample()
		d.URL = secret.New(u)
		check(d)
	}
}

// Ensure Node, Python, PHP, a shell, JSON and HTML read back from a text template of
// one's own what was put in, with the function that is for each.
func TestSet_OwnTextWithHostileValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, program string
		args          []string
		before, after string
		each          string // a template
	}{
		{name: "js", program: "node", args: []string{"-"}, before: "const out = [];\n", each: "out.push({{js .AppSlug}});\n", after: "process.stdout.write(JSON.stringify(out));\n"},
		{name: "js in HTML", program: "node", args: []string{"-"}, before: "const out = [];\n", each: htmlMark + "<script>out.push({{.AppSlug}});</script>\n", after: "process.stdout.write(JSON.stringify(out));\n"},
		{name: "js of json", program: "node", args: []string{"-"}, before: "const out = [];\n", each: "out.push({{json .AppSlug}});\n", after: "process.stdout.write(JSON.stringify(out));\n"},
		{name: "py", program: "python3", before: "import json\nout = []\n", each: "out.append({{py .AppSlug}})\n", after: "print(json.dumps(out))\n"},
		{name: "php", program: "php", before: "<?php\n$out = [];\n", each: "$out[] = {{php .AppSlug}};\n", after: "echo json_encode($out);\n"},
		{name: "sh", program: "sh", before: "out() { printf '%s' \"$1\" | od -An -v -tx1 | tr -d ' \\n'; echo; }\n", each: "out {{sh .AppSlug}}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			program := termtest.Need(t, tt.program)
			var want []string
			code := tt.before
			for _, name := range hostileNames() {
				if tt.name == "sh" && (strings.Contains(name, "\x00") || !utf8.ValidString(name)) {
					continue // no shell has them in a word
				}
				d := sample()
				d.AppSlug = name + "x"
				text := renderOwn(t, tt.each, d)
				text = strings.TrimSuffix(strings.TrimPrefix(text, "<script>"), "</script>\n")
				if tt.program == "node" && strings.Contains(text, "</script") {
					t.Errorf("%q ends the script: %s", name, text)
				}
				code += strings.TrimSuffix(text, "\n") + "\n"
				want = append(want, strings.ToValidUTF8(d.AppSlug, "\ufffd"))
			}
			cmd := exec.CommandContext(t.Context(), program, tt.args...)
			cmd.Dir, cmd.Stdin, cmd.Stderr = t.TempDir(), strings.NewReader(code+tt.after), os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			if tt.name == "sh" {
				for _, l := range strings.Fields(string(out)) {
					var b []byte
					if _, err := fmt.Sscanf(l, "%x", &b); err != nil {
						t.Fatal(err)
					}
					got = append(got, string(b))
				}
			} else if err := json.Unmarshal(bytes.TrimSpace(out), &got); err != nil {
				t.Fatal(err)
			}
			for i := range got { // bytes that are no UTF-8 become one U+FFFD or several
				got[i] = strings.ReplaceAll(got[i], "\ufffd\ufffd", "\ufffd")
			}
			for i := range want {
				want[i] = strings.ReplaceAll(want[i], "\ufffd\ufffd", "\ufffd")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			noFiles(t, cmd.Dir)
		})
	}
	for _, name := range hostileNames() {
		d := sample()
		d.AppName, d.AppSlug = name, name
		got := elementsOf(t, renderOwn(t, textMark+`<!-- {{htmlcomment .AppSlug}} --><p title="{{html .AppName}}">{{html .AppSlug}}</p>`, d))
		if len(got) != 2 || !strings.HasPrefix(got[0], "comment ") || !strings.HasPrefix(got[1], fmt.Sprintf("p title=%q", oneLine(name))) {
			t.Errorf("%q: %q", name, got)
		}
		if strings.Count(renderOwn(t, "{{line .AppSlug}}", d), "\n") != 0 {
			t.Errorf("%q: more than a line", name)
		}
	}
}

// Ensure no function makes text longer without end, however often it is used on
// what it made itself.
func TestSet_OwnFunctionsAreLimited(t *testing.T) {
	for mark, funcs := range map[string]map[string]any{textMark: newBudget(ample).textFuncs(), htmlMark: newBudget(ample).htmlFuncs()} {
		for _, name := range slices.Sorted(maps.Keys(funcs)) {
			if name == stepName {
				continue
			}
			if name == "printf" {
				name = "printf `%q`"
			}
			// Once from a short text, once from one that is as long as a result may be.
			for _, start := range []string{"{{$s := `\"'\\<>&%- x`}}", "{{$s := `&\"'`}}{{range 15}}{{$s = print $s $s}}{{end}}"} {
				set := mustSet(t, map[string]string{"own": mark + start + "{{range 36}}{{$s = " + name + " $s}}{{end}}{{len $s}}"})
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				s, err := set.Render("own", sample())
				runtime.ReadMemStats(&after)
				if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 200 {
					t.Errorf("%s, %s: took %d MiB", name, mark, made)
				}
				n := 0
				if err == nil {
					_, err = fmt.Sscan(reveal(s), &n)
				}
				if err != nil && !strings.Contains(err.Error(), "larger") && !strings.Contains(err.Error(), "takes too long") || n > maxOwn {
					t.Errorf("%s, %s: %d bytes, %v", name, mark, n, err)
				}
			}
		}
	}
}
