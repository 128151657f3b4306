package client

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"patdesk/secret"
)

// oddKeys are keys with all that an encoding changes, and one of each letter.
var oddKeys = []string{`zQ7+canary/ADMIN~key=%41"x&<y>`, "plain-admin-key-0123456789", "schlüssel äöü €", `back\slash\\"quote'`, "a b+c%20d&amp;e"}

// spellings are a key as servers and proxies repeat it.
func spellings(key string) map[string]string {
	each := func(format string) string {
		var b strings.Builder
		for _, c := range []byte(key) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	runes := func(format string) string {
		var b strings.Builder
		for _, r := range key {
			fmt.Fprintf(&b, format, r)
		}
		return b.String()
	}
	some := func(format string) string { // every third byte
		var b strings.Builder
		for i, r := range key {
			if i%3 == 1 && r < utf8.RuneSelf {
				fmt.Fprintf(&b, format, r)
			} else {
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	low := regexp.MustCompile(`%..`).ReplaceAllStringFunc
	quoted, _ := json.Marshal(key)
	all := map[string]string{
		"raw": key, "query": url.QueryEscape(key), "path": url.PathEscape(key), "query, lower case": low(url.QueryEscape(key), strings.ToLower),
		"percent, all": each("%%%02X"), "percent, all, lower case": each("%%%02x"), "percent twice": url.QueryEscape(url.QueryEscape(key)), "percent of each, twice": each("%%25%02x"),
		"entities": html.EscapeString(key), "entities twice": html.EscapeString(html.EscapeString(key)), "decimal": runes("&#%d;"), "decimal without end": runes("&#%06d"), "hexadecimal": runes("&#x%x;"), "hexadecimal, capitals": runes("&#X%X;"),
		"JSON": strings.Trim(string(quoted), `"`), `\u`: runes(`\u%04x`), `\u, capitals`: runes(`\u%04X`), `\x`: each(`\x%02x`),
		"some percent": some("%%%02X"), "some decimal": some("&#%d;"), `some \u`: some(`\u%04x`), "escaped slashes": strings.ReplaceAll(key, "/", `\/`),
		"percent of JSON": url.QueryEscape(strings.Trim(string(quoted), `"`)), "entities of percent": html.EscapeString(url.QueryEscape(key)),
		"hex": hex.EncodeToString([]byte(key)), "hex, capitals": strings.ToUpper(hex.EncodeToString([]byte(key))), "hex, parted": strings.TrimSuffix(each("%02x "), " "), "hex, colons": strings.TrimSuffix(each("%02X:"), ":"),
	}
	for range key { // named entities as PHP writes them
		all["named"] = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "+", "&plus;", "/", "&sol;", "=", "&equals;").Replace(key)
	}
	for name, enc := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding, "raw base64": base64.RawStdEncoding, "raw base64url": base64.RawURLEncoding} {
		for _, before := range []string{"", "B", "Ba", "Basic ", "Authorization: Basic "} {
			for _, after := range []string{"", "x", "\r\n"} {
				all[fmt.Sprintf("%s of %q and %q", name, before, after)] = enc.EncodeToString([]byte(before + key + after))
			}
		}
	}
	b := base64.StdEncoding.EncodeToString([]byte("Basic " + key))
	all["base64 in lines"] = b[:10] + "\r\n" + b[10:]
	all["base64, percent-encoded"] = url.QueryEscape(b)
	return all
}

// Ensure the admin key is taken out of what a server says in every spelling, and
// nothing else is.
func TestClean_Key(t *testing.T) {
	for _, key := range oddKeys {
		c := dialKey(t, key)
		for name, s := range spellings(key) {
			got := c.clean("bad " + s + " end")
			if !strings.Contains(got, redacted) || !strings.HasPrefix(got, "bad ") || !strings.HasSuffix(got, " end") {
				t.Errorf("%s of %s: %q becomes %q", name, key, s, got)
				continue
			}
			// What is left on either side tells less than two bytes of the key.
			left := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(got, "bad "), " end"), redacted, "")
			if whole := strings.Contains(name, "of \"") || strings.HasPrefix(name, "base64"); len(left) > 0 && !whole {
				t.Errorf("%s of %s: %q is left", name, key, left)
			}
			if cut := c.clean("bad " + s[:len(s)-1]); !strings.Contains(cut, redacted) {
				t.Errorf("%s of %s, cut off: %q", name, key, cut)
			}
		}
		for _, s := range []string{"patExpiry must not be less than 1", "&amp; %41 \\u0041", strings.Repeat("a", 9000), key[:3], strings.Repeat("%25", 3000), strings.Repeat(`\`, 3000)} {
			if got := c.clean(s); got != s {
				t.Errorf("%.40q becomes %.40q", s, got)
			}
		}
	}
}

// dialKey is a client with a key that talks to nobody.
func dialKey(t *testing.T, key string) *Client {
	t.Helper()
	c, err := New("https://tooljet.example.com", secret.New(key))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
