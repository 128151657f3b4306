// Package address reads the addresses of ToolJet servers: the base URL that a
// person types, the identity of the server behind it, and the app in an address
// that was copied from a browser.
//
// It is a leaf: it imports nothing of patdesk.
package address

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// The longest address in bytes, and the longest name of a host (RFC 1035, 2.3.4).
const (
	maxLength = 2048
	maxHost   = 253
)

const example = "https://tooljet.example.com"

// Error says why an address cannot be the base URL of a server. Its text never
// repeats the address, which may hold a password.
type Error struct {
	Msg   string
	Offer string // the base URL that may be meant, "" if there is none to offer
}

// Error implements error.
func (e *Error) Error() string {
	if e.Offer != "" {
		return e.Msg + ": take " + e.Offer
	}
	return e.Msg
}

// Parse returns the base URL of a ToolJet server in its one form: scheme and
// host in lower case, international names in ASCII (RFC 5891), no default port,
// no slash at the end. The path, if there is one, is ToolJet's SUB_PATH. Without
// a scheme https is meant, or http for this computer. User names, queries and
// fragments are refused, because they would end up in requests and lists.
//
// The error is an *Error; it offers the base URL when the address of a page or
// of the API was given.
func Parse(s string) (string, error) {
	s = strings.TrimSpace(s)
	u, e := split(s)
	if e != nil {
		return "", e
	}
	host, e := hostname(u.Hostname())
	if e != nil {
		return "", e
	}
	if u.Port() != usualPort(u.Scheme) {
		host = joinPort(host, u.Port())
	}
	base := u.Scheme + "://" + host
	path := strings.TrimRight(u.EscapedPath(), "/")
	for elem := range strings.SplitSeq(u.Path, "/") {
		if elem == "." || elem == ".." {
			return "", &Error{Msg: "the address must not hold dot segments"}
		}
	}
	if short, page := trimPage(path); page != "" {
		return "", &Error{Msg: "the address is that of " + page + ", not the base URL of the server", Offer: base + short}
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#") {
		return "", &Error{Msg: "the address must end before ? and #", Offer: base + path}
	}
	return base + path, nil
}

// split parses an address and refuses what net/url takes and nobody means. The
// errors of net/url repeat the whole address, with a password in it.
func split(s string) (*url.URL, *Error) {
	switch {
	case len(s) > maxLength:
		return nil, &Error{Msg: "the address is longer than 2048 characters"}
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == '\\' }):
		return nil, &Error{Msg: "the address has a character that no address has"}
	}
	if e := badScheme(s); e != nil {
		return nil, e
	}
	if !strings.Contains(s, "://") {
		s = guessScheme(s) + s
	}
	u, err := url.Parse(s)
	switch {
	case err != nil && strings.Contains(s, "@"):
		return nil, &Error{Msg: "the address must not hold a user name or password"}
	case unexpanded(s):
		return nil, &Error{Msg: "the address holds the name of a variable in place of its value"}
	case err != nil && strings.Count(s, ":") > 3 && !strings.Contains(s, "["):
		return nil, &Error{Msg: "an IPv6 address stands in brackets, as https://[2001:db8::1]"}
	case err != nil || u.Opaque != "":
		return nil, &Error{Msg: "this is not an address, as " + example}
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, &Error{Msg: "the address must start with https://"}
	case u.User != nil:
		return nil, &Error{Msg: "the address must not hold a user name or password"}
	case u.Hostname() == "" || strings.ContainsAny(u.Host, "%<>\"' "):
		return nil, &Error{Msg: "the address has no host, as in " + example}
	}
	if n, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || n < 1 || n > 65535) {
		return nil, &Error{Msg: "the port of the address must be from 1 to 65535"}
	}
	return u, nil
}

// badScheme explains a scheme that was typed wrong or twice.
func badScheme(s string) *Error {
	lower := strings.ToLower(s)
	for _, scheme := range []string{"https", "http"} {
		rest, ok := strings.CutPrefix(lower, scheme)
		if !ok || len(rest) == 0 {
			continue
		}
		inner := strings.TrimLeft(rest, ":/")
		twice := strings.HasPrefix(rest, "://") && (strings.HasPrefix(inner, "https:") || strings.HasPrefix(inner, "http:"))
		once := strings.HasPrefix(rest, ":/") && !strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, "//")
		if opaque := strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, ":/"); opaque {
			_, err := strconv.Atoi(strings.SplitN(inner, "/", 2)[0])
			once = err != nil // http:3000 is a host of that name
		}
		switch {
		case twice:
			return &Error{Msg: "the address starts with its scheme twice"}
		case once && inner != "":
			return &Error{Msg: "after " + scheme + " stands ://, as in " + example}
		}
		return nil
	}
	return nil
}

// guessScheme is https, or http for this computer.
func guessScheme(s string) string {
	host, _, _ := strings.Cut(s, "/")
	if u, err := url.Parse("http://" + host); err == nil && Loopback(u.Hostname()) {
		return "http://"
	}
	return "https://"
}

// unexpanded reports whether a place for a value was never filled: $HOST,
// ${HOST}, %HOST%, {{host}}, <host>.
func unexpanded(s string) bool {
	_, rest, _ := strings.Cut(s, "://")
	host, path, _ := strings.Cut(rest, "/")
	if strings.ContainsAny(host, "${}<>") || strings.Count(host, "%") > 1 {
		return true
	}
	return strings.Contains(path, "${") || strings.Contains(path, "{{") || strings.HasPrefix(path, "$")
}

// inHost reports whether a character stands in host names (RFC 1123, and the
// underscore of names inside networks). Others mean something elsewhere: a
// semicolon would begin a new directive of a Content-Security-Policy.
func inHost(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '.' || r == '_'
}

// hostname returns the one form of a host's name.
func hostname(host string) (string, *Error) {
	host = strings.ToLower(host)
	if strings.Contains(host, ":") {
		if a, err := netip.ParseAddr(host); err != nil || a.Zone() != "" {
			return "", &Error{Msg: "this is not an address, as " + example}
		}
		return "[" + host + "]", nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", &Error{Msg: "the address has a host name that cannot be looked up (RFC 5891)"}
		}
		host = ascii
	}
	if i := strings.IndexFunc(host, func(r rune) bool { return !inHost(r) }); i >= 0 {
		return "", &Error{Msg: fmt.Sprintf("the host of the address holds %q, which no host name does", host[i:i+1])}
	}
	if len(strings.TrimSuffix(host, ".")) > maxHost {
		return "", &Error{Msg: "the host of the address is longer than 253 characters"}
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 {
			return "", &Error{Msg: "the host of the address has a part that is empty or longer than 63 characters"}
		}
	}
	return host, nil
}

func usualPort(scheme string) string {
	return map[string]string{"https": "443", "http": "80"}[scheme]
}

func joinPort(host, port string) string {
	host = strings.Trim(host, "[]")
	switch {
	case port != "":
		return net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		return "[" + host + "]"
	}
	return host
}
