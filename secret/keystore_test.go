package secret

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

func noEnv(string) string { return "" }

// inOwnProcess runs a test again in a process of its own, where the keyring
// library can be switched to its in-memory store, which is for good. It reports
// whether this is that process.
func inOwnProcess(t *testing.T) bool {
	t.Helper()
	const mark = "PATDESK_TEST_KEYRING"
	if os.Getenv(mark) != "" {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), mark+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// withKeyring gives the keyring library's own in-memory store, and an
// environment that looks like a desktop session.
func withKeyring(t *testing.T) func(string) string {
	t.Helper()
	keyring.MockInit()
	const address = "unix:path=/nowhere"
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	return func(name string) string {
		if name == "DBUS_SESSION_BUS_ADDRESS" {
			return address
		}
		return ""
	}
}

func load(t *testing.T, s KeyStore) (Key, KeyPlace) {
	t.Helper()
	k, place, err := s.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k, place
}

func TestKeyStore_FileIsMadeOnceAndPrivate(t *testing.T) {
	s := KeyStore{Dir: filepath.Join(t.TempDir(), "config"), Keyring: true, Getenv: noEnv}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	k, place := load(t, s)
	again, _ := load(t, s)
	if k.ID() != again.ID() || len(k.ID()) != 8 {
		t.Errorf("key %s, then %s", k.ID(), again.ID())
	}
	if want := (KeyPlace{KindFile, filepath.Join(s.Dir, "seal.key")}); place != want {
		t.Errorf("place %+v, want %+v", place, want)
	}
	for name, want := range map[string]os.FileMode{place.Path: 0o600, s.Dir: 0o700 | os.ModeDir} {
		if fi, err := os.Lstat(name); err != nil || fi.Mode() != want && runtime.GOOS != "windows" {
			t.Errorf("%s: mode %v, %v", name, fi.Mode(), err)
		}
	}
	names, _ := filepath.Glob(s.Dir + "/.*")
	if len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func TestKeyStore_OneKeyForAllWhoStartAtOnce(t *testing.T) {
	loadAtOnce(t, KeyStore{Dir: filepath.Join(t.TempDir(), "config"), Getenv: noEnv})
}

// Ensure that of two processes that make a key at once, the slower one takes its
// own out of the keyring again. (The in-memory keyring is not made for several
// goroutines, so they take turns here.)
func TestKeyStore_SlowerOfTwoRemovesItsKeyringEntry(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	s := KeyStore{Dir: t.TempDir(), Keyring: true, Getenv: withKeyring(t)}
	k, _ := load(t, s)
	if err := s.create(t.Context()); !errors.Is(err, fs.ErrExist) {
		t.Fatalf("got %v", err)
	}
	if again, _ := load(t, s); again.ID() != k.ID() {
		t.Error("another key")
	}
}

func loadAtOnce(t *testing.T, s KeyStore) {
	t.Helper()
	ids := make([]string, 16)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			k, _, err := s.Load(t.Context())
			if err != nil {
				t.Error(err)
			}
			ids[i] = k.ID()
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("several keys: %v", ids)
		}
	}
}

func TestKeyStore_KeyringHoldsTheKeyAndTheFileItsName(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	s := KeyStore{Dir: t.TempDir(), Keyring: true, Getenv: withKeyring(t)}
	k, place := load(t, s)
	if place.Kind != KindKeyring {
		t.Fatalf("place %+v", place)
	}
	b, err := os.ReadFile(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("patdesk-seal-1 keyring "+k.ID()+"\n", string(b)); diff != "" {
		t.Error(diff)
	}
	again, _ := load(t, s)
	if again.ID() != k.ID() {
		t.Error("another key the second time")
	}
}

// Ensure that a key store without an answer never leads to a second key.
func TestKeyStore_LockedOrEmptiedKeyringIsAnErrorAndNoNewKey(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	s := KeyStore{Dir: t.TempDir(), Keyring: true, Getenv: withKeyring(t)}
	_, place := load(t, s)
	before, _ := os.ReadFile(place.Path)

	fails := func(name string) {
		t.Helper()
		_, _, err := s.Load(t.Context())
		var e *KeyStoreError
		if !errors.As(err, &e) || e.Fix == "" || e.Place.Kind != KindKeyring {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(place.Path); string(after) != string(before) {
			t.Errorf("%s: the file changed", name)
		}
	}
	keyring.MockInitWithError(errors.New("locked"))
	fails("locked")
	keyring.MockInit()
	fails("emptied")
	s.Getenv = noEnv
	fails("no session bus")
}

func TestKeyStore_FileWinsOverKeyring(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	s := KeyStore{Dir: t.TempDir(), Getenv: noEnv}
	k, _ := load(t, s)
	s.Keyring, s.Getenv = true, withKeyring(t)
	again, place := load(t, s)
	if again.ID() != k.ID() || place.Kind != KindFile {
		t.Errorf("got %s from %+v, want %s from the file", again.ID(), place, k.ID())
	}
}

func TestKeyStore_KeyringThatRefusesLeadsToTheFile(t *testing.T) {
	if !inOwnProcess(t) {
		return
	}
	s := KeyStore{Dir: t.TempDir(), Keyring: true, Getenv: withKeyring(t)}
	keyring.MockInitWithError(errors.New("refused"))
	k, place := load(t, s)
	if place.Kind != KindFile {
		t.Errorf("place %+v", place)
	}
	keyring.MockInit()
	if again, _ := load(t, s); again.ID() != k.ID() {
		t.Error("another key once the keyring works")
	}
}

func TestKeyStore_DamagedOrOpenFilesAreRefusedAndKept(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions work otherwise there")
	}
	good := "patdesk-seal-1 key " + strings.Repeat("ab", 32) + "\n"
	for name, make := range map[string]func(path string) error{
		"empty":     func(p string) error { return os.WriteFile(p, nil, 0o600) },
		"words":     func(p string) error { return os.WriteFile(p, []byte("hello world"), 0o600) },
		"short key": func(p string) error { return os.WriteFile(p, []byte("patdesk-seal-1 key abcd\n"), 0o600) },
		"later":     func(p string) error { return os.WriteFile(p, []byte("patdesk-seal-2 key "+good[19:]), 0o600) },
		"readable":  func(p string) error { return errors.Join(os.WriteFile(p, []byte(good), 0o600), os.Chmod(p, 0o640)) },
		"folder":    func(p string) error { return os.Mkdir(p, 0o700) },
		"dangling":  func(p string) error { return os.Symlink(p+"-gone", p) },
		"symlink": func(p string) error {
			return errors.Join(os.WriteFile(p+"-real", []byte(good), 0o600), os.Symlink(p+"-real", p))
		},
		"hard link": func(p string) error {
			return errors.Join(os.WriteFile(p+"-real", []byte(good), 0o600), os.Link(p+"-real", p))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := KeyStore{Dir: t.TempDir(), Getenv: noEnv}
			if err := make(s.path()); err != nil {
				t.Fatal(err)
			}
			before, _ := os.Lstat(s.path())
			_, _, err := s.Load(t.Context())
			var e *KeyStoreError
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), "abab") {
				t.Error("the key is in the error")
			}
			after, err := os.Lstat(s.path())
			if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
				t.Error("the file was touched")
			}
		})
	}
}

// Ensure that a process that died between the two names of a new key file does
// not lock out everybody.
func TestKeyStore_HalfPublishedFileIsHealed(t *testing.T) {
	s := KeyStore{Dir: t.TempDir(), Getenv: noEnv}
	k, place := load(t, s)
	if err := os.Link(place.Path, filepath.Join(s.Dir, ".seal.key.123.tmp")); err != nil {
		t.Fatal(err)
	}
	if again, _ := load(t, s); again.ID() != k.ID() {
		t.Error("another key")
	}
}

// Ensure the key of several hosts comes from a command, is none that they make, and that a
// text which is no key is refused.
func TestKeyStore_CommandPrintsTheTextOfAKeyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are those of a POSIX shell")
	}
	first := KeyStore{Dir: t.TempDir(), Getenv: noEnv}
	want, place := load(t, first)
	other := KeyStore{Dir: filepath.Join(t.TempDir(), "other"), Getenv: noEnv, Command: "cat '" + place.Path + "'"}
	for name, get := range map[string]func() (Key, KeyPlace, error){
		"Load":     func() (Key, KeyPlace, error) { return other.Load(t.Context()) },
		"Find":     func() (Key, KeyPlace, error) { return other.Find(t.Context()) },
		"FindByID": func() (Key, KeyPlace, error) { return other.FindByID(t.Context(), want.ID()) },
	} {
		got, place, err := get()
		if err != nil || got.ID() != want.ID() || place.Kind != KindCommand {
			t.Errorf("%s: key %s in %+v, %v; want %s", name, got.ID(), place, err, want.ID())
		}
	}
	for command, says := range map[string]string{
		"echo hunter22hunter22":                        "not the text of a key file",
		"echo patdesk-seal-1 keyring 0123456789abcdef": "not the text of a key file",
		"true":             "the command printed nothing",
		"exit 3":           "the command ended with exit status 3",
		"no-such-program9": "not found",
	} {
		other.Command = command
		_, _, err := other.Load(t.Context())
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%s: %v", command, err)
		}
		if errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: it would be taken for a first start", command)
		}
	}
	if _, err := os.Stat(other.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was made")
	}
}
