package ui

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure what the server's headers let pages do stands beside the snippets of a token
// and in both copy menus, and that the corrected URL is offered where the server's
// TOOLJET_HOST names another address, and only there.
func TestFraming_BesideSnippets(t *testing.T) {
	t.Parallel()
	story(t, stage{options: toTerminal, seed: func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Match: "/embed-apps/", Body: "<p>", Header: map[string]string{"Content-Security-Policy": "", "X-Frame-Options": "DENY"}, Times: -1})
	}}, func(d *driver) {
		fresh(d)
		const blocked = "Framing: X-Frame-Options DENY"
		d.sees(blocked, "DISABLE_APP_EMBED on the server")
		d.press("Y")
		d.sees("Copy as", blocked)
		d.misses("Corrected URL")
		d.press("esc", "i", "esc")
		d.press("Y")
		d.sees("Copy as", blocked)
	})
	story(t, stage{seed: func(d *driver) {
		d.box.Reconfigure(func(o *sandbox.Options) { o.Host = "https://tooljet.internal.example" })
		d.real("ana@example.com", "orders")
	}}, func(d *driver) {
		d.press("Y")
		d.sees("Copy as", "Corrected URL")
		d.press("2")
		d.sees("Corrected URL")
		if got := d.clipboard(); !strings.HasPrefix(got, "https://tooljet.example.com/embed-apps/") || !strings.Contains(got, "personal-access-token=pat_") {
			t.Errorf("copied %q", got)
		}
	})
}
