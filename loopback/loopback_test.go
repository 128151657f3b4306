package loopback

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"patdesk/secret"
)

const (
	token   = "pat_0123456789abcdef"
	snippet = `<iframe src="https://tooljet.example.com/embed-apps/1?personal-access-token=` + token + `&amp;appSlug=orders" style="border:0"></iframe>`
)

func serve(t *testing.T) *Server {
	t.Helper()
	s, err := Serve(t.Context(), Options{Title: "Orders <b>portal</b>", Snippet: secret.New(snippet), Framed: "https://TOOLJET.example.com:443/embed-apps/1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// send sends a request as it is, and returns the answer with its body. A
// connection that is closed without one is a status of 0.
func send(t *testing.T, s *Server, request string) (*http.Response, string) {
	t.Helper()
	c, err := net.Dial("tcp", s.host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	_, _ = io.WriteString(c, request) // a server that has seen enough may close meanwhile
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		return &http.Response{}, ""
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return res, string(body)
}

// get is a GET as a browser sends it to this host, with more header lines.
func get(s *Server, path string, more ...string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: " + s.host + "\r\nConnection: close\r\n" + strings.Join(append(more, ""), "\r\n") + "\r\n"
}

func pathOf(t *testing.T, s *Server) string {
	t.Helper()
	u, err := url.Parse(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

// Ensure the address works once, and shows the very snippet under the headers that
// keep it to this page.
func TestServer_PageOnce(t *testing.T) {
	t.Parallel()
	s := serve(t)
	path := pathOf(t, s)
	res, body := send(t, s, get(s, path, "Sec-Fetch-Site: none", "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate"))
	if res.StatusCode != http.StatusOK || strings.Count(body, snippet) != 1 || !strings.Contains(body, "Orders &lt;b&gt;portal") {
		t.Fatalf("%d: %s", res.StatusCode, body)
	}
	for name, part := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-src https://tooljet.example.com; script-src 'nonce-", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex",
	} {
		if got := res.Header.Get(name); !strings.HasPrefix(got, part) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if strings.Contains(s.Address()+fmt.Sprint(res.Header), token) {
		t.Error("the token is in the address or in a header")
	}
	if e := <-s.Events(); e.Kind != Opened {
		t.Errorf("%+v", e)
	}
	for range 3 {
		if res, body := send(t, s, get(s, path)); res.StatusCode != http.StatusGone || body != "" {
			t.Errorf("once more: %d, %q", res.StatusCode, body)
		}
	}
	s.Renew()
	if next := pathOf(t, s); next == path {
		t.Error("the same address again")
	} else if res, _ := send(t, s, get(s, next)); res.StatusCode != http.StatusOK {
		t.Errorf("a new address: %d", res.StatusCode)
	}
	if res, _ := send(t, s, get(s, path)); res.StatusCode != http.StatusGone {
		t.Errorf("the address before: %d", res.StatusCode)
	}
}

// Ensure reports are taken from the page that is open alone, cut to size.
func TestServer_Reports(t *testing.T) {
	t.Parallel()
	s := serve(t)
	report := toldPath + string(s.current.report)
	if res, _ := send(t, s, get(s, report+"?kind=loaded")); res.StatusCode != http.StatusNotFound {
		t.Errorf("before the page was opened: %d", res.StatusCode)
	}
	send(t, s, get(s, pathOf(t, s)))
	<-s.Events()
	res, _ := send(t, s, get(s, report+"?kind=message&error=403&text="+strings.Repeat("x", 400), "Sec-Fetch-Site: same-origin"))
	if e := <-s.Events(); res.StatusCode != http.StatusNoContent || e.Kind != Message || e.Error != 403 || len(e.Text) != 300 {
		t.Errorf("%d, %+v", res.StatusCode, e)
	}
	send(t, s, get(s, report+"?kind=message&error=-7"))
	if e := <-s.Events(); e.Error != 0 {
		t.Errorf("%+v", e)
	}
	for range maxReports {
		res, _ = send(t, s, get(s, report+"?kind=loaded"))
	}
	if res.StatusCode != http.StatusGone {
		t.Errorf("after %d reports: %d", maxReports, res.StatusCode)
	}
	s.Renew()
	if res, _ := send(t, s, get(s, report+"?kind=loaded")); res.StatusCode != http.StatusNotFound {
		t.Errorf("of the page before: %d", res.StatusCode)
	}
}

// hostile are requests that get nothing; PATH stands for the address, HOST for the
// host, TOLD for where the page reports to.
func hostile() map[string]string {
	line := func(first string, more ...string) string {
		return first + "\r\n" + strings.Join(append(more, "Connection: close", ""), "\r\n") + "\r\n"
	}
	here := func(first string, more ...string) string {
		return line(first, append([]string{"Host: HOST"}, more...)...)
	}
	all := map[string]string{
		"no host": line("GET PATH HTTP/1.1"), "HTTP/1.0 without host": line("GET PATH HTTP/1.0"), "two hosts": line("GET PATH HTTP/1.1", "Host: HOST", "Host: evil.example.com"),
		"host without port": line("GET PATH HTTP/1.1", "Host: 127.0.0.1"), "another port": line("GET PATH HTTP/1.1", "Host: 127.0.0.1:1"),
		"bent name": line("GET PATH HTTP/1.1", "Host: evil.example.com"), "bent name with port": line("GET PATH HTTP/1.1", "Host: evil.example.com:PORT"),
		"host with user": line("GET PATH HTTP/1.1", "Host: kim@HOST"), "host with a dot": line("GET PATH HTTP/1.1", "Host: localhost.:PORT"),
		"host in numbers": line("GET PATH HTTP/1.1", "Host: 2130706433:PORT"), "short host": line("GET PATH HTTP/1.1", "Host: 127.1:PORT"),
		"IPv6 host": line("GET PATH HTTP/1.1", "Host: [::1]:PORT"), "unspecified host": line("GET PATH HTTP/1.1", "Host: 0.0.0.0:PORT"),
		"mapped host": line("GET PATH HTTP/1.1", "Host: [::ffff:127.0.0.1]:PORT"), "name below localhost": line("GET PATH HTTP/1.1", "Host: x.localhost:PORT"),
		"absolute form": here("GET http://HOSTPATH HTTP/1.1"), "absolute form of another": here("GET http://evil.example.com/PATH HTTP/1.1"),
		"foreign origin": here("GET PATH HTTP/1.1", "Origin: https://evil.example.com"), "null origin": here("GET PATH HTTP/1.1", "Origin: null"),
		"origin of another port": here("GET PATH HTTP/1.1", "Origin: http://127.0.0.1:1"), "https origin": here("GET PATH HTTP/1.1", "Origin: https://HOST"),
		"from another site": here("GET PATH HTTP/1.1", "Sec-Fetch-Site: cross-site"), "from the same site": here("GET PATH HTTP/1.1", "Sec-Fetch-Site: same-site"),
		"from a site of no kind": here("GET PATH HTTP/1.1", "Sec-Fetch-Site: x"),
		"as a frame":             here("GET PATH HTTP/1.1", "Sec-Fetch-Dest: iframe"), "as an image": here("GET PATH HTTP/1.1", "Sec-Fetch-Dest: image"),
		"as a script": here("GET PATH HTTP/1.1", "Sec-Fetch-Dest: script"), "by fetch": here("GET PATH HTTP/1.1", "Sec-Fetch-Dest: empty"),
		"as an object": here("GET PATH HTTP/1.1", "Sec-Fetch-Dest: object"), "ahead": here("GET PATH HTTP/1.1", "Sec-Purpose: prefetch;prerender"),
		"ahead, as before": here("GET PATH HTTP/1.1", "Purpose: prefetch"), "ahead, by Firefox": here("GET PATH HTTP/1.1", "X-Moz: prefetch"),
		"with a body": here("GET PATH HTTP/1.1", "Content-Length: 1") + "x", "with chunks": here("GET PATH HTTP/1.1", "Transfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n",
		"two lengths": here("GET PATH HTTP/1.1", "Content-Length: 0", "Content-Length: 1") + "x", "upgrade": here("GET PATH HTTP/1.1", "Upgrade: websocket", "Sec-WebSocket-Key: x"),
		"large header": here("GET PATH HTTP/1.1", "X-Large: "+strings.Repeat("x", 16<<10)), "many headers": here("GET PATH HTTP/1.1", strings.Repeat("X-Many: 0123456789\r\n", 1000)+"X: x"),
		"large path": here("GET /" + strings.Repeat("x", 16<<10) + " HTTP/1.1"), "header that goes on": here("GET PATH HTTP/1.1", "X-Odd: a", " b: c", "Bad Name: x"),
		"root": here("GET / HTTP/1.1"), "index": here("GET /index.html HTTP/1.1"), "icon": here("GET /favicon.ico HTTP/1.1"),
		"one letter less": here("GET LESS HTTP/1.1"), "one letter more": here("GET PATHx HTTP/1.1"), "a slash more": here("GET PATH/ HTTP/1.1"), "a slash before": here("GET /PATH HTTP/1.1"),
		"another case": here("GET CASE HTTP/1.1"), "with a query": here("GET PATH?x HTTP/1.1"), "escaped": here("GET /%2FPATH HTTP/1.1"), "with a dot": here("GET /.PATH HTTP/1.1"),
		"up": here("GET /../../etc/passwd HTTP/1.1"), "up, escaped": here("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1"), "up and down": here("GET /x/../PATH HTTP/1.1"),
		"end of string": here("GET PATH%00 HTTP/1.1"), "report without a page": here("GET TOLD?kind=loaded HTTP/1.1"), "report of nobody": here("GET /told/?kind=loaded HTTP/1.1"),
		"report of another": here("GET /told/PATH?kind=loaded HTTP/1.1"), "no HTTP": "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"no version": "GET PATH\r\n\r\n", "line feeds": "GET PATH HTTP/9.9\nHost: HOST\n\n",
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "QUERY"} {
		all["method "+method] = here(method + " PATH HTTP/1.1")
	}
	return all
}

// Ensure no request but that of a browser that was sent here gets the page, or
// spends its address.
func TestServer_HostileRequests(t *testing.T) {
	t.Parallel()
	s := serve(t)
	path := pathOf(t, s)
	fill := strings.NewReplacer("LESS", path[:len(path)-1], "CASE", swapCase(path), "PATH", path, "HOST", s.host, "PORT", s.Port(), "TOLD", toldPath+string(s.current.report))
	all := hostile()
	if len(all) < 60 {
		t.Fatalf("%d requests", len(all))
	}
	for name, request := range all {
		t.Run(name, func(t *testing.T) {
			res, body := send(t, s, fill.Replace(request))
			if res.StatusCode == http.StatusOK || strings.Contains(body, token) || strings.Contains(body, "iframe") || strings.Contains(fmt.Sprint(res.Header), "tooljet") {
				t.Errorf("%d: %q", res.StatusCode, body)
			}
			if res.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("another origin may read it")
			}
		})
	}
	select {
	case e := <-s.Events():
		t.Errorf("told: %+v", e)
	default:
	}
	if res, body := send(t, s, strings.Replace(get(s, path), "GET", "HEAD", 1)); res.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d, %q", res.StatusCode, body)
	}
	if res, body := send(t, s, get(s, path)); res.StatusCode != http.StatusOK || !strings.Contains(body, token) {
		t.Errorf("after all that the page answers %d", res.StatusCode)
	}
}

// swapCase turns the case of the first letter of a path.
func swapCase(path string) string {
	i := strings.IndexFunc(path, func(r rune) bool { return r >= 'a' && r <= 'z' })
	return path[:i] + strings.ToUpper(path[i:i+1]) + path[i+1:]
}
