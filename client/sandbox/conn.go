package sandbox

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// conn is the connection under a request, as far as the sandbox knows it. The
// zero conn is a plain http.Server's, where only hijacking helps.
type conn struct {
	conn   net.Conn
	secure bool   // the caller believes to speak TLS
	taken  bool   // the caller's side has looked for a fault already
	fault  *Fault // what it found

	// gone closes when the caller gives up; net/http dials on without it.
	gone <-chan struct{}
}

type connKey struct{}

// withConn remembers the connection in a server's connection context.
func withConn(ctx context.Context, l conn) context.Context {
	return context.WithValue(ctx, connKey{}, l)
}

func connOf(r *http.Request) conn {
	l, _ := r.Context().Value(connKey{}).(conn)
	return l
}

// resetter is a connection in memory that can end with an error.
type resetter interface{ reset() }

// raw is the connection below TLS, where a reset is possible.
func raw(c net.Conn) net.Conn {
	if t, isTLS := c.(*tls.Conn); isTLS {
		return t.NetConn()
	}
	return c
}

// seize takes an HTTP/1 connection over. HTTP/2 cannot give its connection
// away, but the conn may know it; owned tells the two cases apart.
func (l conn) seize(w http.ResponseWriter) (conn net.Conn, owned bool) {
	if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
		return c, true
	}
	return l.conn, false
}

// cut ends the exchange without an answer: an HTTP/1 connection is closed, an
// HTTP/2 stream is reset.
func (l conn) cut(w http.ResponseWriter) {
	c, owned := l.seize(w)
	if !owned {
		panic(http.ErrAbortHandler)
	}
	_ = c.Close()
}

// reset ends the whole connection with an error, after an optional beginning
// that only HTTP/1 can send.
func (l conn) reset(w http.ResponseWriter, beginning []byte) {
	c, owned := l.seize(w)
	if c == nil {
		panic(http.ErrAbortHandler)
	}
	if owned && len(beginning) > 0 {
		_, _ = c.Write(beginning)
	}
	switch under := raw(c).(type) {
	case *net.TCPConn:
		_ = under.SetLinger(0)
		_ = under.Close()
	case resetter:
		under.reset()
	default:
		_ = under.Close()
	}
	if !owned {
		panic(http.ErrAbortHandler)
	}
}

// shout writes bytes of another protocol and hangs up.
func (l conn) shout(w http.ResponseWriter, text []byte) {
	c, owned := l.seize(w)
	if c == nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = c.Write(text)
	_ = c.Close()
	if !owned {
		panic(http.ErrAbortHandler)
	}
}

// goAway tells an HTTP/2 caller that the connection ends, without excluding
// that its request was carried out, and closes it.
func (l conn) goAway(w http.ResponseWriter) {
	c, owned := l.seize(w)
	if c == nil {
		panic(http.ErrAbortHandler)
	}
	if owned {
		_ = c.Close()
		return
	}
	// RFC 9113, 6.8: length 8, type 7, stream 0; the highest stream id possible
	// says "any of yours may have been processed"; 2 is INTERNAL_ERROR.
	frame := []byte{0, 0, 8, 7, 0, 0, 0, 0, 0}
	frame = binary.BigEndian.AppendUint32(frame, 1<<31-1)
	frame = binary.BigEndian.AppendUint32(frame, 2)
	_, _ = c.Write(frame)
	_ = c.Close()
	panic(http.ErrAbortHandler)
}

// longHeader answers with size bytes of headers, without end if size is
// negative. HTTP/2 sends headers in one piece, so there they stay below 16 MiB.
func (l conn) longHeader(w http.ResponseWriter, r *response, size int64) {
	c, owned := l.seize(w)
	if !owned {
		if size < 0 || size > 16<<20 {
			size = 16 << 20
		}
		r.header.Set("X-Filler", strings.Repeat("a", int(size)))
		r.write(w)
		return
	}
	defer func() { _ = c.Close() }()
	// Nobody ends a seized connection whose caller stops reading but stays.
	_ = c.SetWriteDeadline(time.Now().Add(2 * time.Minute))
	if _, err := fmt.Fprintf(c, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status)); err != nil {
		return
	}
	for n := int64(0); size < 0 || n < size; n += 1024 {
		if _, err := fmt.Fprintf(c, "X-Filler-%09d: %s\r\n", n, strings.Repeat("a", 1003)); err != nil {
			return
		}
	}
	_, _ = fmt.Fprintf(c, "Content-Length: %d\r\n\r\n%s", len(r.body), r.body)
}
