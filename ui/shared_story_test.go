package ui

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui/kit"
)

// remote is a history that other hosts share, and that can be away.
type remote struct {
	pat.Ledger
	away, hangs atomic.Bool
	counted     atomic.Int64
}

func (r *remote) reach(ctx context.Context) error {
	if r.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	if r.away.Load() {
		return &history.Error{Kind: history.Away, Path: "postgres://desk@db.example.com/patdesk"}
	}
	return nil
}

func (r *remote) Changed(ctx context.Context) (int64, error) {
	if err := r.reach(ctx); err != nil {
		return 0, err
	}
	return r.Ledger.Changed(ctx)
}

func (r *remote) Page(ctx context.Context, q history.Query) (history.Page, error) {
	if err := r.reach(ctx); err != nil {
		return history.Page{}, err
	}
	return r.Ledger.Page(ctx, q)
}

func (r *remote) Events(ctx context.Context, f history.EventFilter, before int64, limit int) (history.EventPage, error) {
	if err := r.reach(ctx); err != nil {
		return history.EventPage{}, err
	}
	return r.Ledger.Events(ctx, f, before, limit)
}

func (r *remote) Alive(ctx context.Context, server, user string, now time.Time) ([]history.Entry, error) {
	if err := r.reach(ctx); err != nil {
		return nil, err
	}
	return r.Ledger.Alive(ctx, server, user, now)
}

func (r *remote) Handovers(ctx context.Context, server string, done bool) ([]history.Handover, error) {
	if err := r.reach(ctx); err != nil {
		return nil, err
	}
	return r.Ledger.Handovers(ctx, server, done)
}

func (r *remote) Counts(ctx context.Context, server string, now time.Time) (history.Counts, error) {
	r.counted.Add(1)
	return r.Ledger.Counts(ctx, server, now)
}

// Ensure a console at a desk counts with the others there, once a second, however often its
// list is read anew.
func TestTokens_CountsWithTheDesk(t *testing.T) {
	for _, shared := range []bool{true, false} {
		r := &remote{}
		at := func(d *driver, o *Options) {
			r.Ledger = d.issuer.History
			d.issuer.History = r
			if shared {
				o.Issuer = d.issuer.For(pat.Actor{Name: "ana"}, d.issuer.Settings)
			}
		}
		story(t, stage{seed: everyState, options: at}, func(d *driver) {
			d.sleep(3 * time.Second)
			before := r.counted.Load()
			for range 20 {
				d.send(kit.ProvedMsg{})
				d.sleep(50 * time.Millisecond)
			}
			d.sleep(time.Second)
			if n := r.counted.Load() - before; shared && n > 3 || !shared && n < 20 {
				t.Errorf("shared %v: counted %d times", shared, n)
			}
			d.sees("8 live")
		})
	}
}

// Ensure the header says while the history is away as of when the screen is, that what was
// read stays, and that the words go and the rest is read when it is back.
func TestAway_HeaderSaysSinceWhen(t *testing.T) {
	for _, seat := range []bool{false, true} {
		r := &remote{}
		shared := func(d *driver, o *Options) {
			r.Ledger, o.Shared, o.Seat = d.issuer.History, true, seat
			d.issuer.History = r
		}
		for name, gone := range map[string]*atomic.Bool{"refused": &r.away, "no answer": &r.hangs} {
			story(t, stage{w: 70, h: 30, seed: everyState, options: shared}, func(d *driver) {
				d.sleep(3 * time.Second)
				d.misses("history away")
				gone.Store(true)
				d.sleep(time.Minute)
				d.sees("as of 20:10, history away  acme", "ana@example.com")
				d.press("j", "k")
				d.sees("history away", "ana@example.com") // what was read stays
				d.toTab(kit.Activity{})
				if name == "refused" {
					d.sees("istory cannot be reached")
				}
				gone.Store(false)
				d.sleep(10 * time.Second)
				d.misses("history away", "istory cannot be reached")
				d.sees("#11") // what could not be read
				gone.Store(true)
				d.sleep(time.Minute)
				d.sees("as of 20:11, history away", "#11")
				gone.Store(false)
				d.sleep(10 * time.Second)
				d.press("1")
				d.misses("history away")
			})
		}
	}
}

// Ensure pages that were read once stay while the history is away, whatever makes them read
// again, and that the list is read when it could not be at the start.
func TestAway_PagesStay(t *testing.T) {
	r := &remote{}
	shared := func(d *driver, o *Options) {
		r.Ledger, o.Shared = d.issuer.History, true
		d.issuer.History = r
	}
	story(t, stage{w: 100, h: 30, seed: everyState, options: shared}, func(d *driver) {
		for _, place := range []kit.Place{kit.ExposureOf{}, kit.PersonOf{User: "ana@example.com"}, kit.Handovers{}} {
			d.run(d.s.Go(place))
			d.rest()
			r.away.Store(true)
			d.send(kit.TouchedMsg{})
			d.rest()
			d.misses("istory cannot be reached")
			r.away.Store(false)
			d.press("esc")
		}
	})
	r.away.Store(true)
	story(t, stage{w: 100, h: 30, seed: everyState, options: shared}, func(d *driver) {
		d.sees("istory cannot be reached")
		r.away.Store(false)
		d.sleep(10 * time.Second)
		d.sees("ana@example.com")
		d.misses("istory cannot be reached", "history away")
	})
}
