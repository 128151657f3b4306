package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestServe_LoopbackOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "tooljet.example:0", "127.0.0.1"} {
		if l, err := Serve(t.Context(), addr, New(Options{})); err == nil {
			l.Close()
			t.Errorf("%s was accepted", addr)
		}
	}
}

func TestServe_EndsWithItsContextAndWithClose(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := New(Options{})
	first, err := Serve(ctx, "127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Serve(t.Context(), "localhost:0", s)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-first.Done
	second.Close()
	for _, l := range []*Listener{first, second} {
		if _, err := net.Dial("tcp", strings.TrimPrefix(l.URL, "http://")); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s: %v", l.URL, err)
		}
	}
}

func TestServe_ForeignHostNamesAreRefused(t *testing.T) {
	c := socket(t, Options{}, "1")
	for _, path := range []string{"/api/config", "/_sandbox/ledger"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", c.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(controlHeader, c.server.ControlKey())
		for host, want := range map[string]int{
			"127.0.0.1": 200, "localhost:1234": 200, "[::1]:9": 200, "rebind.example": 403, "127.0.0.1.example": 403, "10.0.0.1": 403,
		} {
			req.Host = host
			resp, err := c.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s %s: %d, want %d", path, host, resp.StatusCode, want)
			}
		}
	}
}

func TestServe_URLHasTheSubPath(t *testing.T) {
	c := socket(t, Options{SubPath: "/tooljet/"}, "2tls")
	if !strings.HasPrefix(c.base, "https://127.0.0.1:") || !strings.HasSuffix(c.base, "/tooljet") {
		t.Errorf("url %q", c.base)
	}
	if got := c.post(issueAddress, issueBody).text("redirectUrl"); !strings.HasPrefix(got, c.base+"/embed-apps/") {
		t.Errorf("url %q", got)
	}
}

func TestServe_OnlyItsOwnKey(t *testing.T) {
	c := socket(t, Options{}, "1")
	c.want(c.do(t.Context(), "GET", "/api/ext/users", "", "Authorization", "Basic another-key"), 403, "Unauthorized")
	if c.server.Key() == New(Options{}).Key() {
		t.Error("two instances made the same key")
	}
}

func TestServeTLS_CertificateAsAsked(t *testing.T) {
	for name, tt := range map[string]struct {
		certificate Certificate
		want        string
	}{
		"ended":      {Certificate{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour)}, "expired"},
		"other name": {Certificate{Names: []string{"other.example"}}, "doesn't contain any IP SANs"},
		"untrusted":  {Certificate{}, "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			c := socket(t, Options{}, "2tls")
			l, err := ServeTLS(t.Context(), "127.0.0.1:0", c.server, tt.certificate)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if name != "untrusted" {
				c.client.Transport.(*http.Transport).TLSClientConfig.RootCAs.AppendCertsFromPEM(l.CA)
			}
			c.base = l.URL
			if r := c.get("/api/config"); r.err == nil || !strings.Contains(r.err.Error(), tt.want) {
				t.Errorf("error %v, want %q", r.err, tt.want)
			}
		})
	}
}

func TestControl(t *testing.T) {
	c := socket(t, Options{}, "1")
	c.want(c.post("/_sandbox/faults", `{"kind":"ratelimit","delay":"90s","times":2}`), 204, "")
	r := c.post(issueAddress, issueBody)
	c.want(r, 429, "Too Many")
	if r.header.Get("Retry-After") != "90" {
		t.Errorf("retry after %q", r.header.Get("Retry-After"))
	}
	c.want(c.do(t.Context(), "DELETE", "/_sandbox/faults", ""), 204, "")
	token := c.issue(issueBody)

	var ledger []Issued
	if r := c.get("/_sandbox/ledger"); json.Unmarshal(r.body, &ledger) != nil || len(ledger) != 1 || ledger[0].Executions != 1 || ledger[0].SHA256 != hash(token) {
		t.Errorf("ledger %s", r.body)
	}
	var requests []Request
	if r := c.get("/_sandbox/requests"); json.Unmarshal(r.body, &requests) != nil || len(requests) != 2 || requests[1].Body != issueBody {
		t.Errorf("requests %s", r.body)
	}
	c.want(c.post("/_sandbox/clock", `{"advance":"2h"}`), 200, `"now"`)
	c.want(c.exchange("Orders portal", token), 401, "expired")
}

func TestControl_Refuses(t *testing.T) {
	c := socket(t, Options{}, "1")
	c.want(c.do(t.Context(), "GET", "/_sandbox/ledger", "", "Origin", c.base), 403, "web pages")
	c.want(c.do(t.Context(), "GET", "/_sandbox/ledger", "", "Sec-Fetch-Site", "cross-site"), 403, "web pages")
	c.want(c.do(t.Context(), "GET", "/_sandbox/ledger", "", controlHeader, "-"), 401, controlHeader)
	c.want(c.do(t.Context(), "GET", "/_sandbox/ledger", "", controlHeader, c.server.Key()), 401, controlHeader)
	c.want(c.do(t.Context(), "POST", "/_sandbox/clock", `{"advance":"2h"}`, controlHeader, New(Options{}).ControlKey()), 401, controlHeader)
	c.want(c.get("/_sandbox/else"), 404, "")
	c.want(c.post("/_sandbox/faults", `{"kind":"status","color":"red"}`), 400, "not understood")
	c.want(c.post("/_sandbox/faults", `{}`), 400, "kind")
	c.want(c.post("/_sandbox/faults", `{"kind":"rate-limit"}`), 400, " ratelimit ")
	c.want(c.post("/_sandbox/clock", `{"advance":"soon"}`), 400, "not understood")

	// Without a listener there is no control path.
	m := memory(t, Options{})
	m.want(m.post("/_sandbox/clock", `{"advance":"2h"}`), 404, "Cannot POST")
}
