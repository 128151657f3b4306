package secret

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/zalando/go-keyring"
)

// keyFileName is the file in the config directory that holds the sealing key,
// or says that the keyring holds it.
const keyFileName = "seal.key"

// keyFileFormat is the first word of that file.
const keyFileFormat = "patdesk-seal-1"

// KeyPlace is where the sealing key lives.
type KeyPlace struct {
	Kind string // KindKeyring, KindFile or KindCommand
	// Path is the key file, or the file that says which keyring entry is the key.
	Path string
}

// KeyStore finds the key that seals tokens, or makes one.
//
// The file seal.key in the config directory decides. It holds either the key or
// the name of a keyring entry, so a keyring that is locked today is never taken
// for one that has no key yet, which would seal new tokens with another key.
type KeyStore struct {
	Dir     string              // config directory
	Command string              // shell command that prints the text of a key file, for hosts that share the key; "" = the file itself
	Keyring bool                // whether a new key may go to the keyring
	Getenv  func(string) string // nil means os.Getenv

	file string // name of the key file, "" for the first one
}

// KeyStoreError says why there is no sealing key.
type KeyStoreError struct {
	Place KeyPlace
	Msg   string // why, for people: one clause, lower case
	Fix   string // exact command or step that mends it, or ""
	Err   error  // cause, or nil
}

// Error implements error.
func (e *KeyStoreError) Error() string {
	s := "load the sealing key: " + e.Msg
	if e.Fix != "" {
		s += "; to mend it: " + e.Fix
	}
	return s
}

// Unwrap returns the cause.
func (e *KeyStoreError) Unwrap() error { return e.Err }

// Load returns the key, making it at the first call. Of several processes that
// start at once, one makes the key and all get it. Every error is a
// *KeyStoreError; it never leads to another key.
func (s KeyStore) Load(ctx context.Context) (Key, KeyPlace, error) {
	for {
		key, place, err := s.current(ctx)
		if s.Command != "" {
			return key, place, err // it is made elsewhere
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return key, place, err
		}
		if err := s.create(ctx); err != nil && !errors.Is(err, fs.ErrExist) {
			place := KeyPlace{Kind: KindFile, Path: s.path()}
			return Key{}, place, unwritten(place, s.Dir, err)
		}
		// What the file says now counts, whoever wrote it.
	}
}

// unwritten says why no key file was made in dir: only where a right is missing does
// one more right mend it.
func unwritten(place KeyPlace, dir string, err error) *KeyStoreError {
	e := &KeyStoreError{Place: place, Msg: "the key file cannot be written", Err: err}
	var stranger *HomeError
	var why syscall.Errno
	switch {
	case errors.As(err, &stranger):
		e.Msg, e.Fix = stranger.Error(), stranger.Fix()
	case errors.Is(err, fs.ErrPermission):
		e.Fix = "chmod 700 " + shellQuote(dir)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.Msg, e.Fix = "the key file cannot be written: the disk is full", "free some space, then try again"
	case errors.As(err, &why):
		e.Msg += ": " + why.Error()
	}
	return e
}

// Made reports whether a key was made earlier, without reading it.
func (s KeyStore) Made() bool {
	_, err := os.Lstat(s.path())
	return err == nil || len(s.others()) > 0
}

// Find returns the key that was made earlier, and never makes one: whoever only
// reads has no use for a new key. Every error is a *KeyStoreError, around
// fs.ErrNotExist if no key was made yet.
func (s KeyStore) Find(ctx context.Context) (Key, KeyPlace, error) {
	key, place, err := s.current(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		err = &KeyStoreError{
			Place: place, Msg: fmt.Sprintf("there is no key in %q", place.Path), Err: err,
			Fix: "restore the file from a back-up; without it, stored tokens cannot be opened again",
		}
	}
	return key, place, err
}

// FindByID returns the key of an id, of all that lie side by side. Every error is
// a *KeyStoreError, around fs.ErrNotExist if it is not among them.
func (s KeyStore) FindByID(ctx context.Context, id string) (Key, KeyPlace, error) {
	for _, one := range append([]KeyStore{s}, s.others()...) {
		if key, place, err := one.existing(ctx); err == nil && key.ID() == id {
			return key, place, nil
		}
	}
	place := KeyPlace{Kind: KindFile, Path: s.path()}
	return Key{}, place, &KeyStoreError{
		Place: place, Err: fs.ErrNotExist, Msg: fmt.Sprintf("the key %s is not in %q", id, s.Dir),
		Fix: fmt.Sprintf("restore its file from a back-up, beside the others as seal-%s.key", id),
	}
}

// LoadAnother makes a key beside a lost one, whose own file it leaves free for a
// back-up, or returns the key that is there.
func (s KeyStore) LoadAnother(ctx context.Context) (Key, KeyPlace, error) {
	if key, place, err := s.current(ctx); !errors.Is(err, fs.ErrNotExist) {
		return key, place, err
	}
	s.file = "seal-2.key"
	return s.Load(ctx)
}

func (s KeyStore) path() string {
	if s.file != "" {
		return filepath.Join(s.Dir, s.file)
	}
	return filepath.Join(s.Dir, keyFileName)
}

// others are the key files that lie beside the first one.
func (s KeyStore) others() []KeyStore {
	if s.Command != "" {
		s.Command = "" // files of before may still open something
	}
	found, err := os.ReadDir(s.Dir)
	if err != nil {
		return nil
	}
	var all []KeyStore
	for _, d := range found {
		if one := s; strings.HasPrefix(d.Name(), "seal-") && strings.HasSuffix(d.Name(), ".key") {
			one.file = d.Name()
			all = append(all, one)
		}
	}
	return all
}

// current is the first key, or where its file is missing one of the others.
func (s KeyStore) current(ctx context.Context) (Key, KeyPlace, error) {
	key, place, err := s.existing(ctx)
	if !errors.Is(err, fs.ErrNotExist) || s.file != "" {
		return key, place, err
	}
	for _, one := range s.others() {
		if key, place, err := one.existing(ctx); !errors.Is(err, fs.ErrNotExist) {
			return key, place, err
		}
	}
	return key, place, err
}

// existing reads the file and follows it. Without a file, the error is fs.ErrNotExist.
func (s KeyStore) existing(ctx context.Context) (Key, KeyPlace, error) {
	place := KeyPlace{Kind: KindFile, Path: s.path()}
	if s.Command != "" {
		place = KeyPlace{Kind: KindCommand}
		key, err := s.fromCommand(ctx)
		return key, place, err
	}
	text, err := s.readFile(ctx)
	if err != nil {
		return Key{}, place, err
	}
	fields := strings.Fields(text.Reveal(ForStorage))
	damaged := &KeyStoreError{
		Place: place, Msg: fmt.Sprintf("the key file %q is damaged", place.Path),
		Fix: "restore it from a back-up; without it, stored tokens cannot be opened again",
	}
	if len(fields) != 3 || fields[0] != keyFileFormat {
		return Key{}, place, damaged
	}
	switch fields[1] {
	case "key":
		key, ok := parseKey(fields[2])
		if !ok {
			return Key{}, place, damaged
		}
		return key, place, nil
	case KindKeyring:
		place.Kind = KindKeyring
		key, err := s.fromKeyring(ctx, fields[2], place)
		return key, place, err
	}
	return Key{}, place, damaged
}

func (s KeyStore) readFile(ctx context.Context) (Text, error) {
	text, err := Source{Kind: KindFile, Path: s.path()}.Resolve(ctx)
	if err != nil && s.unlinkStaged() {
		text, err = Source{Kind: KindFile, Path: s.path()}.Resolve(ctx)
	}
	if err == nil {
		return text, nil
	}
	if _, missing := os.Lstat(s.path()); errors.Is(missing, fs.ErrNotExist) {
		return Text{}, missing
	}
	e := &KeyStoreError{Place: KeyPlace{Kind: KindFile, Path: s.path()}, Msg: "the key file cannot be used", Err: err}
	var source *SourceError
	if errors.As(err, &source) {
		e.Msg, e.Fix = source.Msg, source.Fix
	}
	return Text{}, e
}

// unlinkStaged removes the second name that a key file has while a process
// publishes it, or for good when that process died at that moment. It reports
// whether there may have been one.
func (s KeyStore) unlinkStaged() bool {
	file, err := os.Lstat(s.path())
	if err != nil {
		return false
	}
	staged, err := os.ReadDir(s.Dir)
	if err != nil {
		return false
	}
	if _, links, known := owner(file); known && links == 1 {
		return true // the other process was quicker
	}
	found := false
	for _, d := range staged {
		fi, err := d.Info()
		if err == nil && strings.HasPrefix(d.Name(), "."+filepath.Base(s.path())) && os.SameFile(fi, file) {
			found = os.Remove(filepath.Join(s.Dir, d.Name())) == nil || found
		}
	}
	return found
}

// fromCommand takes the key of a text that a command prints. It has to hold the key: the
// name of an entry in a keyring means nothing on another host.
func (s KeyStore) fromCommand(ctx context.Context) (Key, error) {
	text, err := Source{Kind: KindCommand, What: "the sealing key", Command: s.Command, Getenv: s.Getenv}.Resolve(ctx)
	place := KeyPlace{Kind: KindCommand}
	if err != nil {
		e := &KeyStoreError{Place: place, Msg: "seal_key_command gives no key", Err: err}
		if source, ok := errors.AsType[*SourceError](err); ok {
			e.Msg = "seal_key_command: " + source.Msg
		}
		return Key{}, e
	}
	fields := strings.Fields(text.Reveal(ForStorage))
	if len(fields) == 3 && fields[0] == keyFileFormat && fields[1] == "key" {
		if key, ok := parseKey(fields[2]); ok {
			return key, nil
		}
	}
	return Key{}, &KeyStoreError{
		Place: place, Msg: "what seal_key_command prints is not the text of a key file",
		Fix: "let it print the one line of " + keyFileName + " of the computer that sealed first",
	}
}

func parseKey(s string) (Key, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != keySize {
		return Key{}, false
	}
	return keyFromBytes(b), true
}

// keyringEntry is the name of a key in the keyring. Each key has its own, so that two
// processes that make one at the same time do not overwrite each other's.
func keyringEntry(id string) string { return "seal-" + id }

func (s KeyStore) fromKeyring(ctx context.Context, id string, place KeyPlace) (Key, error) {
	value, err := callKeyring(ctx, s.Getenv, func() (string, error) {
		return keyring.Get(keyringService, keyringEntry(id))
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return Key{}, &KeyStoreError{
			Place: place, Err: err, Msg: fmt.Sprintf("the key store has no key %q any more", keyringEntry(id)),
			Fix: "restore it; or remove " + shellQuote(place.Path) + " to start with a new key: tokens stored so far cannot be opened then",
		}
	}
	if err != nil {
		return Key{}, &KeyStoreError{Place: place, Err: err, Msg: "the key store that holds it does not answer", Fix: "unlock it"}
	}
	key, ok := parseKey(value)
	if !ok || key.ID() != id {
		return Key{}, &KeyStoreError{Place: place, Msg: fmt.Sprintf("the key store holds another key as %q", keyringEntry(id)), Fix: "restore the key"}
	}
	return key, nil
}

// create makes a key and publishes the file that holds or names it. If another
// process was quicker, the error is fs.ErrExist.
func (s KeyStore) create(ctx context.Context) error {
	key, err := NewKey()
	if err != nil {
		return err
	}
	value := hex.EncodeToString(key.f())
	line := keyFileFormat + " key " + value
	inKeyring := s.Keyring && s.keep(ctx, key, value)
	if inKeyring {
		line = keyFileFormat + " " + KindKeyring + " " + key.ID()
	}
	err = claim(s.path(), line+"\n")
	if err != nil && inKeyring {
		_, _ = callKeyring(ctx, s.Getenv, func() (struct{}, error) {
			return struct{}{}, keyring.Delete(keyringService, keyringEntry(key.ID()))
		})
	}
	return err
}

// keep puts a new key into the keyring and reads it back. When that fails in any
// way, nothing is sealed yet, and the file is as good a place.
func (s KeyStore) keep(ctx context.Context, key Key, value string) bool {
	back, err := callKeyring(ctx, s.Getenv, func() (string, error) {
		if err := keyring.Set(keyringService, keyringEntry(key.ID()), value); err != nil {
			return "", err
		}
		return keyring.Get(keyringService, keyringEntry(key.ID()))
	})
	return err == nil && back == value
}

// claim creates a private file with all of its content at once, or fails with
// fs.ErrExist when there is one already.
func claim(path, content string) error {
	if err := MakeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	if err := publish(path, []byte(content)); err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, syncDir(filepath.Dir(path)))
	}
	staged, err := stage(path, []byte(content))
	if err != nil {
		return err
	}
	// Unlike a rename, a link never replaces what is there.
	err = os.Link(staged, path)
	if gone := os.Remove(staged); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // where it cannot be, the name is as durable as it gets
		_ = d.Close()
	}
	return nil
}
