package serve

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// The limits of connections: what holds one and has no seat is let go, so that nobody
// keeps the others out.
const (
	idleTime     = time.Minute // without a session, once somebody was let in
	idleSpare    = 4           // such connections of one member, beside one for each of their sessions
	strangerOnes = spare / 4   // connections of one address that were not let in yet
)

// line is one connection.
type line struct {
	net.Conn
	lines *lines
	from  netip.Prefix // where it comes from

	// The rest is guarded by lines.
	in       bool   // somebody was let in
	member   string // who; "" = the team changed since
	seated   int    // sessions
	channels int
	idle     *time.Timer // closes it; nil until somebody was let in
	closed   bool
}

// lines are the connections of a server. Its methods are safe for concurrent use.
type lines struct {
	after time.Duration // idleTime, but in tests
	most  int           // connections of one member without a session

	mu        sync.Mutex
	strangers map[netip.Prefix]int
	resting   map[string][]*line // of members, without a session, the longest first
}

// lineKey finds the line in the context of its connection.
type lineKey struct{}

func lineOf(ctx ssh.Context) *line {
	l, _ := ctx.Value(lineKey{}).(*line)
	return l
}

// begin takes a connection; nil if its address has too many that nobody was let in at.
func (s *lines) begin(ctx ssh.Context, conn net.Conn) net.Conn {
	l := &line{Conn: conn, lines: s, from: sourceOf(conn.RemoteAddr())}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.strangers[l.from] >= strangerOnes {
		return nil
	}
	s.strangers[l.from]++
	ctx.SetValue(lineKey{}, l)
	return l
}

// sourceOf is the network that one client can take its addresses from: an address of
// IPv4, 64 bits of IPv6.
func sourceOf(a net.Addr) netip.Prefix {
	at, _ := netip.ParseAddr(addressOf(a))
	bits := at.BitLen()
	if at.Is6() {
		bits = 64
	}
	from, _ := at.Prefix(bits)
	return from
}

// letIn is called once somebody has proved to be a member.
func (l *line) letIn(member string) {
	s := l.lines
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.closed || l.in {
		return
	}
	s.forget(l)
	l.in, l.member = true, member
	l.idle = time.AfterFunc(s.after, func() { _ = l.Close() })
	s.rest(l)
}

// forget takes a connection from those that nobody was let in at.
func (s *lines) forget(l *line) {
	if s.strangers[l.from]--; s.strangers[l.from] == 0 {
		delete(s.strangers, l.from)
	}
}

// rest adds a connection to those without a session. One too many of a member closes
// the one that has had none for the longest time.
func (s *lines) rest(l *line) {
	s.resting[l.member] = append(s.resting[l.member], l)
	if all := s.resting[l.member]; len(all) > s.most {
		first := all[0]
		s.wake(first)
		go func() { _ = first.Close() }() // which takes the lock
	}
}

// wake takes a connection from those without a session.
func (s *lines) wake(l *line) {
	all := slices.DeleteFunc(s.resting[l.member], func(other *line) bool { return other == l })
	if len(all) == 0 {
		delete(s.resting, l.member)
		return
	}
	s.resting[l.member] = all
}

// sits counts the sessions of a connection, one more or less.
func (l *line) sits(more int) {
	s := l.lines
	s.mu.Lock()
	defer s.mu.Unlock()
	was := l.seated
	l.seated += more
	switch {
	case l.closed || l.idle == nil:
	case was == 0:
		l.idle.Stop()
		s.wake(l)
	case l.seated == 0:
		l.idle.Reset(s.after)
		s.rest(l)
	}
}

// opens counts the channels of a connection, one more or less, and reports whether so
// many may be. Most of them are sessions, which have their own limit; but who opens
// channels and asks for nothing has no seat, and each holds memory.
func (l *line) opens(more, most int) bool {
	l.lines.mu.Lock()
	defer l.lines.mu.Unlock()
	if more > 0 && l.channels >= most {
		return false
	}
	l.channels += more
	return true
}

// Close implements net.Conn.
func (l *line) Close() error {
	s := l.lines
	s.mu.Lock()
	if !l.closed {
		l.closed = true
		if !l.in {
			s.forget(l)
		} else {
			l.idle.Stop()
			s.wake(l)
		}
	}
	s.mu.Unlock()
	return l.Conn.Close()
}

// proved is called by the connection once a client has shown that it holds a key that
// was accepted.
func (s *Server) proved(ctx ssh.Context, key gossh.PublicKey) {
	if l := lineOf(ctx); l != nil {
		l.letIn(s.member(key))
	}
}
