package ui

import "patdesk/pat"

// What the form reads.
type (
	// usersMsg and appsMsg are the lists of the server.
	usersMsg struct {
		users []pat.User
		err   error
	}
	appsMsg struct {
		apps []pat.App
		err  error
	}
	// liveMsg is what may still work of a pair; seq tells which look-up it is of.
	liveMsg struct {
		seq    int
		tokens []pat.Token
		err    error
	}
)
