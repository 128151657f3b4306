package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Failure names what went wrong. Each value is one explanation for a person.
type Failure string

// The failures. Those of the first group come with an answer of the server, the
// others without one.
const (
	FailStatus    Failure = "status"     // an answer that is neither 2xx nor 3xx; see Status and Messages
	FailRedirect  Failure = "redirect"   // 3xx; never followed, see Target
	FailHTML      Failure = "html"       // 2xx with a web page
	FailNotJSON   Failure = "not-json"   // 2xx with something that is not JSON, or nothing
	FailTruncated Failure = "truncated"  // 2xx whose body ended too early
	FailTooLarge  Failure = "too-large"  // body, headers, depth or a string beyond the limits
	FailNoToken   Failure = "no-token"   // 2xx JSON without a usable token
	FailProxyAuth Failure = "proxy-auth" // 407

	FailCertUnknown   Failure = "cert-unknown"   // certificate of an unknown authority
	FailCertExpired   Failure = "cert-expired"   // see NotAfter
	FailCertNotYet    Failure = "cert-not-yet"   // see NotBefore
	FailCertName      Failure = "cert-name"      // certificate for another name, see Names
	FailPlainHTTP     Failure = "plain-http"     // plain HTTP where TLS was expected
	FailClientCert    Failure = "client-cert"    // the server wants a certificate of ours
	FailTLS           Failure = "tls"            // any other failed handshake
	FailNameUnknown   Failure = "name-unknown"   // the name does not exist
	FailNameTemporary Failure = "name-temporary" // the name service did not answer
	FailRefused       Failure = "refused"        // nobody listens there
	FailUnreachable   Failure = "unreachable"    // no route, or closed before anything was sent
	FailTimeout       Failure = "timeout"        // see Sent
	FailLost          Failure = "lost"           // closed or reset after the request was sent
	FailProxy         Failure = "proxy"          // the proxy could not be reached, or did not connect us: see Status
	FailProxySetting  Failure = "proxy-setting"  // a proxy variable that cannot be read, see Proxy; nothing was sent
	FailMalformed     Failure = "malformed"      // the answer is not HTTP
	FailCanceled      Failure = "canceled"       // the caller gave up
	FailOrigin        Failure = "origin"         // a request for another origin, stopped here
	FailInput         Failure = "input"          // refused by the client itself, nothing was sent
)

// Body says what an answer's body looks like.
type Body string

// The kinds of body.
const (
	BodyEmpty Body = "empty"
	BodyJSON  Body = "json"
	BodyHTML  Body = "html"
	BodyText  Body = "text"
)

// By says who gave an answer. ToolJet's own errors are JSON with their status in
// it (contract, 5.1); whatever else comes back under its API is from something in
// front of it or in its place.
type By string

// The givers of an answer; the zero By is of an error without one.
const (
	ByToolJet By = "tooljet" // JSON with ToolJet's statusCode
	ByUnknown By = "unknown" // JSON of another shape
	ByGate    By = "gate"    // a web page, text, or nothing: a firewall, proxy, sign-on page, or another web server
	ByProxy   By = "proxy"   // the proxy on our side: 407, and any answer to CONNECT (RFC 9110, 9.3.6)
)

// The sentinels that errors.Is finds in an *Error by its status: 401, 403, 404,
// 409 and 429.
var (
	ErrUnauthorized = errors.New("unauthorized")
	ErrForbidden    = errors.New("forbidden")
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("conflict")
	ErrRateLimited  = errors.New("rate limited")
)

// Error is the only error type this package returns.
//
// Its text holds no foreign words, no URL query, no key, no token and no body.
// Messages, Title, Data, Code, Names, Target, Gate and Page are the server's words: raw text
// that a caller must clean before it reaches a screen. What looks like the key
// or a token is taken out of them all the same.
type Error struct {
	Op, Method, Path string // Path is without the query
	Host             string // scheme://host[:port] of the server

	Failure Failure
	Status  int // 0 without an answer; a proxy's own for FailProxy and FailProxyAuth
	Body    Body
	By      By
	Gate    string // name of what answered in ToolJet's place, by its headers
	Page    string // title of the web page that came back

	Messages []string // one for a string, many for an array, title, error and data for an object; at most 64
	Object   bool     // the message was an object
	Title    string   // of an object message
	Data     []string // of an object message, for example the apps that forbid a demotion
	Code     string   // machine code, for example of PostgreSQL

	Sent bool // the request's headers left this computer, so it may have been executed
	Torn bool // the request could not be written as a whole, so it was not executed

	RetryAfter    time.Duration // how long to wait, 1 s to 15 min; set for 429 and 503, 60 s when a 429 says nothing
	HasRetryAfter bool          // the server named that time itself
	RequestID     string        // the X-Request-Id that was sent
	ServerTime    time.Time     // the answer's Date header, zero without one
	Attempts      int           // requests tried, 1 without a retry, 0 if none was

	Names               []string // FailCertName: names in the certificate, at most 3
	Target              string   // FailRedirect: scheme://host of the target
	Proxy               string   // FailProxy, FailProxyAuth: scheme://host without credentials; FailProxySetting: the variable
	UnreadProxy         string   // a proxy variable that is set and not read, of a server that was not reached
	Authenticate        string   // scheme of WWW-Authenticate or Proxy-Authenticate
	NotBefore, NotAfter time.Time

	Err error // cause with all foreign text removed; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Method != "" {
		fmt.Fprintf(&b, ": %s %s%s", e.Method, e.Host, e.Path)
	}
	switch {
	case e.Failure == FailStatus:
		fmt.Fprintf(&b, ": status %d", e.Status)
		if t := http.StatusText(e.Status); t != "" {
			b.WriteString(" " + strings.ToLower(t))
		}
	case e.Err != nil:
		b.WriteString(": " + e.Err.Error())
	default:
		b.WriteString(": " + e.Failure.text())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches the sentinels by status.
func (e *Error) Is(target error) bool {
	if e.Failure != FailStatus {
		return false
	}
	switch target {
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	case ErrConflict:
		return e.Status == http.StatusConflict
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	}
	return false
}

// MaybeExecuted reports whether the server may have done what was asked. If so,
// the outcome is unknown and the request must not be sent again without a
// person's word; otherwise the request was rejected or never sent.
func (e *Error) MaybeExecuted() bool {
	if !e.Sent || e.Torn {
		return false
	}
	switch e.Failure {
	case FailRedirect, FailProxyAuth, FailInput, FailOrigin, FailClientCert:
		return false
	case FailStatus:
		return e.afterWork()
	default:
		return true
	}
}

// afterWork reports whether a status may have been given after the request was
// carried out. A gateway can answer so because it lost sight of ToolJet, even
// with a Retry-After; ToolJet's own JSON with a status below 500 is a refusal.
func (e *Error) afterWork() bool {
	switch e.Status {
	case http.StatusNotImplemented, http.StatusNetworkAuthenticationRequired: // RFC 6585, 6: the request did not arrive
		return false
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusMisdirectedRequest, http.StatusTooEarly, http.StatusTooManyRequests:
		return e.By != ByToolJet
	}
	return e.Status >= http.StatusInternalServerError
}

// text is the failure in words, for Error when there is no cause.
func (f Failure) text() string {
	if t, ok := failureTexts[f]; ok {
		return t
	}
	return string(f)
}

var failureTexts = map[Failure]string{
	FailRedirect:      "the server redirects, which is not followed",
	FailHTML:          "a web page came back instead of JSON",
	FailNotJSON:       "the answer is not JSON",
	FailTruncated:     "the answer was cut off",
	FailTooLarge:      "the answer is larger than allowed",
	FailNoToken:       "the answer lacks the token",
	FailProxyAuth:     "the proxy wants a log-in",
	FailCertUnknown:   "certificate signed by unknown authority",
	FailCertExpired:   "certificate has expired",
	FailCertNotYet:    "certificate is not valid yet",
	FailCertName:      "certificate is for another name",
	FailPlainHTTP:     "plain HTTP answer on an https address",
	FailClientCert:    "the server wants a client certificate",
	FailTLS:           "TLS handshake did not succeed",
	FailNameUnknown:   "no such host",
	FailNameTemporary: "name service does not answer",
	FailRefused:       "connection refused",
	FailUnreachable:   "host cannot be reached",
	FailTimeout:       "no answer in time",
	FailLost:          "connection lost after the request was sent",
	FailProxy:         "the proxy cannot be reached",
	FailProxySetting:  "the proxy variable cannot be read",
	FailMalformed:     "the answer is not HTTP",
	FailCanceled:      "canceled",
	FailOrigin:        "request for another origin stopped",
	FailInput:         "invalid input",
}

// cause is a rebuilt error: words chosen here, and at most a well-known error
// below it, since those of net/url, net/http and encoding/json repeat URLs and
// pieces of the answer.
type cause struct {
	text string
	err  error
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.err }
