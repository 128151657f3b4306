package kit

import (
	"context"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/secret"
)

// Servers are the ways to open and to save a server. Each is nil where it cannot
// be done.
type Servers struct {
	// Connect tries an address and a key that were typed; nothing is saved.
	Connect func(ctx context.Context, c Candidate) (*pat.Issuer, error)
	// Save keeps a candidate where the person chose, and opens it.
	Save func(ctx context.Context, c Candidate) (Session, error)
	// Open opens another profile.
	Open func(ctx context.Context, profile string) (Session, error)
	// KeepUnit remembers in a profile that the unit of patExpiry was proven.
	KeepUnit func(ctx context.Context, i *pat.Issuer, profile string, unit pat.Unit) error
	// Sandbox opens the built-in ToolJet with seeded users, apps and tokens.
	Sandbox func(ctx context.Context) (Session, error)
}

// Session is an open profile.
type Session struct {
	Issuer    *pat.Issuer
	Profile   *config.Profile
	Config    *config.Config
	KeyOrigin string // in words, where the admin key came from
	Demo      bool   // this is the sandbox
	History   string // path of the history's file, "" = there is none to watch
	Shared    bool   // the history is a database that other hosts write to
	Close     func()
}

// Candidate is a server as a person typed it, before anything is saved.
type Candidate struct {
	Name, URL  string
	Key        secret.Text
	Keep       string // where the key shall live: keyring, command, file or session
	KeyCommand string
	Production bool
}
