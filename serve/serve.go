// Package serve lets the members of a team in over SSH: many consoles and commands in
// one process. It knows whose key it is, how many there are and when they end; what
// somebody gets to see at their seat is the caller's.
//
// There are sessions with a terminal or a command, and nothing else: no password, no
// forwarding, no agent, no subsystem, no file transfer. A terminal is emulated: a pty
// of the system would leave a thread behind for each client that is killed.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	"charm.land/wish/v2/ratelimiter"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/net/netutil"
	"golang.org/x/time/rate"

	"patdesk/pat"
)

// Options say who is let in, and to what.
type Options struct {
	HostKey gossh.Signer
	// MaxSessions bounds the sessions of all members, PerPerson those of one.
	MaxSessions, PerPerson int
	// Member names whose key it is, by the type and the base64 of a public key as in
	// authorized_keys; "" is nobody's. It is asked for each login and each session anew, and
	// every few seconds for those that are there. With an error nobody is let in.
	Member func(kind, blob string) (string, error)
	// Variables are those that a session may set.
	Variables []string
	// Sit does what somebody came for and returns the exit code. It ends soon after ctx;
	// the cause of that is a *Dismissal, unless the client went away.
	Sit func(ctx context.Context, s *Session) int
	// Log takes what the host should know, one line without secrets.
	Log func(format string, args ...any)
}

// Dismissal is why sessions end that did not want to.
type Dismissal struct {
	Sentence string // for who sits there
	Code     int    // exit code
}

// Error implements error.
func (d *Dismissal) Error() string { return d.Sentence }

// The limits beside those of Options.
const (
	loginTime = 10 * time.Second // from the connection to the key
	spare     = 64               // connections that are on their way to be let in, or to hear why not
	perSecond = 5                // sessions from one address, once it had MaxSessions of them
	addresses = 1024             // whose pace is remembered
	lookAgain = 2 * time.Second  // between two looks at who may stay
)

// endTime is how long sessions may take to end: ui waits 5 s for answers and 3 s for
// their records, the history 6 s for its lock.
const endTime = 15 * time.Second

// byeTime is how long a connection may last after its sessions.
const byeTime = time.Second

// Server is a door for the members. Its methods are safe for concurrent use.
type Server struct {
	o     Options
	ends  time.Duration // endTime, but in tests
	pace  ratelimiter.RateLimiter
	under sync.WaitGroup // sessions

	lines lines

	mu     sync.Mutex
	seated map[*Session]context.CancelCauseFunc
	closed *Dismissal // nil while it is open
}

// New returns a server.
func New(o Options) *Server {
	return &Server{
		o: o, ends: endTime, pace: ratelimiter.NewRateLimiter(rate.Limit(perSecond), o.MaxSessions+spare, addresses),
		seated: map[*Session]context.CancelCauseFunc{},
		lines:  lines{after: idleTime, most: o.PerPerson + idleSpare, strangers: map[netip.Prefix]int{}, resting: map[string][]*line{}},
	}
}

// Serve lets members in at l until ctx ends, then dismisses all of them with why and
// waits until what they had under way is recorded. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener, why Dismissal) error {
	door, err := wish.NewServer(
		wish.WithVersion("patdesk"),
		ssh.EmulatePty(),
		wish.WithPublicKeyAuth(func(_ ssh.Context, key ssh.PublicKey) bool { return s.member(key) != "" }),
		func(door *ssh.Server) error {
			door.AddHostKey(s.o.HostKey)
			door.HandshakeTimeout = loginTime
			door.ConnectionFailedCallback = func(c net.Conn, err error) {
				if denied, ok := errors.AsType[*gossh.ServerAuthError](err); ok && len(denied.Errors) > 0 {
					s.o.Log("nobody was let in from %s: no key of the team", addressOf(c.RemoteAddr()))
				}
			}
			door.ConnCallback = s.lines.begin
			door.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
				return &gossh.ServerConfig{
					MaxAuthTries: 6,
					VerifiedPublicKeyCallback: func(_ gossh.ConnMetadata, key gossh.PublicKey, p *gossh.Permissions, _ string) (*gossh.Permissions, error) {
						s.proved(ctx, key)
						return p, nil
					},
				}
			}
			door.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel}
			door.RequestHandlers = map[string]ssh.RequestHandler{} // keep-alives are answered, forwarding is refused
			door.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
			return nil
		},
	)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- door.Serve(netutil.LimitListener(l, s.o.MaxSessions+spare)) }()
	looking, stop := context.WithCancel(ctx)
	defer stop()
	go s.look(looking)
	select {
	case err = <-ended:
		why = Dismissal{Sentence: "The door of this desk broke: no more sessions can begin.", Code: pat.ExitNetwork}
	case <-ctx.Done():
	}
	_ = l.Close()
	s.dismiss(&why)
	s.wait()
	// Clients that heard how their session ended leave by themselves.
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), byeTime)
	defer stop()
	_ = door.Shutdown(last)
	_ = door.Close()
	return err
}

// member names whose key it is.
func (s *Server) member(key gossh.PublicKey) string {
	name, err := s.o.Member(key.Type(), blob(key))
	if err != nil {
		s.o.Log("nobody is let in: %s", err)
		return ""
	}
	return name
}

// look ends the sessions of those who are of the team no more, until ctx ends. While
// nobody can say who is of it, all stay: what they do is checked by itself.
func (s *Server) look(ctx context.Context) {
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		s.mu.Lock()
		for n, end := range s.seated {
			if name, err := s.o.Member(n.key.Type(), blob(n.key)); err == nil && name != n.Member {
				end(&Dismissal{"The team of this desk changed: this seat is no longer yours.", pat.ExitKey})
			}
		}
		s.mu.Unlock()
	}
}

// dismiss ends all sessions, and lets no more begin.
func (s *Server) dismiss(why *Dismissal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = why
	for _, end := range s.seated {
		end(why)
	}
}

// wait waits for the sessions to end.
func (s *Server) wait() {
	done := make(chan struct{})
	go func() { s.under.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(s.ends):
		s.o.Log("some sessions did not end in time; what they had under way is unknown")
	}
}

// seat gives a session its place, or says why there is none.
func (s *Server) seat(n *Session, end context.CancelCauseFunc) *Dismissal {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := 0
	for other := range s.seated {
		if other.Member == n.Member {
			own++
		}
	}
	switch {
	case s.closed != nil:
		return s.closed
	case len(s.seated) >= s.o.MaxSessions:
		return &Dismissal{fmt.Sprintf("All %s of this desk are taken; nothing was done. Try again later.", pat.Plural(s.o.MaxSessions, "seat")), pat.ExitNetwork}
	case own >= s.o.PerPerson:
		return &Dismissal{fmt.Sprintf("%s has %s here already, and no more are allowed; nothing was done. Leave one of them.", n.Member, pat.Plural(own, "session")), pat.ExitNetwork}
	}
	s.seated[n] = end
	n.line.sits(1)
	s.under.Add(1)
	return nil
}

func (s *Server) leave(n *Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, is := s.seated[n]; is {
		delete(s.seated, n)
		n.line.sits(-1)
		s.under.Done()
	}
}
