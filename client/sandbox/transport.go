package sandbox

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Transport returns a RoundTripper that reaches the instance without a
// socket, for any host, over http and https.
//
// It is net/http's own transport on a connection in memory: httptrace hooks,
// error values, streaming and cancellation are the real ones. One request uses
// one connection, nothing outlives the response body, and all waiting is
// visible to testing/synctest. Connections to https addresses skip TLS.
func (s *Server) Transport() http.RoundTripper {
	t := &transport{server: s}
	t.base = &http.Transport{
		DialContext:       t.dialer(false),
		DialTLSContext:    t.dialer(true),
		DisableKeepAlives: true,
		// The client's own limit must bite, not this one.
		MaxResponseHeaderBytes: 32 << 20,
	}
	return t
}

type transport struct {
	server *Server
	base   *http.Transport
}

// RoundTrip looks for a fault before the connection exists, because some
// kinds are about not getting one.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	l := conn{taken: true, fault: t.server.takeFault(r), gone: r.Context().Done()}
	return t.base.RoundTrip(r.WithContext(withConn(r.Context(), l)))
}

// dialer makes connections whose other end is an http.Server for one request.
func (t *transport) dialer(secure bool) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		l, _ := ctx.Value(connKey{}).(conn)
		trace := httptrace.ContextClientTrace(ctx)
		if trace != nil && trace.ConnectStart != nil {
			trace.ConnectStart(network, addr)
		}
		err := dialError(l, addr)
		if trace != nil && trace.ConnectDone != nil {
			trace.ConnectDone(network, addr, err)
		}
		if err != nil {
			return nil, err
		}
		near, far := net.Pipe()
		var wasReset, closed atomic.Bool
		server := &http.Server{
			Handler:           t.server,
			ReadHeaderTimeout: time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          log.New(io.Discard, "", 0),
			ConnContext: func(base context.Context, c net.Conn) context.Context {
				return withConn(base, conn{conn: c, secure: secure, taken: true, fault: l.fault})
			},
		}
		// Serve hands the one connection to its own goroutine and returns.
		_ = server.Serve(&single{conn: &farEnd{Conn: far, wasReset: &wasReset}})
		return &nearEnd{Conn: near, wasReset: &wasReset, closed: &closed}, nil
	}
}

// single is a listener with one connection to give.
type single struct{ conn net.Conn }

func (l *single) Accept() (net.Conn, error) {
	c := l.conn
	l.conn = nil
	if c == nil {
		return nil, io.EOF
	}
	return c, nil
}

func (l *single) Close() error   { return nil }
func (l *single) Addr() net.Addr { return serverAddr }

// Addresses for error texts; a pipe has none of its own.
var (
	serverAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 443}
	clientAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 50000}
)

// farEnd is the server's end of the pipe.
type farEnd struct {
	net.Conn
	wasReset *atomic.Bool
}

func (c *farEnd) reset() {
	c.wasReset.Store(true)
	_ = c.Close()
}

func (c *farEnd) LocalAddr() net.Addr  { return serverAddr }
func (c *farEnd) RemoteAddr() net.Addr { return clientAddr }

// nearEnd is the caller's end; it reports the errors a TCP connection would.
type nearEnd struct {
	net.Conn
	wasReset, closed *atomic.Bool
}

func (c *nearEnd) LocalAddr() net.Addr  { return clientAddr }
func (c *nearEnd) RemoteAddr() net.Addr { return serverAddr }

func (c *nearEnd) Close() error {
	c.closed.Store(true)
	return c.Conn.Close()
}

func (c *nearEnd) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.ErrClosedPipe):
		return n, c.fail("read", net.ErrClosed)
	case errors.Is(err, io.EOF) && c.wasReset.Load():
		return n, c.fail("read", os.NewSyscallError("read", syscall.ECONNRESET))
	default:
		return n, err
	}
}

func (c *nearEnd) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	switch {
	case err == nil:
		return n, nil
	case c.closed.Load():
		return n, c.fail("write", net.ErrClosed)
	case errors.Is(err, io.ErrClosedPipe) && c.wasReset.Load():
		return n, c.fail("write", os.NewSyscallError("write", syscall.ECONNRESET))
	case errors.Is(err, io.ErrClosedPipe):
		return n, c.fail("write", os.NewSyscallError("write", syscall.EPIPE))
	default:
		return n, err
	}
}

func (c *nearEnd) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: clientAddr, Addr: serverAddr, Err: err}
}
