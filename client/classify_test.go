package client

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"patdesk/client/sandbox"
)

// raw is a listener that answers each connection by hand.
func raw(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				serve(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// unused is an address nobody listens on.
func unused(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return l.Addr().String()
}

// saying reads one request and answers with fixed bytes.
func saying(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, text)
		}
	}
}

// Ensure whatever a listener does after reading the request has its class, and
// is never mistaken for something that was not sent.
func TestFailures_RawListener(t *testing.T) {
	const head = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
	for _, tt := range []struct {
		name  string
		serve func(net.Conn)
		want  Failure
	}{
		{"closed", saying(""), FailLost},
		{"reset", func(conn net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_ = conn.(*net.TCPConn).SetLinger(0)
		}, FailLost},
		// net/http does not tell a broken line from one that broke off.
		{"half a status line", saying("HTTP/1.1 20"), FailMalformed},
		{"half a header", saying(head + "Con"), FailMalformed},
		{"half the headers", saying(head), FailLost},
		{"ssh", saying("SSH-2.0-OpenSSH_9.9\r\n"), FailMalformed},
		{"smtp", saying("220 mail.example.com ESMTP\r\n"), FailMalformed},
		{"bad status", saying("HTTP/1.1 abc\r\n\r\n"), FailMalformed},
		{"bad header", saying(head + "no colon here\r\n\r\n{}"), FailMalformed},
		{"bad length", saying(head + "Content-Length: x\r\n\r\n{}"), FailMalformed},
		{"bad encoding", saying(head + "Transfer-Encoding: funny\r\n\r\n{}"), FailMalformed},
		{"switched protocols", saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"), FailMalformed},
		{"short body", saying(head + "Content-Length: 100\r\n\r\n{\"personalAccess"), FailTruncated},
		{"short chunk", saying(head + "Transfer-Encoding: chunked\r\n\r\n50\r\n{\"personalAccess"), FailTruncated},
		{"body ends with the connection", saying(head + "Connection: close\r\n\r\n{\"personalAccess"), FailTruncated},
		{"no gzip in it", saying(head + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n{\"personalAccessTok"), FailNotJSON},
		{"long headers", saying(head + "X-Long: " + strings.Repeat("a", maxHeader) + "\r\n\r\n{}"), FailTooLarge},
		{"silence", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, FailTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := open(t, "http://"+raw(t, tt.serve), WithTimeouts(Timeouts{Header: time.Second / 2, Total: time.Second}))
			_, err := c.CreateToken(t.Context(), request1())
			e := failed(t, err)
			if e.Failure != tt.want || !e.Sent || !e.MaybeExecuted() || e.Attempts != 1 {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestFailures_NeverSent(t *testing.T) {
	free := unused(t)
	silent := raw(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	for _, tt := range []struct {
		name, base string
		want       Failure
	}{
		{"refused", "https://" + free, FailRefused},
		{"TLS time-out", "https://" + silent, FailTimeout},
		{"TLS closed", "https://" + raw(t, func(net.Conn) {}), FailUnreachable},
		{"another protocol", "https://" + raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n") }), FailTLS},
		{"plain http", "https://" + raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") }), FailPlainHTTP},
		{"a page alone", "https://" + raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "<!DOCTYPE HTML><html>400 Bad request</html>") }), FailPlainHTTP},
		{"an old page alone", "https://" + raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "<HTML>400 Bad request</HTML>") }), FailPlainHTTP},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := open(t, tt.base, WithTimeouts(Timeouts{TLS: time.Second / 4, Total: time.Second}))
			e := c.attempt(t.Context(), newTestRequest(t, c), func(*response) *failure { return nil })
			if e == nil || e.Failure != tt.want || e.Sent || e.MaybeExecuted() {
				t.Errorf("%+v", e)
			}
			if tt.want == FailRefused && !errors.Is(e, syscall.ECONNREFUSED) {
				t.Errorf("cause %v", e.Err)
			}
		})
	}
}

func newTestRequest(t *testing.T, c *Client) request {
	t.Helper()
	r, e := c.newRequest("test", http.MethodPost, "api", "ext", "users", "personal-access-token")
	if e != nil {
		t.Fatal(e)
	}
	r.body, r.once, r.id = []byte("{}"), true, "r-1"
	return r
}

// authority is a CA made for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{key: newKey(t)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.file = filepath.Join(t.TempDir(), "ca.pem")
	if err = os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// leaf is a server's certificate; self has it sign itself.
func (a authority) leaf(t *testing.T, change func(*x509.Certificate), self bool) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	key := newKey(t)
	parent, signer := a.cert, a.key
	if self {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveTLS offers a handler with a certificate, over HTTP/1.1 or HTTP/2.
func serveTLS(t *testing.T, h http.Handler, c tls.Certificate, two bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: tls.VersionTLS10}
	s.EnableHTTP2 = two
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// Ensure every failed handshake ends before a header is written.
func TestTLS_RefusedBeforeAnyHeader(t *testing.T) {
	known, unknown := newAuthority(t), newAuthority(t)
	for _, tt := range []struct {
		name string
		ca   authority
		cert func(*x509.Certificate)
		self bool
		max  uint16
		want Failure
	}{
		{name: "unknown CA", ca: unknown, want: FailCertUnknown},
		{name: "self-signed", ca: known, self: true, want: FailCertUnknown},
		{name: "expired", ca: known, cert: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, want: FailCertExpired},
		{name: "not yet valid", ca: known, cert: func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }, want: FailCertNotYet},
		{name: "wrong host", ca: known, cert: func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"a.example.com", "b.example.com", "c.example.com", "d.example.com"}
		}, want: FailCertName},
		{name: "TLS 1.1", ca: known, max: tls.VersionTLS11, want: FailTLS},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var requests atomic.Int32
			s := serveTLS(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }), tt.ca.leaf(t, tt.cert, tt.self), false)
			if tt.max != 0 {
				s.TLS.MaxVersion = tt.max
			}
			c := open(t, s.URL, WithCAFile(known.file))
			_, err := c.CreateToken(t.Context(), request1())
			e := failed(t, err)
			if e.Failure != tt.want || e.Sent || e.MaybeExecuted() || e.Attempts != 1 || requests.Load() != 0 {
				t.Errorf("%d requests, %+v", requests.Load(), e)
			}
			if dated := tt.want == FailCertExpired || tt.want == FailCertNotYet; dated == (e.NotBefore.IsZero() || e.NotAfter.IsZero()) {
				t.Errorf("dates %v %v", e.NotBefore, e.NotAfter)
			}
			if (tt.want == FailCertName) != (len(e.Names) == 3) {
				t.Errorf("names %v", e.Names)
			}
		})
	}
	t.Run("http on https port", func(t *testing.T) {
		var requests atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
		defer s.Close()
		_, err := open(t, "https"+strings.TrimPrefix(s.URL, "http")).CreateToken(t.Context(), request1())
		if e := failed(t, err); e.Failure != FailPlainHTTP || e.Sent || requests.Load() != 0 {
			t.Errorf("%d requests, %+v", requests.Load(), e)
		}
	})
	t.Run("control", func(t *testing.T) {
		s := serveTLS(t, answering(200, "application/json", "[]"), known.leaf(t, nil, false), true)
		if _, err := open(t, s.URL, WithCAFile(known.file)).ListWorkspaces(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Ensure the sandbox's wire, which fails without a socket, is read alike.
func TestFailures_Sandbox(t *testing.T) {
	for kind, want := range map[string]Failure{
		"refuse": FailRefused, "unreachable": FailUnreachable, "dial-timeout": FailTimeout,
		"name-unknown": FailNameUnknown, "name-temporary": FailNameTemporary,
		"cert-unknown": FailCertUnknown, "cert-expired": FailCertExpired, "cert-not-yet": FailCertNotYet, "cert-name": FailCertName,
		"plain-http": FailPlainHTTP, "proxy-refused": FailProxy, "proxy-auth": FailProxyAuth,
	} {
		s, c := play(t, sandbox.Options{})
		s.Inject(sandbox.Fault{Kind: kind, Delay: time.Millisecond})
		e := c.attempt(t.Context(), newTestRequest(t, c), func(*response) *failure { return nil })
		if e == nil || e.Failure != want || e.Sent || e.MaybeExecuted() {
			t.Errorf("%s: %+v", kind, e)
		}
	}
	for kind, want := range map[string]Failure{
		"malformed": FailMalformed, "drop-before": FailLost, "drop-after": FailLost, "reset-after": FailLost,
		"reset-headers": FailLost, "truncate": FailTruncated, "goaway": FailLost, "no-token": FailNoToken,
		"huge": FailTooLarge, "gzip-bomb": FailTooLarge, "huge-header": FailTooLarge, "html": FailHTML, "status": FailStatus,
	} {
		s, c := play(t, sandbox.Options{})
		s.Inject(sandbox.Fault{Kind: kind})
		_, err := c.CreateToken(t.Context(), issueOf(s))
		if e := failed(t, err); e.Failure != want || !e.Sent || !e.MaybeExecuted() {
			t.Errorf("%s: %+v", kind, e)
		}
	}
}

// Ensure failures of a proxy are told from those of the server, and its password
// from both; and that whatever it answers to CONNECT is its own answer.
func TestProxy(t *testing.T) {
	wants := raw(t, saying("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate abc\r\nContent-Length: 0\r\n\r\n"))
	answers := func(status string) string {
		return raw(t, saying("HTTP/1.1 "+status+"\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"statusCode\":403,\"message\":\"Forbidden\"}"))
	}
	for _, tt := range []struct {
		name, proxy, base string
		want              Failure
		status            int
	}{
		{"refused", unused(t), "https://tooljet.example.com", FailProxy, 0},
		{"log-in, https", wants, "https://tooljet.example.com", FailProxyAuth, 407},
		{"log-in, http", wants, "http://tooljet.example.com", FailProxyAuth, 407},
		{"does not connect", answers("502 Bad Gateway"), "https://tooljet.example.com", FailProxy, 502},
		{"does not allow", answers("403 Forbidden"), "https://tooljet.example.com", FailProxy, 403},
		{"asks for a sign-in", answers("401 Unauthorized"), "https://tooljet.example.com", FailProxy, 401},
		{"redirects", answers("302 Found"), "https://tooljet.example.com", FailProxy, 302},
		{"says it is gone", answers("404 Not Found"), "https://tooljet.example.com", FailProxy, 404},
		{"is busy", answers("503 Busy"), "https://tooljet.example.com", FailProxy, 503},
		{"speaks another protocol", raw(t, saying("\x05\x00garbage\r\n\r\n")), "https://tooljet.example.com", FailProxy, 0},
		{"says hello", raw(t, saying("220 mail.example.com ESMTP\r\n\r\n")), "https://tooljet.example.com", FailProxy, 0},
		{"hangs up", raw(t, saying("")), "https://tooljet.example.com", FailProxy, 0},
		{"stops in its headers", raw(t, saying("HTTP/1.1 200 Conn")), "https://tooljet.example.com", FailProxy, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("HTTPS_PROXY", "http://ana:geheim@"+tt.proxy)
			t.Setenv("HTTP_PROXY", "http://ana:geheim@"+tt.proxy)
			t.Setenv("NO_PROXY", "")
			c := open(t, tt.base, AllowHTTP())
			e := c.attempt(t.Context(), newTestRequest(t, c), func(*response) *failure { return nil })
			if e == nil || e.Failure != tt.want || e.Status != tt.status || e.MaybeExecuted() || e.Proxy != "http://"+tt.proxy || (tt.status != 0) != (e.By == ByProxy) {
				t.Fatalf("%+v", e)
			}
			if e.Failure == FailProxyAuth && e.Authenticate != "Negotiate" {
				t.Errorf("scheme %q", e.Authenticate)
			}
			if strings.Contains(e.Error()+e.Proxy, "geheim") {
				t.Error("password in", e)
			}
			via, variable, err := c.Proxy()
			if want := strings.ToUpper(c.base.Scheme) + "_PROXY"; err != nil || via != "http://"+tt.proxy || variable != want {
				t.Errorf("proxy %q of %q, %v", via, variable, err)
			}
		})
	}
}

// Ensure a 407 that comes through a proxy's tunnel is not blamed on that proxy, which let
// the request through.
func TestProxy_LogInBehindTunnel(t *testing.T) {
	far := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Proxy-Authenticate", "Negotiate")
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(far.Close)
	tunnel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", far.Listener.Addr().String())
		if err != nil || r.Method != http.MethodConnect {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		from, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
		_, _ = io.Copy(from, to)
		_ = from.Close()
	}))
	t.Cleanup(tunnel.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: far.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HTTPS_PROXY", tunnel.URL)
	t.Setenv("NO_PROXY", "")
	c := open(t, "https://example.com", WithCAFile(ca))
	e := c.attempt(t.Context(), newTestRequest(t, c), func(*response) *failure { return nil })
	if e == nil || e.Failure != FailProxyAuth || e.Status != http.StatusProxyAuthRequired || e.Proxy != "" || !e.Sent {
		t.Fatalf("%+v", e)
	}
}

// Ensure nothing is sent while the variable that decides cannot be read.
func TestProxy_Unreadable(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://ana:ge#heim@127.0.0.1:9")
	t.Setenv("NO_PROXY", "")
	c := open(t, "https://tooljet.invalid")
	_, err := c.CreateToken(t.Context(), request1())
	e := failed(t, err)
	if e.Failure != FailProxySetting || e.Proxy != "HTTPS_PROXY" || e.Sent || e.Attempts != 0 || strings.Contains(err.Error(), "heim") || !strings.Contains(err.Error(), "HTTPS_PROXY") {
		t.Errorf("%+v", e)
	}
	if _, _, err := c.Proxy(); failed(t, err).Failure != FailProxySetting {
		t.Error(err)
	}
}

func TestClassify_NamesAndNumbers(t *testing.T) {
	bg := context.Background()
	for name, tt := range map[string]struct {
		err  error
		sent bool
		want Failure
	}{
		"not found":            {&net.DNSError{Err: "no such host", IsNotFound: true}, false, FailNameUnknown},
		"DNS time-out":         {&net.DNSError{Err: "i/o timeout", IsTimeout: true, IsTemporary: true}, false, FailNameTemporary},
		"DNS out of order":     {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, false, FailNameTemporary},
		"no route":             {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, false, FailUnreachable},
		"refused on Windows":   {&net.OpError{Op: "dial", Err: os.NewSyscallError("connectex", syscall.Errno(10061))}, false, FailRefused},
		"handshake alert":      {&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, false, FailTLS},
		"late handshake alert": {&net.OpError{Op: "remote error", Err: tls.AlertError(116)}, true, FailClientCert},
		"GOAWAY":               {errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR"), true, FailLost},
		"header list":          {errors.New("http2: response header list larger than advertised limit"), true, FailTooLarge},
		"frame":                {errors.New("connection error: PROTOCOL_ERROR"), true, FailMalformed},
		"nothing at all":       {nil, true, FailMalformed},
		"nothing known":        {errors.New("?"), true, FailLost},
	} {
		e := (&Error{Sent: tt.sent})
		e.fill(classify(bg, bg, tt.err, &stages{}, e))
		if executed := tt.sent && tt.want != FailClientCert; e.Failure != tt.want || e.MaybeExecuted() != executed {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
