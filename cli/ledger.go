package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"patdesk/config"
	"patdesk/history"
	"patdesk/history/postgres"
	"patdesk/pat"
	"patdesk/secret"
)

// openLedger opens the history: the file of this computer, or the database that the
// configuration names. A database that cannot be used is an error; no file takes its place.
func (a *app) openLedger(ctx context.Context, s *session, n need) (pat.Ledger, error) {
	o := a.historyOptions(s, n)
	if s.config.History != "" {
		return a.openDatabase(ctx, s, o)
	}
	begins := a.isNew(s)
	store, err := history.Open(ctx, o)
	if err != nil {
		return nil, err // a nil *history.Store would be a pat.Ledger
	}
	if begins {
		a.say("note: %s did not exist, although tokens were sealed before on this computer: a new history begins there", s.paths.History)
	}
	return store, nil
}

// openDatabase opens the history that several hosts share.
func (a *app) openDatabase(ctx context.Context, s *session, o history.Options) (pat.Ledger, error) {
	if err := postgres.CheckURL(s.config.History); err != nil {
		return nil, s.config.Problem("history", err.Error(), "")
	}
	stays := a.via == pat.ViaConsole || a.desk != nil
	p := postgres.Options{
		Options: o, URL: s.config.History, Password: a.historyPassword(s.config), Conns: postgres.ConnsOfCommand, Stays: stays,
		Spool: filepath.Join(s.paths.DataDir, "spool"),
	}
	if stays {
		p.Conns = postgres.ConnsOfConsole
	}
	store, err := postgres.Open(ctx, p)
	if err != nil {
		return nil, err
	}
	return store, nil
}

// historyPassword gives the password of the history's database, nil if none is sent.
func (a *app) historyPassword(c *config.Config) func(context.Context) (secret.Text, error) {
	if c.HistoryPassword == "" {
		return nil
	}
	return c.PasswordSource(a.env.Getenv).Resolve
}

// historyName says where the history is, for people.
func (s *session) historyName() string {
	if s.config.History != "" {
		return s.config.History
	}
	return s.paths.History
}

// watched is the file by whose times the console sees that others write to the history;
// "" if it is no file.
func (s *session) watched() string {
	if s.config.History != "" {
		return ""
	}
	return s.paths.History
}

// historyOptions say where the history is and how its key is got. Only issuing
// makes a key if there is none.
func (a *app) historyOptions(s *session, n need) history.Options {
	return history.Options{
		Path: s.paths.History, Actor: a.actor(),
		KeepTokens: s.config.KeepTokens != keepNever, Reading: n == needHistory || n == needLook,
		Key: func(ctx context.Context) (secret.Key, error) {
			key, _, err := a.keyStore(s).Find(ctx)
			return key, err
		},
		KeyByID: func(ctx context.Context, id string) (secret.Key, error) {
			key, _, err := a.keyStore(s).FindByID(ctx, id)
			return key, err
		},
		MakeKey: a.makeKey(s, n), Upgrading: a.sayUpgrade,
	}
}

// sayUpgrade tells why the start takes long; not under the console, which has the
// terminal.
func (a *app) sayUpgrade(rows int64) {
	if !a.noAsk {
		_, _ = fmt.Fprintf(a.env.Err, "bringing the history (%s) to the form of this version, once; a copy of it is kept beside it\n", pat.Plural(int(rows), "row"))
	}
}

// isNew reports whether the history has yet to begin although its key was made
// before: its folder may have been deleted, or not be mounted.
func (a *app) isNew(s *session) bool {
	_, err := os.Lstat(s.paths.History)
	return errors.Is(err, fs.ErrNotExist) && a.keyStore(s).Made()
}

// makeKey makes the first key that seals tokens, where the command may.
func (a *app) makeKey(s *session, n need) func(context.Context) (secret.Key, error) {
	if n != needIssue && n != needSeal {
		return nil
	}
	return func(ctx context.Context) (secret.Key, error) {
		key, _, err := a.keyStore(s).Load(ctx)
		return key, err
	}
}

// keyStore is where the key that seals tokens lives.
func (a *app) keyStore(s *session) secret.KeyStore {
	return secret.KeyStore{Dir: s.paths.ConfigDir, Command: s.config.SealKeyCommand, Keyring: true, Getenv: a.env.Getenv}
}
