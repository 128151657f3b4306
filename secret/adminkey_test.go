package secret

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestCheckAdminKey(t *testing.T) {
	for key, want := range map[string]string{
		"":                                    "is empty",
		" \n":                                 "is empty",
		"Basic c2VjcmV0LXZhbHVl":              `leave out "Basic "`,
		"basic c2VjcmV0LXZhbHVl":              `leave out "Basic "`,
		"Bearer c2VjcmV0LXZhbHVl":             `leave out "Bearer "`,
		"EXTERNAL_API_ACCESS_TOKEN=c2VjcmV":   "leave out the name of the variable",
		"secret-value\n":                      "has a line break",
		"secret\r\nvalue":                     "has a line break",
		"secret value":                        "has a space",
		"secret\u00a0value":                   "a no-break space (U+00A0)",
		"\ufeffsecret-value":                  "at its start that cannot be sent, a byte order mark (U+FEFF)",
		"secret-value\u00a0":                  "at its end that cannot be sent, a no-break space",
		"secret-value\u200b":                  "a zero width space (U+200B)",
		"secret-value\t":                      "a tab (U+0009)",
		" secret-value":                       "has a space at its start",
		"secret-value ":                       "has a space at its end",
		"“secret-value”":                      "has a quote at its start or end",
		"«secret-value»":                      "has a quote at its start or end",
		"ｓｅｃｒｅｔ":                              "has a full-width character at its start",
		"\ufeffBasic secret-value":            `leave out "Basic "`,
		"Basic\u00a0secret-value":             `leave out "Basic "`,
		"\"Basic secret-value\"":              `leave out "Basic "`,
		"Token secret-value":                  `leave out "Token "`,
		"Authorization: Basic secret-value":   "leave out the name of the header",
		"TOOLJET_API_TOKEN=secret-value":      "leave out the name of the variable",
		"tooljet_api_token = secret-value":    "leave out the name of the variable",
		"export TOOLJET_API_TOKEN=\"secret\"": "leave out the name of the variable",
		"EXTERNAL_API_ACCESS_TOKEN: secret":   "leave out the name of the variable",
		"\"TOOLJET_API_TOKEN\": \"secret\"":   "leave out the name of the variable",
		"$env:TOOLJET_API_TOKEN='secret'":     "leave out the name of the variable",
		"MY_ADMIN_KEY=secret-value":           "leave out the name of the variable",
		"https://tooljet.example.com":         "this is an address",
		"x_y=z-and-more":                      "",
		"AB_CDEFGH==":                         "",
		`"secret-value"`:                      "has a quote at its start or end",
		`'secret-value`:                       "has a quote at its start or end",
		"secret-value`":                       "has a quote at its start or end",
		"tj_pat_0123456789abcdef":             "workspace token",
		"pat_0123456789abcdef0123456789":      "embed token",
		"secret\x00value":                     "cannot be sent",
		"secrét-value":                        "cannot be sent",
		"secret\x1b[2Jvalue":                  "cannot be sent",
		"secret\u200bvalue":                   "cannot be sent",
		"secret\xffvalue":                     "cannot be sent",
		strings.Repeat("s", 4097):             "longer than 4096",
		"secret-value":                        "",
		"c2VjcmV0LXZhbHVl":                    "",
		`sec"ret'value`:                       "",
		"pat_of_the_operator":                 "",
		"B":                                   "",
	} {
		err := CheckAdminKey(New(key))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", key, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "0123456789") || strings.Contains(err.Error(), "c2Vj")) {
			t.Errorf("%q: the error repeats the key: %v", key, err)
		}
	}
}

func TestAdminKeyHint(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	for key, want := range map[string]string{
		b64([]byte("admin:correct horse battery")):                      "base64",
		b64([]byte("user-name:a")):                                      "base64",
		b64([]byte("no colon in here at all")):                          "",
		b64([]byte{0xff, 0xfe, ':', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}): "",
		"short":                            "short",
		"0123456789abcdef0123456789abcdef": "",
		"":                                 "",
	} {
		got := AdminKeyHint(New(key))
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
		if key != "" && strings.Contains(got, key) && key != "short" {
			t.Errorf("%q: the hint repeats the key", key)
		}
	}
}
