package address

import (
	"net/netip"
	"net/url"
	"strings"
)

// Loopback reports whether a host name can mean this computer only: localhost
// and the names below it (RFC 6761, 6.3), 127.0.0.0/8 and ::1.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// InClear reports whether requests to an address can be read on the network: it
// is http, and not on this computer.
func InClear(s string) bool {
	u, err := url.Parse(s)
	return err != nil || !strings.EqualFold(u.Scheme, "https") && !Loopback(u.Hostname())
}

// Origin is the scheme, host and port of an address (RFC 6454), with the port
// always written and all in lower case, for comparing; "" if it is none.
func Origin(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return ""
	}
	return OriginOf(u)
}

// OriginOf is Origin of an address that is parsed already.
func OriginOf(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	return scheme + "://" + joinPort(ascii(u.Hostname()), portOf(u, scheme))
}

// Server identifies the server behind a base URL, for comparing and for keys:
// two addresses are one server if scheme, host, port and path are the same. All
// loopback names are one host. It is "" for what is no address.
func Server(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.TrimSuffix(ascii(u.Hostname()), ".")
	if Loopback(host) {
		host = "localhost"
	}
	return scheme + "://" + joinPort(host, portOf(u, scheme)) + strings.TrimRight(u.EscapedPath(), "/")
}

// ascii is a host's name in its one form, or in lower case if it has none.
func ascii(host string) string {
	name, e := hostname(host)
	if e != nil {
		return strings.ToLower(host)
	}
	return strings.Trim(name, "[]")
}

func portOf(u *url.URL, scheme string) string {
	if p := u.Port(); p != "" {
		return p
	}
	return usualPort(scheme)
}
