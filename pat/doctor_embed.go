package pat

import (
	"context"
	"fmt"
	"strings"
)

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
	page, err := d.Client.GetEmbedPage(ctx, app)
	if err != nil {
		x := Explain(d.stage(StageRead, "", "", err))
		return NewCheck(CheckEmbed, Warn, "the page that portals load cannot be read from here: "+x.Title, "Open an embed URL in a browser")
	}
	return judgeFraming(page.Policies, page.FrameOptions)
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

// judgeFraming reads the headers that decide who may frame a page: the directive
// frame-ancestors of every Content-Security-Policy, all of which must allow it,
// and only where none has it X-Frame-Options (CSP 3, 6.4.2.2).
func judgeFraming(policies []string, frameOptions string) Check {
	limits := frameAncestors(policies)
	if len(limits) == 0 {
		if v := strings.ToUpper(strings.TrimSpace(frameOptions)); v == "DENY" || v == "SAMEORIGIN" {
			return NewCheck(CheckEmbed, Warn, fmt.Sprintf("X-Frame-Options %s: no page of another site may show it in a frame", v), "Unset DISABLE_APP_EMBED on the server, or the header in the proxy before it")
		}
		return NewCheck(CheckEmbed, Good, "any page may show it in a frame", "")
	}
	var hosts []string
	for _, sources := range limits {
		if len(sources) == 1 && sources[0] == "*" {
			continue
		}
		hosts = append(hosts, strings.Join(sources, " "))
		if all := strings.Join(sources, " "); all == "" || all == "'none'" || all == "'self'" {
			return NewCheck(CheckEmbed, Warn, fmt.Sprintf("frame-ancestors %s: no page of another site may show it in a frame", first(all, "'none'")), "Add the portal's address to frame-ancestors on the server")
		}
	}
	if len(hosts) == 0 {
		return NewCheck(CheckEmbed, Good, "any page may show it in a frame (frame-ancestors *)", "")
	}
	return NewCheck(CheckEmbed, Good, "may be shown in a frame by pages of "+strings.Join(hosts, ", and only by those that are also among "), "")
}

// frameAncestors are the sources of the first frame-ancestors directive of each
// policy that has one. One header can hold several policies, parted by commas.
func frameAncestors(policies []string) [][]string {
	var all [][]string
	for _, header := range policies {
		for policy := range strings.SplitSeq(header, ",") {
			for directive := range strings.SplitSeq(policy, ";") {
				words := strings.Fields(directive)
				if len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
					all = append(all, words[1:])
					break
				}
			}
		}
	}
	return all
}
