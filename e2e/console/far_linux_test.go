package console

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"patdesk/client/sandbox"
)

// farToolJet is ToolJet on a machine of the network, with a proxy beside it that leads there
// as well. It counts the requests that came each way.
type farToolJet struct {
	key             string // of the admin
	ca, caKey       string // its certificate, which is good for other names of example.com as well
	direct, proxied atomic.Int64
}

func newFarToolJet(t *testing.T, m *machine, address string) *farToolJet {
	t.Helper()
	server, j := sandbox.New(sandbox.Options{}), &farToolJet{}
	j.key = server.Key()
	counted := func(n *atomic.Int64) *httptest.Server {
		return httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			server.ServeHTTP(w, r)
		}))
	}
	open, behind := counted(&j.direct), counted(&j.proxied)
	_ = open.Listener.Close()
	open.Listener = m.listen(address + ":443")
	for _, s := range []*httptest.Server{open, behind} {
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that were not used
		s.StartTLS()                                   // with a certificate for *.example.com
		t.Cleanup(s.Close)
	}
	j.ca = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: open.Certificate().Raw}))
	private, err := x509.MarshalPKCS8PrivateKey(open.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	j.caKey = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	proxy := httptest.NewUnstartedServer(tunnel(behind.Listener.Addr().String()))
	_ = proxy.Listener.Close()
	proxy.Listener = m.listen(address + ":3128")
	proxy.Start()
	t.Cleanup(proxy.CloseClientConnections)
	return j
}

// tunnel is a proxy that connects to one address, whichever is asked for.
func tunnel(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", address)
		if r.Method != http.MethodConnect || r.Host != "tooljet.example.com:443" || err != nil {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		defer to.Close()
		from, rest, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer from.Close()
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(to, rest)
			_ = to.Close()
		}()
		_, _ = io.Copy(from, to)
	})
}

// forward leads the connections of a listener to an address, until it is closed.
func forward(l net.Listener, to string) {
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer from.Close()
				c, err := net.Dial("tcp", to) //nolint:noctx // it ends with the other one
				if err != nil {
					return
				}
				defer c.Close()
				go func() {
					_, _ = io.Copy(c, from)
					_ = c.Close()
				}()
				_, _ = io.Copy(from, c)
			}()
		}
	}()
}
