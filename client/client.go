// Package client talks to the External API of a ToolJet server and to nothing
// else: it issues embed tokens, exchanges them for a session, lists users,
// workspaces and apps, and changes a role.
//
// It never follows a redirect, never talks to another origin than the one it
// was made for, never sends a request again that may have been executed, and
// never puts a key, a token, a URL query or a body into an error.
package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"

	"patdesk/address"
	"patdesk/secret"
)

// Client is a ToolJet server seen through its External API. It is safe for
// concurrent use.
type Client struct {
	base    *url.URL // no query, no trailing slash
	origin  string   // scheme://host[:port]
	key     secret.Text
	options options

	wire   http.RoundTripper // keeps connections
	single http.RoundTripper // a connection of its own for each request
	close  func()

	mu     sync.Mutex
	clock  Clock
	budget budget
	rest   rest
}

// New returns a client for the server at baseURL, which may have a path
// (ToolJet's SUB_PATH) but no user, query or fragment. The scheme is https, or
// http on a loopback address; http elsewhere needs AllowHTTP. The key is the
// server's EXTERNAL_API_ACCESS_TOKEN; without one only the calls that need none
// work. The error is an *Error with FailInput.
func New(baseURL string, key secret.Text, opts ...Option) (*Client, error) {
	o := defaults()
	for _, opt := range opts {
		if err := opt(&o); err != nil {
			return nil, inputError("open client", err.Error())
		}
	}
	return newClient(baseURL, key, o)
}

// newClient is New with its options in hand.
func newClient(baseURL string, key secret.Text, o options) (*Client, error) {
	base, err := parseBase(baseURL, o.allowHTTP)
	if err != nil {
		return nil, inputError("open client", err.Error())
	}
	if !printable(key.Reveal(secret.ForChecking)) {
		return nil, inputError("open client", "the admin key holds a line break or another control character")
	}
	c := &Client{base: base, origin: base.Scheme + "://" + base.Host, key: key, options: o, close: func() {}}
	wire, single := o.transport, o.transport
	if o.transport == nil {
		kept := newTransport(o)
		alone := kept.Clone()
		alone.DisableKeepAlives = true
		c.close = func() { kept.CloseIdleConnections(); alone.CloseIdleConnections() }
		wire, single = kept, alone
		if o.keepAlive {
			single = kept
		}
	}
	c.wire = &originGuard{origin: address.OriginOf(base), next: wire}
	c.single = &originGuard{origin: address.OriginOf(base), next: single}
	return c, nil
}

// BaseURL is the address the client was made for, without a trailing slash.
func (c *Client) BaseURL() string { return c.base.String() }

// Host is the server's scheme://host[:port].
func (c *Client) Host() string { return c.origin }

// Close closes the connections that are kept for reuse.
func (c *Client) Close() { c.close() }

// parseBase reads the base URL and refuses plain http to another computer.
func parseBase(raw string, allowHTTP bool) (*url.URL, error) {
	base, err := address.Parse(raw)
	switch {
	case err != nil:
		return nil, err
	case !allowHTTP && address.InClear(base):
		return nil, errors.New("plain http is allowed on a loopback address only")
	}
	return url.Parse(base)
}

// printable reports whether s can be a header's value.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// request is one call of the API.
type request struct {
	op     string // for errors, as in "create token"
	method string
	url    *url.URL
	body   []byte
	header map[string]string
	id     string // X-Request-Id; empty makes one
	auth   bool   // send the admin key
	once   bool   // a connection of its own
	limit  time.Duration
	wait   time.Duration // for the answer's headers
	seen   *observed
}

// newRequest returns a request for base + path elements, each escaped, with the
// limits of a short call.
func (c *Client) newRequest(op, method string, elems ...string) (request, *Error) {
	u, err := join(c.base, elems...)
	if err != nil {
		return request{}, inputError(op, err.Error())
	}
	t := c.options.timeouts
	return request{op: op, method: method, url: u, auth: true, limit: t.Total, wait: t.Header}, nil
}

// long gives a call of which ToolJet's own tests say that it takes time another
// limit, unless the caller chose the limits.
func (c *Client) long(r *request, limit time.Duration) {
	if !c.options.ownTotal {
		r.limit, r.wait = limit, limit
	}
}

// join appends escaped path elements to base.
func join(base *url.URL, elems ...string) (*url.URL, error) {
	var b strings.Builder
	b.WriteString(base.EscapedPath())
	for _, elem := range elems {
		if elem == "" || elem == "." || elem == ".." {
			return nil, errors.New("an identifier is empty or a dot segment")
		}
		b.WriteString("/" + url.PathEscape(elem))
	}
	u := *base
	u.RawPath = b.String()
	path, err := url.PathUnescape(u.RawPath)
	if err != nil {
		return nil, errors.New("an identifier cannot be part of an address")
	}
	u.Path = path
	return &u, nil
}

// attempt sends r once. read is called for a 2xx answer only.
func (c *Client) attempt(parent context.Context, r request, read func(*response) *failure) *Error {
	e := &Error{Op: r.op, Method: r.method, Path: c.clean(r.url.EscapedPath()), Host: c.origin, RequestID: r.id}
	if f := ended(parent); f != nil {
		return e.with(f)
	}
	s := &stages{wait: r.wait, over: make(chan struct{})}
	parent, release := outlive(parent, r.method, s.sent)
	defer release()
	ctx, cancel := context.WithTimeoutCause(parent, r.limit, errTotal)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.expired = func() { stop(errHeaders) }

	ctx = context.WithValue(ctx, stagesKey{}, s)
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, s.trace()), r.method, r.url.String(), bytes.NewReader(r.body))
	if err != nil {
		return e.with(fail(FailInput, "the request cannot be made"))
	}
	c.setHeaders(req, r)
	wire := c.wire
	if r.once {
		wire = c.single
	}
	resp, err := wire.RoundTrip(req)
	s.stop()
	if e.Sent = s.sent() || resp != nil; err != nil || resp == nil {
		e.fill(classify(parent, ctx, err, s, e))
		e.Authenticate = c.clean(e.Authenticate)
		c.blameProxy(e, req, s)
		if e.Failure == FailProxy || e.Failure == FailProxyAuth {
			e.Proxy = c.proxyOf(req)
		}
		if !e.Sent {
			e.UnreadProxy = c.UnreadProxy()
		}
		return e
	}
	defer func() { _ = resp.Body.Close() }()

	res := &response{resp: resp, parent: parent, ctx: ctx, received: time.Now().Round(0)}
	var odd string
	if res.date, odd = serverDate(resp.Header); odd != "" {
		res.note(odd)
	}
	own := s.sample(res.date)
	if !own.Known {
		res.date = time.Time{} // no clock that runs: nothing is dated by it
	}
	res.clock = c.observe(own)
	res.wrote = s.wroteAt(res.date, own, res.clock)
	e.Status, e.ServerTime = resp.StatusCode, res.date
	r.seen.headers(resp, res.date)
	e.Torn = resp.StatusCode >= 400 && s.halfWritten()
	switch {
	case headerSize(resp.Header) > maxHeader:
		return e.with(fail(FailTooLarge, "the answer's headers are larger than allowed"))
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		if f := read(res); f != nil {
			c.answered(e, res.head, resp.Header, res.kind)
			return e.with(f)
		}
		return nil
	case resp.StatusCode < 200:
		return e.with(fail(FailMalformed, "the server switched to another protocol"))
	}
	c.refused(e, res, req)
	return e
}

// setHeaders sets what every request carries. The key goes out as the operator
// wrote it: ToolJet compares the whole header with "Basic " + its own value, and
// RFC 7617's base64 of user:password would be refused.
func (c *Client) setHeaders(req *http.Request, r request) {
	h := req.Header
	h.Set("Accept", "application/json")
	h.Set("User-Agent", c.options.userAgent)
	h.Set("X-Request-Id", r.id)
	if r.auth {
		h.Set("Authorization", "Basic "+c.key.Reveal(secret.ForRequest))
	}
	if r.body != nil {
		h.Set("Content-Type", "application/json")
	}
	for k, v := range r.header {
		h.Set(k, v)
	}
}

// refused fills e from an answer that is neither 2xx nor 1xx.
func (c *Client) refused(e *Error, res *response, req *http.Request) {
	h := res.resp.Header
	e.Failure = FailStatus
	e.RetryAfter, e.HasRetryAfter = retryAfter(h, e.Status, res.date, res.received)
	switch {
	case e.Status < 400:
		e.Failure = FailRedirect
		e.Target = c.clean(redirectTarget(req.URL, h.Get("Location")))
		return
	case e.Status == http.StatusProxyAuthRequired:
		e.Failure, e.By = FailProxyAuth, ByProxy
		e.Authenticate = c.clean(scheme(h.Get("Proxy-Authenticate")))
		if req.URL.Scheme == "http" { // through a tunnel it is another proxy's than ours
			e.Proxy = c.proxyOf(req)
		}
		return
	case e.Status == http.StatusUnauthorized:
		e.Authenticate = c.clean(scheme(h.Get("WWW-Authenticate")))
	}
	// A body that breaks off changes nothing: the status already says it all.
	b, _ := io.ReadAll(io.LimitReader(res.resp.Body, maxBody))
	if c.answered(e, b, h, kindOf(b, h)); e.Body == BodyJSON {
		w := parseMessage(b)
		e.Messages, e.Data = c.cleanAll(w.messages), c.cleanAll(w.data)
		e.Object, e.Title, e.Code = w.object, c.clean(w.title), c.clean(w.code)
	}
}

// redirectTarget is scheme://host of a Location header, or "".
func redirectTarget(from *url.URL, location string) string {
	u, err := from.Parse(location)
	if location == "" || err != nil || u.Host == "" {
		return ""
	}
	return cut(u.Scheme+"://"+u.Host, 300)
}

// scheme is the first word of a WWW-Authenticate header.
func scheme(h string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(h), " ")
	return cut(strings.TrimRight(word, ","), 32)
}
