package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"patdesk/address"
)

// maxHeader bounds an answer's headers in bytes.
const maxHeader = 64 << 10

// Causes with which a context of ours ends.
var (
	errTotal   = errors.New("no answer in time")
	errHeaders = errors.New("no headers in time")
	errOrigin  = errors.New("request for another origin stopped")
)

// newTransport returns the only transport that reaches the network. It is used
// through RoundTrip and never through an http.Client, which would follow
// redirects and could keep cookies.
func newTransport(o options) *http.Transport {
	d := &net.Dialer{Timeout: o.timeouts.Dial, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  o.proxy.forRequest,
		OnProxyConnectResponse: proxyConnected,
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.roots, GetClientCertificate: noCertificate},
		TLSHandshakeTimeout:    o.timeouts.TLS,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
	}
}

// noCertificate answers a server that asks for a certificate of ours: there is
// none, and that it asked is noted for the failure which may follow.
func noCertificate(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if s, ok := info.Context().Value(stagesKey{}).(*stages); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = true
	}
	return &tls.Certificate{}, nil
}

// headerSize is about what headers took on the wire. A transport of our own has
// checked that already, one from WithTransport may not have.
func headerSize(h http.Header) int {
	n := 0
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v) + 4
		}
	}
	return n
}

// connectError is a proxy's refusal to connect us.
type connectError struct {
	status       int
	authenticate string
}

func (*connectError) Error() string { return "the proxy did not connect us" }

func proxyConnected(ctx context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		if s, ok := ctx.Value(stagesKey{}).(*stages); ok {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.tunnel = true
		}
		return nil
	}
	return &connectError{resp.StatusCode, scheme(resp.Header.Get("Proxy-Authenticate"))}
}

// originGuard lets only requests for one origin pass, whatever the code above it does.
type originGuard struct {
	origin string
	next   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g *originGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	u := req.URL
	if u == nil || u.Opaque != "" || u.User != nil || address.OriginOf(u) != g.origin || (req.Host != "" && req.Host != u.Host) {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errOrigin
	}
	return g.next.RoundTrip(req)
}

// stages follows one request on its way. The hooks run in goroutines of the
// transport, some even after the answer.
type stages struct {
	wait    time.Duration // for headers, once the request is written
	expired func()

	mu              sync.Mutex
	wrote, answered time.Time
	timer           *time.Timer
	done            bool
	torn            bool          // the request could not be written to its end
	over            chan struct{} // closed when writing has ended, one way or the other
	asked           bool          // the server asked for a certificate
	tunnel          bool          // a proxy connected us to the server
}

type stagesKey struct{}

func (s *stages) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		WroteHeaders:         func() { s.mark(&s.wrote) },
		WroteRequest:         s.written,
		GotFirstResponseByte: func() { s.mark(&s.answered) },
	}
}

func (s *stages) mark(t *time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*t = time.Now()
}

// written notes how writing the request ended, and begins the wait for headers.
func (s *stages) written(info httptrace.WroteRequestInfo) {
	s.mu.Lock()
	if s.torn = info.Err != nil; s.over != nil {
		close(s.over)
		s.over = nil
	}
	s.mu.Unlock()
	s.awaitHeaders()
}

func (s *stages) awaitHeaders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
	}
	if !s.done {
		s.timer = time.AfterFunc(s.wait, s.expired)
	}
}

// stop ends the wait for headers.
func (s *stages) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	if s.timer != nil {
		s.timer.Stop()
	}
}

// sent reports whether the request's headers left this computer, or may have.
func (s *stages) sent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.wrote.IsZero()
}

// writeEnd bounds the wait for the end of a request whose answer is here already.
const writeEnd = time.Second

// halfWritten reports whether the request broke off while it was written. An
// answer can be faster than the end of the writing, which is waited for.
func (s *stages) halfWritten() bool {
	s.mu.Lock()
	over := s.over
	s.mu.Unlock()
	if over != nil {
		select {
		case <-over:
		case <-time.After(writeEnd):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.torn
}

// tunnelled reports whether a proxy connected us, so that what follows is the server's.
func (s *stages) tunnelled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tunnel
}

func (s *stages) certificateAsked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// sample measures the server's clock from the date in its answer.
func (s *stages) sample(date time.Time) Clock {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	wrote, answered := s.wrote, s.answered
	if answered.IsZero() || answered.Before(wrote) {
		answered = now
	}
	if wrote.IsZero() {
		wrote = answered
	}
	return measure(wrote, answered, date)
}

// wroteAt is when the request was written, on the server's clock: by the best
// measurement of it, or, where that is the one of this very answer, the whole
// time of the answer before the answer's date, since a server dates it at its end.
func (s *stages) wroteAt(date time.Time, own, best Clock) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.wrote.IsZero() || date.IsZero() || !own.Known:
		return time.Time{}
	case best.Uncertainty < own.Uncertainty:
		return best.Now(s.wrote.Round(0)).UTC()
	case s.answered.Before(s.wrote):
		return date
	}
	return date.Add(-s.answered.Sub(s.wrote))
}
