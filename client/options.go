package client

import (
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"time"
)

// Option changes a Client while it is made.
type Option func(*options) error

type options struct {
	transport http.RoundTripper
	roots     *x509.CertPool // nil: the system's
	proxy     proxies
	allowHTTP bool
	userAgent string
	timeouts  Timeouts
	ownTotal  bool
	keepAlive bool
	oneWait   bool
	observer  Observer // nil: none
}

// Timeouts bounds one attempt of a request. A zero field keeps its default.
type Timeouts struct {
	Dial   time.Duration // to connect, 10 s
	TLS    time.Duration // to shake hands, 10 s
	Header time.Duration // from the request sent to the answer's headers, 30 s

	// Total is for all of one attempt, 45 s. The default is 60 s for an exchange
	// and 120 s for a list; a Total that was set holds for them too.
	Total time.Duration
}

func defaults() options {
	return options{
		proxy:     readProxies(os.Getenv),
		userAgent: "patdesk",
		timeouts:  Timeouts{Dial: 10 * time.Second, TLS: 10 * time.Second, Header: 30 * time.Second, Total: 45 * time.Second},
	}
}

// WithTransport sends requests through rt instead of the network. The origin
// stays locked, and rt must call the httptrace hooks of the request's context:
// they decide whether a request counts as sent. Certificates, proxies and the
// limits on dialing and headers are then rt's own matter.
func WithTransport(rt http.RoundTripper) Option {
	return func(o *options) error {
		o.transport = rt
		return nil
	}
}

// AllowHTTP allows plain http to other computers, where anybody on the way can
// read the admin key and the tokens.
func AllowHTTP() Option {
	return func(o *options) error {
		o.allowHTTP = true
		return nil
	}
}

// WithUserAgent sets the User-Agent header, "patdesk" by default.
func WithUserAgent(s string) Option {
	return func(o *options) error {
		if s == "" || !printable(s) {
			return errors.New("the user agent cannot be sent")
		}
		o.userAgent = s
		return nil
	}
}

// WithTimeouts sets the time limits of each attempt.
func WithTimeouts(t Timeouts) Option {
	return func(o *options) error {
		if min(t.Dial, t.TLS, t.Header, t.Total) < 0 {
			return errors.New("a timeout is negative")
		}
		o.timeouts.Dial = either(t.Dial, o.timeouts.Dial)
		o.timeouts.TLS = either(t.TLS, o.timeouts.TLS)
		o.timeouts.Header = either(t.Header, o.timeouts.Header)
		o.timeouts.Total = either(t.Total, o.timeouts.Total)
		o.ownTotal = o.ownTotal || t.Total > 0
		return nil
	}
}

// WithKeepAlive lets token requests share connections, for many in a row. By
// default each has its own, so that none meets a connection the server has just
// given up.
func WithKeepAlive() Option {
	return func(o *options) error {
		o.keepAlive = true
		return nil
	}
}

func either(a, b time.Duration) time.Duration {
	if a > 0 {
		return a
	}
	return b
}
