package paste

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// App returns the id or slug of an app in what was pasted: the id or slug
// itself, or an address of the browser on the server at base (the form of
// address.Parse; "" takes any server). ToolJet's pages of one app are
// /applications/APP, /WORKSPACE/apps/APP/PAGE, /apps/APP and /embed-apps/APP.
//
// An address of another server, or one that names no app, is an error that says
// so and does not repeat the address, which may hold a token.
func App(s, base string) (string, error) {
	s = Trim(strings.TrimRight(strings.Trim(Address(s), "<>"), ",;"))
	if !strings.Contains(s, "/") {
		return s, nil
	}
	u, err := parse(s)
	if err != nil {
		return "", errors.New("this is neither the id or slug of an app nor an address of one")
	}
	b, err := url.Parse(base)
	if err != nil {
		b = &url.URL{}
	}
	if u.Host != "" && b.Host != "" && !sameHost(u, b) {
		return "", fmt.Errorf("this is an address on %s, and the server in use is %s", host(u), host(b))
	}
	parts := split(u.EscapedPath())
	if sub := split(b.EscapedPath()); len(sub) > 0 && len(parts) >= len(sub) && slices.Equal(parts[:len(sub)], sub) {
		parts = parts[len(sub):]
	}
	if u.Host == "" && len(parts) == 1 {
		return parts[0], nil
	}
	app, err := url.PathUnescape(appOf(parts))
	if err != nil || Trim(app) == "" {
		return "", errors.New("this address names no app: open the app and copy its address, or give its id or slug")
	}
	return Trim(app), nil
}

// parse reads an address with or without its scheme and host.
func parse(s string) (*url.URL, error) {
	first, _, _ := strings.Cut(s, "/")
	if !strings.Contains(s, "://") && (strings.ContainsAny(first, ".:") || first == "localhost") {
		s = "//" + s
	}
	u, err := url.Parse(s)
	if err == nil && u.Scheme != "" && !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		err = errors.New("not a web address")
	}
	return u, err
}

// split returns the parts of a path that hold something.
func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(p string) bool { return p == "" })
}

// pages are the parts of a path that stand before an app.
var pages = []string{"applications", "embed-apps", "apps"}

// appOf returns the part of a path that names an app, or "".
func appOf(parts []string) string {
	at := slices.IndexFunc(parts, func(p string) bool { return slices.Contains(pages, p) })
	if at < 0 || at+1 >= len(parts) {
		return ""
	}
	// A workspace may have the name of a page: /apps/apps/APP/PAGE.
	if at == 0 && len(parts) > 2 && parts[1] == "apps" && parts[0] == "apps" {
		at = 1
	}
	return parts[at+1]
}

// sameHost reports whether two addresses lead to one host and port. The scheme
// is left out: a browser may show another one than the one behind a proxy.
func sameHost(a, b *url.URL) bool {
	if loopback(a.Hostname()) && loopback(b.Hostname()) {
		return port(a) == port(b)
	}
	return strings.EqualFold(strings.TrimSuffix(a.Hostname(), "."), strings.TrimSuffix(b.Hostname(), ".")) && port(a) == port(b)
}

// port is the port of an address, "" for the usual ones.
func port(u *url.URL) string {
	p := u.Port()
	if p == "80" || p == "443" {
		return ""
	}
	return p
}

func loopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}

// host is the host of an address, fit for a message.
func host(u *url.URL) string {
	if Odd(u.Host) != "" {
		return "another server"
	}
	return strings.ToLower(u.Host)
}
