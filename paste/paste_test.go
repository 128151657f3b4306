package paste_test

import (
	"strings"
	"testing"

	"patdesk/paste"
)

// edges are what sticks to a value that was copied from a spreadsheet, a mail, a
// page or a chat. None of it is seen there.
var edges = []string{
	" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u202f", "\u2007", "\u3000", "\ufeff", "\u200b", "\u200c", "\u200d",
	"\u2060", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c", "\u2066", "\u2069", "\u180e", "\ufe0f", "\u2028", "\u3164",
	"\x00", "\u0085", "\u00a0 \u200b\ufeff",
}

// Ensure no edge gets through, before, behind, around and inside of quotes, for
// whatever is pasted.
func TestTrim_Edges(t *testing.T) {
	const user, app, address = "ana@example.com", "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10", "https://tooljet.example.com/tools"
	for _, e := range edges {
		for _, around := range [][2]string{{e, ""}, {"", e}, {e, e}, {e + `"` + e, e + `"` + e}, {"“" + e, e + "”"}, {"'", e}, {"«" + e, "»"}} {
			if got := paste.User(around[0] + user + around[1]); got != user {
				t.Errorf("User(%+q): %+q", around, got)
			}
			if got, err := paste.App(around[0]+app+around[1], address); got != app || err != nil {
				t.Errorf("App(%+q): %+q, %v", around, got, err)
			}
			if got := paste.Address(around[0] + address + around[1]); got != address {
				t.Errorf("Address(%+q): %+q", around, got)
			}
		}
	}
	if got := paste.Trim("Ana’s app"); got != "Ana’s app" {
		t.Errorf("what stands inside: %q", got)
	}
	if got := paste.Trim("\u200b \"'"); got != "" {
		t.Errorf("edges alone: %+q", got)
	}
}

// Ensure a user is found in the ways in which mail programs, chats and pages
// write one, and that text which names none or several stays to be refused.
func TestUser(t *testing.T) {
	const want = "ana@example.com"
	for _, s := range []string{
		want, "Ana <ana@example.com>", `"Weber, Ana" <ana@example.com>`, "<ana@example.com>", "Ana (ana@example.com)",
		"mailto:ana@example.com", "MAILTO:ana@example.com?subject=Hi", "<mailto:ana@example.com>", "mailto:ana%40example.com",
		"ana@example.com <mailto:ana@example.com>", "[ana@example.com](mailto:ana@example.com)", "[Ana](mailto:ana@example.com)",
		"ana@example.com,", "ana@example.com;", "ana@example.com.", "E-mail: ana@example.com", "email=ana@example.com", "To: Ana <ana@example.com>;",
		"Ana Müller\u00a0<\u200bana@example.com>",
	} {
		if got := paste.User(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
	for s, want := range map[string]string{
		"ana+test@example.com":                          "ana+test@example.com",
		"o'hara@example.com":                            "o'hara@example.com",
		"5c4e3c58-7a37-4a4b-9d0f-2f8a53c3f9a1":          "5c4e3c58-7a37-4a4b-9d0f-2f8a53c3f9a1",
		"user id: 5c4e3c58-7a37-4a4b-9d0f-2f8a53c3f9a1": "5c4e3c58-7a37-4a4b-9d0f-2f8a53c3f9a1",
		"ana":                                  "ana",
		"":                                     "",
		"A <a@example.com>, B <b@example.com>": "A <a@example.com>, B <b@example.com",
		"ana\u200b@example.com":                "ana\u200b@example.com",
	} {
		if got := paste.User(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// Ensure an app is found in each address that ToolJet shows for one, and that an
// address which leads elsewhere is refused without being repeated.
func TestApp(t *testing.T) {
	const id, base = "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10", "https://tooljet.example.com/tools"
	for s, want := range map[string]string{
		id: id, "orders": "orders", "orders/": "orders", "/applications/orders": "orders", "applications/orders/home": "orders",
		base + "/applications/" + id:                                 id,
		base + "/applications/orders":                                "orders",
		base + "/applications/orders/home?env=production&version=v2": "orders",
		base + "/applications/orders#top":                            "orders",
		base + "/sales/apps/" + id + "/home":                         id,
		base + "/sales/apps/orders":                                  "orders",
		base + "/apps/" + id:                                         id,
		base + "/apps/apps/orders/home":                              "orders",
		base + "/applications/apps/home":                             "apps",
		base + "/embed-apps/" + id + "?personal-access-token=pat_00": id,
		"tooljet.example.com/tools/applications/orders":              "orders",
		"TOOLJET.example.com:443/tools/applications/orders":          "orders",
		"http://tooljet.example.com/tools/applications/orders":       "orders",
		"<" + base + "/applications/orders>":                         "orders",
		"“" + base + "/applications/orders”,":                        "orders",
		base + "/applications/my%20app":                              "my app",
		"https://tooljet.example.com/applications/orders":            "orders",
	} {
		if got, err := paste.App(s, base); got != want || err != nil {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for s, part := range map[string]string{
		"https://other.example.net/applications/orders?x=hunter2":      "another server",
		"https://tooljet.example.com:8443/tools/applications/orders":   "another server",
		"https://tooljet.example.com.evil.example/applications/orders": "another server",
		base:                               "holds no app",
		base + "/sales":                    "holds no app",
		base + "/applications":             "holds no app",
		base + "/applications/%20":         "holds no app",
		"http://[::1/applications/hunter2": "holds no app",
	} {
		got, err := paste.App(s, base)
		if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, pair := range [][2]string{{"http://localhost:3000/apps/x", "http://127.0.0.1:3000"}, {"http://[::1]:3000/apps/x", "http://localhost:3000"}} {
		if got, err := paste.App(pair[0], pair[1]); got != "x" || err != nil {
			t.Errorf("%q: %q, %v", pair, got, err)
		}
	}
	if _, err := paste.App("http://localhost:3001/apps/x", "http://127.0.0.1:3000"); err == nil {
		t.Error("another port of this computer is another server")
	}
}

// Ensure an address loses the name of its variable, and nothing of its own.
func TestAddress(t *testing.T) {
	const want = "https://tooljet.example.com"
	for _, s := range []string{
		"TOOLJET_HOST=https://tooljet.example.com", "export TOOLJET_HOST=\"https://tooljet.example.com\"", "TOOLJET_HOST: https://tooljet.example.com",
		"$env:TOOLJET_HOST = 'https://tooljet.example.com'", "<https://tooljet.example.com>", "<https://tooljet.example.com>,", "https://tooljet.example.com,", "- TOOLJET_HOST=https://tooljet.example.com",
		`"TOOLJET_HOST": "https://tooljet.example.com",`,
	} {
		if got := paste.Address(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
	for _, s := range []string{"https://tool_jet.example.com/a=b", "localhost:3000", "tool_jet.example.com:3000"} {
		if got := paste.Address(s); got != s {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// Ensure a character is named as it is, whatever it looks like.
func TestOdd(t *testing.T) {
	for s, want := range map[string]string{
		"plain text": "", "Müller": "", "山田": "", "": "",
		"a\u00a0b":     "a no-break space (U+00A0)",
		"a\u200bb":     "a zero width space (U+200B)",
		"\ufeffa":      "a byte order mark (U+FEFF)",
		"a\tb":         "a tab (U+0009)",
		"a\x07b":       "a control character (U+0007)",
		"a\u2005b":     "a four-per-em space (U+2005)",
		"a\U000e0020b": "an invisible character (U+E0020)",
		"ana＠example":  "a full-width @ (U+FF20)",
		"a\xff":        "a byte that is not UTF-8",
	} {
		if got := paste.Odd(s); got != want {
			t.Errorf("%+q: %q, want %q", s, got, want)
		}
	}
	for r, want := range map[rune]string{'“': "a curly quote “ (U+201C)", 'é': "'é' (U+00E9)", 'ａ': "a full-width a (U+FF41)", '–': "an en dash – (U+2013)"} {
		if got := paste.Name(r); got != want {
			t.Errorf("%+q: %q, want %q", r, got, want)
		}
	}
}
