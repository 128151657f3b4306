package kit

import (
	"context"
	"net"

	"patdesk/pat"
)

// Browser is how pages are shown to the person.
type Browser struct {
	// Open opens an address in a browser; nil where there is none.
	Open func(ctx context.Context, address string) error
	// Far says that the person came by SSH; User and Host are then what they
	// reached, for the line that forwards a port.
	Far        bool
	User, Host string
	// Listen takes the place of listening on this computer.
	Listen func() (net.Listener, error)
}

// WhyNoPreview says why a token cannot be shown in a browser, or "".
func WhyNoPreview(s Shell, t pat.Token) string {
	if s.Demo() {
		return "No browser reaches the demo's ToolJet; that of patdesk sandbox can be previewed."
	}
	return WhyNoText(s.Keys(), t)
}
