package cli

import (
	"context"
	"fmt"
	"time"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// tourPause is how long the tour waits between its steps, so that a person can
// read along.
const tourPause = 700 * time.Millisecond

// tour is what --demo shows where there is no terminal to open the console in: a
// token is issued, counts down, becomes a snippet, and a failing request is
// explained. Everything goes through the sandbox; nothing is written to disk.
func (a *app) tour(ctx context.Context) error {
	d, err := openDemo(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	if err := d.makePast(ctx); err != nil {
		return err
	}
	out := a.env.Out
	line(out, "patdesk DEMO: a built-in ToolJet, no server, nothing on disk")
	a.step(ctx, "The history after a day of work, what ends next first:")
	if err := a.listTable(ctx, d.session, pat.Query{Filter: pat.Filter{Profile: "demo"}, Now: d.issuer.Now()}, 0); err != nil {
		return err
	}
	a.step(ctx, "$ patdesk issue ana@example.com stock --life 1h --idle 60m")
	req := pat.Request{User: "ana@example.com", App: "stock", Life: time.Hour, Idle: time.Hour, Note: "demo"}
	grant, err := d.issuer.Issue(ctx, req)
	if err != nil {
		return err
	}
	if err := a.handOver(ctx, d.session, grant, outputOptions{}); err != nil {
		return err
	}
	a.step(ctx, "Its time left, by the server's clock:")
	if err := a.count(ctx, d, grant.Token); err != nil {
		return err
	}
	a.step(ctx, fmt.Sprintf("$ patdesk show %d -o iframe", grant.Token.ID))
	if err := a.printSnippet(d.session, grant.Token, grant.Secrets, "iframe"); err != nil {
		return err
	}
	a.step(ctx, "$ patdesk issue ana@example.com returns      (the answer gets lost on the way)")
	d.server.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
	req.App = "returns"
	if _, err := d.issuer.Issue(ctx, req); err != nil {
		explainTo(out, explain(err))
	}
	a.step(ctx, "To use it: patdesk profile add, or TOOLJET_HOST and TOOLJET_API_TOKEN; then patdesk help")
	return ctx.Err()
}

// step announces a part of the tour.
func (a *app) step(ctx context.Context, text string) {
	if a.env.OutTTY {
		sleep(ctx, tourPause)
	}
	line(a.env.Out, "")
	line(a.env.Out, "%s", text)
}

// count shows a running countdown for a few seconds, in place on a terminal.
func (a *app) count(ctx context.Context, d *demo, t pat.Token) error {
	for range 4 {
		now := d.issuer.Now()
		text := fmt.Sprintf("  #%d %s  %s", t.ID, t.State(now).Word(), left(t, now))
		if a.env.OutTTY {
			_, _ = fmt.Fprintf(a.env.Out, "\r%s", text)
			sleep(ctx, time.Second)
			continue
		}
		line(a.env.Out, "%s", text)
	}
	if a.env.OutTTY {
		line(a.env.Out, "")
	}
	return ctx.Err()
}

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
