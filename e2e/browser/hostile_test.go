package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term/termtest"
)

// hostileName is what a person who may name apps could try on a portal, and the
// title that comes of it: the same text on one line, without what is invisible.
type hostileName struct{ name, title string }

// hostileNames would each call an address of the portal below /called.
var hostileNames = []hostileName{
	{`"><script>fetch("/called/1")</script>`, ""},
	{`</iframe><script>fetch("/called/2")</script>`, ""},
	{`" onload="fetch('/called/3')`, ""},
	{`' onload='fetch("/called/4")`, ""},
	{"` onload=fetch(`/called/5`) x=`", ""},
	{`--><img src=/called/6 onerror=fetch('/called/6')>`, ""},
	{`--!><svg onload=fetch('/called/7')>`, ""},
	{`&quot; onload=&quot;fetch('/called/8')`, ""},
	{`&#34;&#62;&lt;script&gt;fetch('/called/9')&lt;/script&gt;`, ""},
	{`</title></textarea></style></template><img src=/called/10>`, ""},
	{`";fetch("/called/11");//`, ""},
	{`\";fetch('/called/12');//`, ""},
	{`</script><script>fetch("/called/13")</script>`, ""},
	{`<!--<script>fetch('/called/14')`, ""},
	{"${fetch('/called/15')}`;fetch('/called/15')//", ""},
	{`x srcdoc=<script>parent.fetch('/called/16')</script> name=x`, ""},
	{`javascript:fetch('/called/17')`, ""},
	{"\u2028fetch('/called/18')//\u2029x", "fetch('/called/18')// x"},
	{"\";\nfetch('/called/19')\r\n//\t\x00", `"; fetch('/called/19') //`},
	{"\u202egnp.\u202c \u2066orders\u200b\U000e0041 \x1b]52;c;aGk=\a", "gnp. orders ]52;c;aGk="},
	{"1\ufe0f\u20e3 ❤\ufe0f Care\U000e0169\U000e0167\u3164", "1\u20e3 ❤ Care"},
	{"שלום 日本 🦊 R&D \"Lab\" <beta>", ""},
}

// constants are the lines of the React sample that hold a name.
var constants = regexp.MustCompile(`(?m)^const TITLE = .*;$`)

// Ensure that names of apps stay text in a page they are pasted into, as HTML and
// as JavaScript: nothing of them runs, and each frame is exactly the one meant.
func hostileAppNames(t *testing.T, b *browser) {
	var some []hostileName
	for i := 0; i < len(hostileNames); i += 4 {
		some = append(some, hostileNames[i])
	}
	pasteNames(t, b, some)
}

// Ensure the same of all of them.
func TestHostileNames_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	pasteNames(t, startBrowser(t), hostileNames)
}

// pasteNames issues a token for an app of each name and pastes its frame into a page.
func pasteNames(t *testing.T, b *browser, names []hostileName) {
	t.Helper()
	server := sandbox.New(sandbox.Options{})
	listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	env, portal := e2etest.Home(t, listener.URL, server.Key()), newPortal(t)
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	type value struct{ Title string }
	var wantFrames []map[string]string
	var wantValues []value
	var body, unescaped strings.Builder
	for _, h := range names {
		if err := server.RenameApp("orders", h.name); err != nil {
			t.Fatal(err)
		}
		frame := e2etest.Run(t, env, "issue", "ana@example.com", "orders", "--again", "--note", strings.ReplaceAll(h.name, "\x00", ""), "-o", "iframe")
		address := source(t, frame)
		react, err := set.Render("react", snippet.Data{URL: secret.New(address), AppName: h.name})
		if err != nil {
			t.Fatal(err)
		}
		lines := constants.FindAllString(react.Text.Reveal(secret.ForChecking), -1)
		if h.title == "" {
			h.title = h.name
		}
		wantFrames = append(wantFrames, frameWith(address, h.title))
		wantValues = append(wantValues, value{h.title})
		fmt.Fprintf(&body, "<section>%s</section>\n<script>{\n%s\nvalues.push({ Title: TITLE });\n}</script>\n", frame, strings.Join(lines, "\n"))
		fmt.Fprintf(&unescaped, "<section title=\"%s\">%s</section>\n", h.name, h.name)
	}

	top := b.open(t, portal.page("<script>const values = [];</script>\n"+body.String()))
	top.shows(t, `document.readyState === "complete"`) // and so every frame has loaded: an onload has run
	e2etest.Within(t, browserTime, "the exchange of every token", func() bool { return exchanges(server) == len(names) })
	var got struct {
		Frames   []map[string]string
		Values   []value
		Elements []string
	}
	top.run(t, `({
  Frames: `+attributes+`,
  Values: values,
  Elements: Array.from(document.body.querySelectorAll(":not(body > script)"), (e) => e.localName),
})`, &got)
	if diff := cmp.Diff(wantFrames, got.Frames); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantValues, got.Values); diff != "" {
		t.Errorf("values of the script (-want +got):\n%s", diff)
	}
	if want := strings.Repeat("section iframe ", len(names)); strings.Join(got.Elements, " ")+" " != want {
		t.Errorf("elements of the page: %v", got.Elements)
	}
	if calls := portal.calls(t, top); len(calls) != 0 {
		t.Errorf("hostile texts called %v", calls)
	}

	// The control: the same names as they are do run.
	open := b.open(t, portal.page(unescaped.String()))
	open.shows(t, `document.readyState === "complete"`)
	e2etest.Within(t, browserTime, "calls of names that are not escaped", func() bool { return len(portal.calls(t, open)) > 0 })
}

// calls are the addresses that hostile texts have called, once a request of the
// page itself has come through.
func (p *portal) calls(t *testing.T, from *page) []string {
	t.Helper()
	from.run(t, `fetch("/heard", { method: "POST", body: "{}" }).then(() => true)`, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.called...)
}

// exchanges counts the sessions that were asked for.
func exchanges(s *sandbox.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Method == http.MethodPost && r.Path == "/api/ext/users/session" {
			n++
		}
	}
	return n
}

// Ensure a browser reads back exactly one frame from the snippet for every text
// of the corpus, with nothing in its title that is not seen.
func corpusInFrames(t *testing.T, b *browser) {
	const address = "https://tooljet.example.com/embed-apps/1?personal-access-token=pat_0011223344556677&appSlug=orders"
	set, err := snippet.NewSet(map[string]string{"title": "{{/* text */}}{{.Title}}"})
	if err != nil {
		t.Fatal(err)
	}
	render := func(kind, name string) string {
		s, err := set.Render(kind, snippet.Data{URL: secret.New(address), AppName: name})
		if err != nil {
			t.Fatal(err)
		}
		return s.Text.Reveal(secret.ForChecking)
	}
	var body strings.Builder
	var want []map[string]string
	corpus := termtest.Corpus()
	for _, h := range corpus {
		// The browser reads a template like any HTML, but loads nothing of it.
		fmt.Fprintf(&body, "<template>%s</template>\n", render("iframe", h.Value))
		title := render("title", h.Value)
		if found := termtest.ForeignControls([]byte(title), false); len(found) != 0 || strings.ContainsAny(title, "\r\n\t") {
			t.Errorf("%s: the title holds %q", h.Name, found)
		}
		want = append(want, frameWith(address, title))
	}
	top := b.open(t, newPortal(t).page(body.String()))
	top.shows(t, `document.readyState === "complete"`)
	var got []json.RawMessage
	top.run(t, `Array.from(document.querySelectorAll("template"), (template) => {
  const elements = template.content.querySelectorAll("*");
  const frame = elements[0];
  return { Count: elements.length, Name: frame.localName, Attributes: Object.fromEntries(Array.from(frame.attributes, (a) => [a.name, a.value])) };
})`, &got)
	if len(got) != len(corpus) {
		t.Fatalf("%d templates for %d texts", len(got), len(corpus))
	}
	for i, raw := range got {
		var v struct {
			Count      int
			Name       string
			Attributes map[string]string
		}
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], v.Attributes); v.Count != 1 || v.Name != "iframe" || diff != "" {
			t.Errorf("%s: %d elements, the first is %s (-want +got):\n%s", corpus[i].Name, v.Count, v.Name, diff)
		}
	}
}
