package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"patdesk/secret"
)

// keyToSeal gives the key for a new token: the one that is there, or the first
// one. It never begins with another key in silence while tokens are sealed with
// one that is not here.
func (s *Records) keyToSeal(ctx context.Context) (secret.Key, error) {
	if s.opts.Key == nil {
		return secret.Key{}, errors.New("no key to seal tokens with")
	}
	key, absent := s.opts.Key(ctx)
	missing := errors.Is(absent, fs.ErrNotExist)
	if absent != nil && !missing {
		return secret.Key{}, absent
	}
	newest, err := s.settled(ctx, key)
	if err != nil {
		return secret.Key{}, err
	}
	if missing {
		if s.opts.MakeKey == nil {
			return secret.Key{}, absent
		}
		if key, err = s.opts.MakeKey(ctx); err != nil {
			return secret.Key{}, err
		}
	}
	// The rows themselves name their key: the note is for when they are gone. Where it costs
	// a way to the database, whoever sealed the first of them has made it.
	if !s.far || newest != key.ID() {
		_ = s.engine.NoteKey(ctx, key.ID())
	}
	return key, nil
}

// ReadySeal makes sure, once, that there is a key for the token to come.
func (s *Records) ReadySeal(ctx context.Context) error {
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
func (s *Records) keyOf(ctx context.Context, id string) (secret.Key, error) {
	key, err := s.SealKey(ctx)
	if s.opts.KeyByID == nil || err == nil && (id == "" || key.ID() == id) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	return s.opts.KeyByID(ctx, id)
}

// settled refuses a key, or the lack of one, that would leave tokens behind
// which are sealed with another. It returns the id of the key of the newest one.
func (s *Records) settled(ctx context.Context, key secret.Key) (newest string, err error) {
	newest, err = s.newestKey(ctx)
	if err != nil || newest == "" || newest == key.ID() {
		return newest, err
	}
	return newest, s.goesOn(ctx, newest, key)
}

// goesOn refuses a key that is another one than that of the newest token, unless it was
// taken knowingly or opens some.
func (s *Records) goesOn(ctx context.Context, newest string, key secret.Key) error {
	lost := &Error{Kind: KeyLost, Path: s.name, Err: fmt.Errorf("tokens in %s are sealed with the key %s, and there is none here", s.name, newest)}
	if key.IsZero() {
		return lost
	}
	if noted, err := s.engine.NotedKeys(ctx); err == nil && slices.Contains(noted, key.ID()) {
		return nil
	}
	var opens bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sealed JOIN entries ON id = entry_id WHERE key_id = ?)`, key.ID()).Scan(&opens)
	if err != nil || opens {
		return err
	}
	lost.Err = fmt.Errorf("tokens in %s are sealed with the key %s; the one that is here, %s, opens none of them", s.name, newest, key.ID())
	return lost
}

// newestKey is the id of the key that sealed the newest token that is kept.
func (s *Records) newestKey(ctx context.Context) (string, error) {
	var id string
	err := s.read.QueryRowContext(ctx, `SELECT coalesce((SELECT key_id FROM entries WHERE id = (SELECT max(entry_id) FROM sealed)), '')`).Scan(&id)
	return id, err
}

// CheckKey reports whether the sealing key that is here fits the tokens in the
// history, without making one. The id is that of the newest sealed token's key,
// "" when no token is sealed. Errors: *Error of kind KeyLost, those of Options.Key.
func (s *Records) CheckKey(ctx context.Context) (id string, err error) {
	const action = "check the sealing key"
	id, err = s.newestKey(ctx)
	if err != nil || id == "" || s.opts.Key == nil {
		return id, s.fail(ctx, action, err)
	}
	key, err := s.opts.Key(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return id, fmt.Errorf("%s: %w", action, err)
	}
	_, err = s.settled(ctx, key)
	return id, s.fail(ctx, action, err)
}

// AcceptKey goes on with a key although tokens are sealed with others: those stay
// listed and can be opened again once their key is back.
func (s *Records) AcceptKey(ctx context.Context, key secret.Key) error {
	if err := s.engine.NoteKey(ctx, key.ID()); err != nil {
		return fmt.Errorf("accept the sealing key: %w", err)
	}
	return nil
}
