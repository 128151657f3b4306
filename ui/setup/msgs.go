package setup

import "patdesk/pat"

// What setting up a server brings. seq tells which try it is of.
type (
	// settledMsg says that nothing was typed for a while.
	settledMsg struct{ seq int }
	// connectedMsg is a server as far as its address and key go.
	connectedMsg struct {
		seq    int
		issuer *pat.Issuer
		err    error
	}
)
