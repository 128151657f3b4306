package secret_test

import (
	"testing"

	"patdesk/secret"
)

// Ensure that each kind of secret is found inside a text, and nothing that only looks
// like one.
func TestWithin(t *testing.T) {
	t.Parallel()
	for text, holds := range map[string]bool{
		"see pat_0123456789abcdef here":                                true,
		"old:tj_pat_Ab12Cd34Ef":                                        true,
		"https://tj.example.com/embed-apps/a?personal-access-token=x1": true,
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln":                    true,
		"EXTERNAL_API_ACCESS_TOKEN=s3cr3t":                             true,
		"TOOLJET_API_TOKEN: 's3cr3t'":                                  true,
		"":                                                             false,
		"for the portal, instead of pat_…9f3c":                         false,
		"pat_expiry_unit was wrong":                                    false,
		"pat_face":                                                     false,
		"set EXTERNAL_API_ACCESS_TOKEN= on the server":                 false,
		"read from $TOOLJET_API_TOKEN":                                 false,
		"https://tj.example.com/embed-apps/a?personal-access-token=… of the shop": false,
		"eyJ is how a JWT begins": false,
		"key_command = \"env TOOLJET_API_TOKEN=$(pass show tooljet) print-the-key": false,
	} {
		if got := secret.Within(text); (got != "") != holds {
			t.Errorf("%q: %q", text, got)
		}
	}
}
