// Package pat is the domain of patdesk: issuing ToolJet embed tokens (Personal
// Access Tokens, "PATs") and remembering them.
//
// Both faces of the program, the command line and the console, work through an
// Issuer and see the same words: a Token, a Request, an Explanation. The package
// joins the ToolJet client with the local history and keeps the order that makes
// the history trustworthy: a request is recorded before it is sent.
package pat

import (
	"context"
	"time"

	"patdesk/client"
	"patdesk/history"
)

// What ToolJet knows, as the client reads it.
type (
	// User is a person of the ToolJet instance with their workspaces.
	User = client.User
	// Membership is a user's place in one workspace.
	Membership = client.Membership
	// Workspace is a ToolJet workspace.
	Workspace = client.Workspace
	// App is an app of a workspace.
	App = client.App
	// Clock relates the server's clock to the local one.
	Clock = client.Clock
	// Wait is an automatic wait before a request is sent once more.
	Wait = client.Wait
)

// What the history remembers.
type (
	// Token is one row of the history: a token, or the attempt to get one.
	Token = history.Entry
	// State is the state of a token as it is shown.
	State = history.State
	// Outcome is the state of a token as it is stored.
	Outcome = history.Outcome
	// Filter selects tokens.
	Filter = history.Filter
	// Term is one text condition of a Filter.
	Term = history.Term
	// StateTerm is one state condition of a Filter.
	StateTerm = history.StateTerm
	// Query is a filtered and ordered view of the history.
	Query = history.Query
	// Page is a piece of such a view.
	Page = history.Page
	// Cursor is a place in such a view.
	Cursor = history.Cursor
	// Sort orders tokens.
	Sort = history.Sort
	// Counts are the tokens per state.
	Counts = history.Counts
	// Number is how many rows there are, as far as they were counted.
	Number = history.Number
	// Secrets are the token text and the embed URL of a Token.
	Secrets = history.Secrets
)

// WithWaits returns a context for calls whose automatic waits are watched: before
// each of them f is called, in the goroutine of the call, and says whether to
// wait or to fail with what would have been waited for.
func WithWaits(ctx context.Context, f func(Wait) bool) context.Context {
	return client.WithWaits(ctx, f)
}

// WithGrace returns a context for calls that change something: when it is
// cancelled after such a request was sent, the answer is awaited for up to d
// more, and told is called first.
func WithGrace(ctx context.Context, d time.Duration, told func()) context.Context {
	return client.WithGrace(ctx, d, told)
}

// unwatched is for look-ups beside what a person asked for: their waits are
// short, and nobody's business.
func unwatched(ctx context.Context) context.Context { return client.WithWaits(ctx, nil) }

// The stored outcomes.
const (
	Pending  = history.Pending
	Issued   = history.Issued
	Rejected = history.Rejected
	Unknown  = history.Unknown
)

// The shown states.
const (
	OK      = history.OK
	Soon    = history.Soon
	Urgent  = history.Urgent
	Ended   = history.Ended
	Expired = history.Expired
	Older   = history.Older
	Unsure  = history.Unsure
	Drift   = history.Drift
	Failed  = history.Failed
)

// The orders of a list.
const (
	SortLeft   = history.SortLeft
	SortIssued = history.SortIssued
	SortUser   = history.SortUser
	SortApp    = history.SortApp
	SortState  = history.SortState
)

// Grant is a token that was just issued: its row, and the secrets themselves,
// which the history does not keep when keep_tokens is "never".
type Grant struct {
	Token   Token
	Secrets Secrets
	// Warnings are sentences about the grant that do not make it a failure.
	Warnings []string
}

// Settings are the parts of a profile that issuing depends on.
type Settings struct {
	// Profile is the label under which tokens are remembered.
	Profile string
	// Server is the base URL of the profile: the server to which the tokens belong,
	// and for embed URLs that the server left out.
	Server string
	// Unit is the unit in which this server reads patExpiry, as far as known.
	Unit Unit
	// UnitProven says that the unit was tried on this server.
	UnitProven bool
	// MaxLife caps the life of a token. Zero is no cap of the profile's own.
	MaxLife Life
	// ReadOnly forbids everything that changes the server.
	ReadOnly bool
	// Rights are what this person may do at a desk that several share; nil = everything.
	Rights *Rights
	// KeySource says where the admin key came from, in words for a person,
	// such as "env TOOLJET_API_TOKEN". It is never the key.
	KeySource string
}
