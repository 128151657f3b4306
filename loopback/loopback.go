// Package loopback shows one page to a browser on this computer: a snippet with a
// live token, and a script that tells what its frame does. The page has a random
// port and an address that works once, no other program and no other site gets
// anything from it, and the token stands in the page alone.
package loopback

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"patdesk/address"
	"patdesk/secret"
)

// How long an address can be opened, and how long an open page is listened to.
const (
	ToOpen = time.Minute
	ToTell = 5 * time.Minute
)

// The limits of the server.
const (
	maxConnections = 64
	maxHeader      = 8 << 10
	maxReports     = 200 // of one page
	readTime       = 5 * time.Second
)

// Options say what is shown.
type Options struct {
	// Listener takes the place of one on 127.0.0.1 with a random port.
	Listener net.Listener
	// Title names the app and its user for the person at the page.
	Title string
	// Snippet is HTML with a frame in it, which stands in the page byte by byte.
	Snippet secret.Text
	// Framed is the address of the frame; messages count from its origin alone.
	Framed string
}

// Server shows the page. Its methods are safe for concurrent use.
type Server struct {
	options Options
	host    string // 127.0.0.1:port
	origin  string // of the frame, as browsers write it
	http    http.Server
	events  chan Event
	done    chan struct{}
	end     sync.Once

	mu      sync.Mutex
	current *opening
	used    [][]byte // paths that worked once
}

// opening is one address and what it opens.
type opening struct {
	path, report []byte
	made, opened time.Time
	reports      int
}

// Kind says what an Event tells.
type Kind string

// The kinds of event.
const (
	Opened    Kind = "opened"    // the page was opened
	Loaded    Kind = "loaded"    // the frame has loaded something
	Message   Kind = "message"   // the frame said TJ_EMBED_APP_LOGOUT
	Stranger  Kind = "stranger"  // a message that did not come from the frame's origin
	Elsewhere Kind = "elsewhere" // the frame went to another site, which is in Text
	Closed    Kind = "closed"    // the page was left
)

// Event is something that happened at the page. Text is foreign.
type Event struct {
	Kind  Kind
	At    time.Time
	Error int    // of a Message, 0 for none
	Text  string // at most 300 bytes
}

// Serve begins to listen. The context's end closes the server, too.
func Serve(ctx context.Context, o Options) (*Server, error) {
	framed, err := url.Parse(o.Framed)
	if err != nil || framed.Host == "" {
		return nil, errors.New("the frame has no address")
	}
	l := o.Listener
	if l == nil {
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0"); err != nil {
			return nil, err
		}
	}
	s := &Server{
		options: o, host: l.Addr().String(), origin: browserOrigin(framed), events: make(chan Event, maxReports), done: make(chan struct{}),
	}
	s.http = http.Server{
		Handler: s, ReadHeaderTimeout: readTime, ReadTimeout: readTime, WriteTimeout: 2 * readTime, IdleTimeout: 2 * readTime,
		MaxHeaderBytes: maxHeader - 4<<10, // net/http allows 4 KiB more than it is told
	}
	s.Renew()
	go func() { _ = s.http.Serve(netutil.LimitListener(l, maxConnections)) }()
	context.AfterFunc(ctx, s.Close)
	return s, nil
}

// browserOrigin writes an origin as event.origin does: without the usual port, in
// lower case.
func browserOrigin(u *url.URL) string {
	origin := address.OriginOf(u)
	for _, usual := range [][2]string{{"https://", ":443"}, {"http://", ":80"}} {
		if strings.HasPrefix(origin, usual[0]) {
			origin = strings.TrimSuffix(origin, usual[1])
		}
	}
	return origin
}

// Renew makes a new address for the page; the one before opens nothing any more.
func (s *Server) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		s.used = append(s.used, s.current.path)
	}
	s.current = &opening{path: random(), report: random(), made: time.Now()}
}

// Address is the address that opens the page, once and within a minute.
func (s *Server) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "http://" + s.host + "/" + string(s.current.path)
}

// Port is the port on 127.0.0.1.
func (s *Server) Port() string {
	_, port, _ := net.SplitHostPort(s.host)
	return port
}

// Events tells what happens at the page. It is never closed; see Done.
func (s *Server) Events() <-chan Event { return s.events }

// Done is closed with the server.
func (s *Server) Done() <-chan struct{} { return s.done }

// Close ends it at once.
func (s *Server) Close() {
	s.end.Do(func() {
		_ = s.http.Close()
		close(s.done)
	})
}

// random is a path of 256 bits.
func random() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never returns an error
	return []byte(base64.RawURLEncoding.EncodeToString(b))
}

// same compares in a time that does not tell where two texts differ.
func same(a []byte, b string) bool { return subtle.ConstantTimeCompare(a, []byte(b)) == 1 }

// tell passes an event on; one too many is dropped, because nobody listens.
func (s *Server) tell(e Event) {
	e.At = time.Now()
	select {
	case s.events <- e:
	default:
	}
}
