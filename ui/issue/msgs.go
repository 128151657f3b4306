package issue

import "patdesk/pat"

// What the form reads.
type (
	// UsersMsg is the list of the server's users.
	UsersMsg struct {
		Users []pat.User
		err   error
	}
	// AppsMsg is the list of the server's apps.
	AppsMsg struct {
		Apps []pat.App
		err  error
	}
	// opensMsg is which apps a user may open.
	opensMsg struct {
		user  string // id
		opens pat.Opens
	}
	// liveMsg is what may still work of a pair; seq tells which look-up it is of.
	liveMsg struct {
		seq    int
		tokens []pat.Token
		err    error
	}
)
