package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure that a token is refused wherever it stands in a file but in a comment, with its
// line and without being repeated, since settings are shown as they are.
func TestLoad_TokensAreRefused(t *testing.T) {
	t.Parallel()
	const token = "pat_0123456789abcdef0123"
	for name, text := range map[string]string{
		"command": "[profiles.a]\nurl = \"https://tj.example.com\"\nkey_command = \"echo " + token + "\"\n",
		"file":    "[profiles.a]\nurl = \"https://tj.example.com\"\nkey_file = \"" + token + "\"\n",
		"name":    "[profiles." + token + "]\nurl = \"https://tj.example.com\"\n",
		"setting": token + " = 3\n",
		"no TOML": "theme = \"dark\"\n" + token + "\n",
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		before, _, _ := strings.Cut(text, token)
		line := 1 + strings.Count(before, "\n")
		if e, ok := errors.AsType[*Error](err); !ok || e.Line != line || strings.Contains(e.Error(), "0123") || !strings.Contains(e.Msg, "a token") {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("# was "+token+"\ntheme = \"dark\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err != nil {
		t.Errorf("a comment is refused: %v", err)
	}
}
