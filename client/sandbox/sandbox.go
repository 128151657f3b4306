// Package sandbox is a ToolJet in one process: the External API with its real
// rules and its real errors, the embed page, and a wire that fails on request.
//
// It is the other side of every test, the server behind the demo, and a
// stand-in for portals under development. It reads ToolJet's published
// behaviour by itself and shares no type with the client, so that a mistake
// in one cannot agree with the same mistake in the other.
//
// It must never accept an admin key that it did not make or was not given for
// this purpose, never listen beyond loopback, and never store a token it issued
// other than by its hash.
package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Unit is how the sandbox reads the number in patExpiry.
type Unit string

// The three readings of patExpiry found in ToolJet's documents, source and
// demo. The empty Unit means Seconds.
const (
	Seconds      Unit = "seconds"
	Minutes      Unit = "minutes"
	Milliseconds Unit = "milliseconds"
)

// span returns the time one unit stands for.
func (u Unit) span() time.Duration {
	switch u {
	case Minutes:
		return time.Minute
	case Milliseconds:
		return time.Millisecond
	default:
		return time.Second
	}
}

// Reissue is what a second token for the same pair does to the first.
type Reissue string

// The behaviours of ToolJet's builds. The empty Reissue means Adds.
const (
	// Adds keeps every older token working until its own end.
	Adds Reissue = "adds"
	// Replaces allows one token per user and app, as the documents claim:
	// an older one stops working.
	Replaces Reissue = "replaces"
	// ReplacesApp allows one token per app: issuing for one user kills
	// another user's, as the oldest builds did.
	ReplacesApp Reissue = "replaces-app"
	// Dead answers with a fresh token that never works while an older one
	// of the pair lives; the older one goes on working.
	Dead Reissue = "dead"
)

// Options describe one ToolJet instance. The zero value is a licensed
// Enterprise instance with seeded people and apps.
type Options struct {
	Key         string // admin key; "" makes a random one
	ControlKey  string // what the control path asks for; "" makes a random one
	Community   bool   // Community Edition: no PAT and no v2 routes, v1 refuses
	Unlicensed  bool   // every External API call answers 451
	APIDisabled bool   // ENABLE_EXTERNAL_API is not "true"
	NoV2        bool   // a server from before the v2 API
	NoV1Role    bool   // a server whose roles are changed by the v2 API only
	AppsWrapped bool   // the v1 app list is {apps,total} instead of an array

	Unit    Unit
	Reissue Reissue

	SubPath string           // SUB_PATH, for example "/apps/tooljet/"
	Host    string           // TOOLJET_HOST; "" is the address of each request
	Version string           // RELEASE_VERSION; "" is a current Enterprise one
	Now     func() time.Time // nil is time.Now

	Builders  int   // seats of the licence for people who build apps or administer; 0 is no limit
	PerMinute int   // accepted issue calls a minute before 429; 0 is no limit
	Empty     bool  // no users, workspaces and apps
	Seed      *Seed // what it holds at the start; nil is the built-in seed
}

// Server is one ToolJet instance. It is an http.Handler, safe for concurrent use.
type Server struct {
	opts   Options
	prefix string // SUB_PATH with both slashes, "/" without one
	secret []byte // signs sessions
	routes []route

	mu         sync.Mutex
	advanced   time.Duration
	users      []*User
	workspaces []*Workspace
	apps       []*App
	tokens     map[string]*token // by SHA-256 of the token
	sessions   map[string]*session
	faults     []*Fault
	ledger     []*Issued
	executed   map[string]*Issued // the ledger by request id
	requests   []Request
	window     time.Time // start of the current minute of PerMinute
	inWindow   int
}

// New starts an instance. It reads no file and opens no port.
func New(o Options) *Server {
	if o.Key == "" {
		o.Key = "sandbox-" + randomHex(16)
	}
	if o.ControlKey == "" {
		o.ControlKey = "control-" + randomHex(16)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Version == "" {
		o.Version = "3.20.1-ee-lts"
		if o.Community {
			o.Version = "3.20.1-ce-lts"
		}
	}
	s := &Server{
		opts:     o,
		prefix:   "/",
		secret:   []byte(randomHex(32)),
		tokens:   map[string]*token{},
		sessions: map[string]*session{},
		executed: map[string]*Issued{},
	}
	if sub := strings.Trim(o.SubPath, "/"); sub != "" {
		s.prefix = "/" + sub + "/"
	}
	if !o.Empty {
		s.fill(o.seed())
	}
	s.routes = s.table()
	return s
}

// seed is what an instance begins with.
func (o *Options) seed() *Seed {
	if o.Seed != nil {
		return o.Seed
	}
	return readBuiltin()
}

// readBuiltin reads the built-in seed once in a process: an instance takes copies.
var readBuiltin = sync.OnceValue(func() *Seed {
	seed, err := ReadSeed(builtinSeed)
	if err != nil {
		panic("sandbox: seed.json: " + err.Error()) // a part of the program, which a test reads
	}
	return seed
})

// Key returns the only admin key this instance accepts.
func (s *Server) Key() string { return s.opts.Key }

// ControlKey returns what the control path asks for as X-Sandbox-Key. It opens
// nothing else.
func (s *Server) ControlKey() string { return s.opts.ControlKey }

// Now returns the instance's clock: Options.Now plus everything advanced.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Advance moves the instance's clock; a negative d moves it back.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advanced += d
}

// now is the clock for callers that hold s.mu, in JavaScript's milliseconds.
// The monotonic part is dropped, so that ends are compared on the wall clock
// like ToolJet's database does.
func (s *Server) now() time.Time {
	return s.opts.Now().Round(0).Add(s.advanced).Truncate(time.Millisecond)
}

// Request is one request as it arrived, kept for tests.
type Request struct {
	Method           string    `json:"method"`
	Path             string    `json:"path"` // with query
	RequestID        string    `json:"request_id"`
	Body             string    `json:"body"` // in clear: the sandbox holds nobody's real token
	HasAuthorization bool      `json:"has_authorization"`
	Referer          string    `json:"referer"` // a portal's address, if its page tells it
	At               time.Time `json:"at"`      // the instance's clock
}

// maxRequests bounds what a sandbox that runs for days remembers.
const maxRequests = 20_000

// Requests returns the requests seen so far, oldest first. At least
// the newest 10,000 are kept.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// maxBody bounds what is read of one request; ToolJet's own limit is larger,
// but no call here has a reason to come near this one.
const maxBody = 1 << 20

// randomHex returns n random bytes as 2n hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	// crypto/rand.Read never returns an error; it ends the program instead.
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// ServeHTTP answers one request, or fails it as an injected Fault asks.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.receive(r)
	l := connOf(r)
	f := l.fault
	if !l.taken {
		f = s.takeFault(r)
	}
	if f == nil {
		s.respond(c).write(w)
		return
	}
	s.inject(w, c, f)
}
