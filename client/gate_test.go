package client

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"patdesk/secret"
)

// Ensure who answered is told by the body and the headers, at every status.
func TestErrors_WhoAnswered(t *testing.T) {
	const page = "<html><head><title>\n Access\tdenied &amp; logged </title></head></html>"
	for _, tt := range []struct {
		name, contentType, body string
		header                  map[string]string
		by                      By
		gate, page              string
	}{
		{name: "ToolJet", contentType: "application/json", body: `{"statusCode":%d,"message":"no"}`, by: ByToolJet},
		{name: "ToolJet behind a CDN", contentType: "application/json", body: `{"statusCode":%d,"message":["no"]}`, header: map[string]string{"CF-RAY": "1"}, by: ByToolJet},
		{name: "ToolJet without type", body: `{"message":{"title":"x"},"statusCode":%d}`, by: ByToolJet},
		{name: "another status in it", contentType: "application/json", body: `{"statusCode":200,"message":"no"}`, by: ByUnknown},
		{name: "status as text", contentType: "application/json", body: `{"statusCode":"%d","message":"no"}`, by: ByUnknown},
		{name: "another API", contentType: "application/json", body: `{"message":"Forbidden"}`, by: ByUnknown},
		{name: "problem details", contentType: "application/problem+json", body: `{"status":%d,"title":"no"}`, by: ByUnknown},
		{name: "array", contentType: "application/json", body: `[%d]`, by: ByUnknown},
		{name: "page", contentType: "text/html", body: page, by: ByGate, page: "Access denied & logged"},
		{name: "page that says JSON", contentType: "application/json", body: page, by: ByGate, page: "Access denied & logged"},
		{name: "page without title", contentType: "text/html", body: "<html>", header: map[string]string{"Server": "nginx/1.27"}, by: ByGate, gate: "nginx/1.27"},
		{name: "Cloudflare", contentType: "text/html", body: page, header: map[string]string{"Server": "cloudflare", "CF-RAY": "1-FRA"}, by: ByGate, gate: "Cloudflare", page: "Access denied & logged"},
		{name: "Imperva", contentType: "text/html", body: "<html>", header: map[string]string{"X-Iinfo": "1-2"}, by: ByGate, gate: "Imperva"},
		{name: "Squid", contentType: "text/html", body: "<html>", header: map[string]string{"Server": "squid/6", "X-Squid-Error": "ERR_ACCESS_DENIED 0"}, by: ByGate, gate: "Squid"},
		{name: "text", contentType: "text/plain", body: "error code: 1020", header: map[string]string{"Server": testKey + "x"}, by: ByGate, gate: "[redacted]x"},
		{name: "nothing", by: ByGate},
		{name: "key in the title", contentType: "text/html", body: "<title>" + testKey + "</title>", by: ByGate, page: "[redacted]"},
	} {
		for _, status := range []int{400, 401, 403, 404, 405, 408, 409, 410, 422, 425, 429, 451, 500, 502, 511} {
			c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range tt.header {
					w.Header().Set(k, v)
				}
				w.Header().Set("Content-Type", tt.contentType)
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(status)
				_, _ = w.Write([]byte(strings.ReplaceAll(tt.body, "%d", strconv.Itoa(status))))
			}))
			c.budget = spent() // no waits
			_, err := c.CreateToken(t.Context(), request1())
			if e := failed(t, err); e.By != tt.by || e.Gate != tt.gate || e.Page != tt.page {
				t.Errorf("%s, %d: %q %q %q", tt.name, status, e.By, e.Gate, e.Page)
			}
		}
	}
}

// refusedCertificate asks for a token without the certificate that is wanted.
func refusedCertificate(t *testing.T, base string, known authority) error {
	t.Helper()
	_, err := open(t, base, WithCAFile(known.file)).CreateToken(t.Context(), request1())
	return err
}

// Ensure a server that wants a certificate is told from one that fails later, in
// both versions of TLS, and that nothing can have been executed.
func TestTLS_ClientCertificate(t *testing.T) {
	known := newAuthority(t)
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		for _, http2 := range []bool{false, true} {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
			s.EnableHTTP2 = http2
			s.TLS = &tls.Config{
				Certificates: []tls.Certificate{known.leaf(t, nil, false)}, ClientAuth: tls.RequireAnyClientCert,
				MinVersion: version, MaxVersion: version,
			}
			s.Config.ErrorLog = log.New(io.Discard, "", 0)
			s.StartTLS()
			e := failed(t, refusedCertificate(t, s.URL, known))
			// The alert of TLS 1.3 comes after the handshake, when the request may be written
			// already: a reset that overtakes it leaves nobody the wiser.
			for range 50 {
				if version != tls.VersionTLS13 || e.Failure == FailClientCert {
					break
				}
				e = failed(t, refusedCertificate(t, s.URL, known))
			}
			if e.Failure != FailClientCert || e.MaybeExecuted() {
				t.Errorf("%s, HTTP/2 %v: %+v, %d attempts, executed %v", name, http2, e, e.Attempts, e.MaybeExecuted())
			}
			s.Close()
		}
	}
	t.Run("asked for and not needed", func(t *testing.T) {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
		s.TLS = &tls.Config{Certificates: []tls.Certificate{known.leaf(t, nil, false)}, ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		defer s.Close()
		_, err := open(t, s.URL, WithCAFile(known.file)).CreateToken(t.Context(), request1())
		if e := failed(t, err); e.Failure != FailLost || !e.MaybeExecuted() {
			t.Errorf("%+v", e)
		}
	})
}

// Ensure a proxy variable that says no proxy is reported, unless it is not the
// one that decides.
func TestReadProxies(t *testing.T) {
	const base = "https://tooljet.example.com"
	for _, tt := range []struct {
		base  string
		env   map[string]string
		via   string // host of the proxy
		fault string // variable that cannot be read
	}{
		{base: base},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://proxy.example.com:3128"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"https_proxy": "proxy.example.com:3128/"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "proxy.example.com"}, via: "proxy.example.com"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "localhost:3128"}, via: "localhost:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "socks5://10.0.0.1:1080"}, via: "10.0.0.1:1080"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://ana:p%25ss%23%2F@proxy.example.com:3128"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://CORP%5Cana:pw@proxy.example.com:3128"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://[2001:db8::1]:3128"}, via: "[2001:db8::1]:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://proxy.example.com:3128\n"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"HTTPS_PROXY": " proxy.example.com:3128 "}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"https_proxy": "\thttp://ana:pw@proxy.example.com:3128\r\n"}, via: "proxy.example.com:3128"},
		{base: base, env: map[string]string{"HTTP_PROXY": "http://pa%ss@x"}},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://pa%ss@x", "NO_PROXY": "example.com"}},
		{base: "http://localhost:3000", env: map[string]string{"HTTP_PROXY": "http://pa%ss@x"}},
		{base: "https://127.0.0.1:3000", env: map[string]string{"HTTPS_PROXY": "none"}},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://ana:pa%ss@10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"https_proxy": "http://ana:pa#ss@10.0.0.1:9"}, fault: "https_proxy"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://ana:12#ss@10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://ana:12/ss@10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://ana:12?ss@10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": `http://CORP\ana:pw@10.0.0.1:9`}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": `CORP\ana:pw@10.0.0.1:9`}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://http://10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http:10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "direct"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "socks4://10.0.0.1:9"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://10.0.0.1:"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://10.0.0.1:99999x"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "http://10.0.0.1:99999"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": "10.0.0.1:0"}, fault: "HTTPS_PROXY"},
		{base: base, env: map[string]string{"HTTPS_PROXY": " "}, fault: "HTTPS_PROXY"},
		{base: "http://tooljet.example.com", env: map[string]string{"HTTP_PROXY": "none"}, fault: "HTTP_PROXY"},
	} {
		p := readProxies(func(name string) string { return tt.env[name] })
		u, err := url.Parse(tt.base)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.fault(u); got != tt.fault {
			t.Errorf("%v: fault %q, want %q", tt.env, got, tt.fault)
		}
		via, err := p.choose(u)
		if tt.fault != "" {
			continue
		}
		if err != nil || (via == nil) != (tt.via == "") || via != nil && via.Host != tt.via {
			t.Errorf("%v: via %v, %v, want %q", tt.env, via, err, tt.via)
		}
	}
}

// Ensure that ALL_PROXY, which is not read, is told where the server was not reached and
// no other variable counts.
func TestProxy_AllProxyIsTold(t *testing.T) {
	for _, tt := range []struct {
		base string
		env  map[string]string
		want string
	}{
		{"https://tooljet.invalid", map[string]string{"ALL_PROXY": "socks5://127.0.0.1:9"}, "ALL_PROXY"},
		{"http://tooljet.invalid", map[string]string{"all_proxy": "http://127.0.0.1:9"}, "all_proxy"},
		{"https://tooljet.invalid", map[string]string{"ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": ".invalid"}, ""},
		{"https://tooljet.invalid", map[string]string{"ALL_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}, ""},
		{"https://tooljet.invalid", map[string]string{"ALL_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}, "ALL_PROXY"},
		{"http://127.0.0.1:9", map[string]string{"ALL_PROXY": "http://127.0.0.1:9"}, ""},
		{"https://tooljet.invalid", nil, ""},
	} {
		for _, name := range []string{"ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"} {
			t.Setenv(name, tt.env[name])
		}
		c, err := New(tt.base, secret.New("a-key-of-the-tests"), AllowHTTP())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.UnreadProxy(); got != tt.want {
			t.Errorf("%s, %v: %q, want %q", tt.base, tt.env, got, tt.want)
		}
	}
	// An address where nobody listens, of no host name.
	t.Setenv("ALL_PROXY", "socks5://127.0.0.1:9")
	c, err := New("https://0.0.0.0:9", secret.New("a-key-of-the-tests"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateSession(t.Context(), "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10", secret.New("pat_0123456789abcdef"))
	if e, ok := errors.AsType[*Error](err); !ok || e.Sent || e.UnreadProxy != "ALL_PROXY" {
		t.Errorf("the failure tells of %q: %v", e.UnreadProxy, err)
	}
}

// Ensure a common name is never offered as a name that would match.
func TestTLS_CommonNameOnly(t *testing.T) {
	known := newAuthority(t)
	s := serveTLS(t, answering(200, "application/json", "[]"), known.leaf(t, func(c *x509.Certificate) {
		c.IPAddresses, c.DNSNames, c.Subject.CommonName = nil, nil, "127.0.0.1"
	}, false), false)
	_, err := open(t, s.URL, WithCAFile(known.file)).ListWorkspaces(t.Context())
	if e := failed(t, err); e.Failure != FailCertName || len(e.Names) != 0 {
		t.Errorf("%+v", e)
	}
}

// Ensure a refusal that came before the request could be written counts as one:
// the server leaves no window for the body (RFC 9113, 6.9.2), so ToolJet cannot
// have seen it.
func TestErrors_TornRequest(t *testing.T) {
	known := newAuthority(t)
	for _, window := range []uint32{0, 1 << 16} {
		base := frames(t, known, window)
		c := open(t, base, WithCAFile(known.file), WithKeepAlive())
		c.budget = spent()                                                         // no waits
		if _, err := c.ListWorkspaces(t.Context()); failed(t, err).Status != 503 { // brings the window
			t.Error(err)
		}
		_, err := c.CreateToken(t.Context(), request1())
		e := failed(t, err)
		if torn := window == 0; e.Status != 503 || !e.HasRetryAfter || e.Torn != torn || e.MaybeExecuted() == torn {
			t.Errorf("window %d: %+v", window, e)
		}
	}
}

// frames listens with HTTP/2 and answers each request with a 503 at once, or
// when its body has arrived if there is a window for one.
func frames(t *testing.T, a authority, window uint32) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{a.leaf(t, nil, false)}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
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
			go serveFrames(conn, window)
		}
	}()
	return "https://" + l.Addr().String()
}

func serveFrames(conn net.Conn, window uint32) {
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	_ = f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	var head bytes.Buffer
	h := hpack.NewEncoder(&head)
	for _, field := range []hpack.HeaderField{{Name: ":status", Value: "503"}, {Name: "retry-after", Value: "5"}, {Name: "content-type", Value: "text/html"}} {
		_ = h.WriteField(field)
	}
	for acked, asked, ended := false, uint32(0), false; ; {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if acked = acked || frame.IsAck(); !frame.IsAck() {
				_ = f.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			asked, ended = frame.StreamID, frame.StreamEnded()
		case *http2.DataFrame:
			ended = ended || frame.StreamEnded()
		}
		if asked != 0 && acked && (ended || window == 0) {
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: asked, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: true})
			asked = 0
		}
	}
}
