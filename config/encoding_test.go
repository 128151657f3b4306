package config

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// Ensure a character that TOML does not take is named as the character it is,
// never as one of its bytes, and that the file's encoding is named.
func TestParse_NamesTheCharacter(t *testing.T) {
	wide := func(s string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(s)) {
			b.WriteByte(byte(u))
			b.WriteByte(byte(u >> 8))
		}
		return b.String()
	}
	for text, want := range map[string]string{
		"profile = “a”\n": "a curly quote “ (U+201C)",
		"profile = ‘a’\n": "a curly quote ‘ (U+2018)",
		"profile = «a»\n": "an angle quote « (U+00AB)",
		"profile = \"a\"\n[profiles.a]\n\u00a0url = \"http://127.0.0.1:9\"\n": "a no-break space (U+00A0)",
		"profile =\u00a0\"a\"\n":                    "a no-break space (U+00A0)",
		"profile = \"a\"\u200b\n":                   "a zero width space (U+200B)",
		"\u200bprofile = \"a\"\n":                   "a zero width space (U+200B)",
		"theme = \"dark\"\n\ufeffprofile = \"a\"\n": "a byte order mark (U+FEFF)",
		"profile ＝ \"a\"\n":                         "a full-width equals sign ＝ (U+FF1D)",
		"ｐrofile = \"a\"\n":                         "a full-width p (U+FF50)",
		"clipboard_clear = –1\n":                    "an en dash – (U+2013)",
		"profile = é\n":                             "'é' (U+00E9)",
		"profile = \"a\tb\x01\"\n":                  "control character",
		"profile = \"a\xe9\"\n":                     "not UTF-8",
		"\xff\xfe" + wide("profile = \"a\"\n"):      "UTF-16",
		wide("profile = \"a\"\n"):                   "UTF-16",
	} {
		_, err := parse("config.toml", []byte(text))
		e, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(e.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		for _, wrong := range []string{"U+00E2", "U+00C2", "U+00EF", "U+00FF"} {
			if ok && strings.Contains(e.Error(), wrong) {
				t.Errorf("%q: a byte told as a character: %v", text, err)
			}
		}
	}
	if _, err := parse("config.toml", []byte("\ufeff# “quotes” in a comment, Müller\u00a0\ntheme = \"dark\"\n")); err != nil {
		t.Errorf("odd characters where they may stand: %v", err)
	}
}
