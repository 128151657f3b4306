package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"syscall"
	"time"
)

// failure is what went wrong, before the request it happened to is added.
type failure struct {
	what                Failure
	err                 error
	names               []string
	notBefore, notAfter time.Time
}

// fail returns a failure explained in words of our own; no words means those of
// the failure itself.
func fail(what Failure, text string) *failure {
	if text == "" {
		text = what.text()
	}
	return &failure{what: what, err: &cause{text: text}}
}

// over is fail above a well-known error, which errors.Is then finds.
func over(what Failure, text string, err error) *failure {
	f := fail(what, text)
	f.err = &cause{text: f.err.Error(), err: err}
	return f
}

// fill puts f into e.
func (e *Error) fill(f *failure) {
	e.Failure, e.Err = f.what, f.err
	e.Names, e.NotBefore, e.NotAfter = f.names, f.notBefore, f.notAfter
}

// with is fill for a return.
func (e *Error) with(f *failure) *Error {
	e.fill(f)
	return e
}

// inputError is a refusal before any request exists.
func inputError(op, text string) *Error {
	return (&Error{Op: op}).with(fail(FailInput, text))
}

// ended is the failure of a caller's context that is over, or nil.
func ended(ctx context.Context) *failure {
	switch err := ctx.Err(); {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return over(FailTimeout, "the time for this call is over", context.DeadlineExceeded)
	default:
		return over(FailCanceled, "", context.Canceled)
	}
}

// expired is the failure of a time limit of ours, or of the caller's context.
func expired(parent, ctx context.Context, err error) *failure {
	if f := ended(parent); f != nil {
		return f
	}
	if c := context.Cause(ctx); errors.Is(c, errHeaders) || errors.Is(c, errTotal) {
		return over(FailTimeout, c.Error(), context.DeadlineExceeded)
	}
	var t net.Error
	if errors.As(err, &t) && t.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return over(FailTimeout, "", context.DeadlineExceeded)
	}
	return nil
}

// classify explains an error of a RoundTripper.
func classify(parent, ctx context.Context, err error, s *stages, e *Error) *failure {
	if errors.Is(err, errOrigin) {
		return fail(FailOrigin, "")
	}
	if f := ended(parent); f != nil {
		return f
	}
	if f := classifyProxy(err, e); f != nil {
		return f
	}
	if f := classifyTLS(err, time.Now(), s.certificateAsked()); f != nil {
		return f
	}
	var d *net.DNSError
	if errors.As(err, &d) {
		if d.IsNotFound && !d.IsTimeout && !d.IsTemporary {
			return fail(FailNameUnknown, "")
		}
		return fail(FailNameTemporary, "")
	}
	if f := expired(parent, ctx, err); f != nil {
		return f
	}
	if f := classifyAnswer(err); f != nil {
		return f
	}
	return classifyConnection(err, e.Sent)
}

// classifyProxy explains failures between us and a proxy.
func classifyProxy(err error, e *Error) *failure {
	var refused *connectError
	if errors.As(err, &refused) {
		e.By = ByProxy
		if refused.status == http.StatusProxyAuthRequired {
			e.Status, e.Authenticate = refused.status, refused.authenticate
			return fail(FailProxyAuth, "")
		}
		e.Status = refused.status
		return fail(FailProxy, "the proxy did not connect us")
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks")) {
		return over(FailProxy, "", errnoOf(err))
	}
	switch {
	case err == nil:
	case err.Error() == http.StatusText(http.StatusProxyAuthRequired): // a transport without our hook
		return fail(FailProxyAuth, "")
	}
	return nil
}

// classifyTLS explains failed handshakes. The reasons "expired" and "not yet
// valid" share one code in crypto/x509 and differ by the dates alone. asked says
// that the server asked for a certificate of ours.
func classifyTLS(err error, now time.Time, asked bool) *failure {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		roots     x509.SystemRootsError
	)
	switch {
	case errors.As(err, &authority), errors.As(err, &roots):
		return fail(FailCertUnknown, "")
	case errors.As(err, &name):
		f := fail(FailCertName, "")
		f.names = certNames(name.Certificate)
		return f
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		f := fail(FailCertExpired, "")
		if now.Before(invalid.Cert.NotBefore) {
			f = fail(FailCertNotYet, "")
		}
		f.notBefore, f.notAfter = invalid.Cert.NotBefore.UTC(), invalid.Cert.NotAfter.UTC()
		return f
	case errors.As(err, &record) && plainHTTP(record),
		err != nil && hasAny(err, http.ErrSchemeMismatch.Error()):
		return fail(FailPlainHTTP, "")
	case errors.As(err, &invalid), errors.As(err, &verify):
		return fail(FailTLS, "the certificate cannot be used")
	case wantsCertificate(err, asked):
		return fail(FailClientCert, "")
	case errors.As(err, &record), errors.As(err, &alert), err != nil && hasAny(err, "tls: ", "remote error: "):
		return fail(FailTLS, "")
	}
	return nil
}

// plainHTTP recognizes a server that answers a TLS handshake with a status line or,
// as some do where they could not read the request, with a page alone.
func plainHTTP(record tls.RecordHeaderError) bool {
	start := string(record.RecordHeader[:])
	return start == "HTTP/" || strings.EqualFold(start, "<html") || strings.EqualFold(start, "<!doc")
}

// wantsCertificate recognizes a server that ends the handshake because we sent no
// certificate. In TLS 1.3 that comes after our last message, but before the server
// reads anything (RFC 8446, 6.2: certificate_required); older versions use alerts
// of other meanings too, which count if a certificate had been asked for.
func wantsCertificate(err error, asked bool) bool {
	switch {
	case err == nil || !hasAny(err, "remote error: "):
		return false
	case hasAny(err, "certificate required"):
		return true
	}
	return asked && hasAny(err, "bad certificate", "handshake failure", "unknown certificate")
}

// certNames are at most three names a certificate is for. A common name is none:
// nothing matches it (RFC 9525, 2).
func certNames(c *x509.Certificate) []string {
	if c == nil {
		return nil
	}
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	names = names[:min(len(names), 3)]
	for i := range names {
		names[i] = cut(names[i], 253)
	}
	return names
}

// classifyAnswer explains bytes that are not an answer as it should be. net/http
// has no types for most of them.
func classifyAnswer(err error) *failure {
	var text textproto.ProtocolError
	switch {
	case err == nil:
		return fail(FailMalformed, "")
	case hasAny(err, "headers exceeded", "header list larger", "response headers too large"):
		return fail(FailTooLarge, "the answer's headers are larger than allowed")
	case errors.As(err, &text),
		hasAny(err, "malformed", "too many 1xx", "unsupported transfer encoding", "bad Content-Length",
			"invalid Content-Length", "PROTOCOL_ERROR", "FRAME_SIZE_ERROR", "frame too large", "invalid header"):
		return fail(FailMalformed, "")
	}
	return nil
}

// classifyConnection explains what is left: the connection itself.
func classifyConnection(err error, sent bool) *failure {
	no := errnoOf(err)
	switch {
	case sent && errors.Is(err, io.ErrUnexpectedEOF):
		return over(FailLost, "", io.ErrUnexpectedEOF)
	case sent && errors.Is(err, io.EOF):
		return over(FailLost, "", io.EOF)
	case sent:
		return over(FailLost, "", no)
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return over(FailRefused, "", no)
	}
	// Whatever else happened, it happened before anything was sent.
	return over(FailUnreachable, "", no)
}

// errnoOf is the system's error number below err, or nil.
func errnoOf(err error) error {
	var no syscall.Errno
	if errors.As(err, &no) {
		return no
	}
	return nil
}

// isErrno compares the system's error number. Windows reports its own, which its
// syscall constants of POSIX names do not match.
func isErrno(err error, posix, windows syscall.Errno) bool {
	var no syscall.Errno
	return errors.As(err, &no) && (no == posix || no == windows)
}

func hasAny(err error, words ...string) bool {
	s := err.Error()
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}
