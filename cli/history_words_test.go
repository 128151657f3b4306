package cli

import "testing"

// Ensure the URL of a history is one word of a shell where a command is named with it.
func TestURLWord(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"postgres://desk@db.example.com:5432/patdesk":                         "postgres://desk@db.example.com:5432/patdesk",
		"postgres://de%20sk@db.example.com/patdesk":                           "postgres://de%20sk@db.example.com/patdesk",
		"postgres://desk@db.example.com/patdesk?pooler=transaction&sslmode=x": "'postgres://desk@db.example.com/patdesk?pooler=transaction&sslmode=x'",
		"postgres://desk@[::1]/patdesk":                                       "'postgres://desk@[::1]/patdesk'",
		"postgres://desk@db.example.com/it's":                                 `'postgres://desk@db.example.com/it'\''s'`,
	} {
		if got := urlWord(raw); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}
