package issue

import "patdesk/pat"

// What the form reads.
type (
	// UsersMsg and AppsMsg are the lists of the server.
	UsersMsg struct {
		Users []pat.User
		err   error
	}
	AppsMsg struct {
		Apps []pat.App
		err  error
	}
	// liveMsg is what may still work of a pair; seq tells which look-up it is of.
	liveMsg struct {
		seq    int
		tokens []pat.Token
		err    error
	}
)
