package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// everyWay runs a test over memory, HTTP/1.1 and HTTP/2 with and without TLS.
func everyWay(t *testing.T, test func(t *testing.T, c *caller, version string)) {
	t.Helper()
	for _, version := range []string{"memory", "1", "2", "2tls"} {
		t.Run(version, func(t *testing.T) {
			if version == "memory" {
				test(t, memory(t, Options{}), version)
				return
			}
			test(t, socket(t, Options{}, version), version)
		})
	}
}

// Ensure that each fault answers, breaks and executes as its constant says.
func TestFault_EveryKindEveryWay(t *testing.T) {
	type want struct {
		fault    Fault
		status   int    // 0 is none
		part     string // of the body
		err      string // of request or body over HTTP/1, in part; "" is none
		err2     string // over HTTP/2, if different
		executed int
	}
	const h2abort = "INTERNAL_ERROR"
	wants := []want{
		{fault: Fault{Kind: FaultStatus}, status: 500, part: `"message":"Internal Server Error"`},
		{fault: Fault{Kind: FaultStatus, Status: 502, After: true, Body: "<html>Bad gateway</html>"}, status: 502, part: "<html>", executed: 1},
		{fault: Fault{Kind: FaultRateLimit, Delay: 7 * time.Second}, status: 429, part: "Too Many Requests"},
		{fault: Fault{Kind: FaultHTML}, status: 200, part: "Sign in"},
		{fault: Fault{Kind: FaultRedirect, Status: 307, Target: "https://elsewhere.example/"}, status: 307},
		{fault: Fault{Kind: FaultMalformed}, err: "malformed HTTP response", err2: "frame too large"},
		{fault: Fault{Kind: FaultDelay, Delay: time.Millisecond}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultDrip, Delay: time.Microsecond}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultDropBefore}, err: "EOF", err2: h2abort},
		{fault: Fault{Kind: FaultDropAfter}, err: "EOF", err2: h2abort, executed: 1},
		{fault: Fault{Kind: FaultResetAfter}, err: "connection reset by peer", executed: 1},
		{fault: Fault{Kind: FaultResetHeaders}, err: "", executed: 1}, // any error; checked below
		{fault: Fault{Kind: FaultTruncate}, status: 201, part: "pat_", err: "unexpected EOF", err2: h2abort, executed: 1},
		{fault: Fault{Kind: FaultGoAway}, err: "EOF", err2: "GOAWAY", executed: 1},
		{fault: Fault{Kind: FaultWrongType}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultSkew, Skew: -time.Hour}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultNoDate}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultForeignURL}, status: 201, part: `"redirectUrl":"https://elsewhere.example/embed-apps/`, executed: 1},
		{fault: Fault{Kind: FaultNoURL}, status: 201, part: "pat_", executed: 1},
		{fault: Fault{Kind: FaultNoToken}, status: 201, part: "redirectUrl", executed: 1},
		{fault: Fault{Kind: FaultHuge, Size: 1 << 20}, status: 201, part: strings.Repeat("a", 1<<20) + `"}`, executed: 1},
		{fault: Fault{Kind: FaultGzipBomb, Size: 1 << 20}, status: 201, part: strings.Repeat("a", 1<<20) + `"}`, executed: 1},
		{fault: Fault{Kind: FaultHugeHeader, Size: 2 << 20}, status: 201, part: "pat_", executed: 1},
	}
	everyWay(t, func(t *testing.T, c *caller, version string) {
		t.Helper()
		for _, w := range wants {
			t.Run(w.fault.Kind, func(t *testing.T) {
				c.t = t
				before := len(c.server.Ledger())
				c.server.Inject(w.fault)
				r := c.post(issueAddress, issueBody)
				wantErr := w.err
				if strings.HasPrefix(version, "2") && w.err2 != "" {
					wantErr = w.err2
				}
				switch {
				case w.fault.Kind == FaultResetHeaders:
					if r.err == nil {
						t.Error("no error")
					}
				case wantErr == "" && r.err != nil, wantErr != "" && (r.err == nil || !strings.Contains(r.err.Error(), wantErr)):
					t.Errorf("error %v, want %q", r.err, wantErr)
				}
				if r.status != w.status || !strings.Contains(string(r.body), w.part) {
					t.Errorf("got %d %.200s, want %d", r.status, r.body, w.status)
				}
				if got := len(c.server.Ledger()) - before; got != w.executed {
					t.Errorf("carried out %d times, want %d", got, w.executed)
				}
				checkChange(t, c, w.fault, r)
				if n := c.server.Pending(); n != 0 {
					t.Errorf("%d faults left", n)
				}
			})
		}
	})
}

// checkChange looks at what a fault changed beyond status and body.
func checkChange(t *testing.T, c *caller, f Fault, r reply) {
	t.Helper()
	date, err := http.ParseTime(r.header.Get("Date"))
	switch f.Kind {
	case FaultRateLimit:
		if r.header.Get("Retry-After") != "7" {
			t.Errorf("retry after %q", r.header.Get("Retry-After"))
		}
	case FaultRedirect:
		if r.header.Get("Location") != f.Target {
			t.Errorf("location %q", r.header.Get("Location"))
		}
	case FaultHTML:
		if r.header.Get("X-Powered-By") != "" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
			t.Errorf("headers %v", r.header)
		}
	case FaultWrongType:
		if !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") || !json.Valid(r.body) {
			t.Errorf("type %q", r.header.Get("Content-Type"))
		}
	case FaultSkew:
		if d := c.server.Now().Sub(date); err != nil || d < 59*time.Minute || d > 61*time.Minute {
			t.Errorf("date %v is off by %v", date, d)
		}
	case FaultNoDate:
		if _, there := r.header["Date"]; there {
			t.Errorf("date %q", r.header.Get("Date"))
		}
	case FaultNoURL:
		if r.member("redirectUrl") != nil {
			t.Error("the URL is there")
		}
	case FaultNoToken:
		if r.member("personalAccessToken") != nil {
			t.Error("the token is there")
		}
	}
}

func TestFault_HangEndsWithTheCaller(t *testing.T) {
	everyWay(t, func(t *testing.T, c *caller, _ string) {
		t.Helper()
		c.server.Inject(Fault{Kind: FaultHang})
		ctx, cancel := context.WithCancel(t.Context())
		answered := make(chan reply)
		go func() { answered <- c.do(ctx, "POST", issueAddress, issueBody) }()
		for len(c.server.Ledger()) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
		if r := <-answered; !errors.Is(r.err, context.Canceled) {
			t.Errorf("error %v", r.err)
		}
	})
}

// Ensure that the kinds that fail before sending are the errors of a real
// dialer, and that nothing reaches the instance.
func TestFault_BeforeAnythingIsSent(t *testing.T) {
	for kind, part := range map[string]string{
		FaultRefuse:        "connection refused",
		FaultUnreachable:   "network is unreachable",
		FaultDialTimeout:   "i/o timeout",
		FaultNameUnknown:   "no such host",
		FaultNameTemporary: "server misbehaving",
		FaultCertUnknown:   "unknown authority",
		FaultCertExpired:   "is after",
		FaultCertNotYet:    "is before",
		FaultCertName:      "not tooljet.example",
		FaultPlainHTTP:     "HTTP response to HTTPS client",
		FaultProxyRefused:  "proxyconnect tcp",
		FaultProxyAuth:     "Proxy Authentication Required",
	} {
		t.Run(kind, func(t *testing.T) {
			c := memory(t, Options{})
			c.server.Inject(Fault{Kind: kind, Delay: time.Millisecond})
			var wrote bool
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteHeaders: func() { wrote = true }})
			r := c.do(ctx, "POST", issueAddress, issueBody)
			if r.err == nil || !strings.Contains(r.err.Error(), part) {
				t.Errorf("error %v, want %q", r.err, part)
			}
			if wrote || len(c.server.Requests()) != 0 {
				t.Error("something was sent")
			}
			if kind == FaultRefuse && !errors.Is(r.err, syscall.ECONNREFUSED) {
				t.Errorf("error %v is no ECONNREFUSED", r.err)
			}
			var named *net.DNSError
			if kind == FaultNameUnknown && (!errors.As(r.err, &named) || !named.IsNotFound) {
				t.Errorf("error %v is no DNSError", r.err)
			}
			var timeout *url.Error
			if kind == FaultDialTimeout && (!errors.As(r.err, &timeout) || !timeout.Timeout()) {
				t.Errorf("error %v is no timeout", r.err)
			}
			c.issue(issueBody)
		})
	}
}

func TestFault_OverASocketLateKindsReset(t *testing.T) {
	c := socket(t, Options{}, "1")
	c.server.Inject(Fault{Kind: FaultRefuse})
	if r := c.post(issueAddress, issueBody); !errors.Is(r.err, syscall.ECONNRESET) {
		t.Errorf("error %v", r.err)
	}
	if len(c.server.Ledger()) != 0 {
		t.Error("the request was carried out")
	}
}

func TestFault_MatchTimesAndOrder(t *testing.T) {
	c := memory(t, Options{})
	c.server.Inject(Fault{Kind: FaultStatus, Status: 503, Match: "GET /api/ext/users", Times: 2})
	c.server.Inject(Fault{Kind: FaultStatus, Status: 418, Match: "/api/ext", Times: -1})
	var got []int
	for range 3 {
		got = append(got, c.get("/api/ext/users").status)
	}
	got = append(got, c.get("/api/ext/workspaces").status, c.get("/api/config").status)
	c.server.Clear()
	got = append(got, c.get("/api/ext/users").status)
	for i, want := range []int{503, 503, 418, 418, 200, 200} {
		if got[i] != want {
			t.Fatalf("statuses %v", got)
		}
	}
}

func TestFault_BodyOfAStatus(t *testing.T) {
	for _, tt := range []struct {
		name, body, contentType string
		wantType, want          string
	}{
		{"array", `["email must be an email"]`, "", "application/json; charset=utf-8", `"path":"/api/ext/users/personal-access-token","message":["email must be an email"]}`},
		{"string", `"Already exists!"`, "", "application/json; charset=utf-8", `"message":"Already exists!"}`},
		{"whole", `{"statusCode":403,"message":"Origin not allowed"}`, "", "application/json; charset=utf-8", `{"statusCode":403,"message":"Origin not allowed"}`},
		{"page", "<html>x", "", "text/html; charset=utf-8", "<html>x"},
		{"text", "upstream timed out", "", "text/plain; charset=utf-8", "upstream timed out"},
		{"typed", "{}", "text/plain", "text/plain", "{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := memory(t, Options{})
			c.server.Inject(Fault{
				Kind: FaultStatus, Status: 422, Body: tt.body, ContentType: tt.contentType,
				Header: map[string]string{"Retry-After": "5", "X-Powered-By": ""},
			})
			r := c.post(issueAddress, issueBody)
			c.want(r, 422, tt.want)
			if got := r.header.Get("Content-Type"); got != tt.wantType {
				t.Errorf("type %q", got)
			}
			if _, there := r.header["X-Powered-By"]; there || r.header.Get("Retry-After") != "5" {
				t.Errorf("headers %v", r.header)
			}
		})
	}
}

// Ensure that a flood is made while it is read, and stops when nobody reads.
func TestFault_HugeIsLazy(t *testing.T) {
	everyWay(t, func(t *testing.T, c *caller, _ string) {
		t.Helper()
		c.server.Inject(Fault{Kind: FaultHuge, Size: -1})
		req, err := http.NewRequestWithContext(t.Context(), "POST", c.base+issueAddress, strings.NewReader(issueBody))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Basic "+c.server.Key())
		req.Header.Set("Content-Type", "application/json")
		resp, err := c.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.CopyN(io.Discard, resp.Body, 8<<20)
		if n != 8<<20 || err != nil {
			t.Errorf("read %d: %v", n, err)
		}
		resp.Body.Close()
	})
}
