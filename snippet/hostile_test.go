package snippet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// hostileNames are what a person who may name apps could try.
func hostileNames() []string {
	names := []string{
		`"><script>alert(1)</script>`, `" onload="alert(1)`, `' onload='alert(1)`, "`onload=alert(1)", `</iframe><img src=x>`,
		`<!-- -->`, `-->`, `--!>`, `<![CDATA[x]]>`, `&quot;&gt;`, `&amp;`, `&#34;`, `a=b`, "a\x00b", "a\nb", "a\r\nb", "a\tb", "\u2028", "\u2029",
		"\u202eevil", "\u2066x", "\u200b", "\ufeff", "\U000e0041", "\ufe0f", "x\U000e0169\U000e0167", "\u3164", "\u115f", "\x1b]52;c;aGk=\a", "\u009b31m", "\xff\xfe", "\xc0\xaf", "é", "e\u0301", "日本", "🦊", "👩‍👩‍👧",
		`</script>`, `</SCRIPT >`, `<!--<script>`, `\`, `\\`, `\"`, `\u0022`, `";alert(1)//`, `');alert(1)//`, "${alert(1)}", "`${alert(1)}`", `{{.URL}}`, `{{printf "x"}}`,
		`$(touch pwned)`, "`touch pwned`", `'; touch pwned; '`, `'$(touch pwned)'`, `\'; touch pwned #`, "a'b", `a"b`, `!!`, `~`, `*`, `# x`, `a && b`, `a | b`, "", " ", strings.Repeat("x", 5000),
		`*/ alert(1) /*`, `//`, `javascript:alert(1)`, `data:text/html,x`, `name="x"`, `srcdoc=x`, `%0a`, `%00`, `%s%n`, `%!d(string=x)`, `title"x`, `a  b`, ` a `, "-", "--", "->", ">",
	}
	return names
}

// hostileURLs are embed addresses that CheckURL accepts, with hostile parts.
func hostileURLs() []string {
	var urls []string
	for _, name := range hostileNames() {
		for _, form := range []string{
			"https://tooljet.example.com/embed-apps/1?personal-access-token=" + fakeToken + "&appSlug=%s",
			"https://tooljet.example.com/%s?personal-access-token=" + fakeToken,
			"https://tooljet.example.com/e?personal-access-token=" + fakeToken + "#%s",
			"https://tooljet.example.com/%s/?%s=%s&personal-access-token=" + fakeToken,
		} {
			u := strings.ReplaceAll(form, "%s", name)
			if _, err := CheckURL(secret.New(u), ""); err == nil {
				urls = append(urls, u)
			}
		}
	}
	return urls
}

// frame parses a snippet as a browser does and returns the attributes of its one
// element.
func frame(t *testing.T, snippet string) map[string]string {
	t.Helper()
	root := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(snippet), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	var elements []*html.Node
	comments := 0
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			elements = append(elements, n)
		case html.CommentNode:
			comments++
		case html.TextNode:
			if strings.TrimSpace(n.Data) != "" {
				t.Errorf("text outside of the element: %q in\n%s", n.Data, snippet)
			}
		default:
			t.Errorf("something else: %q in\n%s", n.Data, snippet)
		}
	}
	if len(elements) != 1 || elements[0].Data != "iframe" || comments != 1 {
		t.Fatalf("%d elements, %d comments in\n%s", len(elements), comments, snippet)
	}
	attrs := map[string]string{}
	for _, a := range elements[0].Attr {
		attrs[a.Key] = a.Val
	}
	return attrs
}

func checkFrame(t *testing.T, d Data) {
	t.Helper()
	s, err := (&Set{}).Render("iframe", d)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"src": d.URL.Reveal(secret.ForChecking), "title": d.title(), "width": "100%", "height": "600",
		"style": "border:0", "referrerpolicy": "no-referrer",
	}
	if diff := cmp.Diff(want, frame(t, reveal(s))); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

func TestRender_IframeWithHostileValues(t *testing.T) {
	t.Parallel()
	urls := hostileURLs()
	names := hostileNames()
	if n := len(urls) + len(names); n < 200 {
		t.Fatalf("only %d hostile values", n)
	}
	for _, u := range urls {
		d := sample()
		d.URL = secret.New(u)
		checkFrame(t, d)
	}
	for _, name := range names {
		d := sample()
		d.AppName = name
		checkFrame(t, d)
	}
}

func FuzzIframe(f *testing.F) {
	for _, u := range hostileURLs() {
		f.Add(u, `"><script>`)
	}
	for _, n := range hostileNames() {
		f.Add(fakeURL, n)
	}
	f.Fuzz(func(t *testing.T, u, name string) {
		d := sample()
		d.URL, d.AppName = secret.New(u), name
		if _, err := CheckURL(d.URL, d.BaseURL); err != nil {
			if strings.Contains(err.Error(), "pat_") {
				t.Errorf("the error repeats the address: %v", err)
			}
			return
		}
		checkFrame(t, d)
	})
}

func TestCommentHTML(t *testing.T) {
	t.Parallel()
	for _, s := range append(hostileNames(), "a-->b", "a---b", "----", "-", "a-", "a--!>b", "<!--", ">", "->") {
		page := "<!-- " + commentHTML(s) + " --><iframe></iframe>"
		if len(frame(t, page)) != 0 {
			t.Errorf("%q: %s", s, page)
		}
		if strings.Contains(strings.TrimSuffix(strings.TrimPrefix(page, "<!--"), "--><iframe></iframe>"), "--") {
			t.Errorf("%q: the comment has -- inside: %s", s, page)
		}
	}
}

// Ensure that node reads back from the sources exactly the values that were put
// in, and that nothing hostile in them runs.
func TestRender_JavaScriptWithHostileValues(t *testing.T) {
	t.Parallel()
	node := termtest.Need(t, "node")
	type value struct{ Title, App string }
	var want []value
	var code strings.Builder
	code.WriteString("const out = [];\n")
	dir := t.TempDir()
	constants := regexp.MustCompile(`(?m)^const (TITLE|APP) = .*;$`)
	for _, name := range hostileNames() {
		d := sample()
		d.AppName, d.AppID, d.AppSlug = name, "", name+"x"
		express := constants.FindAllString(render(t, "express", d), -1)
		for _, kind := range []string{"html", "react", "vue", "angular"} {
			lines := append(constants.FindAllString(render(t, kind, d), -1), express...)
			if len(lines) != 2 {
				t.Fatalf("%q: %d constants: %q", name, len(lines), lines)
			}
			fmt.Fprintf(&code, "{\n%s\nout.push({Title: TITLE, App: APP.appSlug});\n}\n", strings.Join(lines, "\n"))
			// JavaScript strings are UTF-16: bytes that are no UTF-8 become U+FFFD.
			want = append(want, value{d.title(), strings.ToValidUTF8(d.AppSlug, "\ufffd")})
		}
	}
	code.WriteString("process.stdout.write(JSON.stringify(out));\n")
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "-")
	cmd.Stdin, cmd.Stderr, cmd.Dir = strings.NewReader(code.String()), os.Stderr, dir
	whole, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []value
	if err := json.Unmarshal(whole, &got); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		want[i].App = strings.ReplaceAll(want[i].App, "\ufffd\ufffd", "\ufffd")
		got[i].App = strings.ReplaceAll(got[i].App, "\ufffd\ufffd", "\ufffd")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values as node reads them (-want +got):\n%s", diff)
	}
	noFiles(t, dir)
}

func accepted(u string) bool {
	_, err := CheckURL(secret.New(u), "")
	return err == nil
}

// Ensure that no literal ends a script element or hides its direction.
func TestJSString_IsPlain(t *testing.T) {
	t.Parallel()
	for _, s := range hostileNames() {
		lit := jsString(s)
		if strings.ContainsAny(lit, "<\n\r\u2028\u2029\u202e\u2066\u200b") {
			t.Errorf("%q: %s", s, lit)
		}
	}
}

// Ensure that a shell reads the .env lines as they were meant.
func TestRender_EnvWithHostileValues(t *testing.T) {
	t.Parallel()
	sh := termtest.Need(t, "sh")
	dir := t.TempDir()
	var script strings.Builder
	var want []string
	for _, u := range hostileURLs() {
		d := sample()
		d.URL = secret.New(u)
		script.WriteString(render(t, "env", d) + `printf '%s\n' "$TOOLJET_EMBED_URL"` + "\n")
		want = append(want, strings.ReplaceAll(u, "'", "%27"))
	}
	cmd := exec.Command(sh, "-s")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(script.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	noFiles(t, dir)
}

// noFiles fails if something hostile ran: it would have left a file.
func noFiles(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s was made by a hostile value", e.Name())
	}
}

// Ensure that the curl snippet sends the request of the contract: one user key,
// one app key, the bare key from the environment, and that the key is no argument.
func TestRender_CurlSendsTheRequest(t *testing.T) {
	t.Parallel()
	sh := termtest.Need(t, "sh", "curl")
	type request struct{ Method, Path, Authorization, ContentType, Body string }
	got := make(chan request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		got <- request{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), b.String()}
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	dir := t.TempDir()
	const key = "an-admin-key-of-nobody"
	for _, name := range []string{"orders", `it's "$(touch pwned)"`, "`touch pwned`", `\'; touch pwned; '`, "ü\u202e"} {
		d := sample()
		d.BaseURL, d.AppID, d.AppSlug, d.User = server.URL+"/sub'path", "", name, "ana+"+name+"@example.com"
		text := render(t, "curl", d)
		if strings.Contains(text, key) {
			t.Error("the snippet holds the key")
		}
		cmd := exec.Command(sh, "-s")
		cmd.Stdin, cmd.Dir = strings.NewReader(text), dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "NO_PROXY=*", "TOOLJET_API_TOKEN=" + key}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, text)
		}
		r := <-got
		var body map[string]any
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(request{
			"POST", "/sub'path/api/ext/users/personal-access-token", "Basic " + key, "application/json", r.Body,
		}, r); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]any{
			"email": d.User, "appSlug": name, "patExpiry": 3600.0, "sessionExpiry": 60.0,
		}, body); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
	}
	noFiles(t, dir)
}

func TestRender_CurlBySlugAndID(t *testing.T) {
	t.Parallel()
	d := sample()
	d.User = "51c2a1de-0000-4000-8000-000000000001"
	if got := render(t, "curl", d); !strings.Contains(got, `"userId":"51c2a1de`) || strings.Contains(got, "email") || strings.Contains(got, "appSlug") {
		t.Errorf("got %s", got)
	}
}
