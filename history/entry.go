package history

import (
	"time"

	"patdesk/secret"
)

// Entry is one row of the history: a request for a token and what became of it.
// It never holds the token itself; see Store.Reveal.
type Entry struct {
	ID        int64
	RequestID string // sent as X-Request-Id; a UUID

	Profile                     string // the label it was issued under
	Server                      string // to which it belongs, as address.Server gives it
	Host                        string // scheme://host[:port]
	UserID, UserEmail, UserName string
	AppID, AppName, AppSlug     string
	AppTwin                     bool // the server listed another app of this name last
	WorkspaceID, Workspace      string
	Role                        string // the user's role in the workspace at issue

	Life        time.Duration // asked for
	IdleMinutes int64         // sign-out after this many minutes without use
	SentExpiry  int64         // the number sent as patExpiry, in Unit
	Unit        string        // "seconds", "minutes" or "milliseconds"
	UnitProven  bool          // whether Unit was proven on that server

	Outcome Outcome
	Begun   time.Time // when the row was written, UTC; by this computer's clock, or that of the database that hosts share
	Issued  time.Time // server clock; zero unless issued
	// Expires is the end by the server's clock. For pending and unknown rows it
	// is the worst case: the latest moment at which a lost token could work. For
	// rejected rows it is the moment of the request, since no token ever lived.
	Expires time.Time
	// WorstExpires is the end if the server reads patExpiry in the longer unit;
	// zero when the unit is proven.
	WorstExpires                  time.Time
	ClockOffset, ClockUncertainty time.Duration // server = local + offset

	By, Machine, Note string
	Run               string // of the run of many requests it belongs to, empty = none
	RunRow            int    // its row of that run, from 1; 0 = none

	ErrorID, ErrorTitle, ErrorText string // why it was rejected or is unknown
	Status                         int    // HTTP status, 0 when there was none

	Fingerprint string // 16 hex digits, only when the token was sealed
	Last4       string // last four characters of the token
	KeyID       string // of the key that sealed the token
	HasSecret   bool   // whether Reveal can give the token

	Older, Newer int64 // neighbours of the same user and app by time of issue, 0 = none

	Copied       time.Time // last time token, URL or snippet was copied
	Verified     time.Time // last time ToolJet was asked about the token
	VerifyResult string
	Drift        string    // what differs now from what was true at issue, empty = nothing known
	DriftKind    string    // what kind of thing that is, as it was recorded with it
	DriftAt      time.Time // since when it is known, by the clock of Begun
	URLWarning   string    // what is odd about the embed URL, a line for each fault
	URLMissing   string    // why the answer's embed URL is not used, as a clause; empty when it is

	// Spooled says that the outcome waits on this computer and is not yet in the shared history.
	Spooled bool
}

// IsProof reports whether a token was only to prove in which unit the server reads
// its expiry: no other use has a life of one second.
func (e Entry) IsProof() bool { return e.SentExpiry == 1 && e.Life == time.Second }

// Draft is what is known of a token before the request is sent.
type Draft struct {
	// RequestID is generated when empty.
	RequestID string

	Profile, Host               string
	Server                      string // base URL; Host when empty
	UserID, UserEmail, UserName string
	AppID, AppName, AppSlug     string
	WorkspaceID, Workspace      string
	Role                        string

	Life        time.Duration
	IdleMinutes int64
	SentExpiry  int64
	Unit        string
	UnitProven  bool

	// Expires is the latest end a token of this request can have, by the
	// server's clock. When zero it is taken as now + ClockOffset + Life and the
	// time a request may take. A later WorstExpires wins.
	Expires time.Time
	// WorstExpires is the end in the longer unit, zero when the unit is proven.
	WorstExpires                  time.Time
	ClockOffset, ClockUncertainty time.Duration

	Note string
	// Run is the run of many requests it belongs to, RunRow its row there from 1;
	// empty = none. Each row is sent once, but for what was rejected.
	Run    string
	RunRow int
	// Alone refuses the row, with ErrLive, where a token of the pair may still work.
	Alone bool
	// AfterUnknown lets a row be sent whose earlier request has an unknown outcome.
	AfterUnknown bool
}

// Result is the outcome of a request. Fields that are zero leave what the draft
// said, except Token and URL, which belong to Issued only.
type Result struct {
	Outcome    Outcome // Issued, Rejected or Unknown
	Token, URL secret.Text

	AppID, AppSlug string // as the answer names the app

	Issued, Expires, WorstExpires time.Time // server clock
	ClockOffset, ClockUncertainty time.Duration

	ErrorID, ErrorTitle, ErrorText string
	Status                         int
	URLWarning, URLMissing         string
}

// Secrets is what Reveal gives. URL is empty when the answer had none.
type Secrets struct {
	Token, URL secret.Text
}
