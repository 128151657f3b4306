package serve

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	"charm.land/wish/v2/recover"
	gossh "golang.org/x/crypto/ssh"

	"patdesk/pat"
	"patdesk/ui"
)

// Session is somebody who came in.
type Session struct {
	Member  string // name
	Address string // where from, as 192.0.2.7; "" if that cannot be told
	Key     string // fingerprint of their key, as ssh-keygen -l prints it
	// Command is what was given to ssh, as it came; "" = a console is wanted.
	Command string
	// Environ is what the session set of Options.Variables, and TERM of its terminal.
	Environ []string
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	// Terminal says that Out is a terminal, with its size and each new one. A line feed
	// that is written to it becomes a new line, as at a terminal of the system.
	Terminal bool
	Size     ui.Size
	Resized  <-chan ui.Size

	key  gossh.PublicKey
	line *line // that it is on
}

// blob is a public key as in authorized_keys.
func blob(key gossh.PublicKey) string { return base64.StdEncoding.EncodeToString(key.Marshal()) }

// channel lets a session in at its channel.
func (s *Server) channel(_ *ssh.Server, conn *gossh.ServerConn, c gossh.NewChannel, ctx ssh.Context) {
	l := lineOf(ctx)
	if !l.opens(1, s.o.PerPerson+spare) {
		_ = c.Reject(gossh.ResourceShortage, "too many channels on one connection")
		return
	}
	defer l.opens(-1, 0)
	g := &gate{line: l, NewChannel: c, variables: s.o.Variables, begun: make(chan struct{}), gone: make(chan struct{})}
	own := &ssh.Server{}
	for _, option := range []ssh.Option{
		ssh.EmulatePty(),
		wish.WithMiddleware(s.sits(g)),
	} {
		_ = own.SetOption(option) // none of these fails
	}
	ssh.DefaultSessionHandler(own, conn, g, ctx)
}

// crashes tells the host that a session ended by a mistake. What it was may hold
// anything, and is not repeated.
type crashes struct{ log func(string, ...any) }

// Printf implements recover.Logger.
func (c crashes) Printf(string, ...any) {
	c.log("a session ended by a mistake in patdesk; the others go on")
}

// sits is what is done with a session. The host is told of a mistake before the
// client hears of its end.
func (s *Server) sits(g *gate) wish.Middleware {
	return func(ssh.Handler) ssh.Handler {
		guarded := recover.MiddlewareWithLogger(crashes{s.o.Log})
		return func(n ssh.Session) {
			var m *Session
			code := pat.ExitSetup // of a mistake
			guarded(func(n ssh.Session) {
				m = s.arrival(g.line, n)
				code = s.sit(g, m, n)
			})(n)
			_ = n.Exit(code)
			s.leave(m)
		}
	}
}

// arrival is who came. What they are called was found out with the key that they then
// proved to have; the team may have changed since.
func (s *Server) arrival(l *line, n ssh.Session) *Session {
	return &Session{
		Member: s.member(n.PublicKey()), Address: addressOf(n.RemoteAddr()), Key: gossh.FingerprintSHA256(n.PublicKey()), Command: n.RawCommand(), Environ: n.Environ(),
		In: n, Out: n, Err: n.Stderr(), key: n.PublicKey(), line: l,
	}
}

func (s *Server) sit(g *gate, m *Session, n ssh.Session) int {
	ctx, end := context.WithCancelCause(n.Context())
	defer end(nil)
	go func() {
		select {
		case <-g.gone:
			end(context.Canceled)
		case <-ctx.Done():
		}
	}()
	if p, sizes, ok := n.Pty(); ok {
		m.terminal(ctx, p.Term, sizes)
		close(g.begun)
	}
	if err := s.admit(m, n, end); err != nil {
		_, _ = fmt.Fprintln(m.Err, err.Sentence)
		return err.Code
	}
	// A client that takes nothing more holds up whoever writes to it, the end too.
	defer context.AfterFunc(ctx, func() {
		select {
		case <-time.After(s.ends):
			_ = g.line.Close()
		case <-g.gone:
		}
	})()
	s.o.Log("%s sits down, from %s with %s", m.Member, m.Address, m.Key)
	defer s.o.Log("%s leaves", m.Member)
	return s.o.Sit(ctx, m)
}

// admit gives a session its place, or says why there is none.
func (s *Server) admit(m *Session, n ssh.Session, end context.CancelCauseFunc) *Dismissal {
	if m.Member == "" {
		return &Dismissal{"This key is no longer one of this desk's team; nothing was done.", pat.ExitKey}
	}
	if s.pace.Allow(n) != nil {
		return &Dismissal{"Too many sessions begin from this address; nothing was done. Try again in a moment.", pat.ExitNetwork}
	}
	return s.seat(m, end)
}

// terminal makes the terminal of a session. Sizes are taken whether anybody wants
// them or not: the connection waits for that.
func (m *Session) terminal(ctx context.Context, kind string, sizes <-chan ssh.Window) {
	first := <-sizes // that came with the request for a terminal
	resized := make(chan ui.Size)
	m.Terminal, m.Resized = true, resized
	m.Size = ui.Size{Width: first.Width, Height: first.Height}
	m.Environ = append(slices.DeleteFunc(m.Environ, func(v string) bool { return strings.HasPrefix(v, "TERM=") }), "TERM="+cut(kind))
	m.Err = m.Out // as at a terminal of the system
	go func() {
		var next ui.Size
		var to chan<- ui.Size // nil while nobody needs to be told
		for {
			select {
			case <-ctx.Done():
				for range sizes { // until the connection lets go of it
				}
				return
			case w, ok := <-sizes:
				if !ok {
					return
				}
				next, to = ui.Size{Width: w.Width, Height: w.Height}, resized
			case to <- next:
				to = nil
			}
		}
	}()
}

// addressOf is where a connection comes from; "" if that cannot be told.
func addressOf(a net.Addr) string {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return ""
	}
	return at.Addr().Unmap().WithZone("").String()
}
