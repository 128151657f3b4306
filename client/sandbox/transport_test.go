package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTransport_FiresTheHooksInOrder(t *testing.T) {
	c := memory(t, Options{})
	var hooks []string
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GetConn:              func(string) { hooks = append(hooks, "GetConn") },
		ConnectStart:         func(string, string) { hooks = append(hooks, "ConnectStart") },
		ConnectDone:          func(string, string, error) { hooks = append(hooks, "ConnectDone") },
		GotConn:              func(httptrace.GotConnInfo) { hooks = append(hooks, "GotConn") },
		WroteHeaders:         func() { hooks = append(hooks, "WroteHeaders") },
		WroteRequest:         func(httptrace.WroteRequestInfo) { hooks = append(hooks, "WroteRequest") },
		GotFirstResponseByte: func() { hooks = append(hooks, "GotFirstResponseByte") },
	})
	// The delay keeps the answer from overtaking the end of the request.
	c.server.Inject(Fault{Kind: FaultDelay, Delay: 10 * time.Millisecond})
	c.want(c.do(ctx, "POST", issueAddress, issueBody), 201, "pat_")
	want := "GetConn ConnectStart ConnectDone GotConn WroteHeaders WroteRequest GotFirstResponseByte"
	if got := strings.Join(hooks, " "); got != want {
		t.Errorf("hooks %s", got)
	}
}

// Ensure that waiting is visible to synctest and that nothing is left behind:
// the bubble fails if a goroutine outlives it.
func TestTransport_WorksInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := memory(t, Options{})
		start := time.Now()
		c.server.Inject(Fault{Kind: FaultDelay, Delay: time.Hour})
		c.issue(issueBody)
		if got := time.Since(start); got != time.Hour {
			t.Errorf("took %v", got)
		}
		for _, kind := range []string{
			FaultStatus, FaultDropBefore, FaultDropAfter, FaultResetAfter, FaultResetHeaders, FaultTruncate,
			FaultGoAway, FaultMalformed, FaultDrip, FaultHugeHeader, FaultRefuse, FaultDialTimeout, FaultCertName,
		} {
			c.server.Inject(Fault{Kind: kind})
			c.post(issueAddress, issueBody)
		}
	})
}

func TestTransport_CancelEndsEveryWait(t *testing.T) {
	for _, f := range []Fault{
		{Kind: FaultHang},
		{Kind: FaultDelay, Delay: time.Hour},
		{Kind: FaultDrip, Delay: time.Hour},
		{Kind: FaultHuge, Size: -1},
		{Kind: FaultHugeHeader, Size: -1},
		{Kind: FaultDialTimeout, Delay: time.Hour},
	} {
		t.Run(f.Kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := memory(t, Options{})
				c.server.Inject(f)
				ctx, cancel := context.WithCancel(t.Context())
				answered := make(chan reply, 1)
				go func() {
					r := c.do(ctx, "POST", issueAddress, issueBody)
					answered <- r
				}()
				if f.Kind != FaultHuge && f.Kind != FaultHugeHeader {
					time.Sleep(time.Minute)
				}
				start := time.Now()
				cancel()
				r := <-answered
				// A flood of headers ends by itself, at the transport's own limit.
				if f.Kind != FaultHugeHeader && !errors.Is(r.err, context.Canceled) {
					t.Errorf("error %v", r.err)
				}
				if r.err == nil || time.Since(start) != 0 {
					t.Errorf("ended after %v with %v", time.Since(start), r.err)
				}
			})
		})
	}
}

func TestTransport_ClosingTheBodyEndsTheFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := memory(t, Options{})
		c.server.Inject(Fault{Kind: FaultHuge, Size: -1, Match: "/api/config"})
		req, err := http.NewRequestWithContext(t.Context(), "GET", c.base+"/api/config", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, resp.Body, 1<<20); err != nil {
			t.Error(err)
		}
		resp.Body.Close()
	})
}

func TestTransport_SchemeAndHostAreTheCallers(t *testing.T) {
	c := memory(t, Options{})
	for _, base := range []string{"http://127.0.0.1:8082", "https://tooljet.example:8443"} {
		c.base = base
		if got := c.post(issueAddress, issueBody).text("redirectUrl"); !strings.HasPrefix(got, base+"/embed-apps/") {
			t.Errorf("url %q for %s", got, base)
		}
	}
	other := memory(t, Options{Host: "https://apps.example.org/"})
	if got := other.post(issueAddress, issueBody).text("redirectUrl"); !strings.HasPrefix(got, "https://apps.example.org/embed-apps/") {
		t.Errorf("url %q", got)
	}
}
