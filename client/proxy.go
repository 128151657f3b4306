package client

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxies are the proxy settings of the environment, read once for a client.
// net/http itself ignores a variable that it cannot read and then sends the
// request directly, by another way than the administrator ordered.
type proxies struct {
	choose func(*url.URL) (*url.URL, error)
	broken map[string]string                // scheme of a request to the variable that cannot be read for it
	names  map[string]string                // scheme of a request to its variable
	would  func(*url.URL) (*url.URL, error) // how unread would choose
	unread string                           // ALL_PROXY as it is spelled, where it is set; net/http does not know it
}

// readProxies reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals first as
// net/http does.
func readProxies(getenv func(string) string) proxies {
	p := proxies{broken: map[string]string{}, names: map[string]string{}}
	config := httpproxy.Config{CGI: getenv("REQUEST_METHOD") != ""}
	_, config.NoProxy = variable(getenv, "NO_PROXY")
	for scheme, to := range map[string]*string{"https": &config.HTTPSProxy, "http": &config.HTTPProxy} {
		name, value := variable(getenv, strings.ToUpper(scheme)+"_PROXY")
		if value == "" {
			continue
		}
		p.names[scheme] = name
		if *to = strings.TrimSpace(value); !readableProxy(*to) {
			p.broken[scheme] = name
			*to = "http://unreadable.invalid:1" // so that NO_PROXY still decides
		}
	}
	if p.unread, _ = variable(getenv, "ALL_PROXY"); p.unread != "" {
		const any = "http://unread.invalid:1"
		p.would = (&httpproxy.Config{HTTPProxy: any, HTTPSProxy: any, NoProxy: config.NoProxy}).ProxyFunc()
	}
	p.choose = config.ProxyFunc()
	return p
}

func variable(getenv func(string) string, name string) (used, value string) {
	for _, n := range []string{name, strings.ToLower(name)} {
		if v := getenv(n); v != "" {
			return n, v
		}
	}
	return "", ""
}

// readableProxy reports whether a proxy variable says which proxy it means: a
// URL, or host:port, or a host with a dot in it. A password with a character that
// is not percent-encoded (RFC 3986, 2.1) ends the host too early, and then what
// is left looks like a path, a query or a fragment. Nobody listens on port 99999.
func readableProxy(value string) bool {
	scheme, rest, ok := strings.Cut(value, "://")
	if !ok {
		scheme, rest = "http", value
		if !strings.ContainsAny(rest, ":.") {
			return false
		}
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "socks5", "socks5h":
	default:
		return false
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return u.Hostname() != "" && !strings.HasSuffix(u.Host, ":") && !strings.ContainsAny(u.Host, "\\\"<>%") &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && !strings.Contains(rest, "#")
}

// forRequest is the Proxy of an http.Transport.
func (p proxies) forRequest(req *http.Request) (*url.URL, error) {
	return p.choose(req.URL)
}

// fault is the variable that would decide about requests to u and cannot be
// read, or "".
func (p proxies) fault(u *url.URL) string {
	name := p.broken[u.Scheme]
	if via, err := p.choose(u); name == "" || err != nil || via == nil {
		return ""
	}
	return name
}

// Proxy says which proxy requests to the server go through: its address without
// user and password, and the variable that names it. Both are empty for a direct
// connection. The error is an *Error with FailProxySetting.
func (c *Client) Proxy() (address, variable string, err error) {
	if c.options.transport != nil {
		return "", "", nil
	}
	if e := c.proxyFault("find proxy"); e != nil {
		return "", e.Proxy, e
	}
	via, err := c.options.proxy.choose(c.base)
	if err != nil || via == nil {
		return "", "", nil //nolint:nilerr // no proxy for an address that cannot be sent to
	}
	return via.Scheme + "://" + via.Host, c.options.proxy.names[c.base.Scheme], nil
}

// UnreadProxy is the proxy variable that is set and means nothing here, ALL_PROXY or
// all_proxy, where no other one counts for the server's scheme; else "". A server on this
// computer, or that NO_PROXY names, needs none.
func (c *Client) UnreadProxy() string {
	p := c.options.proxy
	if c.options.transport != nil || p.unread == "" || p.names[c.base.Scheme] != "" {
		return ""
	}
	if via, err := p.would(c.base); via == nil || err != nil {
		return ""
	}
	return p.unread
}

// proxyFault is the failure of all requests while a proxy variable cannot be
// read, or nil.
func (c *Client) proxyFault(op string) *Error {
	if c.options.transport != nil {
		return nil
	}
	name := c.options.proxy.fault(c.base)
	if name == "" {
		return nil
	}
	e := (&Error{Op: op, Host: c.origin}).with(fail(FailProxySetting, name+" cannot be read as the address of a proxy"))
	e.Proxy = name
	return e
}

// proxyOf is the proxy for req without credentials, or "".
func (c *Client) proxyOf(req *http.Request) string {
	if c.options.transport != nil {
		return ""
	}
	u, err := c.options.proxy.forRequest(req)
	if err != nil || u == nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// blameProxy makes a connection that broke before the proxy had connected us to the
// server, or garbage in place of its answer to CONNECT, a failure of the proxy: the
// server was not reached (RFC 9110, 9.3.6).
func (c *Client) blameProxy(e *Error, req *http.Request, s *stages) {
	switch e.Failure {
	case FailUnreachable, FailMalformed, FailTooLarge:
	default:
		return
	}
	if !e.Sent && !s.tunnelled() && req.URL.Scheme == "https" && c.proxyOf(req) != "" {
		e.fill(fail(FailProxy, "the proxy gave no usable answer"))
	}
}
