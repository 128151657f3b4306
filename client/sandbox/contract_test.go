package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A contract file holds request and response pairs, run in order against one
// instance:
//
//	@ community            options of the instance, on the first line
//	= what the pair shows
//	> POST /api/...        request line, then headers, then the body
//	< 201                  status, then headers, then the body ("" is empty)
//
// In a response, "*" is any value and "~x" any text matching the expression x.
// {user:ana@example.com}, {app:Orders portal}, {workspace:sales} and {key} are
// replaced in requests and responses. {name} refers to what an earlier
// response showed with "$name".
type pair struct {
	name            string
	method, path    string
	requestHeaders  []string
	requestBody     string
	status          int
	responseHeaders []string
	responseBody    string
	line            int
}

func TestContract(t *testing.T) {
	files, err := filepath.Glob("testdata/contract/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal("no contract files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			o, pairs := readPairs(t, file)
			c := memory(t, o)
			kept := map[string]string{}
			for _, p := range pairs {
				t.Run(p.name, func(t *testing.T) { c.t = t; runPair(t, c, p, kept) })
			}
		})
	}
}

func runPair(t *testing.T, c *caller, p pair, kept map[string]string) {
	t.Helper()
	headers := []string{}
	for _, h := range p.requestHeaders {
		k, v, _ := strings.Cut(h, ": ")
		headers = append(headers, k, fill(c, kept, v))
	}
	r := c.do(t.Context(), p.method, fill(c, kept, p.path), fill(c, kept, p.requestBody), headers...)
	if r.err != nil {
		t.Fatal(r.err)
	}
	if r.status != p.status {
		t.Errorf("line %d: status %d, want %d", p.line, r.status, p.status)
	}
	for _, h := range p.responseHeaders {
		k, v, _ := strings.Cut(h, ": ")
		if got := r.header.Get(k); got != v {
			t.Errorf("line %d: header %s is %q, want %q", p.line, k, got, v)
		}
	}
	want := fill(c, kept, p.responseBody)
	if want == "" {
		if len(r.body) > 0 {
			t.Errorf("line %d: body %s, want none", p.line, r.body)
		}
		return
	}
	var gotValue, wantValue any
	if err := json.Unmarshal(r.body, &gotValue); err != nil {
		t.Fatalf("line %d: body %s: %v", p.line, r.body, err)
	}
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		t.Fatalf("line %d: wanted body %s: %v", p.line, want, err)
	}
	if diff := cmp.Diff(align(wantValue, gotValue, kept), gotValue); diff != "" {
		t.Errorf("line %d: body differs (-want +got):\n%s", p.line, diff)
	}
}

// align replaces patterns by what they matched.
func align(want, got any, kept map[string]string) any {
	switch w := want.(type) {
	case string:
		g, isText := got.(string)
		if w == "*" {
			return got
		}
		if name, isName := strings.CutPrefix(w, "$"); isName && isText {
			kept[name] = g
			return got
		}
		if x, isPattern := strings.CutPrefix(w, "~"); isPattern && isText && regexp.MustCompile(x).MatchString(g) {
			return got
		}
		return w
	case map[string]any:
		g, _ := got.(map[string]any)
		out := map[string]any{}
		for k, v := range w {
			if k == "..." {
				for rest, value := range g {
					if _, named := w[rest]; !named {
						out[rest] = value
					}
				}
				continue
			}
			out[k] = align(v, g[k], kept)
		}
		return out
	case []any:
		g, _ := got.([]any)
		out := []any{}
		for i, v := range w {
			if v == "..." {
				return append(out, g[min(i, len(g)):]...)
			}
			if i < len(g) {
				v = align(v, g[i], kept)
			}
			out = append(out, v)
		}
		return out
	default:
		return want
	}
}

var reference = regexp.MustCompile(`\{(user|app|workspace|key|kept):?([^{}"]*)\}`)

func fill(c *caller, kept map[string]string, s string) string {
	return reference.ReplaceAllStringFunc(s, func(m string) string {
		part := reference.FindStringSubmatch(m)
		switch part[1] {
		case "key":
			return c.server.Key()
		case "kept":
			return kept[part[2]]
		default:
			return stableID(part[1], part[2])
		}
	})
}

func readPairs(t *testing.T, file string) (Options, []pair) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	var pairs []pair
	scan := bufio.NewScanner(bytes.NewReader(raw))
	answering, body := false, false
	for n := 1; scan.Scan(); n++ {
		text := scan.Text()
		last := len(pairs) - 1
		switch {
		case strings.HasPrefix(text, "#"), text == "":
		case strings.HasPrefix(text, "@ "):
			options(t, &o, text[2:])
		case strings.HasPrefix(text, "= "):
			pairs = append(pairs, pair{name: text[2:], line: n})
		case strings.HasPrefix(text, "> "):
			answering, body = false, false
			pairs[last].method, pairs[last].path, _ = strings.Cut(text[2:], " ")
		case strings.HasPrefix(text, "< "):
			answering, body = true, false
			if _, err := fmt.Sscan(text[2:], &pairs[last].status); err != nil {
				t.Fatalf("%s:%d: %v", file, n, err)
			}
		case !body && regexp.MustCompile(`^[A-Za-z_-]+: `).MatchString(text):
			if answering {
				pairs[last].responseHeaders = append(pairs[last].responseHeaders, text)
			} else {
				pairs[last].requestHeaders = append(pairs[last].requestHeaders, text)
			}
		case answering:
			body = true
			pairs[last].responseBody += text + "\n"
		default:
			body = true
			pairs[last].requestBody += text + "\n"
		}
	}
	return o, pairs
}

func options(t *testing.T, o *Options, words string) {
	t.Helper()
	for word := range strings.FieldsSeq(words) {
		switch word {
		case "community":
			o.Community = true
		case "unlicensed":
			o.Unlicensed = true
		case "disabled":
			o.APIDisabled = true
		case "no-v2":
			o.NoV2 = true
		case "wrapped":
			o.AppsWrapped = true
		case "no-v1-role":
			o.NoV1Role = true
		case "seats-8":
			o.Builders = 8
		case "limit-2":
			o.PerMinute = 2
		default:
			t.Fatalf("unknown option %q", word)
		}
	}
}
