package cli

import (
	"context"
	"sync"
	"time"

	"patdesk/address"
	"patdesk/client"
	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui"
)

// desk is what the seats of one process share: one history, and at each server one
// client, so one pacing and one wait after a refusal for everybody, with one copy of the
// lists.
type desk struct {
	own    *app // the desk's own: nobody's seat
	roster *config.Roster
	store  pat.Ledger

	watch ui.Watch
	idle  ui.Idle // what becomes of consoles that nobody touches

	mu    sync.Mutex
	lines map[string]*connection // by profile
}

// connection is a client with what was learned of its server.
type connection struct {
	mu      sync.Mutex
	profile config.Profile // that it was made for
	key     secret.Text
	source  string // of the key, in words
	read    time.Time
	issuer  *pat.Issuer
}

// keyFor is how long an admin key is used before its place is asked again: a changed
// one counts for whoever sits down after that.
const keyFor = 10 * time.Minute

// hideAfter is after how long without a key a console hides what it shows.
const hideAfter = 5 * time.Minute

// openDesk opens what the seats will share, as whoever runs the desk.
func (a *app) openDesk(ctx context.Context, roster *config.Roster, end time.Duration) (*desk, error) {
	s, err := a.openConfig(needConfig)
	if err != nil {
		return nil, err
	}
	b := *a
	b.via = pat.ViaConsole // it stays open
	ledger, err := b.openLedger(ctx, s, needIssue)
	if err != nil {
		return nil, err
	}
	return &desk{own: a, roster: roster, store: ledger, idle: ui.Idle{Hide: hideAfter, End: end}, lines: map[string]*connection{}}, nil
}

// lend gives a session of somebody who sits here what it needs of the desk's.
func (d *desk) lend(ctx context.Context, a *app, s *session, n need) error {
	s.lent = true
	if n < needServer {
		s.issuer = pat.NewIssuer(nil, d.store, pat.Settings{}).For(a.actor(), a.bareSettings(s))
		return nil
	}
	if s.profile == nil || s.profile.URL == "" {
		return &pat.Problem{ID: pat.IDNoServer}
	}
	base, source, err := d.line(s.profile.Name).to(ctx, d, s)
	if err != nil {
		return err
	}
	set, err := a.settings(s.profile, source)
	if err != nil {
		return err
	}
	s.issuer = base.For(a.actor(), set)
	s.issuer.Requests = a.requests
	return nil
}

// line is the connection of a profile.
func (d *desk) line(profile string) *connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.lines[profile]
	if c == nil {
		c = &connection{}
		d.lines[profile] = c
	}
	return c
}

// to returns the issuer that those of a session's profile are made of. Who comes first
// makes it; it is made anew when the configuration leads elsewhere, or the key changed.
func (c *connection) to(ctx context.Context, d *desk, s *session) (*pat.Issuer, string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	same := c.issuer != nil && sameLine(c.profile, *s.profile)
	if same && time.Since(c.read) < keyFor {
		return c.issuer, c.source, nil
	}
	key, source, err := d.own.adminKey(ctx, s)
	if err != nil {
		return nil, "", err
	}
	if !same || key.Reveal(secret.ForChecking) != c.key.Reveal(secret.ForChecking) {
		cl, err := d.own.newClient(s.profile, key, client.WithOneWait(), client.WithObserver(pat.ObserveShared))
		if err != nil {
			return nil, "", err
		}
		next := pat.NewIssuer(cl, d.store, pat.Settings{Profile: s.profile.Name, Server: s.profile.URL})
		if c.issuer != nil && address.Server(c.profile.URL) == address.Server(s.profile.URL) {
			next = c.issuer.With(cl) // what was learned of the server holds
		}
		c.issuer = next
	}
	c.profile, c.key, c.source, c.read = *s.profile, key, source, time.Now()
	return c.issuer, c.source, nil
}

// sameLine reports whether two profiles lead to the same server by the same key.
func sameLine(a, b config.Profile) bool {
	return a.URL == b.URL && a.Key == b.Key && a.KeyCommand == b.KeyCommand && a.KeyFile == b.KeyFile && a.AllowHTTP == b.AllowHTTP && a.CAFile == b.CAFile
}

// close ends the use of what is shared.
func (d *desk) close() error { return d.store.Close() }
