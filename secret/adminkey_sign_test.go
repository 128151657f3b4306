package secret_test

import (
	"strings"
	"testing"

	"patdesk/secret"
)

// Ensure that whoever pasted a line with the variable's name is told about the sign that
// stands in it.
func TestCheckAdminKey_NamesTheSign(t *testing.T) {
	t.Parallel()
	for line, sign := range map[string]string{
		"EXTERNAL_API_ACCESS_TOKEN=abc123def456":    "follows the equals sign",
		"EXTERNAL_API_ACCESS_TOKEN: abc123def456":   "follows the colon",
		"EXTERNAL_API_ACCESS_TOKEN: abc123==":       "follows the colon",
		"\"TOOLJET_API_TOKEN\": \"abc123def456\"":   "follows the colon",
		"export TOOLJET_API_TOKEN=abc:123":          "follows the equals sign",
		"$env:TOOLJET_API_TOKEN = \"abc123def456\"": "follows the equals sign",
		"OUR_OWN_NAME: abc123def456":                "follows the colon",
	} {
		if err := secret.CheckAdminKey(secret.New(line)); err == nil || !strings.Contains(err.Error(), sign) {
			t.Errorf("%q: %v, want %q", line, err, sign)
		}
	}
}
