package cli

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

// demoURL is the address that the sandbox seems to have in the demo. It cannot
// exist: no port is opened, and requests go to the sandbox in this process.
const demoURL = "https://tooljet.example.com"

// demo is the sandbox with a history in memory: the same program, no server,
// nothing on disk.
type demo struct {
	*session
	server *sandbox.Server
	// at is how far the sandbox's clock is from the present while its past is
	// made up, in nanoseconds.
	at atomic.Int64
}

// openDemo starts a sandbox and opens a session on it.
func openDemo(ctx context.Context) (*demo, error) {
	d := &demo{session: &session{config: config.Default("")}}
	d.server = sandbox.New(sandbox.Options{Host: demoURL, Now: func() time.Time { return time.Now().Add(time.Duration(d.at.Load())) }})
	key, err := secret.NewKey()
	if err != nil {
		return nil, err
	}
	store, err := history.Open(ctx, history.Options{
		Path: history.Memory, Actor: demoActor(""), KeepTokens: true,
		Key: func(context.Context) (secret.Key, error) { return key, nil },
	})
	if err != nil {
		return nil, err
	}
	c, err := d.connect()
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	d.issuer = pat.NewIssuer(c, store, pat.Settings{
		Profile: "demo", Unit: pat.Seconds, UnitProven: true, KeySource: "sandbox",
	})
	d.profile = &config.Profile{
		Name: "demo", URL: demoURL, Key: secret.KindSession, Unit: string(pat.Seconds), UnitProvenAt: time.Now().UTC().Format(time.RFC3339),
		DefaultLife: config.Duration{Duration: time.Hour}, DefaultIdle: config.Duration{Duration: time.Hour},
	}
	d.config.Profiles = map[string]*config.Profile{"demo": d.profile}
	if d.snippets, err = snippet.NewSet(nil); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return d, nil
}

// connect makes a client of the demo's sandbox.
func (d *demo) connect(opts ...client.Option) (*client.Client, error) {
	return client.New(demoURL, secret.New(d.server.Key()), append(opts, client.WithTransport(d.server.Transport()))...)
}

// watch lets the requests be seen from now on: those of the made-up past were not sent
// in this session. The first of them tells what time it is at the server.
func (d *demo) watch(ctx context.Context) (err error) {
	d.issuer.Requests = &pat.RequestLog{}
	if d.issuer.Client, err = d.connect(client.WithObserver(d.issuer.Requests.Observe)); err == nil {
		_, err = d.issuer.Client.GetConfig(ctx)
	}
	return err
}

// demoActor is the person at the demo, or a colleague.
func demoActor(name string) pat.Actor {
	if name == "" || name == "you" {
		name = "sam"
	}
	return pat.Actor{Name: name, Machine: "laptop-7", Via: pat.ViaConsole}
}

// past is a token of the demo's made-up past.
type past struct {
	ago, life time.Duration
	user, app string
	by, note  string
}

// pasts give the demo a token in every state. The order is that of issuing.
var pasts = []past{
	{3 * 24 * time.Hour, 32 * 24 * time.Hour, "gil@example.com", "stock", "you", "Kiosk 4"},
	{20*time.Hour + 4*time.Minute, 7 * 24 * time.Hour, "fay@vendor.example", "returns", "you", "Vendor portal"},
	{3*time.Hour + 48*time.Minute, 9 * time.Hour, "dee@example.com", "orders", "you", "Partner portal, /orders page"},
	{2*time.Hour + 30*time.Minute, 7 * time.Hour, "ana@example.com", "orders", "you", "Partner portal, /orders page"},
	{2*time.Hour + 19*time.Minute, 3 * time.Hour, "cy@example.com", "stock", "you", ""},
	{72 * time.Minute, 24 * time.Hour, "eve@example.com", "visits", "kim", "Tablet in the van"},
	{63 * time.Minute, time.Hour, "ivy@partner.example", "visits", "kim", ""},
	{56 * time.Minute, time.Hour, "ana@example.com", "orders", "you", "Partner portal, /orders page"},
	{54*time.Minute + 20*time.Second, time.Hour, "bo@partner.example", "orders", "kim", ""},
}

// makePast issues the demo's earlier tokens through the sandbox, each at its own
// time, so that they are real there too.
func (d *demo) makePast(ctx context.Context) error {
	for _, p := range pasts {
		if err := d.issueAt(history.WithActor(ctx, demoActor(p.by)), p); err != nil {
			return err
		}
	}
	// One lost answer, one refusal, and one person whose role has changed since.
	d.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
	for _, p := range []past{
		{8 * time.Minute, time.Hour, "hal@example.com", "returns", "you", ""},
		{6 * time.Minute, time.Hour, "nobody@example.com", "orders", "you", ""},
	} {
		if err := d.issueAt(ctx, p); err == nil {
			return errors.New("the sandbox answered a request that was to fail")
		}
	}
	return d.driftDee(ctx)
}

// issueAt issues one token with the sandbox's clock set back.
func (d *demo) issueAt(ctx context.Context, p past) error {
	d.at.Store(int64(-p.ago))
	defer d.at.Store(0)
	c, err := d.connect()
	if err != nil {
		return err
	}
	d.issuer.Client = c
	users, err := d.issuer.Users(ctx, false)
	if err != nil {
		return err
	}
	apps, err := d.issuer.Apps(ctx, false)
	if err != nil {
		return err
	}
	_, err = d.issuer.Issue(ctx, pat.Request{
		User: p.user, App: p.app, Life: p.life, Idle: time.Hour, Note: p.note, Again: true,
		UserInfo: pat.FindUser(users, p.user), AppInfo: pat.FindApp(apps, p.app),
	})
	return err
}

// driftDee changes a role on the server and lets patdesk find out.
func (d *demo) driftDee(ctx context.Context) error {
	if err := d.server.SetMembership("dee@example.com", "sales", "active", "builder"); err != nil {
		return err
	}
	c, err := d.connect()
	if err != nil {
		return err
	}
	d.issuer.Client = c
	live, err := d.issuer.LivePair(ctx, "dee@example.com", "orders")
	if err != nil || len(live) == 0 {
		return err
	}
	_, err = d.issuer.Verify(ctx, live[0].ID)
	return err
}
