// Package csp reads Content-Security-Policy headers as browsers do, as far as
// frames are concerned: which pages a page may show in a frame, and which pages
// may show it (https://www.w3.org/TR/CSP3/).
package csp

import (
	"net/url"
	"slices"
	"strings"
)

// Policy is one policy: its directives by their names in lower case.
type Policy map[string][]string

// Parse reads the values of all Content-Security-Policy headers of an answer. One
// value can hold several policies, parted by commas; of a directive that stands
// twice the first counts (CSP 3, 2.2).
func Parse(headers ...string) []Policy {
	var all []Policy
	for _, header := range headers {
		for serialised := range strings.SplitSeq(header, ",") {
			p := Policy{}
			for directive := range strings.SplitSeq(serialised, ";") {
				words := strings.Fields(directive)
				if len(words) == 0 {
					continue
				}
				name := strings.ToLower(words[0])
				if _, twice := p[name]; !twice {
					p[name] = words[1:]
				}
			}
			if len(p) > 0 {
				all = append(all, p)
			}
		}
	}
	return all
}

// FrameSource is the directive that limits which pages may stand in a frame, with
// its sources: frame-src, else child-src, else default-src (CSP 3, 6.8.3). name is
// "" for a policy that does not limit it.
func (p Policy) FrameSource() (name string, sources []string) {
	for _, name := range []string{"frame-src", "child-src", "default-src"} {
		if sources, is := p[name]; is {
			return name, sources
		}
	}
	return "", nil
}

// Ancestors are the sources of frame-ancestors, which no other directive replaces.
func (p Policy) Ancestors() (sources []string, is bool) {
	sources, is = p["frame-ancestors"]
	return sources, is
}

// Upgrades reports whether a page under this policy asks for http addresses by
// https (Upgrade Insecure Requests, 3.3).
func (p Policy) Upgrades() bool { _, is := p["upgrade-insecure-requests"]; return is }

// Matches reports whether an address is among the sources of a directive in the
// policy of a page at self (CSP 3, 6.7.2.7).
func Matches(sources []string, self, address *url.URL) bool {
	return matches(sources, self, address, true)
}

// MatchesOrigin is Matches for frame-ancestors, which knows of the other page its
// origin alone: paths do not count.
func MatchesOrigin(sources []string, self, page *url.URL) bool {
	return matches(sources, self, page, false)
}

func matches(sources []string, self, address *url.URL, paths bool) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return matchesOne(s, self, address, paths) })
}

// matchesOne matches one source expression (CSP 3, 6.7.2.8). 'none' and all words
// in quotes but 'self' match nothing.
func matchesOne(source string, self, address *url.URL, paths bool) bool {
	lower := strings.ToLower(source)
	switch {
	case source == "*":
		return isHTTP(address.Scheme) || schemePart(self.Scheme, address.Scheme)
	case lower == "'self'":
		return isSelf(self, address)
	case strings.HasPrefix(source, "'"):
		return false
	case strings.HasSuffix(source, ":") && !strings.Contains(source, "/") && isScheme(source[:len(source)-1]):
		return schemePart(lower[:len(lower)-1], address.Scheme)
	}
	scheme, rest, has := strings.Cut(source, "://")
	if !has {
		scheme, rest = self.Scheme, source
	}
	scheme = strings.ToLower(scheme)
	if !schemePart(scheme, address.Scheme) {
		return false
	}
	hostport, path, _ := strings.Cut(rest, "/")
	host, port := splitPort(hostport)
	if port == "80" && scheme == "http" && address.Scheme == "https" {
		port = "" // the usual port goes with the scheme to its safer form: browsers keep that of CSP 2
	}
	if !hostPart(strings.ToLower(host), strings.ToLower(address.Hostname())) || !portPart(port, address) {
		return false
	}
	return !paths || pathPart(path, address.Path)
}

func isHTTP(scheme string) bool { return scheme == "http" || scheme == "https" }

func isScheme(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
}

// schemePart lets the safer form of a scheme stand for it (CSP 3, 6.7.2.9).
func schemePart(a, b string) bool { return a == b || a == "http" && b == "https" }

// isSelf reports whether an address is of the origin of the page, or of the same
// host by https on the usual port.
func isSelf(self, address *url.URL) bool {
	if !strings.EqualFold(self.Hostname(), address.Hostname()) {
		return false
	}
	ports := portOf(self) == portOf(address) || portOf(self) == usual(self.Scheme) && portOf(address) == usual(address.Scheme)
	return self.Scheme == address.Scheme && portOf(self) == portOf(address) || ports && address.Scheme == "https"
}

// hostPart matches a host, or *.example.com with all below it but not itself (CSP
// 3, 6.7.2.10). Addresses in numbers match themselves: the text of CSP 3 does not
// allow that, and every browser does it.
func hostPart(pattern, host string) bool {
	if pattern == "" || host == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(pattern, "*"); ok {
		return rest == "" || strings.HasPrefix(rest, ".") && strings.HasSuffix(host, rest) && host != rest[1:]
	}
	return pattern == host
}

// portPart matches a port; without one only the usual port of the address's
// scheme does (CSP 3, 6.7.2.11).
func portPart(port string, address *url.URL) bool {
	switch port {
	case "*":
		return true
	case "":
		return portOf(address) == usual(address.Scheme)
	default:
		return port == portOf(address)
	}
}

// pathPart matches a path: one that ends with a slash matches all below it (CSP 3,
// 6.7.2.12).
func pathPart(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	if plain, err := url.PathUnescape(pattern); err == nil {
		pattern = plain
	}
	pattern = "/" + pattern
	if strings.HasSuffix(pattern, "/") {
		return strings.HasPrefix(path, pattern)
	}
	return pattern == path
}

// splitPort parts host:port; an IPv6 host keeps its colons and loses its brackets,
// as in url.URL.Hostname.
func splitPort(hostport string) (host, port string) {
	if rest, ok := strings.CutPrefix(hostport, "["); ok {
		host, port, _ = strings.Cut(rest, "]")
		return host, strings.TrimPrefix(port, ":")
	}
	host, port, _ = strings.Cut(hostport, ":")
	return host, port
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return usual(u.Scheme)
}

func usual(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}
