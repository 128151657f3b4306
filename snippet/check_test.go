package snippet

import (
	"strings"
	"testing"

	"patdesk/secret"
)

func TestCheckURL_Refused(t *testing.T) {
	t.Parallel()
	const q = "/embed-apps/1?personal-access-token=" + fakeToken
	for _, u := range []string{
		"", " ", "javascript:alert(1)//" + q, "JaVaScRiPt:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "ftp://h.example.com" + q,
		"//evil.example" + q, "/embed-apps/1", "tooljet.example.com" + q, "https:tooljet.example.com" + q, "https:/tooljet.example.com" + q,
		"https://" + q, "https://:443" + q, "https://user@tooljet.example.com" + q, "https://user:pw@tooljet.example.com" + q,
		"https://tooljet.example.com@evil.example" + q, "https://tooljet.example.com\\@evil.example" + q, "https://evil.example\\.tooljet.example.com" + q,
		"https://tooljet.example.com%2f.evil.example" + q, "https://tooljet.example.com:99999" + q, "https://tooljet.example.com:x" + q, "https://tooljet.example.com:" + q,
		"http://tooljet.example.com" + q, "http://127.0.0.1.evil.example" + q, "http://10.0.0.1" + q, "https://[::1" + q, "https://[fe80::1%25eth0]" + q,
		"https://tooljet.example.com/a b", "https://tooljet.example.com/\nx", "https://tooljet.example.com/\x00", "https://tooljet.example.com/\x7f",
		"https://tooljet.example.com/\u202e", "https://tooljet.example.com/\u2028", "https://tooljet.example.com/\u200b", "https://tooljet.example.com/x\ufe0f", "https://tooljet.example.com/\u3164", "https://tooljet.example.com/\xff",
		" https://tooljet.example.com" + q, "https://tooljet.example.com" + q + "\n", "https://tool<jet.example.com" + q, `https://a"b.example.com` + q,
		"https://tooljet.example.com/" + strings.Repeat("a", 9000), "blob:https://tooljet.example.com/1", "vbscript:x", "about:blank", "about:srcdoc", "https://tooljet.example.com/%zz",
	} {
		_, err := CheckURL(secret.New(u), "https://tooljet.example.com")
		if err == nil {
			t.Errorf("%q is accepted", u)
			continue
		}
		if strings.Contains(err.Error(), "pat_") {
			t.Errorf("%q: the error repeats the token: %v", u, err)
		}
		// No kind that shows an address takes one that is refused.
		for _, kind := range []string{"url", "iframe", "env"} {
			d := sample()
			d.URL = secret.New(u)
			if _, err := (&Set{}).Render(kind, d); err == nil || strings.Contains(err.Error(), "pat_") {
				t.Errorf("%s of %q: %v", kind, u, err)
			}
		}
	}
}

func TestCheckURL_Warnings(t *testing.T) {
	t.Parallel()
	const q = "/embed-apps/1?personal-access-token=" + fakeToken
	const base = "https://tooljet.example.com"
	for _, tt := range []struct{ url, base, want string }{
		{base + q, base, ""},
		{base + q, base + "/", ""},
		{base + ":443" + q, base, ""},
		{"https://TOOLJET.example.com" + q, base, ""},
		{base + q, "", ""},
		{"https://evil.example" + q, base, "points to https://evil.example, not to https://tooljet.example.com"},
		{base + ":8443" + q, base, "points to https://tooljet.example.com:8443"},
		{"https://tooljet.example.com.evil.example" + q, base, "points to"},
		{"https://tооljet.example.com" + q, base, "points to"}, // Cyrillic о
		{base + q, "http://localhost:3000", "points to"},
		{"http://localhost:8082" + q, base, "works on this computer only"},
		{"http://[::1]:8082" + q, "http://[::1]:8082", "works on this computer only"},
		{"https://[2001:db8::1]" + q, "https://[2001:db8::1]", ""},
		{"http://10.0.0.1:3000" + q, "http://10.0.0.1:3000", "the embed address is http"},
		{base + q, base + "/tools", "lacks the sub-path"},
		{base + "/tools" + q, base + "/tools", ""},
		{base + "/toolsX" + q, base + "/tools", "lacks the sub-path"},
		{base + "/embed-apps/1?personal%2Daccess%2Dtoken=x", base, ""},
		{base + "/embed-apps/1", base, "carries no token"},
		{base + "/embed-apps/1?personal-access-token=&appSlug=x", base, "carries no token"},
	} {
		got, err := CheckURL(secret.New(tt.url), tt.base)
		if err != nil {
			t.Errorf("%s: %v", tt.url, err)
			continue
		}
		all := strings.Join(got, "\n")
		if (tt.want == "") != (all == "") || !strings.Contains(all, tt.want) {
			t.Errorf("%s with %s:\ngot  %q\nwant %q", tt.url, tt.base, all, tt.want)
		}
		if strings.Contains(all, "pat_") {
			t.Errorf("%s: a warning repeats the token", tt.url)
		}
	}
}

func TestRender_ForeignHostIsWarnedAbout(t *testing.T) {
	t.Parallel()
	d := sample()
	d.BaseURL = "https://other.example.com"
	s, err := (&Set{}).Render("iframe", d)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "points to https://tooljet.example.com") {
		t.Errorf("warnings: %q", s.Warnings)
	}
}
