package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"patdesk/secret"
)

// keysFile is beside the history and names the keys that sealed in it, one id a
// line. It tells an emptied history from a first start, and a key that was taken
// knowingly from one that came in by mistake.
func (s *Store) keysFile() string { return s.opts.Path + ".keys" }

// notedKeys are the ids of the keys that sealed here; none without the file.
func (s *Store) notedKeys() ([]string, error) {
	b, err := os.ReadFile(s.keysFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(b)), err
}

// noteKey adds a key to those that sealed here.
func (s *Store) noteKey(id string) error {
	if s.memory {
		return nil
	}
	noted, err := s.notedKeys()
	if err != nil || slices.Contains(noted, id) {
		return err
	}
	f, err := os.OpenFile(s.keysFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND|noFollow, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, id)
	return errors.Join(err, f.Sync(), f.Close())
}

// checkGone refuses to take a history that was emptied or deleted for one that
// has not begun yet. A first start makes no key before its file is whole.
func (s *Store) checkGone() error {
	file := size(s.path)
	if file > 0 {
		return nil
	}
	noted, err := s.notedKeys()
	if err != nil || len(noted) == 0 && size(s.path+"-wal") == 0 {
		return nil //nolint:nilerr // what cannot be read says nothing
	}
	what := "is not there"
	if _, err := os.Lstat(s.path); err == nil {
		what = "is empty"
	}
	e := &Error{Kind: Gone, Path: s.path, Fix: aside(s.keysFile()), Err: fmt.Errorf("%s %s, although tokens were recorded in it", s.path, what)}
	if len(noted) == 0 {
		e.Fix = aside(s.path + "-wal")
	}
	if old, _ := filepath.Glob(globQuote(s.path) + ".v*.bak"); len(old) > 0 { // the pattern is well formed
		newest := slices.MaxFunc(old, func(a, b string) int { return strings.Compare(backupTime(a), backupTime(b)) })
		e.Err = fmt.Errorf("%w; the copy made before the last upgrade is %s", e.Err, newest)
	}
	return e
}

// keyToSeal gives the key for a new token: the one that is there, or the first
// one. It never begins with another key in silence while tokens are sealed with
// one that is not here.
func (s *Store) keyToSeal(ctx context.Context) (secret.Key, error) {
	if s.opts.Key == nil {
		return secret.Key{}, errors.New("no key to seal tokens with")
	}
	key, err := s.opts.Key(ctx)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return secret.Key{}, err
	}
	if err := s.settled(ctx, key); err != nil {
		return secret.Key{}, err
	}
	if missing {
		if s.opts.MakeKey == nil {
			return secret.Key{}, err
		}
		if key, err = s.opts.MakeKey(ctx); err != nil {
			return secret.Key{}, err
		}
	}
	// The rows themselves name their key: the note is for when they are gone.
	_ = s.noteKey(key.ID())
	return key, nil
}

// readySeal makes sure, once, that there is a key for the token to come.
func (s *Store) readySeal(ctx context.Context) error {
	s.keying.Lock()
	ready := s.ready
	s.keying.Unlock()
	if ready {
		return nil
	}
	key, err := s.keyToSeal(ctx)
	if err != nil {
		return err
	}
	s.keying.Lock()
	s.key, s.ready = key, true
	s.keying.Unlock()
	return nil
}

// keyOf gives the key that sealed a row.
func (s *Store) keyOf(ctx context.Context, id string) (secret.Key, error) {
	key, err := s.sealKey(ctx)
	if s.opts.KeyByID == nil || err == nil && (id == "" || key.ID() == id) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	return s.opts.KeyByID(ctx, id)
}

// settled refuses a key, or the lack of one, that would leave tokens behind
// which are sealed with another.
func (s *Store) settled(ctx context.Context, key secret.Key) error {
	newest, err := s.newestKey(ctx)
	if err != nil || newest == "" || newest == key.ID() {
		return err
	}
	lost := &Error{Kind: KeyLost, Path: s.path, Err: fmt.Errorf("tokens in %s are sealed with the key %s, and there is none here", s.path, newest)}
	if key.IsZero() {
		return lost
	}
	if noted, err := s.notedKeys(); err == nil && slices.Contains(noted, key.ID()) {
		return nil
	}
	var opens bool
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sealed JOIN entries ON id = entry_id WHERE key_id = ?)`, key.ID()).Scan(&opens)
	if err != nil || opens {
		return err
	}
	lost.Err = fmt.Errorf("tokens in %s are sealed with the key %s; the one that is here, %s, opens none of them", s.path, newest, key.ID())
	return lost
}

// newestKey is the id of the key that sealed the newest token that is kept.
func (s *Store) newestKey(ctx context.Context) (string, error) {
	var id string
	err := s.read.QueryRowContext(ctx, `SELECT coalesce((SELECT key_id FROM entries WHERE id = (SELECT max(entry_id) FROM sealed)), '')`).Scan(&id)
	return id, err
}

// CheckKey reports whether the sealing key that is here fits the tokens in the
// history, without making one. The id is that of the newest sealed token's key,
// "" when no token is sealed. Errors: *Error of kind KeyLost, those of Options.Key.
func (s *Store) CheckKey(ctx context.Context) (id string, err error) {
	const action = "check the sealing key"
	id, err = s.newestKey(ctx)
	if err != nil || id == "" || s.opts.Key == nil {
		return id, s.fail(ctx, action, err)
	}
	key, err := s.opts.Key(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return id, fmt.Errorf("%s: %w", action, err)
	}
	return id, s.fail(ctx, action, s.settled(ctx, key))
}

// AcceptKey goes on with a key although tokens are sealed with others: those stay
// listed and can be opened again once their key is back.
func (s *Store) AcceptKey(key secret.Key) error {
	if err := s.noteKey(key.ID()); err != nil {
		return fmt.Errorf("accept the sealing key: %w", err)
	}
	return nil
}
