package snippet

import (
	"slices"
	"strings"
	"testing"

	"patdesk/secret"
)

func TestNewSet_TemplatesAreEscapedByKind(t *testing.T) {
	t.Parallel()
	d := sample()
	d.AppName = `O'Neil <&> "x"`
	for name, tt := range map[string]struct{ body, want string }{
		"page":      {`<a href="{{.URL}}" title="{{.AppName}}">`, `<a href="` + strings.ReplaceAll(fakeURL, "&", "&amp;") + `" title="O&#39;Neil &lt;&amp;&gt; &#34;x&#34;">`},
		"marked":    {"{{/* html */}}{{.AppName}}", `O&#39;Neil &lt;&amp;&gt; &#34;x&#34;`},
		"text":      {"{{/* text */}}<{{.AppName}}>", `<O'Neil <&> "x">`},
		"plain":     {"x {{.AppName}}", `x O'Neil <&> "x"`},
		"functions": {`{{js .AppName}} {{sh .AppName}} {{json .AppName}} {{urlquery .AppSlug}} {{html .AppName}}`, `"O'Neil \u003C&> \"x\"" 'O'\''Neil <&> "x"' "O'Neil \u003c\u0026\u003e \"x\"" orders O&#39;Neil &lt;&amp;&gt; &#34;x&#34;`},
		"backends":  {`{{py .AppName}} {{gostr .AppName}} {{php .AppName}} {{envurl .AppSlug}}`, `"O'Neil <&> \"x\"" "O'Neil <&> \"x\"" 'O\'Neil <&> "x"' 'orders'`},
		"frame":     {`{{.IssueURL}} {{.Style}}{{.Allow}}`, `https://tooljet.example.com/api/ext/users/personal-access-token border:0;width:100%;height:600px`},
		"fields":    {`{{.User}} {{.BaseURL}} {{.Origin}} {{.AppID}} {{.Title}} {{.EndsAt}} {{.Ends.Format "2006"}} {{.Life}} {{.LifeSeconds}} {{.IdleMinutes}} {{.SentExpiry}} {{.Unit}} {{.Notice}}`, `ana@example.com https://tooljet.example.com https://tooljet.example.com 8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc O'Neil <&> "x" 2026-11-21T21:12:02Z 2026 1h0m0s 3600 60 3600 seconds holds a live token until 2026-11-21T21:12:02Z: do not commit`},
	} {
		s, err := mustSet(t, map[string]string{name: tt.body}).Render(name, d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := reveal(s); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
}

func TestNewSet_ErrorsNameTheTemplate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"portal", "{{.URL", `snippet "portal": template line 1: `},
		{"portal", "{{nope .URL}}", `function "nope" not defined`},
		{"iframe", "x", "taken by a built-in kind"},
		{"Bad name", "x", "must be lower-case letters"},
		{"", "x", "must be lower-case letters"},
		{"large", strings.Repeat("x", 64<<10+1), "larger than 64 KiB"},
	} {
		_, err := newSet(map[string]string{tt.name: tt.body}, ample)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %q: got %v, want %q", tt.name, tt.body, err, tt.want)
		}
	}
}

func TestSet_KindsAreTheBuiltInsThenOwnByName(t *testing.T) {
	t.Parallel()
	var names []string
	for _, k := range mustSet(t, map[string]string{"zoo": "z", "ant": "{{.URL}}"}).Kinds() {
		names = append(names, k.Name)
	}
	if got, want := strings.Join(names, " "), Names(Kinds())+" ant zoo"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Ensure a template that was there before a kind of its name keeps the name.
func TestSet_OwnTemplateTakesThePlaceOfALaterKind(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		own := map[string]string{k.Name: "mine {{.User}}"}
		if slices.Contains(fixedNames(), k.Name) {
			if _, err := newSet(own, ample); err == nil {
				t.Errorf("%s was replaced", k.Name)
			}
			continue
		}
		s := mustSet(t, own)
		if got, err := s.Render(k.Name, sample()); err != nil || reveal(got) != "mine ana@example.com" {
			t.Errorf("%s: %q, %v", k.Name, reveal(got), err)
		}
		if n := len(s.Kinds()); n != len(Kinds()) {
			t.Errorf("%s: %d kinds", k.Name, n)
		}
	}
}

// Ensure that an address which is refused cannot get out through an own template.
func TestSet_OwnTemplateRefusesBadAddress(t *testing.T) {
	t.Parallel()
	d := sample()
	d.URL = secret.New("javascript:alert(1)")
	if _, err := mustSet(t, map[string]string{"own": "{{.URL}}"}).Render("own", d); err == nil {
		t.Error("accepted")
	}
}
