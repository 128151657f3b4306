package ui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
)

// row is a token to be put into the history.
type row struct {
	user, app string
	life      time.Duration
	age       time.Duration // how long ago it was issued
	outcome   pat.Outcome
	drift     string
	note      string
	by        string
	unproven  bool   // the server may read minutes
	host      string // "" = the server of the stage
}

// add puts a token into the history as if it had been issued at a time, and
// returns its id.
func (d *driver) add(r row) int64 {
	d.t.Helper()
	if r.outcome == "" {
		r.outcome = pat.Issued
	}
	if r.by == "" {
		r.by = "kim"
	}
	if r.host == "" {
		r.host = "https://tooljet.example.com"
	}
	now := d.issuer.Now()
	issued := now.Add(-r.age)
	var worst time.Time
	if r.unproven {
		worst = issued.Add(60 * r.life)
	}
	e, err := d.store.Begin(history.WithActor(d.ctx, history.Actor{Name: cmp.Or(r.by, "kim"), Machine: "laptop-7", Via: d.store.Actor(d.ctx).Via}), history.Draft{
		Profile: "acme", Host: r.host, UserEmail: r.user, AppName: r.app,
		AppID: fmt.Sprintf("00000000-0000-4000-8000-%012x", len(r.app)), AppSlug: strings.ToLower(strings.ReplaceAll(r.app, " ", "-")),
		Workspace: "Sales", Role: "end-user", Life: r.life, IdleMinutes: 60, SentExpiry: int64(r.life / time.Second),
		Unit: "seconds", UnitProven: !r.unproven, Expires: issued.Add(r.life), WorstExpires: worst, Note: r.note,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	res := history.Result{Outcome: r.outcome}
	switch r.outcome {
	case pat.Issued:
		res.Token = secret.New(fmt.Sprintf("pat_%032x", e.ID+0xabc000))
		res.URL = secret.New(fmt.Sprintf("https://tooljet.example.com/embed-apps/x?personal-access-token=pat_%032x", e.ID+0xabc000))
		res.Issued, res.Expires, res.WorstExpires = issued, issued.Add(r.life), worst
	case pat.Rejected:
		res.ErrorID, res.ErrorTitle, res.Status = "H404u", "User or app not found", 404
	case pat.Unknown:
		res.ErrorID, res.ErrorTitle = "N5", "No answer in time; token may exist"
		res.Expires = issued.Add(r.life)
	case pat.Pending:
	}
	if e, err = d.store.Finish(d.ctx, e.ID, res); err != nil {
		d.t.Fatal(err)
	}
	if r.drift != "" {
		if err := d.store.MarkVerified(d.ctx, e.ID, now, "valid", string(pat.DriftRole), r.drift); err != nil {
			d.t.Fatal(err)
		}
	}
	return e.ID
}

// everyState fills a history with tokens in every state.
func everyState(d *driver) {
	for _, r := range []row{
		{user: "ana@example.com", app: "Orders portal", life: 9 * time.Hour, age: 5 * time.Hour},
		{user: "ana@example.com", app: "Orders portal", life: time.Hour, age: 56*time.Minute - 12*time.Second, note: "Partner portal, /orders page"},
		{user: "bo@example.org", app: "Orders portal", life: time.Hour, age: 54*time.Minute + 20*time.Second, by: "lee"},
		{user: "cy@example.com", app: "Stock desk", life: 4 * time.Hour, age: 3*time.Hour + 19*time.Minute},
		{user: "dee@example.com", app: "Orders portal", life: 10 * time.Hour, age: 5 * time.Hour, drift: "the role was end-user at issue and is builder now"},
		{user: "eve@example.com", app: "Field visits", life: 24 * time.Hour, age: time.Hour + 12*time.Minute, by: "lee"},
		{user: "fay@vendor.example", app: "Returns", life: 7 * 24 * time.Hour, age: 21 * time.Hour},
		{user: "gil@example.com", app: "Stock desk", life: 30 * 24 * time.Hour, age: 13 * time.Hour},
		{user: "hal@example.com", app: "Returns", life: 6 * time.Hour, age: time.Hour, outcome: pat.Unknown},
		{user: "ivy@example.org", app: "Field visits", life: time.Hour, age: time.Hour + 3*time.Minute, by: "lee"},
		{user: "jo@example.com", app: "Returns", life: time.Hour, age: time.Minute, outcome: pat.Rejected},
	} {
		d.add(r)
	}
}
