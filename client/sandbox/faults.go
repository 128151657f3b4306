package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kinds of Fault. "Carried out" means that a token exists afterwards, although
// the caller may never see it.
const (
	// Answers in place of the real one. Nothing is carried out unless After is set.
	FaultStatus    = "status"    // Status (500), Body (a ToolJet error body)
	FaultRateLimit = "ratelimit" // 429; Retry-After from Delay, in whole seconds, or from Header
	FaultHTML      = "html"      // Status (200), Body (a log-in page)
	FaultRedirect  = "redirect"  // Status (302) to Target
	FaultMalformed = "malformed" // another protocol answers

	// The real answer, carried out, but late or never.
	FaultDelay = "delay" // after Delay
	FaultDrip  = "drip"  // one byte of the body every Delay (1 s)
	FaultHang  = "hang"  // never; ends when the caller does

	// The connection breaks after the request was read.
	FaultDropBefore   = "drop-before"   // closed; not carried out
	FaultDropAfter    = "drop-after"    // carried out, closed
	FaultResetAfter   = "reset-after"   // carried out, reset
	FaultResetHeaders = "reset-headers" // carried out, reset within the headers
	FaultTruncate     = "truncate"      // carried out, closed within the body
	FaultGoAway       = "goaway"        // carried out, HTTP/2 GOAWAY and closed; HTTP/1: closed

	// The real answer, carried out, but changed.
	FaultWrongType  = "wrong-type"  // ContentType (text/plain)
	FaultSkew       = "skew"        // Date header moved by Skew
	FaultNoDate     = "no-date"     // no Date header
	FaultForeignURL = "foreign-url" // redirectUrl on Target (https://elsewhere.example)
	FaultNoURL      = "no-url"      // no redirectUrl
	FaultNoToken    = "no-token"    // no personalAccessToken

	// Carried out, answered with a flood.
	FaultHuge       = "huge"        // JSON with Size bytes (10 GiB) in one string
	FaultGzipBomb   = "gzip-bomb"   // the same, compressed about 1000:1
	FaultHugeHeader = "huge-header" // Size bytes (12 MiB) of headers

	// Nothing leaves the caller. Transport only: over a socket, where it is too
	// late for them, the connection is reset and nothing is carried out.
	FaultRefuse        = "refuse"         // connection refused
	FaultUnreachable   = "unreachable"    // network is unreachable
	FaultDialTimeout   = "dial-timeout"   // no connection within Delay (10 s)
	FaultNameUnknown   = "name-unknown"   // DNS: no such host
	FaultNameTemporary = "name-temporary" // DNS: no answer
	FaultCertUnknown   = "cert-unknown"   // certificate of an unknown authority
	FaultCertExpired   = "cert-expired"   // certificate has ended
	FaultCertNotYet    = "cert-not-yet"   // certificate has not begun
	FaultCertName      = "cert-name"      // certificate for another name
	FaultPlainHTTP     = "plain-http"     // no TLS where TLS was expected
	FaultProxyRefused  = "proxy-refused"  // proxy not reachable
	FaultProxyAuth     = "proxy-auth"     // proxy wants a log-in
)

// faultKinds are all kinds of Fault.
func faultKinds() []string {
	return []string{
		FaultStatus, FaultRateLimit, FaultHTML, FaultRedirect, FaultMalformed, FaultDelay, FaultDrip, FaultHang,
		FaultDropBefore, FaultDropAfter, FaultResetAfter, FaultResetHeaders, FaultTruncate, FaultGoAway,
		FaultWrongType, FaultSkew, FaultNoDate, FaultForeignURL, FaultNoURL, FaultNoToken,
		FaultHuge, FaultGzipBomb, FaultHugeHeader,
		FaultRefuse, FaultUnreachable, FaultDialTimeout, FaultNameUnknown, FaultNameTemporary,
		FaultCertUnknown, FaultCertExpired, FaultCertNotYet, FaultCertName, FaultPlainHTTP, FaultProxyRefused, FaultProxyAuth,
	}
}

// Fault is a failure to come.
type Fault struct {
	// Kind is one of the Fault constants.
	Kind string `json:"kind"`
	// Match is a part of "METHOD /path"; "" is the issue call.
	Match string `json:"match,omitempty"`
	// Times is how often it happens; 0 is once, -1 until Clear.
	Times int `json:"times,omitempty"`
	// Status replaces the kind's own status.
	Status int `json:"status,omitempty"`
	// Body is sent as it is, except that a JSON string or array becomes the
	// message of a ToolJet error body.
	Body string `json:"body,omitempty"`
	// ContentType belongs to Body; "" is guessed from it.
	ContentType string `json:"content_type,omitempty"`
	// Header is added to the answer and replaces what is there.
	Header map[string]string `json:"header,omitempty"`
	Delay  time.Duration     `json:"delay,omitempty"`
	Target string            `json:"target,omitempty"`
	Skew   time.Duration     `json:"skew,omitempty"`
	Size   int64             `json:"size,omitempty"` // bytes; -1 is without end
	// After carries the request out before a status, ratelimit, html,
	// redirect or malformed answer: the token exists, the caller is told otherwise.
	After bool `json:"after,omitempty"`
}

// issuePath is what an empty Match stands for.
const issuePath = "/api/ext/users/personal-access-token"

// Inject queues a fault. A request takes the first queued one that matches.
func (s *Server) Inject(f Fault) {
	if f.Match == "" {
		f.Match = issuePath
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Clear forgets all queued faults.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Pending returns how many queued faults have not happened in full.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// takeFault uses up one turn of the first fault that matches a request.
func (s *Server) takeFault(r *http.Request) *Fault {
	at := r.Method + " " + r.URL.Path
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if !strings.Contains(at, f.Match) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		taken := *f
		return &taken
	}
	return nil
}
