package secret

import (
	"strings"

	"patdesk/pattern"
)

// kinds are the forms of secrets that people paste by mistake into what is kept in
// clear. A token that is masked, as pat_…9f3c, is none, and neither is a word that
// only begins like one, as pat_expiry_unit. part stands in each of its form, in small
// letters: every start looks at the configuration, and makes no pattern for what is not there.
var kinds = []struct {
	part string
	form pattern.Pattern
	what string
}{
	{"token=", pattern.New(`(?i)personal-access-token=[^\s&…]`), "an embed address with its token"},
	{"pat_", pattern.New(`tj_pat_[A-Za-z0-9]{8,}`), "a workspace token (tj_pat_…)"},
	{"pat_", pattern.New(`pat_[A-Fa-f0-9]{8,}`), "a token (pat_…)"},
	{"eyj", pattern.New(`eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{4,}\.`), "the signed token of a session (a JWT)"},
	{"_token", pattern.New(`(?i)(?:EXTERNAL_API_ACCESS_TOKEN|TOOLJET_API_TOKEN)["']?\s*[=:]\s*["']?[^\s"'$<]{4,}`), "an admin key, after the name of its variable"},
}

// Within says which secret stands in a text that is kept or shown in clear, such as a
// note, or is "". It never repeats it.
func Within(s string) string {
	small := strings.ToLower(s)
	for _, k := range kinds {
		if strings.Contains(small, k.part) && k.form.MatchString(s) {
			return k.what
		}
	}
	return ""
}
