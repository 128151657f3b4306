package client

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// piped sends each request over a connection in memory, whose other end serve has.
func piped(serve func(net.Conn)) http.RoundTripper {
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			req, err := http.ReadRequest(bufio.NewReader(far))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			serve(far)
		}()
		return near, nil
	}
	return &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeader}
}

// trickle answers with begin at once and then with more, a piece each second, for ever.
func trickle(begin, more string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.WriteString(conn, begin); err != nil {
			return
		}
		for {
			time.Sleep(time.Second)
			if _, err := io.WriteString(conn, more); err != nil {
				return
			}
		}
	}
}

// Ensure that an answer which trickles, never ends or comes too late holds no call longer
// than its limit and takes no memory, whatever is asked, and that a request for a token may
// have been carried out then.
func TestHostile_NeverEnding(t *testing.T) {
	const (
		ok      = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		chunked = "Transfer-Encoding: chunked\r\n\r\n"
	)
	late := func(by time.Duration) func(net.Conn) {
		return func(conn net.Conn) {
			time.Sleep(by)
			_, _ = io.WriteString(conn, ok+"Content-Length: 2\r\n\r\n[]")
		}
	}
	servers := map[string]struct {
		serve func(net.Conn)
		want  Failure
	}{
		"a status line":                  {trickle("HTTP/1.1 ", "2"), FailTimeout},
		"a header":                       {trickle(ok+"X-A: ", "a"), FailTimeout},
		"headers":                        {trickle(ok, "X-A: a\r\n"), FailTimeout},
		"early hints":                    {trickle("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), FailTimeout},
		"a body":                         {trickle(ok+"Content-Length: 100000\r\n\r\n[{\"id\":\"", "a"), FailTimeout},
		"a body of spaces":               {trickle(ok+"Content-Length: 100000\r\n\r\n", " "), FailTimeout},
		"a body to the connection's end": {trickle(ok+"Connection: close\r\n\r\n[{\"id\":\"", "a"), FailTimeout},
		"chunks":                         {trickle(ok+chunked+"2\r\n[ \r\n", "1\r\n \r\n"), FailTimeout},
		"elements":                       {trickle(ok+chunked+"3\r\n[{}\r\n", "3\r\n,{}\r\n"), FailTimeout},
		"the size of a chunk":            {trickle(ok+chunked, "0"), FailTimeout},
		"an extension of a chunk":        {trickle(ok+chunked+"1;", "a"), FailTimeout},
		"trailers":                       {trickle(ok+chunked+"2\r\n[]\r\n0\r\n", "X-A: a\r\n"), FailTimeout},
		"a refusal":                      {trickle("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"+chunked, "1\r\n{\r\n"), FailStatus},
		"a page of a gate":               {trickle("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n"+chunked, "1\r\n<\r\n"), FailStatus},
		"after the limit":                {late(125 * time.Second), FailTimeout},
		"an hour later":                  {late(time.Hour), FailTimeout},
	}
	calls := map[string]struct {
		limit time.Duration
		call  func(context.Context, *Client) error
	}{
		"issue": {45 * time.Second, func(ctx context.Context, c *Client) error { _, err := c.CreateToken(ctx, request1()); return err }},
		"exchange": {60 * time.Second, func(ctx context.Context, c *Client) error {
			_, err := c.CreateSession(ctx, testApp, tokenOf("pat_0"))
			return err
		}},
		"users":      {120 * time.Second, func(ctx context.Context, c *Client) error { _, err := c.ListUsers(ctx); return err }},
		"workspaces": {120 * time.Second, func(ctx context.Context, c *Client) error { _, err := c.ListWorkspaces(ctx); return err }},
		"config":     {45 * time.Second, func(ctx context.Context, c *Client) error { _, err := c.GetConfig(ctx); return err }},
		"health":     {45 * time.Second, func(ctx context.Context, c *Client) error { return c.GetHealth(ctx) }},
		"version 2":  {45 * time.Second, func(ctx context.Context, c *Client) error { _, err := c.HasV2(ctx); return err }},
	}
	for what, server := range servers {
		for name, call := range calls {
			t.Run(what+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := open(t, "https://tooljet.example.com", WithTransport(piped(server.serve)))
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					begin := time.Now()
					e := failed(t, call.call(t.Context(), c))
					took := time.Since(begin)
					runtime.ReadMemStats(&after)
					if e.Failure != server.want || took > call.limit || name == "issue" && server.want == FailTimeout && !e.MaybeExecuted() {
						t.Errorf("after %v: %+v", took, e)
					}
					if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
						t.Errorf("%d KiB allocated", used>>10)
					}
					time.Sleep(2 * time.Hour) // the server notices that nobody listens
				})
			})
		}
	}
}
