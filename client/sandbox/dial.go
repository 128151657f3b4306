package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// dialError is what a failed connection attempt reports, in the values that
// net, crypto/tls and net/http use for it; nil if the fault is none of these.
func dialError(l conn, addr string) error {
	f := l.fault
	if f == nil {
		return nil
	}
	host, _, _ := net.SplitHostPort(addr)
	switch f.Kind {
	case FaultRefuse:
		return dialing("dial", syscall.ECONNREFUSED)
	case FaultUnreachable:
		return dialing("dial", syscall.ENETUNREACH)
	case FaultDialTimeout:
		return dialTimeout(l, f.Delay)
	case FaultNameUnknown:
		return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{
			Err: "no such host", Name: host, Server: "127.0.0.53:53", IsNotFound: true,
		}}
	case FaultNameTemporary:
		return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{
			Err: "server misbehaving", Name: host, Server: "127.0.0.53:53", IsTemporary: true,
		}}
	case FaultPlainHTTP:
		return errors.New("http: server gave HTTP response to HTTPS client")
	case FaultProxyRefused:
		return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: dialing("dial", syscall.ECONNREFUSED)}
	case FaultProxyAuth:
		return errors.New(http.StatusText(http.StatusProxyAuthRequired))
	}
	return certError(f.Kind, host)
}

func dialing(op string, number syscall.Errno) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: serverAddr, Err: os.NewSyscallError("connect", number)}
}

// dialTimeout waits as long as a dialer would.
func dialTimeout(l conn, d time.Duration) error {
	if d <= 0 {
		d = 10 * time.Second
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return &net.OpError{Op: "dial", Net: "tcp", Addr: serverAddr, Err: os.ErrDeadlineExceeded}
	case <-l.gone:
		return context.Canceled
	}
}

// certError is what verifying the server's certificate reports.
func certError(kind, host string) error {
	now := time.Now()
	c := Certificate{Names: []string{host}}
	switch kind {
	case FaultCertUnknown:
	case FaultCertExpired:
		c.NotBefore, c.NotAfter = now.Add(-90*24*time.Hour), now.Add(-26*time.Hour)
	case FaultCertNotYet:
		c.NotBefore, c.NotAfter = now.Add(26*time.Hour), now.Add(90*24*time.Hour)
	case FaultCertName:
		c.Names = []string{"other.example", "www.other.example"}
	default:
		return nil
	}
	made, err := c.generate()
	if err != nil {
		return err
	}
	leaf := made.Leaf
	var cause error
	switch kind {
	case FaultCertUnknown:
		cause = x509.UnknownAuthorityError{Cert: leaf}
	case FaultCertName:
		cause = x509.HostnameError{Certificate: leaf, Host: host}
	default:
		// Both directions share one reason; only the text and the dates differ.
		word := "after " + leaf.NotAfter.Format(time.RFC3339)
		if kind == FaultCertNotYet {
			word = "before " + leaf.NotBefore.Format(time.RFC3339)
		}
		cause = x509.CertificateInvalidError{
			Cert: leaf, Reason: x509.Expired,
			Detail: "current time " + now.Format(time.RFC3339) + " is " + word,
		}
	}
	return &tls.CertificateVerificationError{UnverifiedCertificates: []*x509.Certificate{leaf}, Err: cause}
}
