package pat

import (
	"context"
	"sync/atomic"
	"time"

	"patdesk/address"
	"patdesk/client"
)

// Issuer issues tokens and remembers them. It is what both faces of patdesk
// work through. Client may be nil where only the history is needed.
type Issuer struct {
	Client   *client.Client
	History  Ledger
	Settings Settings
	// LastClock is the measurement to go by before this run has one of its own.
	LastClock Clock
	// Requests are those that Client was seen to send; nil where nobody looks at them.
	Requests *RequestLog

	actor  *Actor   // nil = whom the history names
	own    learned  // where it is shared with nobody
	shared *learned // with the issuer that it was made of by For, or nil
}

// learned is what was learned of a server by asking it.
type learned struct {
	directory directory
	framings  framings
	proven    atomic.Pointer[Unit]

	standing       together[Standing] // what follows is of those who share it
	rows, unfailed together[Number]   // of the server, and without those that failed
	pace           Pace
}

func (i *Issuer) learned() *learned {
	if i.shared != nil {
		return i.shared
	}
	return &i.own
}

// With returns the issuer of the same server that asks it by another client.
func (i *Issuer) With(c *client.Client) *Issuer {
	return &Issuer{Client: c, History: i.History, Settings: i.Settings, LastClock: i.LastClock, actor: i.actor, shared: i.learned()}
}

// For returns the issuer of another person at the same server: with their settings
// and rights, over the same client, so the same pauses, over the same history and the
// same lists. Their runs keep one pace, and their counts are counted together.
func (i *Issuer) For(a Actor, s Settings) *Issuer {
	return &Issuer{Client: i.Client, History: i.History, Settings: s, LastClock: i.LastClock, actor: &a, shared: i.learned()}
}

// Current settings are those of the profile, but for the unit that was proven on
// the server meanwhile, whoever proved it, and for what the person's rights are now.
func (i *Issuer) Current() Settings {
	s := i.Settings
	s.Unit, s.UnitProven = i.Unit()
	if s.Rights = i.rights(); s.Rights != nil && s.Rights.MaxLife > 0 && (s.MaxLife == 0 || s.Rights.MaxLife < s.MaxLife) {
		s.MaxLife = s.Rights.MaxLife
	}
	return s
}

// Unit is the unit in which the server reads patExpiry, as far as known, and
// whether it is proven there.
func (i *Issuer) Unit() (u Unit, proven bool) {
	if u := i.learned().proven.Load(); u != nil {
		return *u, true
	}
	return i.Settings.Unit, i.Settings.UnitProven
}

// Server identifies the server whose tokens these are, whatever its profile is
// called; "" if none is known.
func (i *Issuer) Server() string {
	if i.Client != nil {
		return address.Server(i.Client.BaseURL())
	}
	return address.Server(i.Settings.Server)
}

// Elsewhere is how many tokens of the history belong to other servers: what a list
// of this one's leaves out. Requests that failed do not count.
func (i *Issuer) Elsewhere(ctx context.Context) (int64, error) {
	all, err := i.History.Count(ctx, Query{FoldFailed: true})
	if err != nil || i.Server() == "" {
		return 0, err
	}
	here, err := i.History.Count(ctx, Query{Filter: Filter{Server: i.Server()}, FoldFailed: true})
	return max(0, all-here), err
}

// ElsewhereWords says how many tokens of other servers a list leaves out.
func ElsewhereWords(n int64) string { return Plural(int(n), "token") + " of other servers not shown" }

// NewIssuer returns an Issuer; c may be nil where only the history is needed.
func NewIssuer(c *client.Client, h Ledger, s Settings) *Issuer {
	return &Issuer{Client: c, History: h, Settings: s}
}

// Now is the present time on the server's clock: the local clock corrected by
// the newest measured offset. Without any measurement it is the local clock.
// The result carries no monotonic reading, because Go's monotonic clock stands
// still while a computer sleeps.
func (i *Issuer) Now() time.Time {
	return i.Clock().Now(time.Now().Round(0)).UTC()
}

// Clock is the newest measurement of the server's clock: of this run, or the
// one recalled.
func (i *Issuer) Clock() Clock {
	if i.Client != nil {
		if c := i.Client.Clock(); c.Known {
			return c
		}
	}
	return i.LastClock
}

// RecallClock takes over the newest measurement of the server's clock that this
// computer kept, for runs that ask nothing of the server.
func (i *Issuer) RecallClock(ctx context.Context) error {
	offset, within, at, err := i.History.LastClock(ctx, i.Server())
	if err == nil && !at.IsZero() {
		i.LastClock = Clock{Offset: offset, Uncertainty: within, At: at, Known: true}
	}
	return err
}

// keepClock keeps the measurement of this run for runs that ask nothing of the server.
// Without it they go by the one of the newest token.
func (i *Issuer) keepClock(ctx context.Context) {
	if c := i.Client.Clock(); c.Known {
		i.keep(ctx, func(ctx context.Context, h Ledger) error {
			return h.NoteClock(ctx, i.Server(), c.Offset, c.Uncertainty, c.At)
		})
	}
}

// SpreadProof lets a unit that the profile says is proven count for all rows of the
// server, which another profile or another computer's file may have left open.
func (i *Issuer) SpreadProof(ctx context.Context) error {
	if i.learned().proven.Load() != nil || !i.Settings.UnitProven {
		return nil
	}
	return i.prove(ctx, i.Settings.Unit)
}

// RecallUnit goes by the unit that was proven on the server, whichever profile it
// was proven under.
func (i *Issuer) RecallUnit(ctx context.Context) error {
	unit, err := i.History.ProvenUnit(ctx, i.Server())
	if u := Unit(unit); err == nil && unit != "" {
		i.learned().proven.Store(&u)
	}
	return err
}

// prove records in which unit the server reads patExpiry: all its rows are read
// by that, and all further requests are made by it.
func (i *Issuer) prove(ctx context.Context, u Unit) error {
	rctx, cancel := recordContext(ctx)
	defer cancel()
	err := i.History.Prove(rctx, i.Server(), string(u), u.Duration())
	if err == nil {
		i.learned().proven.Store(&u)
	}
	return err
}

// recordTimeout bounds the commit of an outcome. It does not depend on the
// context of the request: the deadline that ended a request must not keep its
// outcome from being recorded.
const recordTimeout = 15 * time.Second

func recordContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
}
