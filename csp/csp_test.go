package csp

import (
	"net/url"
	"strings"
	"testing"
)

func parse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Ensure sources match as CSP 3, 6.7.2 says.
func TestMatches(t *testing.T) {
	const page, app = "https://portal.example.com/orders", "https://tooljet.example.com/embed-apps/1"
	for _, tt := range []struct {
		sources, self, address string
		want                   bool
	}{
		{"*", page, app, true},
		{"*", page, "http://tooljet.example.com/", true},
		{"*", page, "data:text/html,x", false},
		{"'none'", page, app, false},
		{"", page, app, false},
		{"'none' https://tooljet.example.com", page, app, true}, // 'none' beside others is no word

		{"https:", page, app, true},
		{"HTTPS:", page, app, true},
		{"http:", page, app, true}, // the safer form
		{"https:", page, "http://tooljet.example.com/", false},
		{"data:", page, "data:text/html,x", true},

		{"'self'", page, "https://portal.example.com/x", true},
		{"'Self'", page, "https://PORTAL.example.com/x", true},
		{"'self'", page, app, false},
		{"'self'", page, "http://portal.example.com/", false},
		{"'self'", "http://portal.example.com/", "https://portal.example.com/", true},
		{"'self'", "http://portal.example.com:8080/", "https://portal.example.com/", false},
		{"'self'", page, "https://portal.example.com:8443/", false},

		{"https://tooljet.example.com", page, app, true},
		{"https://TOOLJET.example.com", page, app, true},
		{"http://tooljet.example.com", page, app, true},
		{"https://tooljet.example.com", page, "http://tooljet.example.com/", false},
		{"tooljet.example.com", page, app, true},
		{"tooljet.example.com", page, "http://tooljet.example.com/", false}, // the page's scheme
		{"tooljet.example.com", "http://portal.example.com/", "http://tooljet.example.com/", true},
		{"other.example.com", page, app, false},

		{"*.example.com", page, app, true},
		{"https://*.example.com", page, app, true},
		{"*.example.com", page, "https://a.b.example.com/", true},
		{"*.example.com", page, "https://example.com/", false},
		{"*.example.com", page, "https://badexample.com/", false},
		{"*.tooljet.example.com", page, app, false},
		{"https://*", page, app, true},

		{"tooljet.example.com", page, "https://tooljet.example.com:8443/", false},
		{"tooljet.example.com:8443", page, "https://tooljet.example.com:8443/", true},
		{"tooljet.example.com:*", page, "https://tooljet.example.com:8443/", true},
		{"*:8443", page, "https://tooljet.example.com:8443/", true},
		{"tooljet.example.com:443", page, app, true},
		{"tooljet.example.com:444", page, app, false},
		{"http://tooljet.example.com:80", page, app, true}, // the safer form of both
		{"http://tooljet.example.com:80", page, "https://tooljet.example.com:8443/", false},
		{"tooljet.example.com:80", page, app, false},
		{"https://tooljet.example.com:443", page, "http://tooljet.example.com/", false},
		{"http://localhost:*", "http://localhost:3000/", "http://localhost:8082/x", true},
		{"http://127.0.0.1:8082", page, "http://127.0.0.1:8082/x", true},
		{"http://[::1]:8082", page, "http://[::1]:8082/x", true},

		{"https://tooljet.example.com/", page, app, true},
		{"https://tooljet.example.com/embed-apps/", page, app, true},
		{"https://tooljet.example.com/embed-apps/1", page, app, true},
		{"https://tooljet.example.com/embed-apps", page, app, false},
		{"https://tooljet.example.com/embed%2Dapps/", page, app, true},
		{"https://tooljet.example.com/apps/", page, app, false},
		{"'self' https://tooljet.example.com", page, app, true},
	} {
		got := Matches(strings.Fields(tt.sources), parse(t, tt.self), parse(t, tt.address))
		if got != tt.want {
			t.Errorf("%q at %s: %s matches %v, want %v", tt.sources, tt.self, tt.address, got, tt.want)
		}
	}
	if !MatchesOrigin([]string{"https://portal.example.com/other"}, parse(t, app), parse(t, page)) {
		t.Error("the path of an ancestor counts")
	}
}

// Ensure the directive for frames is found in its order, and the first of two counts.
func TestParse_FrameSource(t *testing.T) {
	for header, want := range map[string]string{
		"default-src 'self'; child-src https://a.example.com; frame-src https://b.example.com": "frame-src https://b.example.com",
		"default-src 'self'; child-src https://a.example.com":                                  "child-src https://a.example.com",
		"default-src 'self'": "default-src 'self'",
		"Frame-Src a.example.com; frame-src b.example.com": "frame-src a.example.com",
		"frame-src":                      "frame-src ",
		"script-src 'self'":              " ",
		" ; frame-src\ta.example.com ; ": "frame-src a.example.com",
	} {
		all := Parse(header)
		if len(all) != 1 {
			t.Errorf("%q: %d policies", header, len(all))
			continue
		}
		name, sources := all[0].FrameSource()
		if got := name + " " + strings.Join(sources, " "); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
	if got := Parse("frame-src 'self', frame-ancestors *", "", "upgrade-insecure-requests"); len(got) != 3 || !got[2].Upgrades() {
		t.Errorf("policies: %v", got)
	}
}
