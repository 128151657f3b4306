package address

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const (
		noAddress = "this is not an address, as https://tooljet.example.com"
		noHost    = "the address has no host, as in https://tooljet.example.com"
		noScheme  = "the address must start with https://"
		user      = "the address must not hold a user name or password"
		tail      = "the address must end before ? and #"
		port      = "the port of the address must be from 1 to 65535"
		character = "the address has a character that no address has"
		variable  = "the address holds the name of a variable in place of its value"
		slashes   = "after https stands ://, as in https://tooljet.example.com"
		twice     = "the address starts with its scheme twice"
		brackets  = "an IPv6 address stands in brackets, as https://[2001:db8::1]"
		part      = "the host of the address has a part that is empty or longer than 63 characters"
		dots      = "the address must not hold dot segments"
		idn       = "the address has a host name that cannot be looked up (RFC 5891)"
	)
	for in, want := range map[string]string{
		"https://tooljet.example.com":                         "https://tooljet.example.com",
		"https://Tooljet.Example.com/" + " ":                  "https://tooljet.example.com",
		"HTTPS://tooljet.example.com:443//":                   "https://tooljet.example.com",
		"tooljet.example.com":                                 "https://tooljet.example.com",
		"tooljet.example.com:8443/x/":                         "https://tooljet.example.com:8443/x",
		"localhost:3000":                                      "http://localhost:3000",
		"127.0.0.1":                                           "http://127.0.0.1",
		"[::1]:3000":                                          "http://[::1]:3000",
		"http.example.com":                                    "https://http.example.com",
		"https.example.com:8443":                              "https://https.example.com:8443",
		"http://tooljet.example.com:80":                       "http://tooljet.example.com",
		"https://[2001:DB8::1]:443/":                          "https://[2001:db8::1]",
		"https://tooljet.example.com/a%20b/c":                 "https://tooljet.example.com/a%20b/c",
		"https://tooljet.example.com/apps/tj/":                "https://tooljet.example.com/apps/tj",
		"https://tooljet.example.com/home":                    "https://tooljet.example.com/home",
		"https://bücher.example":                              "https://xn--bcher-kva.example",
		"https://BÜCHER.example:8443/x":                       "https://xn--bcher-kva.example:8443/x",
		"https://tool_jet.example.com":                        "https://tool_jet.example.com",
		"":                                                    noHost,
		"https://":                                            noHost,
		"ftp://h.example.com":                                 noScheme,
		"javascript://x/%0aalert(1)":                          noScheme,
		"https://u@h.example.com":                             user,
		"https://u:p%ss@h.example.com":                        user,
		"https://h.example.com:0":                             port,
		"https://h.example.com:70000":                         port,
		"https://h.example.com:x":                             noAddress,
		"https://h.example.com/\x1b[2J":                       character,
		"https://h.example.com\\@evil.example/":               character,
		"https://h\u202e.example.com":                         character,
		"https://h.example.com/a b":                           character,
		"https://h%2eexample.com":                             noAddress,
		"https://$TOOLJET_HOST":                               variable,
		"$TOOLJET_HOST":                                       variable,
		"https://${HOST}:3000/x":                              variable,
		"https://%HOST%/":                                     variable,
		"https://{{ .Host }}":                                 character,
		"https://{{host}}/tools":                              variable,
		"https://<your-host>":                                 variable,
		"https://tooljet.example.com/${SUB}":                  variable,
		"https:/h.example.com":                                slashes,
		"https:h.example.com":                                 slashes,
		"https//h.example.com":                                slashes,
		"https://https://h.example.com":                       twice,
		"https://2001:db8::1:3000":                            brackets,
		"https://[fe80::1%25eth0]":                            noHost,
		"https://h..example.com":                              part,
		"https://h.example.com/a/../b":                        dots,
		"https://" + strings.Repeat("a", 64) + ".example.com": part,
		"https://" + strings.Repeat("a.", 130) + "com":        "the host of the address is longer than 253 characters",
		"https://h.example.com/" + strings.Repeat("a", 2048):  "the address is longer than 2048 characters",
		"https://ex\u00adample..\u0301.com":                   character,
		"https://xn--ü.example":                               idn,

		"https://h.example.com?x":                                                 tail + ": take https://h.example.com",
		"https://h.example.com/tools/?":                                           tail + ": take https://h.example.com/tools",
		"https://h.example.com/#":                                                 tail + ": take https://h.example.com",
		"https://h.example.com/applications/orders":                               "the address is that of an app, not the base URL of the server: take https://h.example.com",
		"h.example.com/tools/applications/" + app + "/versions/v1":                "the address is that of an app, not the base URL of the server: take https://h.example.com/tools",
		"https://h.example.com/applications/orders?env=production#x":              "the address is that of an app, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/sales/apps/" + app:                                 "the address is that of an app, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/sales/apps/orders/home":                            "the address is that of an app, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/apps/tj/sales/apps/x/y":                            "the address is that of an app, not the base URL of the server: take https://h.example.com/apps/tj",
		"https://h.example.com/embed-apps/" + app + "?personal-access-token=pat_": "the address is that of an embedded app, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/api":                                               "the address is that of the API, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/tools/api/ext/":                                    "the address is that of the API, not the base URL of the server: take https://h.example.com/tools",
		"https://h.example.com/api/v2/ext/users":                                  "the address is that of the API, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/login/sales":                                       "the address is that of the log-in page, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/sales/home":                                        "the address is that of a page of ToolJet, not the base URL of the server: take https://h.example.com",
		"https://h.example.com/tools/sales/workspace-settings/users":              "the address is that of a page of ToolJet, not the base URL of the server: take https://h.example.com/tools",
	} {
		got, err := Parse(in)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", in, got, want)
		}
		again := got
		var e *Error
		if errors.As(err, &e) {
			again = e.Offer
		}
		if again == "" {
			continue
		}
		if twice, err := Parse(again); err != nil || twice != again {
			t.Errorf("%q: a second time %q gives %q, %v", in, again, twice, err)
		}
	}
}

const app = "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10"

// Ensure no error repeats what was typed but for an offer, which has no secret.
func TestParse_ErrorsRepeatNothing(t *testing.T) {
	for _, in := range []string{
		"https://ana:geheim@h.example.com", "https://ana:ge%heim@h.example.com/x", "https://ana:$geheim@h.example.com", "ana:geheim@h.example.com",
		"https://h.example.com/embed-apps/1?personal-access-token=pat_geheim", "https://h.example.com/?key=geheim", "https://h.example.com/#geheim",
		"https://h.example.com:geheim", "https:geheim", "geheim://h.example.com", "https://$geheim", "https://ana:geheim#@h.example.com",
	} {
		if _, err := Parse(in); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestServer(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"https://tooljet.example.com", "https://TOOLJET.example.com:443/", true},
		{"https://tooljet.example.com", "https://tooljet.example.com.", true},
		{"https://tooljet.example.com/tools", "https://tooljet.example.com/tools//", true},
		{"https://tooljet.example.com/tools", "https://tooljet.example.com", false},
		{"https://tooljet.example.com/tools", "https://tooljet.example.com/Tools", false},
		{"https://tooljet.example.com", "http://tooljet.example.com", false},
		{"https://tooljet.example.com", "https://tooljet.example.com:8443", false},
		{"https://bücher.example", "https://xn--bcher-kva.example", true},
		{"https://tооljet.example.com", "https://tooljet.example.com", false}, // Cyrillic о
		{"http://localhost:3000", "http://127.0.0.1:3000", true},
		{"http://localhost:3000", "http://[::1]:3000/", true},
		{"http://LOCALHOST.:3000", "http://127.8.0.1:3000", true},
		{"http://tooljet.localhost:3000", "http://localhost:3000", true},
		{"http://[::ffff:127.0.0.1]", "http://localhost:80", true},
		{"http://localhost:3000", "http://localhost:3001", false},
		{"http://localhost.example.com", "http://localhost", false},
		{"", "", false},
		{"/tools", "/tools", false},
	} {
		if got := Server(tt.a) != "" && Server(tt.a) == Server(tt.b); got != tt.same {
			t.Errorf("%s, %s: %v (%s, %s)", tt.a, tt.b, got, Server(tt.a), Server(tt.b))
		}
	}
}

func TestOrigin(t *testing.T) {
	for in, want := range map[string]string{
		"https://ToolJet.example.com/x?y": "https://tooljet.example.com:443",
		"http://[::1]/":                   "http://[::1]:80",
		"https://[2001:db8::1]:8443":      "https://[2001:db8::1]:8443",
		"https://bücher.example":          "https://xn--bcher-kva.example:443",
		"/x":                              "",
		"https://h:x":                     "",
	} {
		if got := Origin(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost.": true, "dev.localhost": true, "127.0.0.1": true, "127.1.2.3": true, "::1": true, "[::1]": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.example.com": false, "127.0.0.1.example.com": false, "mylocalhost": false, "10.0.0.1": false, "0.0.0.0": false, "::": false, "::ffff:10.0.0.1": false,
	} {
		if got := Loopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
		if got := InClear("http://" + bracketed(host)); got == want {
			t.Errorf("%q: in clear %v", host, got)
		}
	}
	if InClear("https://tooljet.example.com") {
		t.Error("https is in clear")
	}
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + strings.Trim(host, "[]") + "]"
	}
	return host
}

func TestApp(t *testing.T) {
	const base, tools = "https://h.example.com", "https://h.example.com/apps/tools"
	for _, tt := range []struct {
		page, base, want string
		err              error
	}{
		{base + "/applications/" + app, base, app, nil},
		{base + "/applications/orders?env=production", base, "orders", nil},
		{base + "/applications/my%20orders/versions/v1", base, "my orders", nil},
		{base + "/sales/apps/" + app + "/home", base, app, nil},
		{base + "/sales/apps/orders", base, "orders", nil},
		{base + "/apps/orders", base, "orders", nil},
		{base + "/embed-apps/" + app + "?personal-access-token=pat_00", base, app, nil},
		{" http://H.example.com:443/applications/orders ", base, "orders", nil},
		{"http://127.0.0.1:3000/applications/orders", "http://localhost:3000", "orders", nil},
		{"/applications/orders", base, "orders", nil},
		{tools + "/applications/orders", tools, "orders", nil},
		{tools + "/sales/apps/orders", tools, "orders", nil},
		{base, base, "", ErrNoApp},
		{base + "/", base, "", ErrNoApp},
		{base + "/applications/", base, "", ErrNoApp},
		{base + "/sales/home", base, "", ErrNoApp},
		{tools + "/home", tools, "", ErrNoApp},
		{"https://other.example.com/applications/orders", base, "", ErrForeign},
		{"https://h.example.com:8443/applications/orders", base, "", ErrForeign},
		{"https://h.example.com:x/applications/orders", base, "", ErrNoApp},
	} {
		got, err := App(tt.page, tt.base)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s at %s: %q, %v", tt.page, tt.base, got, err)
		}
	}
}

// Ensure a host holds what host names hold: anything else means something in the
// places that an address is written into.
func TestParse_HostsAreNames(t *testing.T) {
	for _, host := range []string{"a;b.example.com", "a,b.example.com", "a!b", "a*b", "a(b)", "a=b", "a&b", "a+b", "a~b", "*.example.com", "a`b"} {
		if got, err := Parse("https://" + host); err == nil {
			t.Errorf("%s is taken as %s", host, got)
		}
	}
	for _, host := range []string{"tool_jet.example.com", "a-b.example.com", "10.0.0.1", "localhost", "x"} {
		if _, err := Parse("https://" + host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}
