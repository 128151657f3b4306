package pat

import "context"

// checkEmbed tells which pages may show the embed page in a frame, by the headers
// that it comes with. It asks for the page of one app and sends no token.
func (d *diagnosis) checkEmbed(ctx context.Context) Check {
	if c, skip := d.unasked(CheckEmbed); skip {
		return c
	}
	ctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	app := d.anyApp(ctx)
	if app == "" {
		return NewCheck(CheckEmbed, NotSure, "not looked at, because there is no app yet", "")
	}
	f := d.frameApp(ctx, App{ID: app}, d.config)
	c := NewCheck(CheckEmbed, f.Level(), f.Reason, f.Next)
	if c.Level == Good {
		c.Next = ""
	}
	return c
}

// anyApp is the id of some app, or "".
func (d *diagnosis) anyApp(ctx context.Context) string {
	const most = 5 // workspaces that are looked through
	for _, w := range d.spaces[:min(len(d.spaces), most)] {
		if apps, err := d.Client.ListApps(ctx, w.ID); err == nil && len(apps) > 0 {
			return apps[0].ID
		}
	}
	return ""
}
