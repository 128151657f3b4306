package pat

import (
	"context"
	"time"

	"patdesk/history"
	"patdesk/secret"
)

// Ledger is the history as the service needs it. Package history keeps it in a file of
// SQLite; history/postgres in a database that several hosts share. What each method
// does, and its errors, stand with history.Records and history.Store.
type Ledger interface {
	// A request and its outcome
	Begin(ctx context.Context, d history.Draft) (history.Entry, error)
	Finish(ctx context.Context, id int64, r history.Result) (history.Entry, error)
	SetDetails(ctx context.Context, id int64, d history.Details) (history.Entry, error)
	SetError(ctx context.Context, id int64, title, text string) (history.Entry, error)
	Live(ctx context.Context, server, user, app string, now time.Time) ([]history.Entry, error)
	Get(ctx context.Context, id int64) (history.Entry, error)
	Reveal(ctx context.Context, id int64) (history.Secrets, error)

	// What is said of a token later
	MarkCopied(ctx context.Context, id int64, at time.Time, what string) error
	MarkRevealed(ctx context.Context, how string, ids ...int64) error
	MarkVerified(ctx context.Context, id int64, at time.Time, result, kind, drift string) error
	SetNote(ctx context.Context, id int64, note string) error
	SetDrift(ctx context.Context, changes []history.DriftChange, asOf time.Time) (stay []int64, err error)

	// The list
	Page(ctx context.Context, q history.Query) (history.Page, error)
	IDs(ctx context.Context, q history.Query, limit int) ([]int64, error)
	Count(ctx context.Context, q history.Query) (int64, error)
	CountTo(ctx context.Context, q history.Query, most int64) (history.Number, error)
	Counts(ctx context.Context, server string, now time.Time) (history.Counts, error)
	Position(ctx context.Context, q history.Query, id, most int64) (history.Number, error)
	NextChange(ctx context.Context, server string, now time.Time) (time.Time, error)
	Ahead(ctx context.Context, server string, now time.Time) (history.Ahead, error)
	Changed(ctx context.Context) (int64, error)
	EndsPer(ctx context.Context, server string, edges []time.Time) ([]int64, error)
	Turned(ctx context.Context, server string, since, now time.Time, named int) (history.Turns, error)

	// What may still work
	Alive(ctx context.Context, server, user string, now time.Time) ([]history.Entry, error)
	LivePairs(ctx context.Context, server string, now time.Time) ([]history.LivePair, error)
	PairAlive(ctx context.Context, server string, e history.Entry, now time.Time) (history.PairAlive, error)
	DriftRows(ctx context.Context, server string, now time.Time) ([]history.DriftRow, error)

	// Runs and hand-overs
	BeginRun(ctx context.Context, r history.Run, rows []history.RunRow) error
	MarkRow(ctx context.Context, run string, row int, state history.RowState) error
	EndRun(ctx context.Context, run string) error
	Runs(ctx context.Context, server string) ([]history.Run, error)
	GetRun(ctx context.Context, id string) (history.Run, []history.RunRow, error)
	Handovers(ctx context.Context, server string, done bool) ([]history.Handover, error)
	FinishHandover(ctx context.Context, server string, id int64) error

	// The server
	LastClock(ctx context.Context, server string) (offset, uncertainty time.Duration, at time.Time, err error)
	NoteClock(ctx context.Context, server string, offset, uncertainty time.Duration, at time.Time) error
	ProvenUnit(ctx context.Context, server string) (string, error)
	Prove(ctx context.Context, server, unit string, length time.Duration) error
	NoteHost(ctx context.Context, server, host string, at time.Time) error
	Hosts(ctx context.Context, server string) ([]history.SeenHost, error)
	SaveUsers(ctx context.Context, server string, users []history.ListedUser, at time.Time) error
	SaveWorkspaces(ctx context.Context, server string, spaces []history.ListedWorkspace, at time.Time) error
	SaveApps(ctx context.Context, server string, apps []history.ListedApp, at time.Time) error
	Directory(ctx context.Context, server string) (history.Directory, error)

	// The audit
	Actor(ctx context.Context) history.Actor
	MarkLogin(ctx context.Context, how string) error
	MarkDenied(ctx context.Context, what string) error
	Events(ctx context.Context, f history.EventFilter, before int64, limit int) (history.EventPage, error)
	Seal(ctx context.Context) (history.Head, error)
	Sealing(ctx context.Context) (history.Sealing, error)
	VerifyEvents(ctx context.Context, kept string) (history.Audit, error)

	// The whole
	CheckKey(ctx context.Context) (id string, err error)
	AcceptKey(ctx context.Context, key secret.Key) error
	Purge(ctx context.Context, before time.Time) (int64, error)
	Close() error
}
