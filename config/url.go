package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// ParseURL returns the base address of a ToolJet server in its one form: scheme
// and host in lower case, no default port, no slash at the end. Without a scheme
// https is meant, or http for this computer. User names, queries and fragments
// are refused, because they would end up in requests and lists.
func ParseURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '\\' }) {
		return "", errors.New("the address has a character that no address has")
	}
	if !strings.Contains(s, "://") {
		host, _, _ := strings.Cut(s, "/")
		scheme := "https://"
		if u, err := url.Parse("http://" + host); err == nil && Loopback(u.Hostname()) {
			scheme = "http://"
		}
		s = scheme + s
	}
	// The errors of net/url repeat the whole address, with a password in it.
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "":
		return "", errors.New("this is not an address, as https://tooljet.example.com")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", errors.New("the address must start with https://")
	case u.User != nil:
		return "", errors.New("the address must not hold a user name or password")
	case u.Hostname() == "" || strings.ContainsAny(u.Host, "%<>\"' "):
		return "", errors.New("the address has no host, as in https://tooljet.example.com")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#"):
		return "", errors.New("the address must end before ? and #")
	}
	port := u.Port()
	if n, err := strconv.Atoi(port); port != "" && (err != nil || n < 1 || n > 65535) {
		return "", errors.New("the port of the address must be from 1 to 65535")
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	usual := map[string]string{"https": "443", "http": "80"}
	if port != "" && port != usual[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// Loopback reports whether a host name means this computer.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// ProfileName returns a name for the profile of a server, made of its address:
// tooljet-example-com, localhost-3000. It is "tooljet" if nothing else is left.
func ProfileName(address string) string {
	base, err := ParseURL(address)
	if err != nil {
		return "tooljet"
	}
	u, err := url.Parse(base)
	if err != nil {
		return "tooljet"
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, net.JoinHostPort(u.Hostname(), u.Port())+u.Path)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	name = strings.Trim(name, "-")
	name = strings.TrimRight(name[:min(len(name), 40)], "-")
	if name == "" {
		return "tooljet"
	}
	return name
}
