// Package ui is the console: what a person sees and presses.
//
// It is a Bubble Tea program of one shell and its screens. It speaks to servers
// and to the history only through package pat, does so only in commands, and
// shows text that came from elsewhere only after term.Clean. Secrets are on the
// screen only while a person asked for them.
package ui

import (
	"context"
	"time"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// Options is what the console starts with.
type Options struct {
	// Issuer is nil on the first run.
	Issuer *pat.Issuer
	// Config is never nil; Profile is nil on the first run.
	Config  *config.Config
	Profile *config.Profile
	// KeyOrigin says in words where the admin key came from.
	KeyOrigin string
	// Demo shows the badge: this is the sandbox.
	Demo bool
	// History is the path of the history's file, to notice what other
	// processes write; "" = there is no file. It is never opened here.
	History string
	// Shared says that the history is a database that other hosts write to.
	Shared    bool
	Clipboard *term.Clipboard
	Snippets  *snippet.Set

	// Connect tries an address and a key that were typed; nothing is saved.
	Connect func(ctx context.Context, c kit.Candidate) (*pat.Issuer, error)
	// Save keeps a candidate where the person chose, and opens it.
	Save func(ctx context.Context, c kit.Candidate) (kit.Session, error)
	// Open opens another profile.
	Open func(ctx context.Context, profile string) (kit.Session, error)
	// KeepUnit remembers in a profile that the unit of patExpiry was proven.
	KeepUnit func(ctx context.Context, i *pat.Issuer, profile string, unit pat.Unit) error
	// Sandbox opens the built-in ToolJet with seeded users, apps and tokens.
	Sandbox func(ctx context.Context) (kit.Session, error)

	// Seat says that the person sits elsewhere and shares this computer's account with
	// others: what is a door on it is left out, see kit.Action.Local.
	Seat bool

	// Idle is what becomes of a console that nobody touches.
	Idle Idle
	// Watch looks at the history's files for several consoles; nil = this one looks itself.
	Watch *Watch

	// Browser is how pages are shown to the person.
	Browser kit.Browser
	// About is the program and what it was built with, in one line, for reports.
	About    string
	Terminal Terminal
	// Now is the local clock; nil = time.Now.
	Now func() time.Time
}

// What opening a server takes and brings.
type (
	// Session is an open profile.
	Session = kit.Session
	// Candidate is a server as a person typed it.
	Candidate = kit.Candidate
)
