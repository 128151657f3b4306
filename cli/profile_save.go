package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
)

// saveProfile keeps a new profile and the key that was tried: first the profile,
// so that no key lies anywhere that nothing leads to, then the key. What cannot
// be finished is taken back. A kill in between leaves a profile without a key,
// which the next attempt finishes.
func (a *app) saveProfile(ctx context.Context, s *session, p *config.Profile, key secret.Text) error {
	sweep(s, p)
	if err := checkKeyFile(p); err != nil {
		return err
	}
	was, existed := s.config.Clone(), s.config.Exists()
	if s.config.Profiles == nil {
		s.config.Profiles = map[string]*config.Profile{}
	}
	s.config.Profiles[p.Name] = p
	if s.config.Profile == "" {
		s.config.Profile = p.Name
	}
	if err := s.config.Save(); err != nil {
		s.config.Profiles, s.config.Profile = was.Profiles, was.Profile
		return unsavedConfig(s, err)
	}
	err := storeKey(ctx, p, key)
	if err == nil {
		return nil
	}
	s.config.Profiles, s.config.Profile = was.Profiles, was.Profile
	return errors.Join(err, takeBack(s.config, existed))
}

// takeBack restores the configuration as it was before a profile was added.
func takeBack(c *config.Config, existed bool) error {
	err := c.Save()
	if err == nil && !existed {
		err = os.Remove(c.Path)
	}
	if err != nil {
		return fmt.Errorf("the profile stays in %s without its key: %w", c.Path, err)
	}
	return nil
}

// unsavedConfig words a configuration that could not be written.
func unsavedConfig(s *session, err error) error {
	if e, ok := errors.AsType[*config.Error](err); ok {
		return e
	}
	if errors.Is(err, config.ErrChanged) {
		return &pat.Problem{ID: pat.IDBadConfig, Cause: config.ErrChanged.Error(), Next: "Run the command again", Err: err}
	}
	if e, ok := errors.AsType[*secret.HomeError](err); ok {
		return &pat.Problem{ID: pat.IDConfigUnwritten, Cause: e.Error(), Next: "Run patdesk as " + e.User + ", without sudo; or with the HOME of root", Err: err}
	}
	reason := err
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		reason = pe.Err
	}
	p := &pat.Problem{ID: pat.IDConfigUnwritten, Cause: s.paths.ConfigFile + ": " + reason.Error(), Err: err}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		p.Next = "Free some space, then try again"
	}
	return p
}

// checkKeyFile refuses a place for a key file where one could not be written.
func checkKeyFile(p *config.Profile) error {
	if p.Key != secret.KindFile {
		return nil
	}
	fi, err := os.Lstat(p.KeyFile)
	if err == nil && !fi.Mode().IsRegular() {
		return &pat.Problem{ID: pat.IDBadKey, Cause: fmt.Sprintf("%q is there and is no regular file", p.KeyFile), Next: "Name another file with --key-file"}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &pat.Problem{ID: pat.IDBadKey, Cause: err.Error(), Next: "Name another file with --key-file", Err: err}
	}
	return nil
}

// storeKey keeps the key where the person chose. An older key file there makes
// way: the key that was tried is the one that is kept.
func storeKey(ctx context.Context, p *config.Profile, key secret.Text) error {
	switch p.Key {
	case secret.KindKeyring:
		return secret.StoreKeyring(ctx, p.Name, key)
	case secret.KindFile:
		if old, err := p.Source(nil, nil, secret.Text{}).Resolve(ctx); err == nil && old.Reveal(secret.ForChecking) == key.Reveal(secret.ForChecking) {
			return nil // it came from there
		}
		return secret.WriteKeyFile(p.KeyFile, key)
	default:
		return nil
	}
}

// unfinished reports whether a profile was saved by a run that was killed before
// it could save the key.
func (a *app) unfinished(ctx context.Context, p *config.Profile) bool {
	if p.Key != secret.KindFile && p.Key != secret.KindKeyring {
		return false
	}
	_, err := p.Source(a.env.Getenv, nil, secret.Text{}).Resolve(ctx)
	e, ok := errors.AsType[*secret.SourceError](err)
	return ok && e.Reason == secret.ReasonMissing
}

// sweep removes what killed runs left beside the configuration and the key
// files: copies that never got their name.
func sweep(s *session, also ...*config.Profile) {
	secret.Sweep(s.paths.ConfigFile)
	for _, p := range s.config.Profiles {
		also = append(also, p)
	}
	for _, p := range also {
		if p.KeyFile != "" {
			secret.Sweep(p.KeyFile)
		}
	}
}
