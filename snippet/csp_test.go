package snippet

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"patdesk/secret"
)

// Ensure that the CSP kind names the origin as a browser compares it, once in a
// header line and once in one meta element, whatever the address is.
func TestRender_CSP(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		fakeURL: "https://tooljet.example.com",
		"https://TOOLJET.example.com:8443/e?personal-access-token=" + fakeToken:     "https://tooljet.example.com:8443",
		"https://b\u00fccher.example.com/e?personal-access-token=" + fakeToken:      "https://xn--bcher-kva.example.com",
		"https://b\u00fccher.example.com:8443/e?personal-access-token=" + fakeToken: "https://xn--bcher-kva.example.com:8443",
		"": "https://tooljet.example.com",
	} {
		d := sample()
		d.URL = secret.New(address)
		text := render(t, "csp", d)
		if !strings.Contains(text, "\nContent-Security-Policy: frame-src "+want+"\n") {
			t.Errorf("%s: no header line in\n%s", address, text)
		}
		_, meta, _ := strings.Cut(text, "<meta")
		nodes, err := html.Parse(strings.NewReader("<meta" + meta))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for n := range nodes.Descendants() {
			if n.Type == html.ElementNode && n.Data == "meta" {
				got = append(got, n.Attr[0].Val, n.Attr[1].Val)
			}
		}
		if strings.Join(got, "|") != "Content-Security-Policy|frame-src "+want {
			t.Errorf("%s: meta element %q", address, got)
		}
	}
}

// Ensure that no policy is made for a server that is not known.
func TestRender_CSPWithoutServer(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "tooljet", "https://"} {
		d := Data{BaseURL: base}
		if _, err := (&Set{}).Render("csp", d); err == nil || !strings.HasSuffix(err.Error(), errUnknownServer.Error()) {
			t.Errorf("%q: %v", base, err)
		}
	}
}
