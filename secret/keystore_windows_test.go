package secret

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/zalando/go-keyring"
)

// Ensure the sealing key goes to Windows' own store, and is found there again.
func TestKeyStore_CredentialManager(t *testing.T) {
	dir, err := os.MkdirTemp("", "patdesk-key-") // Wine cannot remove the folders of a test
	if err != nil {
		t.Fatal(err)
	}
	store := KeyStore{Dir: dir, Keyring: true}
	first, place, err := store.Load(t.Context())
	if err != nil || place.Kind != KindKeyring {
		t.Fatalf("%+v %v", place, err)
	}
	t.Cleanup(func() {
		if err := keyring.Delete(keyringService, keyringEntry(first.ID())); err != nil {
			t.Error(err)
		}
		if _, _, err := store.Load(t.Context()); err == nil {
			t.Error("a key that is gone was found")
		}
		_, _ = os.Remove(filepath.Join(dir, keyFileName)), os.Remove(dir)
	})
	if again, _, err := store.Load(t.Context()); err != nil || again.ID() != first.ID() {
		t.Errorf("another key: %v", err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, keyFileName)); err != nil || string(text) != keyFileFormat+" "+KindKeyring+" "+first.ID()+"\n" {
		t.Errorf("the file holds more than the name of the key: %v", err)
	}
}

// Ensure the command that prints a key runs by the rules of cmd.exe, quotes and all.
func TestSource_CommandOfWindows(t *testing.T) {
	s := Source{Kind: KindCommand, Command: `echo "%OS%"& rem "a b"`}
	key, err := s.Resolve(t.Context())
	if err != nil || key.Reveal(ForChecking) != `"Windows_NT"` {
		t.Errorf("%v", err)
	}
}
