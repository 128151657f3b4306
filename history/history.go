// Package history is the ledger of issued tokens: one SQLite file, written
// before a request is sent and again when its outcome is known.
//
// ToolJet has no call that lists or revokes embed tokens, so this file is the
// only record of who can open what, until when. Therefore a token is never
// issued without a durable row, a row whose outcome nobody saw is "unknown" and
// never guessed, and rows are never deleted. Tokens and embed URLs are sealed;
// e-mail addresses, app names and notes are not.
//
// Nothing in the process may close a descriptor of the database files outside
// SQLite: that would drop SQLite's POSIX locks and lose commits. So nothing opens
// them there but readBare, which never closes what it opened.
package history

import (
	"context"
	"time"

	"patdesk/secret"
)

// Memory as the path of Options gives a history that lives in memory only and
// ends with Close: the demo leaves nothing on disk.
const Memory = ":memory:"

// Options says where the history is and how it is written.
type Options struct {
	// Path is the database file, or Memory.
	Path string
	// Key gives the key that seals tokens, or an error around fs.ErrNotExist if
	// there is none yet. It is called by Begin, Finish, Reveal and CheckKey only,
	// never by a list.
	Key func(context.Context) (secret.Key, error)
	// MakeKey makes the first key. Begin calls it only where no token is sealed.
	// When nil, there is none to be made.
	MakeKey func(context.Context) (secret.Key, error)
	// KeyByID gives one of several keys, for a token that another one than Key's
	// sealed. When nil, Key's is the only one.
	KeyByID func(ctx context.Context, id string) (secret.Key, error)
	// KeepTokens stores tokens and URLs, sealed. When false, only metadata and
	// the last four characters are kept, and no key is needed.
	KeepTokens bool
	// Actor is recorded with each row and event: who wrote it, where and with what.
	Actor Actor
	// Reading is for processes that only read: they need no right to write, no
	// space and no lock. Whatever cannot be made or tidied up stays as it is.
	Reading bool
	// Upgrading is called, from another goroutine and at most once, when Open has
	// been bringing a history of so many rows to a newer schema for over a second.
	Upgrading func(rows int64)

	patience    time.Duration                       // before Upgrading is called; 0 = a second
	networkDisk func(folder string) (string, error) // nil = ask the system; tests are on no network disk
	steps       []step                              // nil = the embedded migrations; tests add later ones
	walkOnly    bool                                // never fetch and sort; tests have too few rows for the choice
}

// Outcome is what is known about a request.
type Outcome string

// The outcomes of a request. Only these four are stored.
const (
	// Pending was written before the request was sent.
	Pending Outcome = "pending"
	// Issued has a token.
	Issued Outcome = "issued"
	// Rejected was refused or never sent: no token exists.
	Rejected Outcome = "rejected"
	// Unknown was sent and got no usable answer: a token may exist that nobody holds.
	Unknown Outcome = "unknown"
)
